"""What a ward offers today, as conditions for statements; and which ready-made page is its own."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from elearn.library.models import EVERYWHERE, Course, Lesson, Revision, RevisionPage


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


def is_stale(good_until: date | None, today: date) -> bool:
    return good_until is not None and good_until <= today
