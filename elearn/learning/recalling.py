"""A recall (ôn lại) is sent: an attempt at each of its lessons, all of them in one transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

from elearn.kit.clock import today
from elearn.kit.db import transaction
from elearn.learning.attempts import submit_attempt
from elearn.learning.finishing import locked_root
from elearn.learning.mixed import by_revision
from elearn.learning.queries import goes_of
from elearn.learning.quiz import Slip
from elearn.learning.recall import recalls


def submit_recall(
    person_id: int, slip: Slip, answers: Mapping[str, Sequence[str]], lessons: Mapping[int, int], **how: Any
) -> bool:
    """Keep the answers to what is still due; return whether any was. Sent twice it is kept once.

    `lessons` tells the lesson of each revision on the slip; `how` goes with every attempt.
    """
    whole = by_revision(slip.whole)
    with transaction():
        person, day = locked_root(person_id), today()
        states = recalls(goes_of(person.id))
        kept = False
        for revision_id, keys in by_revision(slip.asked).items():
            lesson_id = lessons[revision_id]
            asked = [one for one in keys if (at := states.get((lesson_id, one))) and at.is_due(day)]
            if asked:
                named = {one: f"{revision_id}:{one}" for one in asked}
                submit_attempt(
                    person.id, f"{slip.attempt_id}-{revision_id}", revision_id,
                    asked=asked, questions=whole[revision_id], recall=slip.attempt_id,
                    shown={one: slip.shown[name] for one, name in named.items()},
                    answers={one: answers[name] for one, name in named.items() if name in answers},
                    opened_at=slip.opened_at, **how,
                )  # fmt: skip
                kept = True
    return kept
