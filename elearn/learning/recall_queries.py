"""What somebody is asked again today: of what is due, the questions that are still asked."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from elearn.kit.clock import today
from elearn.kit.db import db
from elearn.learning.models import Attempt
from elearn.learning.queries import Gone
from elearn.learning.recall import Question, Recall, due_in_order, left_today, recalls
from elearn.library.quiz_queries import Quiz, find_quiz
from elearn.people.queries import same_person
from elearn.people.session import ward_here
from elearn.people.visitors import from_the_shelf


class Due(NamedTuple):
    """A question that is due, and the lesson in which it is asked today."""

    quiz: Quiz
    question: dict[str, Any]


def due_among(goes: Sequence[Gone]) -> list[Due]:
    """Return what is asked again today of who went so: three at most, and none over three a day.

    What is no longer asked, because its lesson or its key is gone or a fact in it waits to be looked at, is
    passed over.
    """
    return _still_asked(recalls(goes), goes)


def _still_asked(states: Mapping[Question, Recall], goes: Iterable[Gone]) -> list[Due]:
    day, ward_id = today(), ward_here().id
    places = {go.lesson_id: (go.course_slug, go.lesson_slug) for go in goes}
    left, found = left_today(states, day), list[Due]()
    for lesson_id, key in due_in_order(states, day):
        if len(found) == left:
            break
        quiz = from_the_shelf(find_quiz, *places[lesson_id], ward_id, day)
        found += [Due(quiz, one) for one in (quiz.questions if quiz else ()) if one["key"] == key]
    return found


def attempts_of_recall(person_id: int, slip_id: str) -> list[Attempt]:
    """Return what the person answered on this slip, lesson by lesson; empty when it was never sent."""
    same = select(same_person(person_id).c.id)
    return list(
        db.session.scalars(
            select(Attempt)
            .where(Attempt.person_id.in_(same), Attempt.recall == slip_id)
            .order_by(Attempt.sent_at, Attempt.id)
        )
    )
