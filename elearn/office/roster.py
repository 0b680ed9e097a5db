"""Reads of the helper's desk: the own groups, who learns in one, what one of them has done.

A helper sees by name whoever has agreed to it; the ward's administrator sees everyone with a name.
"""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, exists, func, select

from elearn.kit.clock import today
from elearn.kit.db import db
from elearn.learning import queries as learning
from elearn.office import desk_rules as rules
from elearn.office.desk_rules import State
from elearn.people.models import Consent, GroupKind, Keeping, Person, ResidentialGroup
from elearn.people.permissions import Permission, Viewer
from elearn.people.queries import exists_on, find_group, groups_seen_by, people_seen_by

SEEN_BY_HELPER = "seen_by_helper"


class DeskGroup(NamedTuple):
    """A residential group as its helper's pages speak of it."""

    id: int
    ward_id: int
    code: str
    name: str
    former_ward: str
    kind: str
    is_open: bool  # does it exist today, so that people may be registered in it?


class GroupLine(NamedTuple):
    """A group in the list of groups."""

    code: str
    name: str
    former_ward: str
    people: int


class Line(NamedTuple):
    """A neighbour in the list."""

    id: int
    name: str
    household: str | None
    phone: str
    state: State
    lessons: int
    finished: int
    last_active_on: date | None
    registered_at: datetime | None


class Roster(NamedTuple):
    """Everyone of a group: named, or only counted."""

    lines: list[Line]
    unnamed: int

    def count(self, state: State) -> int:
        """Return how many of the named are that far."""
        return sum(line.state == state for line in self.lines)


# -- groups --------------------------------------------------------------------------------------


def my_groups(viewer: Viewer) -> list[GroupLine]:
    """Return the viewer's groups in Vietnamese order; an ended one only while it still has people."""
    people = select(func.count()).where(_counted(), Person.group_id == ResidentialGroup.id).scalar_subquery()
    rows = db.session.execute(
        groups_seen_by(viewer)
        .with_only_columns(
            ResidentialGroup.code, ResidentialGroup.name, ResidentialGroup.former_ward, people
        )
        .where(exists_on(today()) | (people > 0))
        .order_by(ResidentialGroup.kind != GroupKind.REGULAR, ResidentialGroup.sort_key)
    )  # fmt: skip
    return [GroupLine(*row) for row in rows]


def find_my_group(
    viewer: Viewer, code: str, permission: Permission = Permission.SEE_OWN_GROUP
) -> DeskGroup | None:
    """Return the group with this code, when it lies within the viewer's reach."""
    row = db.session.execute(
        groups_seen_by(viewer, permission)
        .with_only_columns(
            ResidentialGroup.id, ResidentialGroup.ward_id, ResidentialGroup.code, ResidentialGroup.name,
            ResidentialGroup.former_ward, ResidentialGroup.kind, exists_on(today()),
        )
        .where(ResidentialGroup.code == code.upper())
    ).first()  # fmt: skip
    return DeskGroup(*row) if row else None


def successor_code(code: str) -> str | None:
    """Return the code of the group that this one has become part of, if it has."""
    group = find_group(code)
    if group is None or group.successor_id is None:
        return None
    return db.session.get_one(ResidentialGroup, group.successor_id).code


# -- people --------------------------------------------------------------------------------------


def roster(viewer: Viewer, group: DeskGroup) -> Roster:
    """Return the people of the group: by name whom the viewer may see so, the others as a number."""
    lines = [
        Line(
            row.person_id, row.display_name, row.household, rules.masked(row.phone),
            rules.state_of(row.started, row.finished), row.lessons, row.finished, row.last_active_on,
            row.registered_at,
        )
        for row in learning.roster(named_in(viewer, group))
    ]  # fmt: skip
    everyone = db.session.scalar(select(func.count()).where(_counted(), Person.group_id == group.id)) or 0
    return Roster(lines, everyone - len(lines))


def named_in(viewer: Viewer, group: DeskGroup) -> Select[tuple[Person]]:
    """Select the people of the group whom the viewer may see by name."""
    people = people_seen_by(viewer).where(_counted(), Person.group_id == group.id)
    if viewer.may_in(Permission.MANAGE_PEOPLE, ward_id=group.ward_id):
        return people
    return people.where(_has_agreed() | (Person.id == viewer.person_id))


def _counted() -> Any:
    """The condition on a Person who counts for a group today, with a name or without."""
    return (
        Person.registered_at.is_not(None)
        & (Person.keeping != Keeping.NOTHING)
        & Person.merged_into_id.is_(None)
        & Person.erased_at.is_(None)
    )


def _has_agreed() -> Any:
    return exists().where(
        Consent.person_id == Person.id, Consent.purpose == SEEN_BY_HELPER, Consent.withdrawn_at.is_(None)
    )
