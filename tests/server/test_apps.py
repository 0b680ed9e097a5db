"""A worker goes when the process that started it is gone, however far it has come by then."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PARENT = """
import multiprocessing, os, signal, sys, time
from elearn.server import apps

def worker(out, late):
    if {orphan_first}:
        while os.getppid() == multiprocessing.parent_process().pid:
            time.sleep(0.01)
    apps.end_with_parent()
    out.send(os.getpid())
    time.sleep(late)  # being made: until now it hears signals as its parent does
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    while True:
        time.sleep(1)

signal.signal(signal.SIGTERM, lambda *_: None)
pids, out = multiprocessing.Pipe(False)
multiprocessing.get_context("fork").Process(target=worker, args=(out, {late})).start()
if {orphan_first}:
    print(multiprocessing.active_children()[0].pid, flush=True)
else:
    print(pids.recv(), flush=True)
os._exit(0)
"""

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs Linux, to see who runs")


@pytest.mark.parametrize(
    ("late", "orphan_first"),
    [(0, False), (2.5, False), (0, True)],
    ids=["one that works", "one that is still being made", "one whose parent went before it looked"],
)
def test_it_goes(late, orphan_first):
    """Else it would hold the port for ever, and whoever starts the platform again would be refused."""
    words = PARENT.format(late=late, orphan_first=orphan_first)
    with subprocess.Popen([sys.executable, "-c", words], stdout=subprocess.PIPE, text=True) as parent:
        pid = int(parent.stdout.readline())
    try:
        for _ in range(300):
            if not _runs(pid):
                return
            time.sleep(0.05)
        raise AssertionError("it stays")
    finally:
        if _runs(pid):
            os.kill(pid, signal.SIGKILL)


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
