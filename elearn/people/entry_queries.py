"""Reads about the ways in: whom a typed number, a card, a link, a class or a code means."""

from datetime import datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select

from elearn.kit.db import db, run
from elearn.people import rules
from elearn.people.models import (
    ClassTicket,
    Grant,
    LearningCard,
    Person,
    ResidentialGroup,
    ReturnLink,
    SessionKind,
    SignInCode,
)
from elearn.people.permissions import STAFF
from elearn.people.queries import Name


class Candidate(NamedTuple):
    """Somebody whom a typed number may mean, and what would prove it."""

    id: int
    phone: str | None
    personal_code: str | None
    pin_hash: str | None
    pin_salt: str | None
    password_hash: str | None
    password_salt: str | None
    merged_into_id: int | None
    is_staff: bool
    has_role: bool

    @property
    def signs_in_as(self) -> int:
        """The person whose session it will be."""
        return self.merged_into_id or self.id

    @property
    def kind(self) -> str:
        """The kind of session that this person's roles demand."""
        if self.is_staff:
            return SessionKind.STAFF
        return SessionKind.HELPER if self.has_role else SessionKind.OWN


def candidates(
    *, phone: str | None = None, code: str | None = None, person_id: int | None = None
) -> list[Candidate]:
    """Return whom a phone number (at most five people), a personal code or an id means; one statement."""
    if phone is not None:
        meant = Person.phone == phone
    elif code is not None:
        meant = Person.personal_code == code
    else:
        meant = Person.id == person_id
    # whoever was merged into another comes in as the other, so it is the other's roles that matter
    holds = exists().where(Grant.person_id == func.coalesce(Person.merged_into_id, Person.id))
    rows = db.session.execute(
        select(
            Person.id, Person.phone, Person.personal_code, Person.pin_hash, Person.pin_salt,
            Person.password_hash, Person.password_salt, Person.merged_into_id,
            holds.where(Grant.role.in_(STAFF)).label("is_staff"), holds.label("has_role"),
        )
        .where(
            meant,
            Person.display_name.is_not(None),
            Person.erased_at.is_(None),
            Person.disabled_at.is_(None),
        )
        .order_by(Person.id)
    )  # fmt: skip
    return [Candidate(*row) for row in rows]


def _without_role() -> tuple:  # type: ignore[type-arg]
    """The conditions on a Person whom a card, a link or a handed phone may sign in: no role at all."""
    return (
        Person.display_name.is_not(None),
        Person.erased_at.is_(None),
        Person.disabled_at.is_(None),
        Person.merged_into_id.is_(None),
        ~exists().where(Grant.person_id == Person.id),
    )


def find_card_owner(token_digest: str) -> Name | None:
    """Return whom the card signs in; None when it is unknown, revoked, or its owner has a role."""
    row = run(_card_owner(), {"card": token_digest}).first()
    return Name(*row) if row else None


@cache
def _card_owner() -> Select[tuple[int, str | None]]:
    return (
        select(Person.id, Person.display_name)
        .join(LearningCard, LearningCard.person_id == Person.id)
        .where(
            LearningCard.token_digest == bindparam("card"),
            LearningCard.revoked_at.is_(None),
            *_without_role(),
        )
    )


def find_card(person_id: int) -> LearningCard | None:
    """Return the person's card that still works, or None."""
    return db.session.scalar(
        select(LearningCard)
        .where(LearningCard.person_id == person_id, LearningCard.revoked_at.is_(None))
        .order_by(LearningCard.id.desc())
        .limit(1)
    )


def find_link_owner(token_digest: str, moment: datetime, *, used_by: str | None = None) -> Name | None:
    """Return whom the return link signs in, while it is unused (or was used by this browser just now)."""
    row = db.session.execute(
        select(Person.id, Person.display_name)
        .join(ReturnLink, ReturnLink.person_id == Person.id)
        .where(
            ReturnLink.token_digest == token_digest,
            or_(ReturnLink.used_at.is_(None), used_just_now(ReturnLink, used_by, moment)),
            ReturnLink.expires_at > moment,
            ReturnLink.issued_at <= moment + rules.CLOCKS_DIFFER,
            *_without_role(),
        )
    ).first()
    return Name(*row) if row else None


def used_just_now(model: type[ReturnLink] | type[SignInCode], browser: str | None, moment: datetime):  # type: ignore[no-untyped-def]
    """Return the condition that this same browser used the link or code within the last minute."""
    just_now = model.used_at.between(moment - rules.SAME_TAP, moment + rules.CLOCKS_DIFFER)
    return and_(model.used_by == (browser or ""), just_now)


class ClassHere(NamedTuple):
    """The class that a browser sits in: its group, and how many wrong tries it may make together."""

    token_digest: str
    group_id: int
    group_name: str
    group_code: str
    ward_id: int
    expires_at: datetime
    budget: int
    issued_by_id: int  # the helper who holds it


def find_class(token_digest: str, moment: datetime) -> ClassHere | None:
    """Return the class of a ticket that is still good, or None."""
    row = db.session.execute(
        select(
            ClassTicket.token_digest, ClassTicket.group_id, ResidentialGroup.name, ResidentialGroup.code,
            ResidentialGroup.ward_id, ClassTicket.expires_at,
            ClassTicket.attendance * rules.CLASS_TRIES_EACH, ClassTicket.issued_by_id,
        )
        .join(ResidentialGroup, ResidentialGroup.id == ClassTicket.group_id)
        .where(ClassTicket.token_digest == token_digest, ClassTicket.expires_at > moment)
    ).first()  # fmt: skip
    return ClassHere(*row) if row else None


class IssuedCode(NamedTuple):
    """A one-time code, as the person it was for should hear of it."""

    id: int
    issued_at: datetime
    issued_by: str


def codes_to_tell(person_id: int) -> list[IssuedCode]:
    """Return the one-time codes issued for the person that they have not been told of yet."""
    return [IssuedCode(*row) for row in run(_codes_to_tell(), {"person": person_id})]


@cache
def _codes_to_tell() -> Select[tuple[int, datetime, str]]:
    helper = select(Person.id, Person.display_name).subquery()
    return (
        select(SignInCode.id, SignInCode.issued_at, func.coalesce(helper.c.display_name, ""))
        .outerjoin(helper, helper.c.id == SignInCode.issued_by_id)
        .where(SignInCode.person_id == bindparam("person"), SignInCode.told_at.is_(None))
        .order_by(SignInCode.id)
    )
