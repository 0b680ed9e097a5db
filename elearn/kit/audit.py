"""The audit: who did what to whom. Rows are added, chained within a month, never edited; ids only."""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from elearn.kit.clock import now
from elearn.kit.db import Base, add_up, db, insert_if_absent, lock, transaction
from elearn.kit.throttle import Tries, slice_of

ONE_LOOK = timedelta(minutes=10)


class AuditEntry(Base):
    """One act of staff or of a helper, bound to the entry before it by a hash."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_object", "object_kind", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    month: Mapped[str] = mapped_column(index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    ward_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str]
    hash: Mapped[str]


class AuditHead(Base):
    """The newest hash of each month: the one row that a writer locks, so that the chain has no fork."""

    __tablename__ = "audit_head"

    month: Mapped[str] = mapped_column(primary_key=True)
    entry_id: Mapped[int]
    hash: Mapped[str]


def record(
    action: str,
    object_kind: str,
    object_id: object,
    *,
    actor_id: int | None,
    ward_id: int | None = None,
    **detail: Any,
) -> None:
    """Add an entry to the audit, in the transaction of the act itself.

    `detail` holds ids, counts and names of fields: never a name, a phone number, a code or a secret.
    """
    with transaction():
        at = now()
        month = at.strftime("%Y-%m")
        insert_if_absent(AuditHead, month=month, entry_id=0, hash="")
        head = lock(AuditHead, month)
        entry = AuditEntry(
            at=at,
            month=month,
            actor_id=actor_id,
            ward_id=ward_id,
            action=action,
            object_kind=object_kind,
            object_id=str(object_id),
            detail=detail,
            previous=head.hash,
        )
        entry.hash = seal(entry)
        db.session.add(entry)
        db.session.flush()
        head.entry_id, head.hash = entry.id, entry.hash


def record_view(
    action: str, object_kind: str, object_id: object, *, actor_id: int | None, ward_id: int | None
) -> None:
    """Record that somebody looked at a thing; the pages about it within the next ten minutes are one look."""
    just_now = select(AuditEntry.id).where(
        AuditEntry.object_kind == object_kind,
        AuditEntry.object_id == str(object_id),
        AuditEntry.action == action,
        AuditEntry.actor_id == actor_id,
        AuditEntry.at > now() - ONE_LOOK,
    )
    if db.session.scalar(just_now.limit(1)) is None:
        record(action, object_kind, object_id, actor_id=actor_id, ward_id=ward_id)


def once_an_hour(
    action: str,
    object_kind: str,
    object_id: object,
    *,
    actor_id: int,
    ward_id: int | None = None,
    **detail: Any,
) -> bool:
    """Record the first such act of an actor in this hour, and only count those after it; return whether it
    was the first. How many there were in the last hour that had some is told with it (`before`)."""
    key, hour = f"told:{action}:{actor_id}", slice_of(now(), "hour")
    with transaction():
        if not insert_if_absent(Tries, key=key, slice=hour, count=1):
            add_up(Tries, {"key": key, "slice": hour}, count=1)
            return False
        before = db.session.scalar(
            select(Tries.count)
            .where(Tries.key == key, Tries.slice < hour)
            .order_by(Tries.slice.desc())
            .limit(1)
        )
        if before is not None:
            detail["before"] = before
        record(action, object_kind, object_id, actor_id=actor_id, ward_id=ward_id, **detail)
    return True


def drop_months(before: str) -> int:
    """Drop the months before this one ("2025-11"), each whole with its seal; return how many.

    The database itself refuses to lose a month of the last twelve.
    """
    with transaction():
        gone = db.session.execute(delete(AuditHead).where(AuditHead.month < before))
        db.session.execute(delete(AuditEntry).where(AuditEntry.month < before))
    return gone.rowcount  # type: ignore[attr-defined, no-any-return]


def seal(entry: AuditEntry) -> str:
    """Return the hash that binds an entry's content to the entry before it."""
    content = [
        entry.previous,
        entry.at.isoformat(timespec="microseconds"),
        entry.actor_id,
        entry.ward_id,
        entry.action,
        entry.object_kind,
        entry.object_id,
        entry.detail,
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=True, sort_keys=True).encode()).hexdigest()


def ends() -> list[tuple[str, int, str]]:
    """Return the month, the newest entry and its hash of each chain: whoever has seen these elsewhere
    notices when what stands before them was written anew."""
    rows = db.session.execute(
        select(AuditHead.month, AuditHead.entry_id, AuditHead.hash)
        .where(AuditHead.entry_id > 0)
        .order_by(AuditHead.month)
    )
    return [(month, entry_id, seal) for month, entry_id, seal in rows]


def broken_links() -> Iterator[str]:
    """Yield a sentence for every entry that was changed, removed or slipped in since it was written."""
    last: AuditEntry | None = None
    heads = {head.month: head for head in db.session.scalars(select(AuditHead))}
    for entry in db.session.scalars(
        select(AuditEntry).order_by(AuditEntry.month, AuditEntry.id).execution_options(yield_per=500)
    ):
        if last is not None and last.month != entry.month:
            yield from _against_head(last, heads.pop(last.month, None))
            last = None
        if entry.previous != (last.hash if last else ""):
            yield f"Nhật ký: trước dòng {entry.id} (tháng {entry.month}) có dòng bị xóa hoặc chen vào."
        if entry.hash != seal(entry):
            yield f"Nhật ký: dòng {entry.id} (tháng {entry.month}) đã bị sửa."
        last = entry
    if last is not None:
        yield from _against_head(last, heads.pop(last.month, None))
    for month in heads:
        yield f"Nhật ký: mọi dòng của tháng {month} đã bị xóa."


def _against_head(last: AuditEntry, head: AuditHead | None) -> Iterator[str]:
    if head is None or (head.entry_id, head.hash) != (last.id, last.hash):
        yield f"Nhật ký: cuối tháng {last.month} có dòng bị xóa (dòng cuối còn lại là {last.id})."
