"""Files that are whole and on the disk, or not there: written aside, synced, then given their name."""

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from elearn.kit.clock import now
from elearn.kit.refused import Refused

PART, SCRATCH = ".part", ".scratch-"
LEFT_BEHIND = timedelta(hours=6)  # no work takes so long: whoever made it was killed
A_PIECE = 1024 * 1024


class BackupFault(Refused):
    """Something is wrong with a backup; the message says what, in words for the administrator."""


@contextlib.contextmanager
def arriving(target: Path) -> Iterator[Path]:
    """Yield an empty file, for its owner's eyes alone, that gets the target's name when all went well.

    It is on the disk by then, and so is its name. Where something goes wrong, a full disk too, nothing
    is left of it.
    """
    part = target.with_name(f".{target.name}{PART}")
    part.unlink(missing_ok=True)
    part.touch(mode=0o600)
    try:
        yield part
        sync(part)
        part.replace(target)
        sync_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def scratch(place: Path) -> Iterator[Path]:
    """Yield an empty private folder in that place; it is gone afterwards."""
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place, prefix=SCRATCH, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def sweep(place: Path) -> None:
    """Drop what somebody left behind in that place who was killed at work."""
    long_ago = (now() - LEFT_BEHIND).replace(tzinfo=UTC).timestamp()
    for left in [*place.glob(f"{SCRATCH}*"), *place.glob(f".*{PART}")]:
        with contextlib.suppress(OSError):
            if left.stat().st_mtime < long_ago:
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def sync(file: Path) -> None:
    """Return when the file's content is on the disk."""
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Return when the names in the folder are on the disk, where the system can promise it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sha256_of(file: Path) -> str:
    """Return the digest of a file's content."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def aside(file: Path) -> Path:
    """Return a free name beside the file, for what stands there now: "elearn.db.20261126-101500.old"."""
    stem, number = f"{file.name}.{_stamp(now())}", 1
    kept = file.with_name(f"{stem}.old")
    while kept.exists():
        number += 1
        kept = file.with_name(f"{stem}-{number}.old")
    return kept


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y%m%d-%H%M%S}"
