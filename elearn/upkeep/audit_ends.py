"""Notes outside the database where the audit's chain ended, and holds the audit against these notes.

Whoever owns the database can write a whole chain anew, and it would be whole. So its end goes into the
log of the process (which systemd keeps, or another machine), and into a file of the instance, at every
start and stop and by the regular work; backups have it in their manifest.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from elearn.app import create_app
from elearn.kit import audit, log
from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now
from elearn.kit.db import db
from elearn.upkeep import files

FILE = "audit-ends.log"
AT_ONCE = 500


class Ended(NamedTuple):
    """Where a month's chain ended when it was noted."""

    month: str
    entry_id: int
    hash: str


def note_end(when: str) -> None:
    """Note where the newest chain ends now: in the log, and in the file when it has moved on."""
    found = audit.ends()
    if not found:
        return
    end = Ended(*found[-1])
    log.note("audit.end", when=when, month=log.own(end.month), entry=end.entry_id, hash=log.own(end.hash))
    if end != next(iter(reversed(noted())), None):
        _append(f"{now().isoformat(timespec='seconds')}Z {end.month} {end.entry_id} {end.hash}\n")


def noted() -> list[Ended]:
    """Return what the file says, as far as it can be read, in order."""
    try:
        lines = _file().read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    found = [line.split() for line in lines]
    return [Ended(one[1], int(one[2]), one[3]) for one in found if len(one) == 4 and one[2].isdigit()]


def lost() -> Iterator[str]:
    """Yield a sentence for each noted end that the audit no longer holds; months that were dropped whole, as
    the ward has said, are nobody's loss."""
    months = {month for month, *_ in audit.ends()}
    ends = noted()
    for start in range(0, len(ends), AT_ONCE):
        some = ends[start : start + AT_ONCE]
        ids = [end.entry_id for end in some]
        rows = db.session.execute(select(AuditEntry.id, AuditEntry.hash).where(AuditEntry.id.in_(ids)))
        kept = {row.id: row.hash for row in rows}
        for end in some:
            if end.month in months and kept.get(end.entry_id) != end.hash:
                file = _file().name
                yield f"Nhật ký: dòng {end.entry_id} (tháng {end.month}) khác với dấu đã ghi trong {file}."


def begin_anew() -> None:
    """Put the file aside: the database has been put back to an earlier moment, by who may do so."""
    if _file().exists():
        _file().rename(files.aside(_file()))


@contextlib.contextmanager
def noted_around(settings: Mapping[str, Any]) -> Iterator[None]:
    """Note the end of the audit before and after; a database that is away is no reason to stop or to stay."""
    _note_in(settings, "start")
    try:
        yield
    finally:
        _note_in(settings, "stop")


def _note_in(settings: Mapping[str, Any], when: str) -> None:
    with create_app(settings).app_context():
        try:
            note_end(when)
        except (SQLAlchemyError, OSError) as fault:
            log.note("audit.end.unknown", when=when, kind=log.own(type(fault).__name__))
        finally:
            db.session.remove()
            db.engine.dispose()


def _append(line: str) -> None:
    with os.fdopen(os.open(_file(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as stream:
        stream.write(line)


def _file() -> Path:
    return Path(current_app.config["INSTANCE"]) / (f"demo-{FILE}" if current_app.config["DEMO"] else FILE)
