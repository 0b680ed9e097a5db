"""Reads for those who write. Every one starts from what the viewer may write: the rest is out of reach."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import aliased

from elearn.authoring.first_checks import FIRST_CHECKS, Check
from elearn.kit.db import db
from elearn.library.document.course import CourseDocument, LessonFile
from elearn.library.document.model import Remark
from elearn.library.document.read import parse
from elearn.library.fact_queries import as_fact, facts_of
from elearn.library.facts import Fact
from elearn.library.folder import check_words_of_course
from elearn.library.models import (
    EVERYWHERE,
    Course,
    FactRow,
    FirstCheck,
    Lesson,
    Revision,
    RevisionSource,
    State,
)
from elearn.library.rules import OPEN, lacks_second_reader
from elearn.people.models import Person, Ward
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


class FactLine(NamedTuple):
    """A fact in the registry: the common value, the ward's own, and the lessons that cite it."""

    common: Fact
    own: Fact | None
    lessons: tuple[str, ...]

    @property
    def here(self) -> Fact:
        """The fact as this ward's pages have it."""
        return self.own or self.common


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


def keeps_common_facts(viewer: Viewer) -> bool:
    """May this viewer change the common value of a fact? As with shared courses."""
    scopes = viewer.reach(Permission.CHECK_FACTS)
    if any(scope.ward_id is None for scope in scopes):
        return True
    return bool(scopes) and (db.session.scalar(select(func.count(Ward.id))) or 0) <= 1


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


def slug_of(lesson_id: int) -> str:
    """Return the lesson's part of its address."""
    return db.session.scalar(select(Lesson.slug).where(Lesson.id == lesson_id)) or ""


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


def fact_lines(ward_id: int) -> list[FactLine]:
    """Return the registry of dated facts as this ward has it, each with the lessons that cite it."""
    rows = db.session.scalars(
        select(FactRow)
        .where(FactRow.ward_id.in_((EVERYWHERE, ward_id)))
        .order_by(FactRow.position, FactRow.id)
    ).all()
    own = {row.id: as_fact(row) for row in rows if row.ward_id == ward_id}
    citing = _lessons_by_fact(ward_id)
    return [
        FactLine(as_fact(row), own.get(row.id), tuple(citing.get(row.id, ())))
        for row in rows
        if row.ward_id == EVERYWHERE
    ]


def find_fact(fact_id: str, ward_id: int) -> FactLine | None:
    """Return one fact as this ward has it, or None."""
    return next((line for line in fact_lines(ward_id) if line.common.id == fact_id), None)


def _lessons_by_fact(ward_id: int) -> dict[str, list[str]]:
    rows = db.session.execute(
        select(Revision.facts, Lesson.code, Lesson.title)
        .join(Lesson, Lesson.id == Revision.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(
            Revision.state == State.PUBLISHED, Lesson.retired_at.is_(None), Course.retired_at.is_(None),
            or_(Course.ward_id.is_(None), Course.ward_id == ward_id),
        )
        .order_by(Course.position, Lesson.position)
    )  # fmt: skip
    found: dict[str, list[str]] = {}
    for facts, code, title in rows:
        for fact in facts:
            found.setdefault(fact, []).append(f"{code} {title}")
    return found


def overdue_facts(ward_id: int, today: date) -> int:
    """Return how many facts of this ward are not shown today."""
    return sum(not line.here.is_shown(today) for line in fact_lines(ward_id))


class CheckLine(NamedTuple):
    """Something to do before the ward begins, and who did it when."""

    check: Check
    done_at: datetime | None
    done_by: str | None


def first_checks(ward_id: int) -> list[CheckLine]:
    """Return what the ward has to do before it begins, in the order of the list."""
    rows = db.session.execute(
        select(FirstCheck.name, FirstCheck.done_at, Person.display_name)
        .outerjoin(Person, Person.id == FirstCheck.done_by_id)
        .where(FirstCheck.ward_id == ward_id)
    )
    done = {name: (at, by) for name, at, by in rows}
    return [CheckLine(check, *done.get(check.name, (None, None))) for check in FIRST_CHECKS]
