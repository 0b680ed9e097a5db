"""Reads for those who write. Every one starts from what the viewer may write: the rest is out of reach."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import aliased

from elearn.kit.db import db
from elearn.library.models import (
    EVERYWHERE,
    Course,
    Lesson,
    Revision,
    RevisionSource,
    Sound,
    SpokenPart,
    State,
    Voice,
)
from elearn.library.rules import lacks_second_reader
from elearn.people.models import Person, Ward
from elearn.people.permissions import Permission, Viewer


class Work(NamedTuple):
    """A revision on the desk: the rows that will be changed, its text, and who had a hand in it."""

    course: Course
    lesson: Lesson
    revision: Revision
    text: str
    author: str | None
    saver: str | None
    reviewer: str | None

    @property
    def writers(self) -> set[int | None]:
        """Who wrote it: a reviewer must be somebody else."""
        return {self.revision.author_id, self.revision.saved_by_id}

    @property
    def read_by_one(self) -> bool:
        """Is this still "chưa có người đọc thứ hai"?"""
        revision = self.revision
        return lacks_second_reader(revision.author_id, revision.reviewer_id, revision.alone_because)


class Waits(NamedTuple):
    """A public text in which recordings wait to be listened to."""

    course_slug: str
    course_title: str
    lesson_slug: str
    title: str
    number: int
    parts: int


class Past(NamedTuple):
    """A revision in the history of a lesson."""

    number: int
    state: str
    title: str
    author: str | None
    reviewer: str | None
    alone_because: str | None
    created_at: datetime
    saved_at: datetime
    published_at: datetime | None
    retired_at: datetime | None


def within_reach(viewer: Viewer, permission: Permission) -> ColumnElement[bool]:
    """Return the condition on Course that holds for what the viewer may do this to.

    Shared courses belong to those whose role covers the installation; where there is one ward, to its staff.
    """
    scopes = viewer.reach(permission)
    if any(scope.ward_id is None for scope in scopes):
        return true()
    if not scopes:
        return false()
    only_ward = select(func.count(Ward.id)).scalar_subquery() <= 1
    own = Course.ward_id.in_([scope.ward_id for scope in scopes])
    return or_(own, and_(Course.ward_id.is_(None), only_ward))


def find_course(viewer: Viewer, slug: str, permission: Permission) -> Course | None:
    """Return the course at this address if the viewer may do this to it, or None."""
    return db.session.scalar(select(Course).where(Course.slug == slug, within_reach(viewer, permission)))


def find_lesson(
    viewer: Viewer, course_slug: str, lesson_slug: str, permission: Permission
) -> tuple[Course, Lesson] | None:
    """Return the lesson at this address, and its course, if the viewer may do this to it; or None."""
    row = db.session.execute(
        select(Course, Lesson)
        .join(Lesson, Lesson.course_id == Course.id)
        .where(Course.slug == course_slug, Lesson.slug == lesson_slug, within_reach(viewer, permission))
    ).first()
    return (row[0], row[1]) if row else None


def find_work(
    viewer: Viewer, course_slug: str, lesson_slug: str, number: int, permission: Permission
) -> Work | None:
    """Return the revision of this number with all that its pages show, if within reach; or None."""
    author, saver, reviewer = aliased(Person), aliased(Person), aliased(Person)
    row = db.session.execute(
        select(
            Course, Lesson, Revision, RevisionSource.text,
            author.display_name, saver.display_name, reviewer.display_name,
        )
        .join(Lesson, Lesson.course_id == Course.id)
        .join(Revision, Revision.lesson_id == Lesson.id)
        .join(RevisionSource, RevisionSource.revision_id == Revision.id)
        .outerjoin(author, author.id == Revision.author_id)
        .outerjoin(saver, saver.id == Revision.saved_by_id)
        .outerjoin(reviewer, reviewer.id == Revision.reviewer_id)
        .where(
            Course.slug == course_slug, Lesson.slug == lesson_slug, Revision.number == number,
            within_reach(viewer, permission),
        )
    ).first()  # fmt: skip
    return Work(*row) if row else None


def voices_waiting(viewer: Viewer) -> list[Waits]:
    """Return the public texts in whose parts recordings wait for this viewer to listen to them."""
    rows = db.session.execute(
        select(
            Course.slug, Course.title, Lesson.slug, Revision.title, Revision.number,
            func.count(SpokenPart.part.distinct()),
        )
        .join(Lesson, Lesson.course_id == Course.id)
        .join(Revision, Revision.lesson_id == Lesson.id)
        .join(SpokenPart, SpokenPart.revision_id == Revision.id)
        .join(Sound, Sound.part == SpokenPart.part)
        .where(
            Sound.ward_id == func.coalesce(Course.ward_id, EVERYWHERE),
            Sound.voice == Voice.WAITING, Revision.state == State.PUBLISHED,
            within_reach(viewer, Permission.PUBLISH_LESSONS),
        )
        .group_by(Course.slug, Course.title, Lesson.slug, Revision.title, Revision.number)
        .order_by(Course.slug, Lesson.slug)
    )  # fmt: skip
    return [Waits(*row) for row in rows]


def slug_of(lesson_id: int) -> str:
    """Return the lesson's part of its address."""
    return db.session.scalar(select(Lesson.slug).where(Lesson.id == lesson_id)) or ""


def text_of(lesson_id: int, number: int) -> str:
    """Return the text of a revision of a lesson, or nothing."""
    return (
        db.session.scalar(
            select(RevisionSource.text)
            .join(Revision, Revision.id == RevisionSource.revision_id)
            .where(Revision.lesson_id == lesson_id, Revision.number == number)
        )
        or ""
    )


def history_of(lesson_id: int) -> list[Past]:
    """Return every revision of a lesson, the newest first."""
    author, reviewer = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(
            Revision.number, Revision.state, Revision.title, author.display_name, reviewer.display_name,
            Revision.alone_because, Revision.created_at, Revision.saved_at, Revision.published_at,
            Revision.retired_at,
        )
        .outerjoin(author, author.id == Revision.author_id)
        .outerjoin(reviewer, reviewer.id == Revision.reviewer_id)
        .where(Revision.lesson_id == lesson_id)
        .order_by(Revision.number.desc())
    )  # fmt: skip
    return [Past._make(row) for row in rows]


def name_of(person_id: int | None) -> str:
    """Return the name of a colleague, for the line that says who saved in between."""
    return db.session.scalar(select(Person.display_name).where(Person.id == person_id)) or ""
