"""A disk whose power is cut: what a program wrote, as strace saw it, played again up to any moment.

What was synced is on the disk. What was written since may be there, wholly, in part or not at all: the
second image of each moment keeps a random half of those sectors of 512 bytes. Files come and go at once,
and a disk that lies about its syncs is out of reach.
"""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

SECTOR = 512
CALLS = "openat,pwrite64,write,fsync,fdatasync,ftruncate,unlink"
LINE = re.compile(r'(\w+)\((?:AT_FDCWD[^,]*, )?(?:\d+<([^>]*)>|"([^"]*)")(.*)\) += (-?\d+)')
QUOTED = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


class Act(NamedTuple):
    """Something that the program did to a file."""

    what: str  # write | sync | cut | make | drop
    file: str
    at: int = 0
    content: bytes = b""


class Disk:
    """One file: what is surely there, and what was done to it since the last sync."""

    def __init__(self, content: bytes = b"") -> None:
        self.sure, self.since = bytearray(content), []

    def image(self, keeps: Callable[[], bool] | None = None) -> bytes:
        """Return the file after the power came back; `keeps` draws by lot for each sector not yet synced."""
        if keeps is None:
            return bytes(self.sure)
        left = bytearray(self.sure)
        for act in self.since:
            if act.what == "write":
                for start, end in _sectors(act.at, len(act.content)):
                    if keeps():
                        _put(left, act.at + start, act.content[start:end])
            elif keeps():
                _resize(left, act.at)
        return bytes(left)

    def sync(self) -> None:
        for act in self.since:
            if act.what == "write":
                _put(self.sure, act.at, act.content)
            else:
                _resize(self.sure, act.at)
        self.since.clear()


class Power:
    """The files of a program, at any moment of what it did."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = {name: Disk(content) for name, content in files.items()}

    def do(self, act: Act) -> None:
        if act.what == "drop":
            self.files.pop(act.file, None)
        elif act.what == "sync":
            self.files[act.file].sync()
        elif act.what == "make":
            self.files.setdefault(act.file, Disk())
        else:
            self.files[act.file].since.append(act)

    def come_back(self, folder: Path, keeps: Callable[[], bool] | None = None) -> None:
        """Write the files as they are after the power came back."""
        for old in folder.iterdir():
            old.unlink()
        for name, disk in self.files.items():
            (folder / name).write_bytes(disk.image(keeps))


def watched(command: list[str], files: list[Path], log: Path, **how: object) -> Iterator[Act]:
    """Run the command and yield what it did to these files; they are known by their names."""
    only = [word for file in files for word in ("-P", str(file))]
    call = [
        "strace",
        "-qq",
        "-y",
        "-xx",
        "-s",
        "70000",
        *only,
        "-e",
        f"trace={CALLS}",
        "-o",
        str(log),
        *command,
    ]
    done = subprocess.run(call, capture_output=True, text=True, **how)  # type: ignore[call-overload]
    assert done.returncode == 0, done.stderr[-2000:]
    with log.open() as lines:
        for line in lines:
            if act := _read(line):
                yield act


def _read(line: str) -> Act | None:
    found = LINE.match(line)
    if found is None or found[5].startswith("-"):
        return None
    call, file, rest = found[1], Path(_plain(found[2] or found[3])).name, found[4]
    if call in ("fsync", "fdatasync"):
        return Act("sync", file)
    if call == "unlink":
        return Act("drop", file)
    if call == "openat":
        return Act("make", file) if "O_CREAT" in rest else None
    if call == "ftruncate":
        return Act("cut", file, int(rest.strip(", ")))
    content = bytes.fromhex(QUOTED.search(rest)[1].replace("\\x", ""))  # type: ignore[index]
    assert len(content) == int(found[5]), "strace cut what was written short"
    return Act("write", file, int(rest.rpartition(", ")[2]) if call == "pwrite64" else -1, content)


def _plain(hexed: str) -> str:
    return bytes.fromhex(hexed.replace("\\x", "")).decode()


def _sectors(at: int, length: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a write, cut where the disk's sectors end."""
    start = 0
    while start < length:
        end = min(length, start + SECTOR - (at + start) % SECTOR)
        yield start, end
        start = end


def _put(content: bytearray, at: int, piece: bytes) -> None:
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(piece)] = piece


def _resize(content: bytearray, size: int) -> None:
    del content[size:]
    content.extend(bytes(size - len(content)))
