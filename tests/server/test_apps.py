"""A worker goes when the process that started it is gone, however far it has come by then."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config import ROOT

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


@pytest.mark.skipif(sys.platform != "linux", reason="it is the memory of glibc")
def test_what_a_hash_took_goes_back_to_the_system():
    """Else a hole of 19 MB stays in each place from which threads take memory."""
    look = """
import threading
from pathlib import Path
from elearn.kit.secrets import slow_hash
import ctypes, time
from elearn.server.apps import give_memory_back
ctypes.CDLL(None).mallopt(-8, 2)  # as it is served

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
