"""Consents of parents and guardians for people under sixteen: recorded, read, ended."""

from typing import Any, NamedTuple

from sqlalchemy import Select, select, update

from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.people.consents import TEXT_VERSION
from elearn.people.queries import same_person
from elearn.privacy.models import GuardianConsent

RELATIONS = {"parent": "cha hoặc mẹ", "guardian": "người giám hộ"}
HOW = {
    "device": "tự chạm trên máy, ở cạnh em",
    "spoken": "nói miệng",
    "paper": "trên giấy",
}
WITHDRAWN, OF_AGE, ERASED = "withdrawn", "of age", "erased"


class Guardian(NamedTuple):
    """Who agreed for somebody under sixteen, and how."""

    name: str
    relation: str
    how: str = "device"


def record_guardian(person_id: int, said: Guardian, *, witness_id: int | None = None) -> bool:
    """Record that a parent or guardian agreed to the words of today; return False where that stands."""
    with transaction():
        standing = guardian_of(person_id)
        if standing is not None:
            if (standing.guardian_name, standing.relation) == (said.name, said.relation):
                return False
            end_guardian(person_id, WITHDRAWN)
        db.session.add(
            GuardianConsent(
                person_id=person_id, guardian_name=said.name, relation=said.relation, how=said.how,
                witness_id=witness_id, text_version=TEXT_VERSION,
            )
        )  # fmt: skip
    return True


def end_guardian(person_id: int, because: str) -> None:
    """End what a guardian agreed to, in whichever of the person's rows.

    Their name is not kept: it was there to say who agrees.
    """
    with transaction():
        db.session.execute(
            update(GuardianConsent)
            .where(GuardianConsent.person_id.in_(_rows_of(person_id)), GuardianConsent.ended_at.is_(None))
            .values(ended_at=now(), ended_because=because, guardian_name="")
        )


def forget_guardians(person_id: int) -> None:
    """Leave nothing of who agreed, or before whom; the moments stay under a number of nobody."""
    with transaction():
        end_guardian(person_id, ERASED)
        db.session.execute(
            update(GuardianConsent)
            .where(GuardianConsent.person_id == person_id)
            .values(guardian_name="", witness_id=None)
        )


def guardian_of(person_id: int) -> GuardianConsent | None:
    """Return the consent of a guardian that stands, or None: then the person is no minor, as far as known.

    It may stand in a row that was merged into theirs: whoever was under sixteen there is so here.
    """
    return db.session.scalar(
        select(GuardianConsent)
        .where(GuardianConsent.person_id.in_(_rows_of(person_id)), GuardianConsent.ended_at.is_(None))
        .order_by(GuardianConsent.id.desc())
        .limit(1)
    )


def kept_of(person_id: int, phone: str | None, birth_year: int | None) -> tuple[str | None, int | None]:
    """Return what is kept of a number and a birth year that were given: of a minor neither."""
    return (None, None) if guardian_of(person_id) is not None else (phone, birth_year)


def guardians_of(person_ids: Select[tuple[int]]) -> list[GuardianConsent]:
    """Return every consent of a guardian for these numbers, the newest first."""
    found: Any = select(GuardianConsent).where(GuardianConsent.person_id.in_(person_ids))
    return list(db.session.scalars(found.order_by(GuardianConsent.id.desc())))


def _rows_of(person_id: int) -> Select[tuple[int]]:
    return select(same_person(person_id).c.id)
