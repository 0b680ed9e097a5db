"""Reads for those who write to the library: texts as they were typed, and what is taken already."""

from collections.abc import Sequence

from sqlalchemy import select

from elearn.kit.db import db
from elearn.library.models import Course, Lesson, Revision, RevisionSource


def text_of(revision_id: int) -> str:
    return (
        db.session.scalar(select(RevisionSource.text).where(RevisionSource.revision_id == revision_id)) or ""
    )


def whole(revision_id: int) -> tuple[Revision, Lesson, Course]:
    row = db.session.execute(
        select(Revision, Lesson, Course)
        .join(Lesson, Lesson.id == Revision.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(Revision.id == revision_id)
    ).one()
    return row[0], row[1], row[2]


def lessons_of(course_id: int) -> Sequence[Lesson]:
    return db.session.scalars(
        select(Lesson).where(Lesson.course_id == course_id).order_by(Lesson.position, Lesson.id)
    ).all()


def addresses() -> set[str]:
    rows = db.session.execute(select(Course.slug, Lesson.slug).join(Lesson, Lesson.course_id == Course.id))
    return {f"{course}/{lesson}" for course, lesson in rows}


def taken_shorts(but: int | None = None) -> set[str]:
    lessons = select(Lesson.short).where(Lesson.id != (but or 0))
    return {*db.session.scalars(select(Course.short)), *db.session.scalars(lessons)}
