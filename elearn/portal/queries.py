"""What a ward offers to learn, told to machines: one statement for all its courses and lessons."""

from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from elearn.kit.db import db
from elearn.library.models import Course, Lesson, Revision, State
from elearn.library.offered import offered_in, offered_lesson
from elearn.library.rules import is_unapproved


class LessonOffered(NamedTuple):
    """A published lesson: its place, and the revision that is read today."""

    slug: str
    short: str
    title: str
    objective: str
    minutes: int
    number: int  # of the revision
    first_at: datetime  # when the lesson was first published
    revised_at: datetime  # when the revision was published


class CourseOffered(NamedTuple):
    """A course that the ward offers, with its lessons in their order; there is at least one."""

    id: int
    slug: str
    short: str
    title: str
    topic: str
    audience: str
    goal: str
    shipped: bool
    approved: bool
    lessons: tuple[LessonOffered, ...]

    unapproved = property(is_unapproved)

    @property
    def minutes(self) -> int:
        return sum(lesson.minutes for lesson in self.lessons)

    @property
    def first_at(self) -> datetime:
        return min(lesson.first_at for lesson in self.lessons)

    @property
    def grown_at(self) -> datetime:
        """When the last lesson came to it."""
        return max(lesson.first_at for lesson in self.lessons)

    @property
    def revised_at(self) -> datetime:
        return max(lesson.revised_at for lesson in self.lessons)


def courses_offered(ward_id: int) -> tuple[CourseOffered, ...]:
    """Return the courses that a visitor of the ward may learn today, in the ward's order."""
    rows = db.session.connection().execute(_offered(), {"ward": ward_id}).all()
    return tuple(
        CourseOffered(*front, bool(approved), tuple(LessonOffered(*row[9:]) for row in of_course))
        for (*front, approved), of_course in groupby(rows, key=lambda row: tuple(row[:9]))
    )


@cache
def _offered() -> Any:
    return (
        select(
            Course.id, Course.slug, Course.short, Course.title, Course.topic, Course.audience, Course.goal,
            Course.shipped, Course.approved_at,
            Lesson.slug, Lesson.short, Lesson.title, Lesson.objective, Lesson.minutes,
            Revision.number, Lesson.published_at, func.coalesce(Revision.published_at, Lesson.published_at),
        )
        .join(Lesson, Lesson.course_id == Course.id)
        .join(Revision, Revision.lesson_id == Lesson.id)
        .where(offered_in(bindparam("ward")), offered_lesson(), Revision.state == State.PUBLISHED)
        .order_by(Course.position, Course.id, Lesson.position, Lesson.id)
    )  # fmt: skip
