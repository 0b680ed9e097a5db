"""Rehearses the restore: a backup is put into a scratch place and looked over as the real one would be."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select

from elearn.app import create_app
from elearn.kit.audit import AuditEntry, AuditHead, broken_links
from elearn.kit.db import db
from elearn.learning.recount import recount_some
from elearn.upkeep import files
from elearn.upkeep.database_copy import (
    SQLITE,
    MayNotMake,
    inside_postgres,
    load_dump,
    read_dump,
    scratch_database,
)
from elearn.upkeep.files import BackupFault
from elearn.upkeep.manifest import Manifest
from elearn.upkeep.migrate import migrate
from elearn.upkeep.restore import Opened, hold_against, refuse_another_engine, unpack

SAMPLE = 300  # people whose counts are counted again
WHOLE = "khôi phục thử được: dữ liệu nguyên vẹn, đủ dòng, nhật ký liền mạch, đếm lại khớp"
UNLOADED = (
    "đọc được hết và đúng dấu kiểm; chưa nạp thử được vì tài khoản PostgreSQL không được tạo cơ sở dữ liệu "
    "(cho phép bằng: ALTER ROLE … CREATEDB)"
)


def rehearse(source: Path, settings: Mapping[str, Any]) -> str:
    """Restore a backup that is not encrypted into a scratch place, look it over, and return what was seen.

    Everything `restore` checks; then the migrations, the audit's chain, that the audit in use continues
    that of the backup, and the counts of some people. Raise BackupFault where something is not so.
    """
    with files.scratch(Path(settings["INSTANCE"])) as folder:
        return look_over(unpack(source, folder), settings)


def look_over(whole: Opened, settings: Mapping[str, Any]) -> str:
    """Do with an unpacked backup what `rehearse` does; it is changed by it."""
    url = str(settings["SQLALCHEMY_DATABASE_URI"])
    refuse_another_engine(whole, url)
    _refuse_another_past(whole.manifest)
    try:
        with _loaded(whole, url) as place:
            _look(place, settings)
    except MayNotMake:
        read_dump(whole.database)
        return UNLOADED
    return WHOLE


@contextmanager
def _loaded(whole: Opened, url: str) -> Iterator[str]:
    if whole.manifest.database == SQLITE:
        yield f"sqlite:///{whole.database}"
        return
    with scratch_database(url) as place:
        load_dump(place, whole.database, whole.folder)
        hold_against(whole.manifest, inside_postgres(place))
        yield place


def _look(place: str, settings: Mapping[str, Any]) -> None:
    app = create_app(dict(settings) | {"SQLALCHEMY_DATABASE_URI": place})
    with app.app_context():
        try:
            migrate(db.engine, Path(app.config["MIGRATIONS"]))
            for fault in (*broken_links(), *recount_some(SAMPLE)):
                raise BackupFault(f"Bản khôi phục thử có lỗi: {fault}")
        finally:
            db.session.remove()
            db.engine.dispose()


def _refuse_another_past(told: Manifest) -> None:
    """Raise BackupFault where the audit in use no longer holds what it held when the backup was made."""
    months = set(db.session.scalars(select(AuditHead.month)))
    for month, number, seal in told.audit_heads:
        kept = db.session.scalar(select(AuditEntry.hash).where(AuditEntry.id == number))
        if month in months and kept != seal:
            raise BackupFault(
                f"Nhật ký đang dùng không nối tiếp bản sao lưu: dòng {number} của tháng {month} đã khác "
                "hoặc mất. Giữ nguyên máy và các bản sao lưu, báo người phụ trách an toàn thông tin."
            )
