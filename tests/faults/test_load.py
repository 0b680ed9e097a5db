"""L1 to L6, many people at once: nothing is lost and nothing breaks; at night the times are held too.

Each scene runs in a process of its own (bench/scenes), as `python3 -m bench evening` starts it: the server
hashes as dearly as it does for people.
"""

import subprocess
import sys
from pathlib import Path

import pytest

import config
from tests.security.figures import tell
from tests.sizes import NIGHTLY

LONGEST = 5_400  # seconds
EACH_DAY = ("evening", "answers", "sign-ins", "helpers", "report")
AT_NIGHT = ("rush", "soak")

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux, to look at the workers"),
]


@pytest.mark.parametrize(
    "scene", [*EACH_DAY, *(pytest.param(one, marks=pytest.mark.nightly) for one in AT_NIGHT)]
)
def test_many_at_once(scene, request):
    command = [sys.executable, "-m", "bench.scenes.run", scene, *([] if NIGHTLY else ["--small"])]
    done = subprocess.run(
        command, cwd=config.ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LONGEST
    )
    said = next((line for line in done.stdout.splitlines() if not line.startswith(("GET", "POST"))), "")
    tell(request, "load", said)
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
