"""Reads from the library: the courses that a ward offers, its own and the shared ones, and their lessons."""

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, null, select
from sqlalchemy.orm import aliased

from elearn.kit.db import db
from elearn.library.models import Course, CourseImage, Lesson
from elearn.library.offered import offered, offered_in, offered_lesson
from elearn.library.rules import is_unapproved


class CourseCard(NamedTuple):
    """A course as a list shows it."""

    id: int
    slug: str
    code: str
    title: str
    topic: str
    short: str
    audience: str
    goal: str
    shipped: bool
    approved: bool
    lessons: int
    minutes: int
    first_slug: str

    unapproved = property(is_unapproved)


class LessonLine(NamedTuple):
    """A lesson as the outline of its course shows it."""

    id: int
    slug: str
    number: int
    code: str
    short: str
    title: str
    minutes: int
    objective: str


class CoursePage(NamedTuple):
    """What the page of a course shows."""

    id: int
    slug: str
    code: str
    title: str
    topic: str
    short: str
    audience: str
    goal: str
    character: str
    loudspeaker: str
    placement: list[str]
    confidence: list[str]
    shipped: bool
    approved: bool
    lessons: tuple[LessonLine, ...]

    unapproved = property(is_unapproved)


class Place(NamedTuple):
    """Where a short number leads."""

    course_slug: str
    lesson_slug: str | None


def published_courses(ward_id: int) -> list[CourseCard]:
    """Return the courses that the ward offers, with how many lessons they have and how long they take."""
    rows = db.session.connection().execute(_courses(), {"ward": ward_id})
    return [
        CourseCard._make([*front, bool(approved), lessons, int(minutes), first])
        for *front, approved, lessons, minutes, first in rows
    ]


@cache
def _courses() -> Any:
    return (
        select(
            Course.id, Course.slug, Course.code, Course.title, Course.topic, Course.short, Course.audience,
            Course.goal, Course.shipped, Course.approved_at, func.count(Lesson.id), func.sum(Lesson.minutes),
            _first_lesson(),
        )
        .join(Lesson, Lesson.course_id == Course.id)
        .where(offered_in(bindparam("ward")), offered_lesson())
        .group_by(Course.id)
        .order_by(Course.position, Course.id)
    )  # fmt: skip


def _first_lesson() -> Any:
    other = aliased(Lesson)
    return (
        select(other.slug)
        .where(other.course_id == Course.id, *offered(other))
        .order_by(other.position, other.id)
        .limit(1)
        .correlate(Course)
        .scalar_subquery()
    )


def find_course(slug: str, ward_id: int) -> CoursePage | None:
    """Return the course that the ward offers at this address, with the outline of its lessons, or None."""
    rows = db.session.connection().execute(_course(), {"course": slug, "ward": ward_id}).all()
    if not rows:
        return None
    *front, approved = rows[0][:14]
    return CoursePage._make([*front, bool(approved), tuple(_numbered(row[14:] for row in rows))])


@cache
def _course() -> Any:
    return (
        select(
            Course.id, Course.slug, Course.code, Course.title, Course.topic, Course.short, Course.audience,
            Course.goal, Course.character, Course.loudspeaker, Course.placement, Course.confidence,
            Course.shipped, Course.approved_at,
            Lesson.id, Lesson.slug, Lesson.code, Lesson.short, Lesson.title, Lesson.minutes, Lesson.objective,
        )
        .join(Lesson, Lesson.course_id == Course.id)
        .where(Course.slug == bindparam("course"), offered_in(bindparam("ward")), offered_lesson())
        .order_by(Lesson.position, Lesson.id)
    )  # fmt: skip


def outline(course_id: int) -> tuple[LessonLine, ...]:
    """Return the lessons that a course offers today, in their order."""
    rows = db.session.execute(
        select(
            Lesson.id, Lesson.slug, Lesson.code, Lesson.short, Lesson.title, Lesson.minutes, Lesson.objective
        )
        .where(Lesson.course_id == course_id, offered_lesson())
        .order_by(Lesson.position, Lesson.id)
    )
    return tuple(_numbered(rows))


def _numbered(rows: Any) -> Any:
    for number, (lesson_id, slug, *rest) in enumerate(rows, start=1):
        yield LessonLine(lesson_id, slug, number, *rest)


def find_by_short(code: str, ward_id: int) -> Place | None:
    """Return the course or lesson that a loudspeaker calls by this four-digit number, or None."""
    course = select(Course.slug, null()).where(Course.short == code, offered_in(ward_id))
    lesson = (
        select(Course.slug, Lesson.slug)
        .join(Lesson, Lesson.course_id == Course.id)
        .where(Lesson.short == code, offered_in(ward_id), offered_lesson())
    )
    row = db.session.execute(course.union_all(lesson).limit(1)).first()
    return Place(*row) if row else None


def find_image(course_slug: str, name: str, ward_id: int) -> bytes | None:
    """Return a picture of a course that the ward offers, or None."""
    return db.session.scalar(
        select(CourseImage.data)
        .join(Course, Course.id == CourseImage.course_id)
        .where(Course.slug == course_slug, CourseImage.name == name, offered_in(ward_id))
    )
