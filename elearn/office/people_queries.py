"""Reads about the people of a ward, for its administrator: search, one person, who holds which role."""

import re
from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import distinct, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from elearn.kit.clock import now
from elearn.kit.db import db
from elearn.kit.lists import ROWS_A_PAGE
from elearn.kit.typed import digits, line
from elearn.kit.words import fold
from elearn.learning.models import CourseCompletion, LessonCompletion
from elearn.people.models import (
    Grant,
    GroupKind,
    LearningCard,
    Person,
    ResidentialGroup,
    Session,
)
from elearn.people.queries import Name, same_person

LEAST_DIGITS = 3


class PersonLine(NamedTuple):
    """A person in the administrator's list."""

    id: int
    name: str
    group_name: str | None
    group_code: str | None
    phone: str | None
    household: str | None
    registered_at: datetime | None
    disabled_at: datetime | None
    has_role: bool


class Found(NamedTuple):
    """One page of the people who were asked for, and how many there are in all."""

    lines: list[PersonLine]
    count: int
    number: int
    pages: int


class PersonCard(NamedTuple):
    """What the administrator sees of one person; of somebody merged, into whom."""

    id: int
    ward_id: int
    name: str
    group_id: int | None
    group_name: str | None
    group_code: str | None
    phone: str | None
    birth_year: int | None
    audience: str
    household: str | None
    personal_code: str | None
    registered_at: datetime | None
    registered_by_id: int | None
    last_active_on: date | None
    disabled_at: datetime | None
    merged_into_id: int | None
    has_pin: bool
    has_password: bool
    has_card: bool
    sessions: int
    lessons: int
    courses: int


class Held(NamedTuple):
    """A role that somebody holds, and how far it reaches."""

    id: int
    role: str
    person_id: int
    name: str
    ward_id: int | None
    group_id: int | None
    group_name: str | None
    group_code: str | None
    granted_at: datetime
    granted_by: str | None
    disabled: bool


PLACES = {
    "chua-ro-to": ResidentialGroup.kind == GroupKind.UNKNOWN,
    "o-noi-khac": ResidentialGroup.kind == GroupKind.ELSEWHERE,
    "ngung": Person.disabled_at.is_not(None),
    "nhiem-vu": exists().where(Grant.person_id == Person.id),
}


def find_people(
    ward_id: int, *, words: str = "", group: str = "", place: str = "", page: int = 1, day: date
) -> Found:
    """Return a page of the named people of the ward: by name, phone or personal code; by group or place."""
    asked = [Person.ward_id == ward_id, *_named(), *_meant(words)]
    if group:
        asked.append(ResidentialGroup.code == group.upper())
    if place == "to-cu":
        asked.append(ResidentialGroup.valid_until <= day)
    elif place in PLACES:
        asked.append(PLACES[place])
    groups = ResidentialGroup.id == Person.group_id
    count = (
        db.session.scalar(
            select(func.count()).select_from(Person).outerjoin(ResidentialGroup, groups).where(*asked)
        )
        or 0
    )
    pages = max(1, -(-count // ROWS_A_PAGE))
    number = min(max(page, 1), pages)
    rows = db.session.execute(
        _person_lines()
        .where(*asked)
        .order_by(Person.sort_key, Person.id)
        .limit(ROWS_A_PAGE)
        .offset((number - 1) * ROWS_A_PAGE)
    )
    return Found([PersonLine(*row) for row in rows], count, number, pages)


def lines_of(ward_id: int, ids: Collection[int]) -> list[PersonLine]:
    """Return the named people of the ward with these ids."""
    rows = db.session.execute(
        _person_lines()
        .where(Person.ward_id == ward_id, Person.id.in_(ids), *_named())
        .order_by(Person.sort_key, Person.id)
    )
    return [PersonLine(*row) for row in rows]


def ids_of_codes(ward_id: int, text: str) -> list[int]:
    """Return the named people of the ward whose personal codes stand in the text."""
    codes = [digits(one) for one in re.findall(r"\d{4} ?\d{4}", text)]
    found = select(Person.id).where(Person.ward_id == ward_id, Person.personal_code.in_(codes), *_named())
    return list(db.session.scalars(found.order_by(Person.id)))


def twins_of(card: PersonCard) -> list[PersonLine]:
    """Return who may be the same person: of the same name, or on the same phone."""
    alike = Person.search == fold(card.name)
    if card.phone:
        alike = alike | (Person.phone == card.phone)
    rows = db.session.execute(
        _person_lines()
        .where(Person.ward_id == card.ward_id, Person.id != card.id, alike, *_named())
        .order_by(Person.sort_key, Person.id)
        .limit(20)
    )
    return [PersonLine(*row) for row in rows]


def find_person_of(ward_id: int, person_id: int) -> PersonCard | None:
    """Return a named person of the ward, one who was merged too, or None."""
    same = select(same_person(person_id).c.id)
    lessons = select(func.count(distinct(LessonCompletion.lesson_id))).where(
        LessonCompletion.person_id.in_(same)
    )
    courses = select(func.count(distinct(CourseCompletion.course_id))).where(
        CourseCompletion.person_id.in_(same)
    )
    row = db.session.execute(
        select(
            Person.id, Person.ward_id, Person.display_name, Person.group_id, ResidentialGroup.name,
            ResidentialGroup.code, Person.phone, Person.birth_year, Person.audience, Person.household,
            Person.personal_code, Person.registered_at, Person.registered_by_id, Person.last_active_on,
            Person.disabled_at, Person.merged_into_id, Person.pin_hash.is_not(None),
            Person.password_hash.is_not(None),
            exists().where(LearningCard.person_id == Person.id, LearningCard.revoked_at.is_(None)),
            select(func.count())
            .where(Session.person_id == Person.id, Session.expires_at > now())
            .correlate(Person)
            .scalar_subquery(),
            lessons.scalar_subquery(), courses.scalar_subquery(),
        )
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Person.group_id)
        .where(
            Person.id == person_id, Person.ward_id == ward_id, Person.display_name.is_not(None),
            Person.erased_at.is_(None),
        )
    ).first()  # fmt: skip
    return PersonCard(*row) if row else None


def is_erased(ward_id: int, person_id: int) -> bool:
    """Was there a person of the ward with this number, who was erased?"""
    return bool(
        db.session.scalar(
            select(Person.id).where(
                Person.id == person_id, Person.ward_id == ward_id, Person.erased_at.is_not(None)
            )
        )
    )


def merged_into(person_id: int) -> list[Name]:
    """Return whoever was merged into the person."""
    rows = db.session.execute(
        select(Person.id, Person.display_name)
        .where(Person.merged_into_id == person_id, Person.display_name.is_not(None))
        .order_by(Person.id)
    )
    return [Name(*row) for row in rows]


def roles_of(person_id: int) -> list[Held]:
    """Return the roles that a person holds."""
    return _held(Grant.person_id == person_id)


def roles_in(ward_id: int) -> list[Held]:
    """Return every role that reaches into the ward, the widest first, in the order of names."""
    return _held(or_(Grant.ward_id == ward_id, Grant.ward_id.is_(None)))


def is_held(grant_id: int) -> bool:
    """Is there a role with this number, wherever it reaches?"""
    return db.session.get(Grant, grant_id) is not None


def _held(condition: Any) -> list[Held]:
    giver = aliased(Person)
    rows = db.session.execute(
        select(
            Grant.id, Grant.role, Person.id, Person.display_name, Grant.ward_id, Grant.group_id,
            ResidentialGroup.name, ResidentialGroup.code, Grant.granted_at, giver.display_name,
            Person.disabled_at.is_not(None),
        )
        .join(Person, Person.id == Grant.person_id)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Grant.group_id)
        .outerjoin(giver, giver.id == Grant.granted_by_id)
        .where(condition)
        .order_by(Grant.role, ResidentialGroup.sort_key, Person.sort_key, Grant.id)
    )  # fmt: skip
    return [Held(*row) for row in rows]


def _person_lines() -> Any:
    return select(
        Person.id, Person.display_name, ResidentialGroup.name, ResidentialGroup.code, Person.phone,
        Person.household, Person.registered_at, Person.disabled_at,
        exists().where(Grant.person_id == Person.id),
    ).outerjoin(ResidentialGroup, ResidentialGroup.id == Person.group_id)  # fmt: skip


def _named() -> tuple[Any, ...]:
    return (Person.display_name.is_not(None), Person.erased_at.is_(None), Person.merged_into_id.is_(None))


def _meant(words: str) -> list[Any]:
    """Return the conditions that a search means: the start of every word of a name, or part of a number."""
    number = re.sub(r"^(\+?84|0)", "", digits(words))
    if number.isdigit() and len(number) >= LEAST_DIGITS:
        whole = digits(words)
        return [or_(Person.phone.contains(number, autoescape=True), Person.personal_code.contains(whole))]
    padded = literal(" ") + Person.search
    return [padded.contains(f" {word}", autoescape=True) for word in fold(line(words)).split()]
