"""Looks an installation over: each line says "đạt" or "cần xem", and what to do."""

import os
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import exists, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

import config
from elearn.app import create_app
from elearn.kit.audit import AuditEntry, broken_links, ends
from elearn.kit.clock import today
from elearn.kit.db import db
from elearn.kit.findings import (
    MEGABYTE,
    Finding,
    clock,
    disks,
    journal,
    newest_noted,
    revision,
    sqlite_file,
    upkeep,
)
from elearn.kit.refused import Refused
from elearn.kit.speech import Missing, engine
from elearn.learning.models import Attempt
from elearn.learning.recount import recount
from elearn.library.fact_queries import facts_of
from elearn.library.models import EVERYWHERE
from elearn.library.sound_queries import count_parts
from elearn.people.models import Grant, Person, Ward
from elearn.people.permissions import Role
from elearn.people.queries import demo_wards
from elearn.privacy.queries import count_requests
from elearn.upkeep import database_servers
from elearn.upkeep.audit_ends import lost

LEAST_SQLITE, LEAST_POSTGRES = (3, 35), 15  # RETURNING; what the tests run on
OLD_SQLITE = "SQLite này cũ quá. Cài Python mới hơn (Debian 12, Ubuntu 24.04 trở lên có sẵn)."
OLD_POSTGRES = f"PostgreSQL này cũ quá. Nâng lên PostgreSQL {LEAST_POSTGRES} trở lên."


def findings(*, quick: bool) -> Iterator[Finding]:
    """Yield what is found, the quick things first; with `quick` only what takes no time."""
    yield secret()
    yield from rights()
    yield from disks()
    yield database()
    yield from database_servers.ways()
    if not reachable():
        return
    yield (tables := revision())
    if not tables.good:
        return
    yield clock(_newest_moment())
    yield from fitness()
    yield journal()
    yield from database_servers.state()
    yield integrity(quick=quick)
    yield facts()
    yield requests()
    yield voice()
    yield from upkeep()
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
    files = [place / name, *([file] if (file := sqlite_file()) else [])]
    for file in files:
        if not file.exists():
            continue
        mode = stat.S_IMODE(file.stat().st_mode)
        seen = f"{file.name} {mode:o}"
        yield Finding(
            "Quyền đọc tệp", not mode & 0o077, seen, f"Người khác trên máy đọc được. Chạy: chmod 600 {file}"
        )


# --- the database


def _newest_moment() -> datetime | None:
    found = (newest_noted(), db.session.scalar(select(func.max(Attempt.sent_at))))
    return max((one for one in found if one is not None), default=None)


def database() -> Finding:
    """Does the database answer?"""
    what, url = "Cơ sở dữ liệu", make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    file = sqlite_file()
    if file is not None and not file.exists():
        return Finding(what, False, f"chưa có {file}", "Chạy: python3 -m elearn init")
    if not reachable():
        seen = f"không mở được {url.render_as_string(hide_password=True)}"
        return Finding(
            what, False, seen, "Xem lại DATABASE_URL, và máy chủ cơ sở dữ liệu có đang chạy không."
        )
    if file is not None:
        seen = f"SQLite {sqlite3.sqlite_version}, {file.stat().st_size / MEGABYTE:.1f} MB"
        return Finding(what, sqlite3.sqlite_version_info >= LEAST_SQLITE, seen, OLD_SQLITE)
    version = str(db.session.scalar(text("SHOW server_version")))
    good = int(str(db.session.scalar(text("SHOW server_version_num")))) >= LEAST_POSTGRES * 10_000
    return Finding(what, good, f"PostgreSQL {version}", OLD_POSTGRES)


def reachable() -> bool:
    """Can it be read? Nothing is made by asking."""
    file = sqlite_file()
    if file is not None and not file.exists():
        return False
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    finally:
        db.session.rollback()
    return True


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


def requests() -> Finding:
    """Is everyone answered in time who asked about their data?"""
    late, waiting = (count_requests(today(), which) for which in ("late", "open"))
    seen = f"{late} yêu cầu quá hạn" if late else f"{waiting} yêu cầu chưa xong, không có cái nào quá hạn"
    remedy = "Người quản trị của phường mở trang Yêu cầu về dữ liệu (/quan-tri/yeu-cau) và trả lời."
    return Finding("Yêu cầu về dữ liệu", not late, seen, remedy)


def voice() -> Finding:
    """Which voice reads the lessons aloud, how much of them can be heard? None is no fault."""
    by, (parts, heard) = engine(current_app.config), count_parts()
    seen = by.sentence if isinstance(by, Missing) else by.name
    wanted = bool(current_app.config["PIPER_VOICE"])  # a voice that was set and is not there is a fault
    remedy = "Xem phần “Máy đọc bài” trong docs/server.md."
    good = not (wanted and isinstance(by, Missing))
    return Finding("Máy đọc bài", good, f"{seen}; nghe được {heard} trên {parts} đoạn", remedy)


def audit() -> Finding:
    """Is the audit as it was written?"""
    broken = [*broken_links(), *lost()]
    whole = f"{db.session.scalar(select(func.count(AuditEntry.id)))} dòng, liền mạch"
    for _month, entry_id, seal in ends()[-1:]:
        whole += f"; dòng cuối {entry_id}, dấu {seal[:16]}"
    seen = broken[0] if broken else whole
    remedy = (
        "Giữ nguyên máy, báo người phụ trách an toàn thông tin của phường; so với bản sao lưu và với các "
        "dòng audit.end trong nhật ký của tiến trình."
    )
    return Finding("Nhật ký việc làm", not broken, seen, remedy)


def counts() -> Finding:
    """Do the counts of the boards equal the facts?"""
    wrong = recount()
    seen = f"{len(wrong)} chỗ lệch, ví dụ: {wrong[0]}" if wrong else "khớp với từng lượt học"
    remedy = "Xem: python3 -m elearn recount; sửa: python3 -m elearn recount --repair"
    return Finding("Số liệu các bảng", not wrong, seen, remedy)


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
