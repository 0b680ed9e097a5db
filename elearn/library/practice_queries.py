"""The practice of a lesson, as it is played today."""

from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from elearn.kit.db import db
from elearn.library.lesson_queries import ready_now
from elearn.library.models import Course, Lesson, Revision, RevisionPage
from elearn.library.offered import is_stale, of_published_lesson


class PracticePage(NamedTuple):
    """Everything that the page of a practice shows; `practice` is described in document/play.py."""

    course_slug: str
    course_title: str
    lesson_id: int
    slug: str
    title: str
    short: str
    practice: dict[str, Any]


def find_practice(course_slug: str, lesson_slug: str, ward_id: int, today: date) -> PracticePage | None:
    """Return the practice of a lesson that the ward offers, in one statement; None when it has none."""
    asked = {"course": course_slug, "lesson": lesson_slug, "ward": ward_id}
    row = db.session.connection().execute(_practice(), asked).first()
    if row is None:
        return None
    *front, practice, until, revision_id = row
    if is_stale(until, today):
        practice = ready_now(revision_id, ward_id, today).practice
    return PracticePage._make([*front, practice]) if practice else None


@cache
def _practice() -> Select[Any]:
    return of_published_lesson(
        select(
            Course.slug, Course.title, Lesson.id, Lesson.slug, Revision.title, Lesson.short,
            RevisionPage.practice, RevisionPage.good_until, Revision.id,
        )
    )  # fmt: skip
