"""What the processes of a tree have taken, as /proc tells it."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def tree(root: int) -> list[int]:
    """Return the ids of a process and of all that it started."""
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


def processor_seconds(pids: list[int]) -> float:
    """Return the user and system time of these processes, and of their children that have ended."""
    return sum(_stat(pid) for pid in pids) / TICKS


def memory_megabytes(pids: list[int]) -> float:
    """Return their proportional memory (PSS): what several share is counted once."""
    return sum(_pss(pid) for pid in pids) / 1024


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
