"""What every act on the library does: refuse with a sentence, and be recorded under the right ward."""

from typing import Any

from sqlalchemy import select

from elearn.kit import audit
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.people.models import Person


def record(
    action: str, kind: str, which: object, *, actor_id: int, ward_id: int | None = None, **detail: Any
) -> None:
    """Record an act under the ward that it is for; where that is every ward, under the ward of who did it."""
    if ward_id is None:
        ward_id = db.session.scalar(select(Person.ward_id).where(Person.id == actor_id))
    audit.record(action, kind, which, actor_id=actor_id, ward_id=ward_id, **detail)


def refuse_if(sentence: str | None) -> None:
    if sentence:
        raise Refused(sentence)
