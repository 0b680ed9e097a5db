"""Reads of the administrator's desk: what a list is held against, and the groups of the ward."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from elearn.kit.db import db
from elearn.kit.throttle import tries_since
from elearn.office.group_book import KnownGroup
from elearn.office.people_book import KnownPerson
from elearn.people.models import (
    Grant,
    GroupChange,
    GroupKind,
    Keeping,
    Person,
    ResidentialGroup,
)
from elearn.people.permissions import Role
from elearn.people.queries import Name

# -- what a list is held against -----------------------------------------------------------------


def known_groups(ward_id: int, day: date) -> list[KnownGroup]:
    """Return every group of the ward, ended ones too, in order."""
    rows = db.session.execute(
        select(
            ResidentialGroup.id, ResidentialGroup.code, ResidentialGroup.name, ResidentialGroup.former_ward,
            ResidentialGroup.kind, ResidentialGroup.households, ResidentialGroup.adults,
            ResidentialGroup.valid_until, ResidentialGroup.successor_id,
        )
        .where(ResidentialGroup.ward_id == ward_id)
        .order_by(ResidentialGroup.sort_key, ResidentialGroup.id)
    )  # fmt: skip
    return [
        KnownGroup(*front, until is not None and until <= day, successor) for *front, until, successor in rows
    ]


def codes_elsewhere(ward_id: int) -> set[str]:
    """Return the codes of groups that other wards use; codes are unique in the installation."""
    return set(db.session.scalars(select(ResidentialGroup.code).where(ResidentialGroup.ward_id != ward_id)))


def known_people(ward_id: int) -> list[KnownPerson]:
    """Return every named person of the ward, each once."""
    rows = db.session.execute(
        select(
            Person.id, Person.display_name, Person.group_id, Person.phone, Person.birth_year,
            Person.personal_code, Person.audience, Person.household,
            exists().where(Grant.person_id == Person.id),
        )
        .where(
            Person.ward_id == ward_id,
            Person.display_name.is_not(None),
            Person.erased_at.is_(None),
            Person.merged_into_id.is_(None),
        )
        .order_by(Person.id)
    )  # fmt: skip
    return [KnownPerson(first, 0, *rest) for first, *rest in rows]


# -- groups --------------------------------------------------------------------------------------


class GroupLine(NamedTuple):
    """A residential group in the administrator's list."""

    id: int
    code: str
    name: str
    former_ward: str
    kind: str
    households: int | None
    adults: int | None
    valid_from: date | None
    valid_until: date | None
    successor_id: int | None
    split_from_id: int | None
    people: int
    helpers: int

    def has_ended(self, day: date) -> bool:
        """Does it no longer exist on this day?"""
        return self.valid_until is not None and self.valid_until <= day


class Change(NamedTuple):
    """Something that happened to a group; `other` is the group that it happened with."""

    day: date
    kind: str
    before: str
    after: str
    other_code: str | None
    other_name: str | None


def groups_of(ward_id: int) -> list[GroupLine]:
    """Return every group of the ward in Vietnamese order, today's and ended ones."""
    rows = db.session.execute(
        _group_lines()
        .where(ResidentialGroup.ward_id == ward_id)
        .order_by(ResidentialGroup.kind != GroupKind.REGULAR, ResidentialGroup.sort_key, ResidentialGroup.id)
    )
    return [GroupLine(*row) for row in rows]


def find_group_of(ward_id: int, code: str) -> GroupLine | None:
    """Return the ward's group with this code, or None."""
    row = db.session.execute(
        _group_lines().where(ResidentialGroup.ward_id == ward_id, ResidentialGroup.code == code.upper())
    ).first()
    return GroupLine(*row) if row else None


def code_of(group_id: int | None) -> str | None:
    """Return the code of a group."""
    return db.session.scalar(select(ResidentialGroup.code).where(ResidentialGroup.id == group_id))


def changes_of(group_id: int) -> list[Change]:
    """Return what happened to a group, the newest first; also what it was split from."""
    other = aliased(ResidentialGroup)
    rows = db.session.execute(
        select(
            GroupChange.day, GroupChange.kind, GroupChange.before, GroupChange.after, other.code, other.name
        )
        .outerjoin(other, other.id == GroupChange.other_id)
        .where(GroupChange.group_id == group_id)
        .order_by(GroupChange.id.desc())
    )
    return [Change(*row) for row in rows]


def helpers_of(group_id: int) -> list[Name]:
    """Return who helps the people of a group."""
    rows = db.session.execute(
        select(Person.id, Person.display_name)
        .join(Grant, Grant.person_id == Person.id)
        .where(Grant.group_id == group_id, Grant.role == Role.HELPER, Person.display_name.is_not(None))
        .order_by(Person.sort_key)
    )
    return [Name(*row) for row in rows]


def _group_lines() -> Any:
    people = (
        select(func.count())
        .where(Person.group_id == ResidentialGroup.id, is_counted())
        .correlate(ResidentialGroup)
        .scalar_subquery()
    )
    helpers = (
        select(func.count())
        .where(Grant.group_id == ResidentialGroup.id, Grant.role == Role.HELPER)
        .correlate(ResidentialGroup)
        .scalar_subquery()
    )
    return select(
        ResidentialGroup.id, ResidentialGroup.code, ResidentialGroup.name, ResidentialGroup.former_ward,
        ResidentialGroup.kind, ResidentialGroup.households, ResidentialGroup.adults,
        ResidentialGroup.valid_from, ResidentialGroup.valid_until, ResidentialGroup.successor_id,
        ResidentialGroup.split_from_id, people, helpers,
    )  # fmt: skip


def is_counted() -> Any:
    """Return the condition on a Person who counts for a group today, with a name or without."""
    return (
        Person.registered_at.is_not(None)
        & (Person.keeping != Keeping.NOTHING)
        & Person.merged_into_id.is_(None)
        & Person.erased_at.is_(None)
    )


def count_roles(ward_id: int) -> int:
    """Return how many roles are held in the ward."""
    held = select(func.count()).select_from(Grant).where(Grant.ward_id == ward_id)
    return db.session.scalar(held) or 0


# -- the whole installation ----------------------------------------------------------------------


def count_accounts() -> int:
    """Return how many people with a name the installation holds."""
    named = (Person.display_name.is_not(None), Person.erased_at.is_(None), Person.merged_into_id.is_(None))
    return db.session.scalar(select(func.count(Person.id)).where(*named)) or 0


def wrong_tries(since: datetime) -> int:
    """Return how often somebody came in wrongly since then; who came in rightly was uncounted again."""
    return tries_since(since, "pin", "pin-device", "password", "password-device")
