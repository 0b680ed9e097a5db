"""What a hash takes for a moment is not kept by each thread, and goes back."""

import subprocess
import sys
from pathlib import Path

import pytest

from config import ROOT
from tests.serving import Server

PLACE = 64 << 20  # where glibc begins a further place to take memory from (HEAP_MAX_SIZE)


@pytest.mark.skipif(sys.platform != "linux", reason="it is the memory of glibc")
def test_what_a_hash_took_goes_back_to_the_system():
    """Else a hole of 19 MB stays in each place from which threads take memory."""
    look = """
import threading
from pathlib import Path
from elearn.kit.secrets import slow_hash
import time
from elearn.server.memory import give_memory_back, take_from_few_places
take_from_few_places()

def megabytes():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1024

def sign_in():
    for _ in range(4):
        slow_hash("123456", "00" * 16, "pepper")

def read():
    while not done.is_set():
        kept.append(bytearray(700))  # what stays is laid behind what goes
        done.wait(0.0005)

sign_in()
before, kept, done = megabytes(), [], threading.Event()
readers = [threading.Thread(target=read) for _ in range(6)]
learners = [threading.Thread(target=sign_in) for _ in range(6)]
for one in readers + learners:
    one.start()
for one in learners:
    one.join()
done.set()
for one in readers:
    one.join()
give_memory_back()
time.sleep(1)
print(megabytes() - before - len(kept) * 0.0008)
"""
    said = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True)
    assert float(said.stdout) < 25


@pytest.mark.faults
@pytest.mark.skipif(sys.platform != "linux", reason="it is the memory of glibc")
def test_whoever_serves_takes_memory_from_two_places(installed, tmp_path):
    """The first stands where the program's own ends; each further one begins at a round address."""
    with (tmp_path / "log").open("w") as log:
        server = Server(log)
        try:
            main = server.process.pid
            workers = Path(f"/proc/{main}/task/{main}/children").read_text().split()
            assert workers and all(further_places(pid) <= 1 for pid in (main, *workers))
        finally:
            server.close()


def further_places(pid):
    found = 0
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        span, rights, *_, file = f"{line} -".split(maxsplit=5)
        is_memory = rights == "rw-p" and file.strip() == "-"
        found += is_memory and int(span.partition("-")[0], 16) % PLACE == 0
    return found
