"""The folder where `elearn tick` keeps backups: when one is due, which are kept, and the same elsewhere."""

import contextlib
import os
import re
import shutil
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from elearn.kit.clock import now
from elearn.upkeep import files
from elearn.upkeep.files import BackupFault

FORM = "elearn-%Y%m%d-%H%M"
OURS = re.compile(r"(elearn-\d{8}-\d{4})\.zip(\.age)?")
HOURS, DAYS, MONTHS = 24, 14, 12  # one of each hour, day and month is kept this long
EVERY, A_MINUTE = timedelta(minutes=55), timedelta(minutes=1)
# "truoc-nang-cap-20261126-101500.zip", "elearn.db.20261126-101500.old" and its journal
ASIDE = re.compile(r"(?:truoc-(?:nang-cap|khoi-phuc)-|.+\.db\.)(\d{8}-\d{6})(?:-\d+)?\.(?:zip|old|old-wal)")
A_QUARTER = timedelta(days=92)
LONGEST = timedelta(days=366)


def is_due(folder: Path) -> bool:
    """Is the newest backup no longer fresh? One that is dated tomorrow, by a wrong clock, is not fresh."""
    newest, moment = max(dated(folder), default=None), now()
    return newest is None or not moment - EVERY < newest <= moment + A_MINUTE


def next_file(folder: Path, ending: str) -> Path:
    """Return the name of the backup that is made now."""
    moment, taken = now().replace(second=0, microsecond=0), dated(folder)
    while moment in taken:  # a clock that was put back comes by the same minute again
        moment += A_MINUTE
    return folder / (moment.strftime(FORM) + ending)


def newest_of(folder: Path) -> Path | None:
    """Return the newest backup in the folder."""
    made = dated(folder)
    return made[max(made)] if made else None


def dated(folder: Path) -> dict[datetime, Path]:
    """Return the backups of a folder by their moment; what is not ours is not among them."""
    found = {}
    for file in folder.glob("elearn-*.zip*"):
        if match := OURS.fullmatch(file.name):
            with contextlib.suppress(ValueError):
                found[datetime.strptime(match[1], FORM)] = file  # noqa: DTZ007 - kept moments have no zone
    return found


def worth_keeping(made: Collection[datetime]) -> set[datetime]:
    """Return which backups to keep: the newest of each of the last hours, days and months that have one."""
    keep: set[datetime] = set()
    for slice_of_time, count in (("%Y%m%d%H", HOURS), ("%Y%m%d", DAYS), ("%Y%m", MONTHS)):
        newest = {one.strftime(slice_of_time): one for one in sorted(made)}
        keep |= set(sorted(newest.values())[-count:])
    return keep


def outlived(made: Collection[datetime]) -> set[datetime]:
    """Return the backups that are a year older than the newest: whoever was erased is still in them.

    One that is dated in the future was made by a wrong clock, and makes no other old.
    """
    newest = max((one for one in made if one <= now() + A_MINUTE), default=None)
    return {one for one in made if newest is not None and one <= newest - LONGEST}


def thin_out(folder: Path, never: Collection[str] = (), *, clock_is_settled: bool = True) -> int:
    """Let the old backups of the folder go, save those with a name that never goes; return how many went.

    After a leap of the clock none goes for being a year old: it may be the clock that is wrong.
    """
    made = dated(folder)
    going = set(made) - worth_keeping(made) | (outlived(made) if clock_is_settled else set())
    gone = [made[one] for one in going if made[one].name not in never]
    for file in gone:
        file.unlink()
    return len(gone)


def drop_kept_aside(place: Path) -> int:
    """Drop what upgrades and restores kept aside a quarter of a year ago; return how many went.

    It is as good as a backup by then, and whoever was erased since is still in it.
    """
    gone, before = 0, (now() - A_QUARTER).strftime("%Y%m%d-%H%M%S")
    for file in place.iterdir():
        if (match := ASIDE.fullmatch(file.name)) and match[1] < before and file.is_file():
            file.unlink()
            gone += 1
    return gone


def copy_to(second: Path, folder: Path) -> int:
    """Copy to a second place what it lacks and would keep, each compared with the first; return how many.

    The place is not made: a disk that is not there would be taken for its empty mount point. Raise
    BackupFault when it is missing or a copy differs.
    """
    if not second.is_dir():
        raise BackupFault(f"Không thấy nơi cất thứ hai ({second}). Ổ đĩa có cắm không?")
    here, there = dated(folder), dated(second)
    every = {*here, *there}
    wanted = (worth_keeping(every) - outlived(every)) & set(here)
    missing = [here[one] for one in sorted(wanted) if not _is_there(here[one], second)]
    for file in missing:
        _copy_compared(file, second / file.name)
    return len(missing)


def shares_a_disk(folder: Path, second: Path) -> bool:
    """Are both places on one disk, which may break or be stolen as one?"""
    return folder.stat().st_dev == second.stat().st_dev


def _is_there(file: Path, second: Path) -> bool:
    copy = second / file.name
    return copy.exists() and copy.stat().st_size == file.stat().st_size


def _copy_compared(file: Path, target: Path) -> None:
    with files.arriving(target) as part:
        shutil.copyfile(file, part)
        files.sync(part)
        _forget_what_is_in_memory(part)
        if files.sha256_of(part) != files.sha256_of(file):
            raise BackupFault(f"Bản chép ở {target} không giống bản gốc. Hãy thử ổ đĩa khác.")


def _forget_what_is_in_memory(file: Path) -> None:
    """Let the next read come from the disk itself, where the system can be asked for it."""
    if hasattr(os, "posix_fadvise"):
        with file.open("rb") as stream:
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
