"""What two workers hold while many read a signed-in lesson, inside a limit (P8), and whether that grows.

python3 -m bench memory [--requests 100000] [--limit 192]
"""

import argparse
import tempfile
from pathlib import Path

from bench import report
from bench.cases import OPEN, Case, ours
from bench.load import Sample, ask_for
from bench.servers import Server
from bench.systems import seeded

FIRST = 2_000  # requests until everything is loaded that will be
CONNECTIONS = 16
MOST_MB, MOST_GROWTH = 160, 1.05
TABLE = """| limit | most held, file cache included | PSS after {first} | after {whole} | growth \
| at the limit | wrong | p99 ms |
|---|---|---|---|---|---|---|---|
| {limit} MB | {peak:.0f} MB | {early:.0f} MB | {late:.0f} MB | {growth:.1f} % | {hits} times \
| {faults} | {p99:.0f} |"""


def main() -> None:
    """Measure, print the line, and keep it."""
    parser = argparse.ArgumentParser(prog="python3 -m bench memory", description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--limit", type=int, default=192)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="elearn-bench-") as folder:
        place = Path(folder) / "ours"
        seeded(place, "S")
        with ours.server(place, limit=asked.limit) as server:
            facts = _measure(server, asked.requests) | {"limit": asked.limit}
    table = TABLE.format(first=FIRST, whole=asked.requests, **facts)
    report.keep("memory", table, facts)
    print(table)


def _measure(server: Server, requests: int) -> dict[str, float]:
    if server.group is None:
        raise SystemExit("Memory limits need Linux with version 1 of cgroups, and root.")
    lesson = next(case for case in ours.cases(server) if OPEN in case.jobs)
    _read(server, lesson, FIRST)
    early = server.memory_megabytes()
    sample = _read(server, lesson, requests)
    late = server.memory_megabytes()
    return {
        "peak": server.group.peak_megabytes(), "early": early, "late": late,
        "growth": (late / early - 1) * 100, "hits": server.group.times_at_limit(),
        "faults": len(sample.faults), "p99": sample.percentile(0.99),
    }  # fmt: skip


def _read(server: Server, lesson: Case, requests: int) -> Sample:
    return ask_for(server.port, 580, CONNECTIONS, lesson.prepare(), enough=requests, host=server.host)


if __name__ == "__main__":
    main()
