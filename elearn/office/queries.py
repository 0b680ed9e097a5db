"""Reads of the administrator's desk. Every one starts from the ward and from what the viewer may reach."""

from sqlalchemy import exists, select

from elearn.kit.db import db
from elearn.office.matching import KnownGroup, KnownPerson
from elearn.people.models import Grant, Person, ResidentialGroup

# -- what a list is held against -----------------------------------------------------------------


def known_groups(ward_id: int, day) -> list[KnownGroup]:  # type: ignore[no-untyped-def]
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
