"""The step between the password and the second key: begun, counted, ended; what a passkey must sign, once."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, select, update

from elearn.kit.clock import now
from elearn.kit.db import db, insert_if_absent, transaction
from elearn.kit.secrets import random_token
from elearn.people import rules
from elearn.people.key_models import SecondStep


class Step(NamedTuple):
    """Who has given the password and not the second key yet."""

    person_id: int
    came_by: str
    challenge: str | None


def begin_step(token_digest: str, person_id: int, came_by: str = "") -> None:
    """Let the browser with this token go on to the second key of the person; an older step ends."""
    moment = now()
    with transaction():
        end_step(token_digest)
        insert_if_absent(
            SecondStep, token_digest=token_digest, person_id=person_id, came_by=came_by, wrong=0,
            begun_at=moment, expires_at=moment + rules.STEP_LASTS,
        )  # fmt: skip


def find_step(token_digest: str, moment: datetime) -> Step | None:
    """Return the step of the browser with this token while it lasts, or None."""
    row = db.session.execute(
        select(SecondStep.person_id, SecondStep.came_by, SecondStep.challenge).where(
            SecondStep.token_digest == token_digest,
            SecondStep.expires_at > moment,
            SecondStep.begun_at <= moment + rules.CLOCKS_DIFFER,  # a clock put back gives no more time
            SecondStep.wrong < rules.STEP_TRIES,
        )
    ).first()
    return Step(*row) if row else None


def note_wrong(token_digest: str) -> None:
    """Count a wrong code against the step; after a few the password is asked again."""
    with transaction():
        db.session.execute(
            update(SecondStep)
            .where(SecondStep.token_digest == token_digest)
            .values(wrong=SecondStep.wrong + 1)
        )


def end_step(token_digest: str) -> bool:
    """End the step; return whether it was there: of two answers at once only one goes on."""
    with transaction():
        ended = db.session.execute(delete(SecondStep).where(SecondStep.token_digest == token_digest))
    return bool(ended.rowcount)  # type: ignore[attr-defined]


def ask_challenge(token_digest: str) -> str:
    """Return what a passkey is to sign in this step; what was asked before is worth nothing any more."""
    challenge = random_token()
    with transaction():
        db.session.execute(
            update(SecondStep).where(SecondStep.token_digest == token_digest).values(challenge=challenge)
        )
    return challenge


def take_challenge(token_digest: str) -> str | None:
    """Return what was to be signed, and forget it: it is asked once and answered once."""
    with transaction():
        asked = db.session.scalar(
            select(SecondStep.challenge)
            .where(SecondStep.token_digest == token_digest, SecondStep.expires_at > now())
            .with_for_update()
        )
        db.session.execute(
            update(SecondStep).where(SecondStep.token_digest == token_digest).values(challenge=None)
        )
    return asked
