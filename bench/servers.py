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
    """A server of whatever kind, as a `with` block; what it takes is read of its whole process tree."""

    def __init__(
        self, name: str, command: list[str], port: int, ready: str, environment: dict[str, str]
    ) -> None:
        self.name, self.command, self.port, self.ready = name, command, port, ready
        self.environment = {**os.environ, **environment}

    def __enter__(self) -> "Server":
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(600):
            try:
                with urllib.request.urlopen(self.url(self.ready), timeout=5):
                    return self
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError(f"{self.name} did not start") from None
                time.sleep(0.1)
        raise RuntimeError(f"{self.name} does not answer")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)

    def url(self, path: str) -> str:
        """Return the whole address of a page of this server."""
        return f"http://127.0.0.1:{self.port}{path}"

    def processor_seconds(self) -> float:
        """Return the user and system time that the whole tree has taken, in seconds."""
        return sum(_stat(pid) for pid in _tree(self.process.pid)) / TICKS

    def memory_megabytes(self) -> float:
        """Return the proportional memory (PSS) of the whole tree, in MB."""
        return sum(_pss(pid) for pid in _tree(self.process.pid)) / 1024


def granian(target: str, ready: str, environment: dict[str, str]) -> Server:
    """Return two workers of granian, started as the platform starts them, over "module:function"."""
    port = free_port()
    command = [sys.executable, "-c", START.format(target=target, port=port)]
    return Server(target, command, port, ready, environment | {"PYTHONPATH": str(ROOT)})


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


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
