"""Kills workers and the whole server while people answer, and holds what they were told against the database
(W12). It is the test tests/faults/test_kill.py, whose figures are kept with the others.

python3 -m bench kill
"""

import re
import subprocess
import sys

from bench import report
from bench.servers import ROOT

TEST = "tests/faults/test_kill.py::test_no_acknowledged_answer_is_lost_or_counted_twice"
LONGEST = 900  # seconds


def main() -> None:
    """Run the test, print what it tells, and keep it."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-m", "faults", "-p", "no:cacheprovider", TEST],
        cwd=ROOT, timeout=LONGEST, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    told = re.search(r"T-kill: (.*)", done.stdout)
    if done.returncode or told is None:
        raise SystemExit(f"{done.stdout[-2000:]}\nSomething was lost, or the test did not run.")
    line = (
        f"W12, ours on SQLite: {told[1]}. No confirmed answer is lost or there twice; recount finds nothing."
    )
    report.keep("kill", line, {"told": told[1]})
    print(line)


if __name__ == "__main__":
    main()
