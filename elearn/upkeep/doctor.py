"""Looks an installation over: each line says "đạt" or "cần xem", and what to do."""

import os
import shutil
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import exists, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

import config
from elearn.app import create_app
from elearn.kit.audit import AuditEntry, broken_links
from elearn.kit.clock import local, now, today
from elearn.kit.db import db
from elearn.kit.last_backup import last_backup_at
from elearn.kit.lease import TICK, Lease
from elearn.kit.refused import Refused
from elearn.learning.models import Attempt
from elearn.learning.recount import recount
from elearn.library.fact_queries import facts_of
from elearn.library.models import EVERYWHERE
from elearn.people.models import Grant, Person, Ward
from elearn.people.permissions import Role
from elearn.people.queries import demo_wards
from elearn.upkeep.migrate import is_current

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


def findings(*, quick: bool) -> Iterator[Finding]:
    """Yield what is found, the quick things first; with `quick` only what takes no time."""
    yield secret()
    yield from rights()
    yield disk()
    yield clock()
    yield database()
    if not reachable():
        return
    yield revision()
    if not _is_current():
        return
    yield from fitness()
    yield journal()
    yield integrity(quick=quick)
    yield facts()
    yield last_tick()
    yield last_backup()
    if not quick:
        yield audit()
        yield counts()


def fitness() -> Iterator[Finding]:
    """Yield what decides whether people may be let in; `serve` refuses when one of these is not good."""
    yield invented()
    yield wards()
    yield administrator()


# --- the machine


def secret() -> Finding:
    """Is there a secret that cannot be guessed?"""
    what, kept = "Khóa bí mật", str(current_app.config["SECRET_KEY"])
    if len(kept) < config.SHORTEST_SECRET or len(set(kept)) < 10:
        return Finding(what, False, "quá ngắn hoặc quá đơn giản", "Xóa tệp secret.key rồi chạy: elearn init")
    return Finding(what, True, f"{len(kept)} ký tự")


def rights() -> Iterator[Finding]:
    """May nobody but the owner read the secret and the database?"""
    if os.name == "nt":
        return
    place = Path(current_app.config["INSTANCE"])
    name = config.DEMO_SECRET if current_app.config["DEMO"] else config.SECRET
    files = [place / name, *([file] if (file := _sqlite_file()) else [])]
    for file in files:
        if not file.exists():
            continue
        mode = stat.S_IMODE(file.stat().st_mode)
        seen = f"{file.name} {mode:o}"
        yield Finding(
            "Quyền đọc tệp", not mode & 0o077, seen, f"Người khác trên máy đọc được. Chạy: chmod 600 {file}"
        )


def disk() -> Finding:
    """Is there room?"""
    place = Path(current_app.config["INSTANCE"])
    free = shutil.disk_usage(next(one for one in (place, *place.parents) if one.exists())).free
    seen = f"còn trống {free / GIGABYTE:.1f} GB"
    return Finding("Ổ đĩa", free >= LEAST_FREE, seen, "Cần ít nhất 1 GB. Xóa bớt tệp cũ, hoặc thêm ổ đĩa.")


def clock() -> Finding:
    """Does the clock run forwards? It is compared with the newest moment that was written down."""
    what, moment = "Đồng hồ", now()
    seen = f"{local(moment):%H:%M ngày %d/%m/%Y} (giờ Việt Nam)"
    remedy = "Đặt lại giờ của máy (bật tự chỉnh giờ), rồi chạy lại lệnh này."
    if moment < BUILT:
        return Finding(what, False, seen, remedy)
    newest = _newest_moment()
    if newest is not None and newest > moment + SLACK:
        late = f"{seen}, sớm hơn điều đã ghi lúc {local(newest):%H:%M ngày %d/%m/%Y}"
        return Finding(what, False, late, remedy)
    return Finding(what, True, seen)


def _newest_moment() -> datetime | None:
    if not reachable():
        return None
    try:
        found = [db.session.scalar(select(func.max(column))) for column in (AuditEntry.at, Attempt.sent_at)]
    except SQLAlchemyError:
        db.session.rollback()
        return None
    return max((one for one in found if one), default=None)


# --- the database


def database() -> Finding:
    """Does the database answer?"""
    what, url = "Cơ sở dữ liệu", make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    file = _sqlite_file()
    if file is not None and not file.exists():
        return Finding(what, False, f"chưa có {file}", "Chạy: python3 -m elearn init")
    if not reachable():
        seen = f"không mở được {url.render_as_string(hide_password=True)}"
        return Finding(
            what, False, seen, "Xem lại DATABASE_URL, và máy chủ cơ sở dữ liệu có đang chạy không."
        )
    if file is not None:
        return Finding(
            what, True, f"SQLite {sqlite3.sqlite_version}, {file.stat().st_size / MEGABYTE:.1f} MB"
        )
    version = db.session.scalar(text("SHOW server_version"))
    return Finding(what, True, f"PostgreSQL {version}")


def reachable() -> bool:
    """Can it be read? Nothing is made by asking."""
    file = _sqlite_file()
    if file is not None and not file.exists():
        return False
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    finally:
        db.session.rollback()
    return True


def revision() -> Finding:
    """Do its tables fit this program?"""
    what = "Bản của cơ sở dữ liệu"
    if _is_current():
        return Finding(what, True, "khớp với chương trình")
    return Finding(what, False, "không khớp với chương trình", "Chạy: python3 -m elearn upgrade")


def _is_current() -> bool:
    return is_current(db.engine, Path(current_app.config["MIGRATIONS"]))


def journal() -> Finding:
    """Is the write-ahead journal small? It grows when a reader never lets go."""
    what, file = "Nhật ký ghi (WAL)", _sqlite_file()
    wal = file.with_name(file.name + "-wal") if file else None
    size = wal.stat().st_size if wal and wal.exists() else 0
    seen = f"{size / MEGABYTE:.1f} MB"
    return Finding(what, size <= LARGEST_JOURNAL, seen, "Dừng rồi chạy lại máy chủ để dữ liệu được gộp lại.")


def integrity(*, quick: bool) -> Finding:
    """Is every page and every reference whole?"""
    what = "Dữ liệu nguyên vẹn"
    if db.engine.dialect.name != "sqlite":
        return Finding(what, True, "do PostgreSQL tự giữ")
    verdict = db.session.scalar(text(f"PRAGMA {'quick' if quick else 'integrity'}_check"))
    broken = None if quick else db.session.execute(text("PRAGMA foreign_key_check")).first()
    if verdict == "ok" and broken is None:
        return Finding(what, True, "không có lỗi")
    seen = str(verdict if verdict != "ok" else f"bảng {broken[0]} trỏ tới dòng không có")  # type: ignore[index]
    return Finding(
        what, False, seen[:200], "Dừng máy chủ, khôi phục bản sao lưu gần nhất: elearn restore TỆP"
    )


# --- what the ward keeps


def invented() -> Finding:
    """Is nobody in here whose secret everybody knows?"""
    what, count = "Tài khoản thử", demo_wards()
    if current_app.config["DEMO"]:
        return Finding(what, True, "đây là phường thử")
    remedy = "Dữ liệu thử không được dùng để làm việc thật. Dùng cơ sở dữ liệu khác rồi chạy: elearn init"
    return Finding(what, not count, f"{count} phường thử" if count else "không có", remedy)


def wards() -> Finding:
    """Is there a ward?"""
    names = db.session.scalars(select(Ward.name).order_by(Ward.id)).all()
    seen = names[0] if len(names) == 1 else f"{len(names)} phường"
    return Finding("Phường", bool(names), seen, "Chạy: python3 -m elearn init")


def administrator() -> Finding:
    """Can somebody look after people and groups?"""
    may = (
        exists()
        .where(Grant.role == Role.ADMINISTRATOR, Person.id == Grant.person_id)
        .where(Person.password_hash.is_not(None), Person.disabled_at.is_(None), Person.erased_at.is_(None))
    )
    found = bool(db.session.scalar(select(may)))
    remedy = "Chạy: python3 -m elearn user add --role quan-tri"
    return Finding("Người quản trị", found, "có" if found else "chưa có ai", remedy)


def facts() -> Finding:
    """Is every dated fact of the lessons still vouched for?"""
    overdue = [fact for fact in facts_of(EVERYWHERE).values() if fact.review_by < today()]
    names = ", ".join(fact.label for fact in overdue[:3]) + ("…" if len(overdue) > 3 else "")
    seen = f"{len(overdue)} dữ kiện quá hạn kiểm: {names}" if overdue else "không có dữ kiện quá hạn"
    remedy = "Người duyệt bài mở trang Dữ kiện (/soan-bai/du-kien), kiểm lại từng dòng."
    return Finding("Dữ kiện trong bài", not overdue, seen, remedy)


def audit() -> Finding:
    """Is the audit as it was written?"""
    broken = list(broken_links())
    seen = broken[0] if broken else f"{db.session.scalar(select(func.count(AuditEntry.id)))} dòng, liền mạch"
    remedy = "Giữ nguyên máy, báo người phụ trách an toàn thông tin của phường; so với bản sao lưu."
    return Finding("Nhật ký việc làm", not broken, seen, remedy)


def counts() -> Finding:
    """Do the counts of the boards equal the facts?"""
    wrong = recount()
    seen = f"{len(wrong)} chỗ lệch, ví dụ: {wrong[0]}" if wrong else "khớp với từng lượt học"
    remedy = "Xem: python3 -m elearn recount; sửa: python3 -m elearn recount --repair"
    return Finding("Số liệu các bảng", not wrong, seen, remedy)


# --- what runs every so often


def last_tick() -> Finding:
    """Did the regular work run?"""
    what = "Việc định kỳ (tick)"
    ended = db.session.scalar(select(Lease.until).where(Lease.name == TICK))
    remedy = "Đặt lịch chạy mỗi giờ: python3 -m elearn tick (xem docs/server.md)"
    if ended is None:
        return Finding(what, False, "chưa chạy lần nào", remedy)
    seen = f"lần cuối {local(ended):%H:%M ngày %d/%m/%Y}"
    return Finding(what, now() - ended < A_DAY_AND_A_BIT, seen, remedy)


def last_backup() -> Finding:
    """Is there a recent backup?"""
    what = "Sao lưu"
    remedy = "Chạy mỗi ngày: python3 -m elearn backup TỆP.zip, và chép tệp sang máy khác."
    made = last_backup_at(Path(current_app.config["INSTANCE"]))
    if made is None:
        return Finding(what, False, "chưa có bản nào", remedy)
    return Finding(
        what, now() - made < A_DAY_AND_A_BIT, f"bản cuối {local(made):%H:%M ngày %d/%m/%Y}", remedy
    )


def _sqlite_file() -> Path | None:
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def refuse_unfit(settings: Mapping[str, Any]) -> None:
    """Raise Refused, with what to do, where people must not be let into an installation."""
    with create_app(settings).app_context():
        try:
            for finding in _what_serving_needs():
                if not finding.good:
                    raise Refused(f"Chưa phục vụ được. {finding.what}: {finding.seen}.\n{finding.remedy}")
        finally:
            db.session.remove()
            db.engine.dispose()


def _what_serving_needs() -> Iterator[Finding]:
    yield secret()
    yield database()
    yield revision()
    yield from fitness()
