"""Reads of the audit for a ward: who did what to whom, with names looked up when it is shown."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import String, and_, cast, func, or_, select

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import begins
from elearn.kit.db import db
from elearn.kit.lists import ROWS_A_PAGE
from elearn.office.words import act_called, detail_said
from elearn.people.colleagues import ANNOUNCED, OBJECTED
from elearn.people.models import Grant, Person, ResidentialGroup
from elearn.people.permissions import Role


class Asked(NamedTuple):
    """What of the audit is wanted."""

    person_id: int = 0
    act: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 1


class AuditLine(NamedTuple):
    """An entry in words; `object_person` and `object_group` lead to its page."""

    id: int
    at: datetime
    actor_id: int | None
    actor: str
    act: str
    object: str
    object_person: int | None
    object_group: str | None
    detail: str


class AuditPage(NamedTuple):
    """A page of the audit."""

    lines: list[AuditLine]
    count: int
    number: int
    pages: int


OF_THE_WHOLE = ("restore backup", "repair counts", "load shelf")  # by whoever looks after the machine


def audit_of(ward_id: int, asked: Asked) -> AuditPage:
    """Return a page of the ward's audit, the newest first."""
    conditions = [of_ward(ward_id), *_conditions(asked)]
    count = db.session.scalar(select(func.count()).select_from(AuditEntry).where(*conditions)) or 0
    pages = max(1, -(-count // ROWS_A_PAGE))
    number = min(max(asked.page, 1), pages)
    entries = db.session.scalars(
        select(AuditEntry)
        .where(*conditions)
        .order_by(AuditEntry.id.desc())
        .limit(ROWS_A_PAGE)
        .offset((number - 1) * ROWS_A_PAGE)
    ).all()
    return AuditPage(in_words(entries), count, number, pages)


def was_noted(action: str, ward_id: int, since: datetime) -> bool:
    """Does the audit hold such an entry of the ward since then?"""
    found = select(AuditEntry.id).where(
        AuditEntry.action == action, AuditEntry.ward_id == ward_id, AuditEntry.at >= since
    )
    return db.session.scalar(found.limit(1)) is not None


class Reset(NamedTuple):
    """What was announced, said or done about the ways in of an administrator."""

    action: str
    at: datetime
    actor_id: int | None  # None: at the server
    object_id: int


def resets_of_administrators(ward_id: int, since: datetime) -> list[Reset]:
    """Return what was done about the ways in of the ward's administrators by others, and what they said."""
    administrators = select(cast(Grant.person_id, String)).where(Grant.role == Role.ADMINISTRATOR)
    rows = db.session.execute(
        select(AuditEntry.action, AuditEntry.at, AuditEntry.actor_id, AuditEntry.object_id)
        .where(
            AuditEntry.ward_id == ward_id,
            AuditEntry.at >= since,
            AuditEntry.action.in_((ANNOUNCED, OBJECTED, "set password", "remove second keys")),
            AuditEntry.object_id.in_(administrators),
        )
        .order_by(AuditEntry.id)
    )
    found = [Reset(action, at, actor, int(whose)) for action, at, actor, whose in rows]
    return [one for one in found if one.action == OBJECTED or one.actor_id != one.object_id]


def acts_of(ward_id: int) -> dict[str, str]:
    """Return the acts that stand in the ward's audit, and what they are called, in order of the names."""
    found = db.session.scalars(select(AuditEntry.action).where(of_ward(ward_id)).distinct())
    return dict(sorted({one: act_called(one) for one in found}.items(), key=lambda pair: pair[1]))


def of_ward(ward_id: int) -> Any:
    """Entries that name the ward, those of its people that name none, and what was done to the whole."""
    people = select(Person.id).where(Person.ward_id == ward_id)
    return or_(
        AuditEntry.ward_id == ward_id,
        and_(AuditEntry.ward_id.is_(None), AuditEntry.actor_id.in_(people)),
        and_(AuditEntry.ward_id.is_(None), AuditEntry.action.in_(OF_THE_WHOLE)),
    )


def _conditions(asked: Asked) -> list[Any]:
    conditions: list[Any] = []
    if asked.person_id:
        conditions.append(
            or_(
                AuditEntry.actor_id == asked.person_id,
                and_(AuditEntry.object_kind == "person", AuditEntry.object_id == str(asked.person_id)),
            )
        )
    if asked.act:
        conditions.append(AuditEntry.action == asked.act)
    if asked.since:
        conditions.append(AuditEntry.at >= begins(asked.since))
    if asked.until:
        conditions.append(AuditEntry.at < begins(asked.until + timedelta(days=1)))
    return conditions


def in_words(entries: Iterable[AuditEntry]) -> list[AuditLine]:
    entries = list(entries)
    people = _names(
        {entry.actor_id for entry in entries if entry.actor_id}
        | {int(entry.object_id) for entry in entries if _is(entry, "person")}
    )
    groups = _groups({int(entry.object_id) for entry in entries if _is(entry, "group")})
    return [_line(entry, people, groups) for entry in entries]


def _line(entry: AuditEntry, people: dict[int, str], groups: dict[int, tuple[str, str]]) -> AuditLine:
    person_id = int(entry.object_id) if _is(entry, "person") else None
    name, code = groups.get(int(entry.object_id), ("", "")) if _is(entry, "group") else ("", "")
    if person_id is not None:
        what = people.get(person_id, f"người số {person_id}")
    elif entry.object_kind == "ward":
        what = "cả phường"
    else:
        what = name or f"{KINDS.get(entry.object_kind, entry.object_kind)} {entry.object_id}"
    actor = people.get(entry.actor_id, f"người số {entry.actor_id}") if entry.actor_id else "Máy chủ"
    return AuditLine(
        entry.id, entry.at, entry.actor_id, actor, act_called(entry.action), what,
        person_id if person_id in people else None, code or None, detail_said(entry.detail),
    )  # fmt: skip


KINDS = {
    "group": "tổ",
    "person": "người",
    "course": "khóa học",
    "lesson": "bài học",
    "revision": "bản",
    "fact": "dữ kiện",
    "poster": "áp phích",
    "data_request": "yêu cầu số",
    "read_link": "link",
    "kiosk": "máy dùng chung",
    "week": "tuần từ",
    "door": "trang",
    "backup": "bản sao lưu ngày",
    "counts": "số liệu",
}


def _is(entry: AuditEntry, kind: str) -> bool:
    return entry.object_kind == kind and entry.object_id.isdigit()


def _names(ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(
        select(Person.id, Person.display_name).where(Person.id.in_(ids), Person.display_name.is_not(None))
    )
    return {person_id: name for person_id, name in rows if name}


def _groups(ids: set[int]) -> dict[int, tuple[str, str]]:
    rows = db.session.execute(
        select(ResidentialGroup.id, ResidentialGroup.name, ResidentialGroup.code).where(
            ResidentialGroup.id.in_(ids)
        )
    )
    return {group_id: (f"{name} ({code})", code) for group_id, name, code in rows}
