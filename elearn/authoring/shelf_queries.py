"""Reads for the shelf on the desk: courses and lessons with what is public, written, waiting."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from elearn.authoring.queries import within_reach
from elearn.kit.db import db
from elearn.library.document.course import CourseDocument, LessonFile
from elearn.library.document.model import Remark
from elearn.library.document.read import parse
from elearn.library.fact_queries import facts_of
from elearn.library.folder import check_words_of_course
from elearn.library.models import (
    Course,
    Lesson,
    Revision,
    RevisionSource,
    State,
)
from elearn.library.rules import OPEN, lacks_second_reader
from elearn.people.permissions import Permission, Viewer


class OpenText(NamedTuple):
    """A draft of a lesson, or one that waits for review."""

    lesson_id: int
    number: int
    state: str
    saved_at: datetime
    from_project: bool


class LessonState(NamedTuple):
    """A lesson as its authors see it in a list."""

    id: int
    course_id: int
    slug: str
    code: str
    title: str
    published: bool
    retired: bool
    read_by_one: bool
    number: int | None  # of the published text
    next_review: date | None  # the day by which somebody outside should read it again
    open: tuple[OpenText, ...]


class CourseState(NamedTuple):
    """A course as its authors see it in a list."""

    id: int
    slug: str
    code: str
    title: str
    shipped: bool
    approved: bool
    retired: bool
    lessons: tuple[LessonState, ...]

    @property
    def is_public(self) -> bool:
        """Can anyone learn it today?"""
        return not self.retired and any(lesson.published and not lesson.retired for lesson in self.lessons)


def courses_seen_by(viewer: Viewer) -> list[CourseState]:
    """Return the courses that the viewer may write, with their lessons and what is open in each."""
    courses = db.session.execute(
        select(
            Course.id, Course.slug, Course.code, Course.title, Course.shipped,
            Course.approved_at.is_not(None), Course.retired_at.is_not(None),
        )
        .where(within_reach(viewer, Permission.WRITE_LESSONS))
        .order_by(Course.retired_at.is_not(None), Course.position, Course.id)
    ).all()  # fmt: skip
    lessons = lesson_states(row[0] for row in courses)
    return [
        CourseState(*row, tuple(lesson for lesson in lessons if lesson.course_id == row[0]))  # type: ignore[call-arg]
        for row in courses
    ]


def state_of(course: Course) -> CourseState:
    """Return one course as the shelf shows it."""
    return CourseState(
        course.id, course.slug, course.code, course.title, course.shipped, course.approved_at is not None,
        course.retired_at is not None, tuple(lesson_states([course.id])),
    )  # fmt: skip


def lesson_states(course_ids: Iterable[int]) -> list[LessonState]:
    """Return the lessons of some courses in their order, with the texts that are open."""
    ids = list(course_ids)
    published = aliased(Revision)
    rows = db.session.execute(
        select(
            Lesson.id, Lesson.course_id, Lesson.slug, Lesson.code, Lesson.title, Lesson.published_at,
            Lesson.retired_at, published.number, published.author_id, published.reviewer_id,
            published.alone_because, published.next_review,
        )
        .outerjoin(published, and_(published.lesson_id == Lesson.id, published.state == State.PUBLISHED))
        .where(Lesson.course_id.in_(ids))
        .order_by(Lesson.course_id, Lesson.position, Lesson.id)
    ).all()  # fmt: skip
    texts = _open_texts(ids)
    return [
        LessonState(
            id=row.id,
            course_id=row.course_id,
            slug=row.slug,
            code=row.code,
            title=row.title,
            published=row.published_at is not None,
            retired=row.retired_at is not None,
            read_by_one=row.number is not None
            and lacks_second_reader(row.author_id, row.reviewer_id, row.alone_because),
            number=row.number,
            next_review=row.next_review,
            open=tuple(text for text in texts if text.lesson_id == row.id),
        )
        for row in rows
    ]


def _open_texts(course_ids: list[int]) -> list[OpenText]:
    rows = db.session.execute(
        select(
            Revision.lesson_id,
            Revision.number,
            Revision.state,
            Revision.saved_at,
            Revision.author_id.is_(None),
        )
        .join(Lesson, Lesson.id == Revision.lesson_id)
        .where(Lesson.course_id.in_(course_ids), Revision.state.in_(OPEN))
        .order_by(Revision.number)
    )
    return [OpenText(*row) for row in rows]


def remarks_on_course(course: Course, ward_id: int) -> list[Remark]:
    """Return what the checker says about a course as a whole: its own words, and all its questions."""
    rows = db.session.execute(
        select(Lesson.slug, RevisionSource.text)
        .join(Revision, Revision.lesson_id == Lesson.id)
        .join(RevisionSource, RevisionSource.revision_id == Revision.id)
        .where(Lesson.course_id == course.id, Lesson.retired_at.is_(None), Revision.state == State.PUBLISHED)
        .order_by(Lesson.position, Lesson.id)
    )
    document = CourseDocument(
        course.code, course.title, course.topic, course.short, course.audience, course.goal, course.character,
        confidence=tuple(course.confidence), loudspeaker=course.loudspeaker, slug=course.slug,
        lessons=tuple(LessonFile(slug, text, parse(text).document) for slug, text in rows),
    )  # fmt: skip
    return check_words_of_course(document, facts_of(ward_id))
