"""The hourly backup, its copy in a second place, the daily rehearsal; each notes how it ended."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from elearn.kit.clock import now
from elearn.kit.db import db
from elearn.kit.faults_said import in_words
from elearn.kit.refused import Refused
from elearn.kit.upkeep_notes import BACKUP, REHEARSAL, SECOND_PLACE, note_upkeep, upkeep_notes
from elearn.upkeep import digests, files, rotation, sealed
from elearn.upkeep.backup import backup, folders_of
from elearn.upkeep.files import BackupFault
from elearn.upkeep.forgotten import note_beside
from elearn.upkeep.rehearsal import rehearse

REHEARSE_EVERY = timedelta(hours=20)  # asked once an hour, so that no day goes without
SLACK = timedelta(minutes=5)
ENCRYPTED = (
    "Thử trên bản chưa mã hóa, ngay trước khi mã hóa; bản mã hóa đã được mở lại một lần bằng khóa dùng "
    "một lần. Khóa riêng không ở máy chủ nên máy chủ không tự mở được bản mã hóa."
)


@dataclass
class Work:
    """What one round of safekeeping did, and what it could not do: sentences."""

    clock_is_settled: bool
    done: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def keep_backups(settings: Mapping[str, Any], *, clock_is_settled: bool = True) -> Work:
    """Do what is due of backup, rehearsal and second place. A fault in one does not stop the next."""
    work, folder = Work(clock_is_settled), Path(settings["BACKUPS"])
    with _noted(BACKUP, work):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in (folder, Path(settings["INSTANCE"])):
            files.sweep(left)
        note_beside(folder)
        if rotation.is_due(folder):
            _back_up(settings, folder, work)
    newest = rotation.newest_of(folder)
    if newest is not None and not sealed.is_sealed(newest) and _rehearsal_is_due():
        _rehearse(newest, newest.name, settings, work)
    if settings["BACKUPS_SECOND"]:
        with _noted(SECOND_PLACE, work):
            _copy(folder, Path(settings["BACKUPS_SECOND"]), work)
    return work


def _back_up(settings: Mapping[str, Any], folder: Path, work: Work) -> None:
    keys = sealed.recipients_in(str(settings["BACKUP_KEYS"]))
    target = rotation.next_file(folder, ".zip.age" if keys else ".zip")

    def look(plain: Path) -> None:
        if keys and _rehearsal_is_due():
            _rehearse(plain, target.name, settings, work, encrypted=True)

    backup(
        str(settings["SQLALCHEMY_DATABASE_URI"]), target, folders=folders_of(settings), public_keys=keys,
        at_work=Path(settings["INSTANCE"]), look=look,
    )  # fmt: skip
    if keys and sealed.count_keys(target) != len(keys) + 1:
        raise BackupFault(f"Bản {target.name} không được mã hóa cho đúng {len(keys)} khóa.")
    digests.note_digest(target)
    gone = rotation.thin_out(folder, _known_to_be_good(), clock_is_settled=work.clock_is_settled)
    note_upkeep(
        BACKUP, f"Đã sao lưu vào {target}.", file=target.name, bytes=target.stat().st_size, keys=len(keys),
    )  # fmt: skip
    work.done.append(f"Đã sao lưu vào {target}" + (f", bỏ {gone} bản cũ." if gone else "."))


def _rehearse(
    plain: Path, name: str, settings: Mapping[str, Any], work: Work, *, encrypted: bool = False
) -> None:
    with _noted(REHEARSAL, work):
        _refuse_changed(settings)
        said = f"{name} {rehearse(plain, settings)}." + (f" {ENCRYPTED}" if encrypted else "")
        note_upkeep(REHEARSAL, said, file=name)
        work.done.append(f"Diễn tập khôi phục: {said}")


def _refuse_changed(settings: Mapping[str, Any]) -> None:
    """Raise BackupFault when a backup is no longer the file that was written, in either place."""
    for place in (settings["BACKUPS"], settings["BACKUPS_SECOND"]):
        if place and Path(place).is_dir() and (changed := digests.changed_in(Path(place))):
            raise BackupFault(
                f"Trong {place} có bản sao lưu đã khác lúc được ghi: {', '.join(changed[:3])}. "
                "Hãy kiểm tra ổ đĩa; xem xong thì xóa các bản ấy."
            )


def _copy(folder: Path, second: Path, work: Work) -> None:
    count = rotation.copy_to(second, folder)
    gone = rotation.thin_out(second, _known_to_be_good(), clock_is_settled=work.clock_is_settled)
    note_beside(second)
    digests.carry_over(folder, second)
    newest, copy = rotation.newest_of(folder), rotation.newest_of(second)
    if newest is None or copy is None or newest.name != copy.name:
        raise BackupFault(f"Nơi cất thứ hai ({second}) chưa có bản mới nhất.")
    said = f"Đã chép {count} bản sang {second}" + (f", bỏ {gone} bản cũ." if gone else ".")
    note_upkeep(SECOND_PLACE, said, file=copy.name, same_disk=rotation.shares_a_disk(folder, second))
    if count:
        work.done.append(said)


def _known_to_be_good() -> set[str]:
    """Return the name of the backup that a rehearsal last found good: it is never thinned out."""
    known = upkeep_notes().get(REHEARSAL)
    return {known.detail["file"]} if known is not None and "file" in known.detail else set()


def _rehearsal_is_due() -> bool:
    known, moment = upkeep_notes().get(REHEARSAL), now()
    return known is None or not known.good or not moment - REHEARSE_EVERY < known.at <= moment + SLACK


@contextmanager
def _noted(name: str, work: Work) -> Iterator[None]:
    """Note what goes wrong with a piece of work, and go on with the next."""
    try:
        yield
    except (
        Exception
    ) as fault:  # a fault of ours in a rehearsal, too, must not keep the backup from being made
        db.session.rollback()
        said = str(fault) if isinstance(fault, Refused) else in_words(fault)
        said = said or f"Lỗi của chương trình ({type(fault).__name__}): {fault}"
        work.faults.append(said)
        _note_fault(name, said)


def _note_fault(name: str, said: str) -> None:
    """Note it in the database, if that can still be written; the exit code tells it anyhow."""
    try:
        note_upkeep(name, said, good=False)
    except SQLAlchemyError:
        db.session.rollback()
