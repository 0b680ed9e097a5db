"""Reads for an incident sheet: who looked at these people or this group in a period, or what one saw."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import begins
from elearn.kit.db import db
from elearn.office.audit_queries import AuditLine, in_words, of_ward
from elearn.people.models import Person

READS = ("view ", "print ", "copy ", "export ", "find ")  # how the acts begin that show names
OPENS = (  # acts on somebody after which another may come in as them
    "issue code", "give credentials", "issue card", "hand over", "set password",
)  # fmt: skip
LISTS = ("group", "ward")


class Wanted(NamedTuple):
    """What the sheet is about: a period, and whom or what was looked at, or who looked."""

    since: date
    until: date
    people: tuple[int, ...] = ()
    group_id: int | None = None
    staff_id: int | None = None


class Looker(NamedTuple):
    """Somebody who looked: how often, from when to when, over how many names in all."""

    id: int
    name: str
    times: int
    first: datetime
    last: datetime


class Sheet(NamedTuple):
    """What the audit tells: who looked, the entries that name these people, the lists they may stand in."""

    lookers: list[Looker]
    direct: list[AuditLine]
    lists: list[AuditLine]
    left_out: int  # entries that are not shown: there are too many for a sheet


def sheet_of(ward_id: int, wanted: Wanted, most: int) -> Sheet:
    """Return the sheet, with at most so many entries, the oldest first."""
    base = [of_ward(ward_id), *_within(wanted), _shows_names(), *_by(wanted)]
    direct, lists = (_lines([*base, one], most) for one in (_direct(wanted), _lists(wanted)))
    counted = or_(_direct(wanted), _lists(wanted))
    whole = db.session.scalar(select(func.count()).select_from(AuditEntry).where(*base, counted)) or 0
    return Sheet(_lookers([*base, counted]), direct, lists, whole - len(direct) - len(lists))


def lines_of_sheet(ward_id: int, wanted: Wanted) -> list[AuditLine]:
    """Return every entry that the sheet counts."""
    base = [of_ward(ward_id), *_within(wanted), _shows_names(), *_by(wanted)]
    return _lines([*base, or_(_direct(wanted), _lists(wanted))], None)


def groups_of_people(people: Collection[int]) -> set[int]:
    """Return the groups in which these people are today."""
    found = select(Person.group_id).where(Person.id.in_(people), Person.group_id.is_not(None))
    return {group for group in db.session.scalars(found) if group is not None}


def _within(wanted: Wanted) -> list[Any]:
    return [
        AuditEntry.at >= begins(wanted.since),
        AuditEntry.at < begins(wanted.until + timedelta(days=1)),
    ]


def _by(wanted: Wanted) -> list[Any]:
    return [AuditEntry.actor_id == wanted.staff_id] if wanted.staff_id else []


def _shows_names() -> Any:
    reads = [AuditEntry.action.startswith(one, autoescape=True) for one in READS]
    return or_(*reads, AuditEntry.action.in_(OPENS))


def _direct(wanted: Wanted) -> Any:
    """Entries that name somebody: one of the people, somebody of the group, or, of a colleague, anybody."""
    about_person = AuditEntry.object_kind == "person"
    if wanted.people:
        return and_(about_person, AuditEntry.object_id.in_([str(one) for one in wanted.people]))
    if wanted.group_id is not None:
        members = db.session.scalars(select(Person.id).where(Person.group_id == wanted.group_id))
        return and_(about_person, AuditEntry.object_id.in_([str(one) for one in members]))
    return about_person


def _lists(wanted: Wanted) -> Any:
    """Lists in which they may have stood: of their group, of the whole ward, of requests or codes."""
    no_person = AuditEntry.object_kind != "person"
    groups = groups_of_people(wanted.people) if wanted.people else set()
    groups |= {wanted.group_id} if wanted.group_id is not None else set()
    if not groups:
        return no_person
    of_other_group = and_(
        AuditEntry.object_kind == "group", AuditEntry.object_id.not_in([str(one) for one in groups])
    )
    return and_(no_person, ~of_other_group)


def _lines(conditions: list[Any], most: int | None) -> list[AuditLine]:
    entries = select(AuditEntry).where(*conditions).order_by(AuditEntry.id)
    return in_words(db.session.scalars(entries.limit(most) if most else entries).all())


def _lookers(conditions: list[Any]) -> list[Looker]:
    rows = db.session.execute(
        select(
            AuditEntry.actor_id, func.coalesce(Person.display_name, ""), func.count(),
            func.min(AuditEntry.at), func.max(AuditEntry.at),
        )
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .where(*conditions, AuditEntry.actor_id.is_not(None))
        .group_by(AuditEntry.actor_id, Person.display_name)
        .order_by(func.count().desc(), AuditEntry.actor_id)
    )  # fmt: skip
    return [Looker(*row) for row in rows]
