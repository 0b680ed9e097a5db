"""What the owner of a one-time code says to it: "tôi đã đọc", or "tôi không nhờ cấp mã"."""

from sqlalchemy import select, update

from elearn.kit import audit
from elearn.kit.clock import now
from elearn.kit.db import db, lock, transaction
from elearn.people import rules
from elearn.people.credentials import close_sessions_of, end_links_and_codes, give_credentials
from elearn.people.models import LearningCard, Person, SignInCode


def note_codes_read(person_id: int) -> None:
    """Record that the person has read of the codes that were issued for them."""
    with transaction():
        db.session.execute(
            update(SignInCode)
            .where(SignInCode.person_id == person_id, SignInCode.told_at.is_(None))
            .values(told_at=now())
        )


def object_to_code(person_id: int, code_id: int, *, but: str | None) -> str | None:
    """Record that the person did not ask for this code, and close what it may have opened; twice is once.

    All their sessions end except the one named by its key, so do links and codes, and cards made since.
    Who used the code has set a mã học of their own: then the person is given a fresh one, which is
    returned. The ward's administrator reads of it in the list of codes.
    """
    with transaction():
        person: Person = lock(Person, person_id)
        code = db.session.scalar(
            select(SignInCode).where(
                SignInCode.id == code_id,
                SignInCode.person_id == person_id,
                SignInCode.issued_at > now() - rules.CODES_ARE_TOLD,
            )
        )
        if code is None or code.objected_at is not None:
            return None
        was_used = code.used_by is not None
        code.objected_at = code.told_at = now()
        if was_used:  # now, and not only when the fresh one is kept: the machine may stop in between
            person.pin_hash = person.pin_salt = None
        close_sessions_of(person_id, but=but)
        end_links_and_codes(person_id)
        db.session.execute(
            update(LearningCard)
            .where(
                LearningCard.person_id == person_id,
                LearningCard.revoked_at.is_(None),
                LearningCard.issued_at >= code.issued_at,
            )
            .values(revoked_at=now())
        )
        audit.record(
            "object to code", "person", person_id,
            actor_id=person_id, ward_id=person.ward_id, issued_by=code.issued_by_id,
        )  # fmt: skip
    return give_credentials(person_id).pin if was_used else None
