"""Reads of the one-time codes of a ward, week by week, and whether an administrator has looked at them."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import begins, day_of, monday_of
from elearn.kit.db import db
from elearn.office.standouts import A_WEEK, CodeLine
from elearn.people.code_queries import opened
from elearn.people.models import Person, ResidentialGroup, SignInCode
from elearn.people.rules import CODES_ARE_TOLD

LOOKED = "view codes"


def codes_in(ward_id: int, monday: date) -> list[CodeLine]:
    """Return the codes issued for people of the ward in the week that begins on this Monday, in order."""
    issuer = aliased(Person)
    rows = db.session.execute(
        select(
            SignInCode.id, SignInCode.issued_at, SignInCode.issued_by_id, issuer.display_name,
            Person.id, Person.display_name, ResidentialGroup.name, ResidentialGroup.code, opened(),
            SignInCode.had_session, SignInCode.objected_at,
        )
        .join(Person, Person.id == SignInCode.person_id)
        .outerjoin(issuer, issuer.id == SignInCode.issued_by_id)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Person.group_id)
        .where(*_in_week(ward_id, monday))
        .order_by(SignInCode.issued_at, SignInCode.id)
    )  # fmt: skip
    return [CodeLine(code, at, by, name or f"người số {by}", *rest) for code, at, by, name, *rest in rows]


def count_codes(ward_id: int, monday: date) -> int:
    """Return how many codes were issued for people of the ward in that week."""
    found = select(func.count()).select_from(SignInCode).join(Person, Person.id == SignInCode.person_id)
    return db.session.scalar(found.where(*_in_week(ward_id, monday))) or 0


def has_looked(viewer_id: int | None, monday: date) -> bool:
    """Has the viewer opened the list of that week after the week was over?"""
    found = select(AuditEntry.id).where(
        AuditEntry.object_kind == "week",
        AuditEntry.object_id == monday.isoformat(),
        AuditEntry.action == LOOKED,
        AuditEntry.actor_id == viewer_id,
        AuditEntry.at >= begins(monday + A_WEEK),
    )
    return db.session.scalar(found.limit(1)) is not None


def objections_unseen(ward_id: int, viewer_id: int | None, moment: datetime) -> list[date]:
    """Return the Mondays of the weeks in which a code was objected to since the viewer last looked there."""
    objected: dict[date, datetime] = {}
    for issued_at, objected_at in db.session.execute(
        select(SignInCode.issued_at, SignInCode.objected_at)
        .join(Person, Person.id == SignInCode.person_id)
        .where(
            Person.ward_id == ward_id,
            SignInCode.objected_at.is_not(None),
            SignInCode.issued_at > moment - CODES_ARE_TOLD,
        )
    ):
        monday = monday_of(day_of(issued_at))
        objected[monday] = max(objected_at, objected.get(monday, objected_at))
    looked = dict(
        db.session.execute(
            select(AuditEntry.object_id, func.max(AuditEntry.at))
            .where(
                AuditEntry.object_kind == "week",
                AuditEntry.object_id.in_([monday.isoformat() for monday in objected]),
                AuditEntry.action == LOOKED,
                AuditEntry.actor_id == viewer_id,
            )
            .group_by(AuditEntry.object_id)
        ).all()
    )
    last = {monday: looked.get(monday.isoformat()) for monday in objected}
    return sorted(monday for monday, at in objected.items() if (last[monday] or begins(monday)) < at)


def _in_week(ward_id: int, monday: date):  # type: ignore[no-untyped-def]
    return (
        Person.ward_id == ward_id,
        SignInCode.issued_at >= begins(monday),
        SignInCode.issued_at < begins(monday + A_WEEK),
    )
