"""Questions of many lessons at once: what can be drawn from whole courses, and what is asked and right of
those that were drawn."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select

from elearn.kit.db import db
from elearn.library import ready
from elearn.library.fact_queries import facts_of
from elearn.library.lesson_queries import ready_now
from elearn.library.models import EVERYWHERE, Course, Lesson, Revision, RevisionKey, RevisionPage, State
from elearn.library.offered import is_stale, offered_in, offered_lesson, own_page_of

ONE_CHOICE = "one"


class Pooled(NamedTuple):
    """A question with one choice to make that can be asked today."""

    course_id: int
    revision_id: int
    key: str


def one_choice_questions(
    ward_id: int, today: date, course_ids: tuple[int, ...] | None = None
) -> list[Pooled]:
    """Return what can be asked today out of these courses (None: all that the ward offers), where one of
    several choices is to be made."""
    rows = db.session.execute(
        select(Course.id, Revision.id, RevisionPage.quiz, RevisionPage.held, RevisionPage.good_until)
        .join(Lesson, Lesson.course_id == Course.id)
        .join(Revision, Revision.lesson_id == Lesson.id)
        .join(RevisionPage, RevisionPage.revision_id == Revision.id)
        .where(
            offered_in(ward_id), offered_lesson(), Revision.state == State.PUBLISHED,
            RevisionPage.ward_id == own_page_of(ward_id),
            *([] if course_ids is None else [Course.id.in_(course_ids)]),
        )
        .order_by(Course.position, Course.id, Lesson.position)
    ).all()  # fmt: skip
    facts = facts_of(ward_id) if any(is_stale(row[-1], today) for row in rows) else None
    return [
        Pooled(course_id, revision_id, one["key"])
        for course_id, revision_id, quiz, held, until in rows
        for one in quiz
        if one["kind"] == ONE_CHOICE
        and not (
            ready.is_held(one["facts"], facts, today)
            if facts is not None and is_stale(until, today)
            else one["key"] in held
        )
    ]


def quizzes_of(revision_ids: Iterable[int], ward_id: int, today: date) -> dict[int, list[dict[str, Any]]]:
    """Return every question of these revisions as it is asked, by revision; there is no key in it."""
    return _of_each(
        RevisionPage.quiz, RevisionPage, set(revision_ids), ward_id, today, lambda made: made.quiz
    )


def answer_keys(
    revision_ids: Iterable[int], ward_id: int, today: date
) -> dict[int, dict[str, dict[str, Any]]]:
    """Return what is right in these revisions and why, by revision; to mark and to explain."""
    return _of_each(RevisionKey.key, RevisionKey, set(revision_ids), ward_id, today, lambda made: made.key)


def _of_each(
    column: Any,
    model: Any,
    revision_ids: Collection[int],
    ward_id: int,
    today: date,
    of_ready: Callable[[Any], Any],
) -> dict[int, Any]:
    """Read a column of each revision, the ward's own line where it has one; what is stale is made anew."""
    statement = select(model.revision_id, column, RevisionPage.good_until).where(
        model.revision_id.in_(sorted(revision_ids)), model.ward_id.in_((EVERYWHERE, ward_id))
    )
    if model is not RevisionPage:
        statement = statement.join(
            RevisionPage,
            (RevisionPage.revision_id == model.revision_id) & (RevisionPage.ward_id == model.ward_id),
        )
    found = {}
    for revision_id, value, until in db.session.execute(statement.order_by(model.ward_id)):
        found[revision_id] = (value, until)
    return {
        one: of_ready(ready_now(one, ward_id, today)) if is_stale(until, today) else value
        for one, (value, until) in found.items()
    }
