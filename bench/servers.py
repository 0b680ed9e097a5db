"""Starts servers in processes of their own and reads what processor time and memory their trees took."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
ROOT = Path(__file__).resolve().parent.parent
START = """
from elearn.server.listen import serve
serve({target!r}, "127.0.0.1", {port}, 2)
"""


class Server:
    """A granian server with two workers, as a `with` block."""

    def __init__(self, target: str, ready: str, environment: dict[str, str]) -> None:
        self.target, self.ready = target, ready
        self.environment = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = int(listener.getsockname()[1])

    def __enter__(self) -> "Server":
        self.process = subprocess.Popen(
            [sys.executable, "-c", START.format(target=self.target, port=self.port)],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(150):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{self.ready}", timeout=5):
                    return self
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError(f"{self.target} did not start") from None
                time.sleep(0.1)
        raise RuntimeError(f"{self.target} does not answer")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)

    def processor_seconds(self) -> float:
        """Return the user and system time that the whole tree has taken, in seconds."""
        return sum(_stat(pid) for pid in _tree(self.process.pid)) / TICKS

    def memory_megabytes(self) -> float:
        """Return the proportional memory (PSS) of the whole tree, in MB."""
        return sum(_pss(pid) for pid in _tree(self.process.pid)) / 1024


def _tree(root: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(place.parent.name))
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += parents.get(pid, [])
    return found


def _stat(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(int(field) for field in fields[11:15])  # own and waited-for children


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
