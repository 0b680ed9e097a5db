"""What a server and its database take, counted by the kernel: cgroup version 1, cpuacct and memory.

Where the kernel has none (or one may not write there), `group` returns None and /proc is read instead.
"""

import contextlib
import os
import time
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
KINDS = ("cpuacct", "memory")
MEGABYTE = 1024 * 1024


class Group:
    """A group of processes: those that are put in, and all that they start."""

    def __init__(self, name: str) -> None:
        self.places = {kind: ROOT / kind / f"elearn-bench-{os.getpid()}-{name}" for kind in KINDS}
        for place in self.places.values():
            place.mkdir()

    def add(self, pid: int) -> None:
        """Put a process in."""
        for place in self.places.values():
            with contextlib.suppress(ProcessLookupError):
                (place / "cgroup.procs").write_text(str(pid))

    def limit(self, megabytes: int) -> None:
        """Let the group take no more memory than this; asked before the processes take it."""
        (self.places["memory"] / "memory.limit_in_bytes").write_text(str(megabytes * MEGABYTE))

    def processor_seconds(self) -> float:
        """Return the processor time that the group has taken, in seconds (the kernel counts nanoseconds)."""
        return int((self.places["cpuacct"] / "cpuacct.usage").read_text()) / 1e9

    def peak_megabytes(self) -> float:
        """Return the most memory that the group has held at once, file cache included."""
        return int((self.places["memory"] / "memory.max_usage_in_bytes").read_text()) / MEGABYTE

    def times_at_limit(self) -> int:
        """Return how often the group ran into its limit."""
        return int((self.places["memory"] / "memory.failcnt").read_text())

    def forget(self) -> None:
        """Take the group away, when its processes have ended."""
        for place in self.places.values():
            for _ in range(50):
                try:
                    place.rmdir()
                    break
                except OSError:
                    time.sleep(0.1)


def group(name: str) -> Group | None:
    """Return a fresh group, or None where there is no such thing."""
    if not all((ROOT / kind / "cgroup.procs").exists() for kind in KINDS):
        return None
    try:
        return Group(name)
    except OSError:
        return None
