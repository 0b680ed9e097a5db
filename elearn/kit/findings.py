"""What can be said of the machine and its upkeep, a line each; `elearn doctor` and a page show it."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now
from elearn.kit.db import db
from elearn.kit.formats import as_moment, as_number
from elearn.kit.lease import TICK, ended_at
from elearn.kit.revision import fits
from elearn.kit.upkeep_notes import BACKUP, CLOCK, REHEARSAL, SECOND_PLACE, UpkeepNote, upkeep_notes

GIGABYTE, MEGABYTE = 1024**3, 1024**2
LEAST_FREE, LARGEST_JOURNAL = GIGABYTE, 64 * MEGABYTE
A_DAY_AND_A_BIT = timedelta(hours=26)
BUILT = datetime(2026, 11, 1)  # noqa: DTZ001 - kept moments have no zone
SLACK = timedelta(minutes=5)


class Finding(NamedTuple):
    """One line: what was looked at, whether it is as it should be, what was seen, what to do."""

    what: str
    good: bool
    seen: str
    remedy: str = ""

    def __str__(self) -> str:
        """Say it as the terminal shows it."""
        line = f"{'đạt     ' if self.good else 'cần xem '}  {self.what}: {self.seen}"
        return line if self.good else f"{line}\n            → {self.remedy}"


# --- the machine


def disks() -> Iterator[Finding]:
    """Is there room, on each disk that data or backups stand on?"""
    seen = set()
    for what, place in (
        ("Ổ đĩa", current_app.config["INSTANCE"]),
        ("Ổ đĩa sao lưu", current_app.config["BACKUPS"]),
        ("Ổ đĩa sao lưu thứ hai", current_app.config["BACKUPS_SECOND"]),
    ):
        there = next((one for one in (Path(place), *Path(place).parents) if one.exists()), None)
        if place and there is not None and (disk := there.stat().st_dev) not in seen:
            seen.add(disk)
            yield _room(what, shutil.disk_usage(there).free)


def _room(what: str, free: int) -> Finding:
    said = f"còn trống {as_number(free / GIGABYTE, 1)} GB"
    return Finding(what, free >= LEAST_FREE, said, "Cần ít nhất 1 GB. Xóa bớt tệp cũ, hoặc thêm ổ đĩa.")


def clock(newest: datetime | None) -> Finding:
    """Does the clock run forwards? It is compared with the newest moment that was written down."""
    what, moment = "Đồng hồ", now()
    seen = f"{as_moment(moment)} (giờ Việt Nam)"
    remedy = "Đặt lại giờ của máy (bật tự chỉnh giờ), rồi xem lại."
    if newest is not None and newest > moment + SLACK:
        return Finding(what, False, f"{seen}, sớm hơn điều đã ghi lúc {as_moment(newest)}", remedy)
    return Finding(what, moment >= BUILT, seen, remedy)


def newest_noted() -> datetime | None:
    """Return the newest moment in the audit and in the notes of upkeep."""
    found = (
        db.session.scalar(select(AuditEntry.at).order_by(AuditEntry.id.desc()).limit(1)),
        db.session.scalar(select(func.max(UpkeepNote.at))),
    )
    return max((one for one in found if one is not None), default=None)


# --- the database


def revision() -> Finding:
    """Do its tables fit this program?"""
    what = "Bản của cơ sở dữ liệu"
    try:
        if fits(Path(current_app.config["MIGRATIONS"])):
            return Finding(what, True, "khớp với chương trình")
    except SQLAlchemyError:  # it has no tables at all
        db.session.rollback()
    return Finding(what, False, "không khớp với chương trình", "Chạy: python3 -m elearn upgrade")


def journal() -> Finding:
    """Is the write-ahead journal small? It grows when a reader never lets go."""
    file = sqlite_file()
    wal = file.with_name(file.name + "-wal") if file else None
    size = wal.stat().st_size if wal and wal.exists() else 0
    seen = f"{as_number(size / MEGABYTE, 1)} MB"
    remedy = "Dừng rồi chạy lại máy chủ để dữ liệu được gộp lại."
    return Finding("Phần ghi chưa gộp của cơ sở dữ liệu", size <= LARGEST_JOURNAL, seen, remedy)


def sqlite_file() -> Path | None:
    """Return the file of the database, or None where it is a server's."""
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


# --- what runs every so often


def upkeep() -> Iterator[Finding]:
    """Yield how the regular work, the backups and their rehearsal stand."""
    notes = upkeep_notes()
    yield last_tick()
    if (leapt := notes.get(CLOCK)) is not None and not leapt.good:
        yield Finding("Đồng hồ nhảy", False, leapt.said, "Xem giờ của máy có đúng không; nếu sai, đặt lại.")
    yield _work("Sao lưu", notes.get(BACKUP), "chưa có bản nào", NO_BACKUP)
    if current_app.config["BACKUPS_SECOND"]:
        yield _second_place(notes.get(SECOND_PLACE))
    yield _work("Diễn tập khôi phục", notes.get(REHEARSAL), "chưa làm lần nào", NO_REHEARSAL)


NO_BACKUP = (
    "Nhờ người trông máy chủ bật tự sao lưu mỗi giờ (đặt ELEARN_BACKUPS), hoặc chạy mỗi ngày: "
    "python3 -m elearn backup TỆP.zip; và chép tệp sang máy khác."
)
NO_REHEARSAL = (
    "Máy tự diễn tập mỗi ngày khi đã bật tự sao lưu. Làm ngay: python3 -m elearn restore TỆP --check "
    "(bản đã mã hóa: thêm --identity TỆP-KHÓA)"
)


def last_tick() -> Finding:
    """Did the regular work run?"""
    what = "Việc định kỳ"
    ended = ended_at(TICK)
    remedy = "Đặt lịch chạy mỗi giờ: python3 -m elearn tick (xem docs/server.md)"
    if ended is None:
        return Finding(what, False, "chưa chạy lần nào", remedy)
    return Finding(what, _is_fresh(ended), f"lần cuối {as_moment(ended)}", remedy)


def _work(what: str, note: UpkeepNote | None, never: str, remedy: str) -> Finding:
    """Say how a piece of work last ended, and when it last ended well."""
    if note is None:
        return Finding(what, False, never, remedy)
    if not note.good:
        well = f"lần cuối làm được: {as_moment(note.good_at)}" if note.good_at else "chưa lần nào làm được"
        return Finding(what, False, f"{as_moment(note.at)} chưa làm được ({well})", note.said)
    return Finding(what, _is_fresh(note.at), f"{as_moment(note.at)}. {note.said}", remedy)


def _second_place(note: UpkeepNote | None) -> Finding:
    what = "Nơi cất thứ hai"
    found = _work(what, note, "chưa chép lần nào", "Cắm lại ổ đĩa thứ hai; xem: python3 -m elearn tick")
    if found.good and note is not None and note.detail.get("same_disk"):
        seen = "cùng một ổ đĩa với nơi thứ nhất: hỏng hay mất ổ đĩa là mất cả hai"
        return Finding(what, False, seen, "Đặt ELEARN_BACKUPS_SECOND vào một ổ đĩa khác.")
    return found


def _is_fresh(moment: datetime) -> bool:
    """Was it lately? A moment of tomorrow, by a wrong clock, was not."""
    return now() - A_DAY_AND_A_BIT < moment <= now() + A_DAY_AND_A_BIT
