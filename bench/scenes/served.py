"""The server of a scene: started as the ward starts it, watched while people come; its log is read."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

from bench import processes
from bench.scenes.place import Place
from bench.servers import ROOT, free_port

SERVE = "import sys; from elearn.cli import main; sys.exit(main())"
MEGABYTE = 1024 * 1024


class Look(NamedTuple):
    """What the server's processes take at one moment."""

    at: float  # seconds since the server was started
    memory: float  # MB, shared parts counted once (PSS)
    files: int  # open files that are no sockets; those of the database aside, of which a pool keeps some
    sockets: int
    wal: float  # MB
    processor: float  # seconds, since they were started


class Served:
    """A server over the ward, as a `with` block."""

    def __init__(self, place: Place, workers: int = 2) -> None:
        self.place, self.port = place, free_port()
        self.log = place.folder / f"log-{self.port}"
        self.command = [
            sys.executable,
            "-c",
            SERVE,
            "serve",
            "--port",
            str(self.port),
            "--workers",
            str(workers),
        ]

    def __enter__(self) -> "Served":
        self.began = time.monotonic()
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=os.environ | self.place.environment, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                    return self
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        self.__exit__()
        raise RuntimeError(f"the server does not start: {self.log.read_text()[-2000:]}")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(30)

    def pids(self) -> list[int]:
        """Return the process that was started, and its workers."""
        main = self.process.pid
        workers = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        return [main, *map(int, workers)]

    def look(self) -> Look:
        """Look at what the processes take now."""
        pids = self.pids()
        files, sockets = zip(*map(_handles, pids), strict=True)
        wal = self.place.file.with_name(self.place.file.name + "-wal")
        return Look(
            time.monotonic() - self.began, processes.memory_megabytes(pids), sum(files), sum(sockets),
            wal.stat().st_size / MEGABYTE if wal.exists() else 0.0, processes.processor_seconds(pids),
        )  # fmt: skip

    def faults(self) -> list[str]:
        """Return the lines of the log that tell of something that went wrong."""
        return [line for line in self.log.read_text(errors="replace").splitlines() if _is_fault(line)]


def _is_fault(line: str) -> bool:
    try:
        said = json.loads(line)
    except ValueError:  # what is no line of the log: the greeting, or what a library or Python itself says
        return bool(line.strip()) and not line.startswith(("Đang phục vụ", "Đã dừng"))
    event = said.get("event", "")
    return event == "error" or "refused" in event or "not_counted" in event or said.get("status", 0) >= 500


def _handles(pid: int) -> tuple[int, int]:
    files = sockets = 0
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(handle.readlink())
        except OSError:
            continue
        sockets += target.startswith("socket:")
        files += not target.startswith("socket:") and "/elearn.db" not in target
    return files, sockets
