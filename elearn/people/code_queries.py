"""Reads about one-time codes: what their owner hears of them, and who is about to set a new mã học."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import aliased

from elearn.kit.db import db
from elearn.people import rules
from elearn.people.models import Grant, Person, Session, SessionKind, SignInCode


class OwnCode(NamedTuple):
    """A one-time code, as the person it was for reads of it."""

    id: int
    issued_at: datetime
    issued_by: str
    opened_at: datetime | None  # when somebody came in by it
    told_at: datetime | None
    objected_at: datetime | None


def codes_of(person_id: int, moment: datetime) -> list[OwnCode]:
    """Return the codes that were issued for the person of late, the newest first."""
    helper = aliased(Person)
    rows = db.session.execute(
        select(
            SignInCode.id, SignInCode.issued_at, func.coalesce(helper.display_name, ""), opened(),
            SignInCode.told_at, SignInCode.objected_at,
        )
        .outerjoin(helper, helper.id == SignInCode.issued_by_id)
        .where(SignInCode.person_id == person_id, SignInCode.issued_at > moment - rules.CODES_ARE_TOLD)
        .order_by(SignInCode.id.desc())
    )  # fmt: skip
    return [OwnCode(*row) for row in rows]


def opened():  # type: ignore[no-untyped-def]
    """Return the column that says when somebody came in by a code: one ended unused has no browser."""
    return case((SignInCode.used_by.is_not(None), SignInCode.used_at))


def has_phone_in_use(person_id: int, moment: datetime) -> bool:
    """Does the person still use a phone on which they are signed in? Then it is odd to need a code."""
    own = exists().where(
        Session.person_id == person_id,
        Session.kind.in_((SessionKind.OWN, SessionKind.HELPER)),
        Session.expires_at > moment,
        Session.seen_at > moment - rules.IN_USE,
    )
    return bool(db.session.scalar(select(own)))


class Renewing(NamedTuple):
    """Who used a one-time code in this browser and may now set a new mã học."""

    person_id: int
    display_name: str
    personal_code: str | None
    phone: str | None
    birth_year: int | None
    nameless_id: int | None
    has_role: bool

    @property
    def kind(self) -> str:
        """The kind of session that they come in with afterwards."""
        return SessionKind.HELPER if self.has_role else SessionKind.OWN


def find_renewing(token_digest: str | None, moment: datetime) -> Renewing | None:
    """Return who may set a new mã học in the session with this digest, or None."""
    row = db.session.execute(
        select(
            Person.id, Person.display_name, Person.personal_code, Person.phone, Person.birth_year,
            Session.nameless_id, exists().where(Grant.person_id == Person.id),
        )
        .join(Session, Session.person_id == Person.id)
        .where(
            Session.token_digest == (token_digest or ""), Session.kind == SessionKind.RENEWING,
            Session.expires_at > moment, Person.display_name.is_not(None), Person.erased_at.is_(None),
            Person.disabled_at.is_(None), Person.merged_into_id.is_(None),
        )
    ).first()  # fmt: skip
    return Renewing(*row) if row else None
