"""A course is finished when nothing in it is left to do; judged with the learner's row locked."""

from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select

from elearn.kit.clock import now
from elearn.kit.db import insert_if_absent, lock, run
from elearn.kit.recent import recent
from elearn.kit.refused import Refused
from elearn.learning import rules
from elearn.learning.ledger import Facts, KeptFact, facts_kept, together
from elearn.learning.models import CourseCompletion, What
from elearn.library.models import EVERYWHERE, Lesson, Revision, RevisionPage, State
from elearn.people.models import Person

ERASED = "Dữ liệu của người này đã được xóa."


def locked_root(person_id: int) -> Person:
    """Return the person (whoever they were merged into), locked; refuse one who is erased."""
    person: Person | None = lock(Person, person_id)
    while person is not None and person.merged_into_id is not None:
        person = lock(Person, person.merged_into_id)
    if person is None or person.erased_at is not None:
        raise Refused(ERASED)
    return person


def finish_course(
    person_id: int, course_id: int, ward_id: int, facts: Facts | None = None
) -> KeptFact | None:
    """Record that the course is complete if it is, and was not; return that fact if it is new.

    `facts` are the learner's, where the caller has read them already.
    """
    if facts is None:
        facts = together(facts_kept(person_id), person_id)
    if (What.COURSE, course_id) in facts:
        return None
    completed = {fact.lesson_id: fact.how for fact in facts.values() if fact.what == What.LESSON}
    outline = recent(lessons_to_complete, course_id, ward_id)
    if not rules.course_is_complete(outline, list(completed)):  # type: ignore[arg-type]
        return None
    how = rules.most_helped(completed[lesson] for lesson in outline)
    is_new = insert_if_absent(
        CourseCompletion, person_id=person_id, course_id=course_id, completed_at=now(), how=how
    )
    return KeptFact(What.COURSE, course_id, None, how) if is_new else None


def lessons_to_complete(course_id: int, ward_id: int) -> list[int]:
    """Return the lessons of the course that ask something: what can only be read holds nobody up."""
    rows = run(_lessons(), {"course": course_id, "wards": (EVERYWHERE, ward_id)})
    asked = {row[0]: row[1] for row in rows}  # the ward's own page comes last and wins
    return [lesson_id for lesson_id, count in asked.items() if count > 0]


@cache
def _lessons() -> Any:
    return (
        select(
            Lesson.id,
            func.json_array_length(RevisionPage.quiz) - func.json_array_length(RevisionPage.held),
        )
        .join(Revision, Revision.lesson_id == Lesson.id)
        .join(RevisionPage, RevisionPage.revision_id == Revision.id)
        .where(
            Lesson.course_id == bindparam("course"),
            Lesson.retired_at.is_(None),
            Lesson.published_at.is_not(None),
            Revision.state == State.PUBLISHED,
            RevisionPage.ward_id.in_(bindparam("wards", expanding=True)),
        )
        .order_by(RevisionPage.ward_id)
    )
