"""Starts servers in processes of their own and reads what processor time and memory they and theirs took."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from bench import cgroup, processes

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2
PATIENCE = 120  # seconds until a server must answer
START = """
from elearn.server.listen import serve
serve({target!r}, "127.0.0.1", {port}, {workers})
"""


class Server:
    """A server of whatever kind, as a `with` block.

    What it takes is read of its cgroup, else of its process tree. `beside` are processes that work for it,
    such as its database: what they take is counted with it.
    """

    def __init__(
        self,
        name: str,
        command: list[str],
        port: int,
        ready: str,
        environment: Mapping[str, str],
        *,
        beside: tuple[int, ...] = (),
        folder: Path = ROOT,
        limit: int = 0,  # MB
        host: str = "127.0.0.1",
    ) -> None:
        self.name, self.command, self.port, self.ready = name, command, port, ready
        self.environment, self.beside, self.folder = {**os.environ, **environment}, beside, folder
        self.limit, self.host = limit, host
        self.seconds_to_start = 0.0

    def __enter__(self) -> "Server":
        self.group = cgroup.group(self.name.replace("/", "-").replace(":", "-"))
        if self.group and self.limit:
            self.group.limit(self.limit)
        began = time.monotonic()
        self.process = subprocess.Popen(
            self.command, cwd=self.folder, env=self.environment, preexec_fn=self._join,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        if self.group:
            for pid in [pid for root in self.beside for pid in processes.tree(root)]:
                self.group.add(pid)
        self._wait_for_answer(began)
        self.seconds_to_start = time.monotonic() - began
        return self

    def __exit__(self, *_: object) -> None:
        pids = processes.tree(self.process.pid)
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            for pid in pids:
                os.kill(pid, 9)
            self.process.wait()
        if self.group:
            self.group.forget()

    def url(self, path: str) -> str:
        """Return the whole address of a page of this server."""
        return f"http://127.0.0.1:{self.port}{path}"

    def processor_seconds(self) -> float:
        """Return the processor time that server and database have taken, in seconds."""
        return self.group.processor_seconds() if self.group else processes.processor_seconds(self._pids())

    def memory_megabytes(self) -> float:
        """Return the proportional memory (PSS) of server and database, in MB."""
        return processes.memory_megabytes(self._pids())

    def _pids(self) -> list[int]:
        return [pid for root in (self.process.pid, *self.beside) for pid in processes.tree(root)]

    def _join(self) -> None:
        if self.group:
            self.group.add(os.getpid())

    def _wait_for_answer(self, began: float) -> None:
        while time.monotonic() - began < PATIENCE:
            try:
                with urllib.request.urlopen(self.url(self.ready), timeout=5):
                    return
            except urllib.error.HTTPError:
                return
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError(f"{self.name} did not start") from None
                time.sleep(0.02)
        raise RuntimeError(f"{self.name} does not answer")


def granian(
    target: str, ready: str, environment: Mapping[str, str], *, name: str = "", workers: int = WORKERS,
    beside: tuple[int, ...] = (), limit: int = 0,
) -> Server:  # fmt: skip
    """Return two workers of granian, started as the platform starts them, over "module:function"."""
    port = free_port()
    command = [sys.executable, "-c", START.format(target=target, port=port, workers=workers)]
    whole = {**environment, "PYTHONPATH": str(ROOT)}
    return Server(name or target, command, port, ready, whole, beside=beside, limit=limit)


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
