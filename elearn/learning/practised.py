"""What is kept of a practice: that somebody finished it, in which round, how often they stumbled."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.learning.finishing import locked_root
from elearn.learning.models import PracticeResult
from elearn.people.queries import same_person


def stumbled_on(practice: Mapping[str, Any], sent: Iterable[str]) -> list[Mapping[str, Any]]:
    """Return the screens on which somebody stumbled, once for each time, from what a form sent.

    What names no screen, or more than a screen has to tap, is passed over.
    """
    times = Counter(sent)
    return [
        screen
        for screen in practice["screens"]
        for _ in range(min(times[str(screen["number"])], len(screen["things"]) + 1))
    ]


def keep_practice(person_id: int, lesson_id: int, round_: str, stumbles: int, how: str) -> None:
    """Keep that a person went through a practice: of each round the last time; twice is once."""
    with transaction():
        person = locked_root(person_id)
        db.session.merge(
            PracticeResult(
                person_id=person.id, lesson_id=lesson_id, round=round_, stumbles=stumbles, how=how,
                finished_at=now(),
            )
        )  # fmt: skip


def rounds_of(person_id: int, lesson_id: int) -> set[str]:
    """Return the rounds of a practice that a person has been through."""
    return set(
        db.session.scalars(
            select(PracticeResult.round).where(
                PracticeResult.person_id.in_(select(same_person(person_id).c.id)),
                PracticeResult.lesson_id == lesson_id,
            )
        )
    )
