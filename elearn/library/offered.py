"""What a ward offers today, as conditions for statements; and which ready-made page is its own."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from elearn.library.models import EVERYWHERE, Course, Lesson, Revision, RevisionPage, State


def offered_in(ward_id: Any) -> ColumnElement[bool]:
    return Course.retired_at.is_(None) & or_(Course.ward_id.is_(None), Course.ward_id == ward_id)


def offered_lesson() -> ColumnElement[bool]:
    return Lesson.retired_at.is_(None) & Lesson.published_at.is_not(None)


def offered(lesson: Any) -> tuple[ColumnElement[bool], ...]:
    return lesson.retired_at.is_(None), lesson.published_at.is_not(None)


def own_page_of(ward_id: Any) -> Any:
    """Choose the ward's own page of a revision where it has one, else the common one."""
    page = aliased(RevisionPage)
    return (
        select(func.max(page.ward_id))
        .where(page.revision_id == Revision.id, or_(page.ward_id == EVERYWHERE, page.ward_id == ward_id))
        .correlate(Revision)
        .scalar_subquery()
    )


def of_published_lesson(columns: Select[Any]) -> Select[Any]:
    """Return the statement for the lesson that the ward offers at :course/:lesson, as :ward is to read it."""
    ward: Any = bindparam("ward")
    return (
        columns.join(Lesson, Lesson.course_id == Course.id)
        .join(Revision, Revision.lesson_id == Lesson.id)
        .join(RevisionPage, RevisionPage.revision_id == Revision.id)
        .where(
            Course.slug == bindparam("course"),
            Lesson.slug == bindparam("lesson"),
            offered_in(ward),
            offered_lesson(),
            Revision.state == State.PUBLISHED,
            RevisionPage.ward_id == own_page_of(ward),
        )
    )


def is_stale(good_until: date | None, today: date) -> bool:
    return good_until is not None and good_until <= today
