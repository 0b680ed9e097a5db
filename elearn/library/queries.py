"""Reads from the library. What a learner is shown never touches a key or a source before an answer is in.

Everything is for one ward: its own courses and the shared ones, its own facts over the common ones.
"""

from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, null, or_, select
from sqlalchemy.orm import aliased

from elearn.kit.db import db
from elearn.library import ready
from elearn.library.document.read import parse
from elearn.library.facts import Fact
from elearn.library.models import (
    EVERYWHERE,
    Course,
    CourseImage,
    FactRow,
    Lesson,
    Revision,
    RevisionKey,
    RevisionPage,
    RevisionSource,
    State,
)
from elearn.library.rules import lacks_second_reader

BETWEEN = "\n"  # stands in no address and in no title


def is_unapproved(one: Any) -> bool:
    """Is this course, or a lesson of it, "bản của dự án, phường chưa duyệt"?"""
    return bool(one.shipped and not one.approved)


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


class LessonPage(NamedTuple):
    """Everything that the text page of a lesson shows."""

    course_id: int
    course_slug: str
    course_title: str
    shipped: bool
    approved: bool
    lesson_id: int
    slug: str
    code: str
    short: str
    number: int
    lessons: int
    title: str
    minutes: int
    objective: str
    revision_id: int
    revision_number: int
    facts: list[str]
    published_at: datetime
    author_id: int | None
    reviewer_id: int | None
    alone_because: str | None
    outside_reviewer: str | None
    outside_reviewed_on: date | None
    next_review: date | None
    html: str
    asked: int  # questions that are asked today
    good_until: date | None
    made_at: datetime
    previous_slug: str | None
    previous_title: str | None
    next_slug: str | None
    next_title: str | None
    ward_id: int

    unapproved = property(is_unapproved)

    @property
    def read_by_one(self) -> bool:
        """Is this still "chưa có người đọc thứ hai"?"""
        return lacks_second_reader(self.author_id, self.reviewer_id, self.alone_because)


class Quiz(NamedTuple):
    """The questions of a lesson as they are asked today; there is no key in it."""

    course_id: int
    course_slug: str
    course_title: str
    lesson_id: int
    slug: str
    title: str
    revision_id: int
    questions: list[dict[str, Any]]
    held: int  # how many are held back until someone has checked a fact


class Place(NamedTuple):
    """Where a short number leads."""

    course_slug: str
    lesson_slug: str | None


class Placed(NamedTuple):
    """A question of the placement round, with the lesson that one may skip when it is right."""

    lesson_id: int
    lesson_slug: str
    lesson_title: str
    revision_id: int
    question: dict[str, Any]


# -- courses -------------------------------------------------------------------------------------


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
        .where(_offered_in(bindparam("ward")), _offered_lesson())
        .group_by(Course.id)
        .order_by(Course.position, Course.id)
    )  # fmt: skip


def _first_lesson() -> Any:
    other = aliased(Lesson)
    return (
        select(other.slug)
        .where(other.course_id == Course.id, *_offered(other))
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
        .where(Course.slug == bindparam("course"), _offered_in(bindparam("ward")), _offered_lesson())
        .order_by(Lesson.position, Lesson.id)
    )  # fmt: skip


def outline(course_id: int) -> tuple[LessonLine, ...]:
    """Return the lessons that a course offers today, in their order."""
    rows = db.session.execute(
        select(
            Lesson.id, Lesson.slug, Lesson.code, Lesson.short, Lesson.title, Lesson.minutes, Lesson.objective
        )
        .where(Lesson.course_id == course_id, _offered_lesson())
        .order_by(Lesson.position, Lesson.id)
    )
    return tuple(_numbered(rows))


def find_by_short(code: str, ward_id: int) -> Place | None:
    """Return the course or lesson that a loudspeaker calls by this four-digit number, or None."""
    course = select(Course.slug, null()).where(Course.short == code, _offered_in(ward_id))
    lesson = (
        select(Course.slug, Lesson.slug)
        .join(Lesson, Lesson.course_id == Course.id)
        .where(Lesson.short == code, _offered_in(ward_id), _offered_lesson())
    )
    row = db.session.execute(course.union_all(lesson).limit(1)).first()
    return Place(*row) if row else None


def find_image(course_slug: str, name: str, ward_id: int) -> bytes | None:
    """Return a picture of a course that the ward offers, or None."""
    return db.session.scalar(
        select(CourseImage.data)
        .join(Course, Course.id == CourseImage.course_id)
        .where(Course.slug == course_slug, CourseImage.name == name, _offered_in(ward_id))
    )


# -- the text of a lesson ------------------------------------------------------------------------


def find_lesson_page(course_slug: str, lesson_slug: str, ward_id: int) -> LessonPage | None:
    """Return what the text page of a lesson shows, in one statement, or None."""
    asked = {"course": course_slug, "lesson": lesson_slug, "ward": ward_id}
    # straight through the connection: plain columns need none of what the session does for objects
    row = db.session.connection().execute(_lesson_page(), asked).first()
    if row is None:
        return None
    *values, before, after = row
    values[4] = bool(values[4])
    behind, ahead = ((both or "").partition(BETWEEN) for both in (before, after))
    neighbours = [word or None for word in (*behind[::2], *ahead[::2])]
    return LessonPage._make([*values, *neighbours, ward_id])


def page_html(page: LessonPage, today: date) -> str:
    """Return the HTML of the lesson, laid out anew (and kept nowhere) when a fact in it is overdue."""
    if not _is_stale(page.good_until, today):
        return page.html
    return _ready_now(page.revision_id, page.ward_id, today).html


@cache
def _lesson_page() -> Select[Any]:
    """Build the statement once: putting it together costs more than running it."""
    ward: Any = bindparam("ward")
    return (
        select(
            Course.id, Course.slug, Course.title, Course.shipped, Course.approved_at.is_not(None),
            Lesson.id, Lesson.slug, Lesson.code, Lesson.short,
            _count_of_lessons(up_to=True), _count_of_lessons(),
            Revision.title, Revision.minutes, Revision.objective, Revision.id, Revision.number,
            Revision.facts, Revision.published_at,
            Revision.author_id, Revision.reviewer_id, Revision.alone_because,
            Revision.outside_reviewer, Revision.outside_reviewed_on, Revision.next_review,
            RevisionPage.html,
            func.json_array_length(RevisionPage.quiz) - func.json_array_length(RevisionPage.held),
            RevisionPage.good_until, RevisionPage.made_at,
            _neighbour(-1), _neighbour(1),
        )
        .join(Lesson, Lesson.course_id == Course.id)
        .join(Revision, Revision.lesson_id == Lesson.id)
        .join(RevisionPage, RevisionPage.revision_id == Revision.id)
        .where(
            Course.slug == bindparam("course"),
            Lesson.slug == bindparam("lesson"),
            _offered_in(ward),
            _offered_lesson(),
            Revision.state == State.PUBLISHED,
            RevisionPage.ward_id == _own_page_of(ward),
        )
    )  # fmt: skip


def _count_of_lessons(*, up_to: bool = False) -> Any:
    other = aliased(Lesson)
    count = select(func.count(other.id)).where(other.course_id == Lesson.course_id, *_offered(other))
    if up_to:
        count = count.where(_stands_at_or_before(other))
    return count.correlate(Lesson).scalar_subquery()


def _stands_at_or_before(other: Any) -> ColumnElement[bool]:
    return or_(
        other.position < Lesson.position, (other.position == Lesson.position) & (other.id <= Lesson.id)
    )


def _neighbour(step: int) -> Any:
    """Choose the address and the title of the lesson before or after, in one look."""
    other = aliased(Lesson)
    behind = _stands_at_or_before(other) & (other.id != Lesson.id)
    side = behind if step < 0 else ~_stands_at_or_before(other)
    order = (other.position.desc(), other.id.desc()) if step < 0 else (other.position.asc(), other.id.asc())
    return (
        select(other.slug + BETWEEN + other.title)
        .where(other.course_id == Lesson.course_id, *_offered(other), side)
        .order_by(*order)
        .limit(1)
        .correlate(Lesson)
        .scalar_subquery()
    )


# -- the questions -------------------------------------------------------------------------------


def find_quiz(course_slug: str, lesson_slug: str, ward_id: int, today: date) -> Quiz | None:
    """Return the questions of a lesson that are asked today, or None when there is no such lesson.

    A question that rests on an overdue or unverified fact is left out. What is asked prints verified facts
    only, so that nothing has to be laid out anew here, and no source is read.
    """
    asked = {"course": course_slug, "lesson": lesson_slug, "ward": ward_id}
    row = db.session.connection().execute(_quiz(), asked).first()
    if row is None:
        return None
    *front, questions, held, until = row
    if _is_stale(until, today):
        facts = facts_of(ward_id)
        held = [one["key"] for one in questions if ready.is_held(one["facts"], facts, today)]
    asked_today = [question for question in questions if question["key"] not in held]
    return Quiz._make([*front, asked_today, len(questions) - len(asked_today)])


@cache
def _quiz() -> Select[Any]:
    ward: Any = bindparam("ward")
    return (
        select(
            Course.id, Course.slug, Course.title, Lesson.id, Lesson.slug, Revision.title, Revision.id,
            RevisionPage.quiz, RevisionPage.held, RevisionPage.good_until,
        )
        .join(Lesson, Lesson.course_id == Course.id)
        .join(Revision, Revision.lesson_id == Lesson.id)
        .join(RevisionPage, RevisionPage.revision_id == Revision.id)
        .where(
            Course.slug == bindparam("course"),
            Lesson.slug == bindparam("lesson"),
            _offered_in(ward),
            _offered_lesson(),
            Revision.state == State.PUBLISHED,
            RevisionPage.ward_id == _own_page_of(ward),
        )
    )  # fmt: skip


class Asked(NamedTuple):
    """Where a revision's questions were asked; the lesson may have been retired since."""

    course_id: int
    course_slug: str
    course_title: str
    lesson_id: int
    lesson_slug: str
    lesson_title: str
    offered: bool  # the lesson and its course still are
    current: bool  # it is the text that is published now


def find_asked(revision_id: int, ward_id: int) -> Asked | None:
    """Return where the questions of a revision were asked, of a course that this ward has or had, or None."""
    row = db.session.execute(
        select(
            Course.id, Course.slug, Course.title, Lesson.id, Lesson.slug, Lesson.title,
            Course.retired_at.is_(None) & Lesson.retired_at.is_(None), Revision.state == State.PUBLISHED,
        )
        .join(Lesson, Lesson.course_id == Course.id)
        .join(Revision, Revision.lesson_id == Lesson.id)
        .where(
            Revision.id == revision_id,
            Revision.published_at.is_not(None),
            or_(Course.ward_id.is_(None), Course.ward_id == ward_id),
        )
    ).first()  # fmt: skip
    return Asked(*row[:6], bool(row[6]), bool(row[7])) if row else None


def find_placement(course_slug: str, ward_id: int, today: date) -> list[Placed]:
    """Return the placement questions of a course that can be asked today, in their order."""
    rows = db.session.execute(
        select(
            Course.placement, Lesson.id, Lesson.slug, Revision.title, Revision.id,
            RevisionPage.quiz, RevisionPage.held, RevisionPage.good_until,
        )
        .join(Lesson, Lesson.course_id == Course.id)
        .join(Revision, Revision.lesson_id == Lesson.id)
        .join(RevisionPage, RevisionPage.revision_id == Revision.id)
        .where(
            Course.slug == course_slug, _offered_in(ward_id), _offered_lesson(),
            Revision.state == State.PUBLISHED, RevisionPage.ward_id == _own_page_of(ward_id),
        )
    ).all()  # fmt: skip
    facts = facts_of(ward_id) if any(_is_stale(row[-1], today) for row in rows) else None
    found: dict[str, Placed] = {}
    for _, lesson_id, slug, title, revision_id, quiz, held, _until in rows:
        for one in quiz:
            if not (ready.is_held(one["facts"], facts, today) if facts else one["key"] in held):
                found[f"{slug}#{one['key']}"] = Placed(lesson_id, slug, title, revision_id, one)
    return [found[name] for name in (rows[0][0] if rows else []) if name in found]


# -- after an answer: what was right, and why ----------------------------------------------------


def answer_key(revision_id: int, ward_id: int, today: date) -> dict[str, dict[str, Any]]:
    """Return what is right in each question of a revision and why; empty when there is no such revision.

    Only for marking an attempt and explaining one that was sent.
    """
    row = db.session.execute(
        select(RevisionKey.key, RevisionPage.good_until)
        .join(
            RevisionPage,
            (RevisionPage.revision_id == RevisionKey.revision_id)
            & (RevisionPage.ward_id == RevisionKey.ward_id),
        )
        .where(RevisionKey.revision_id == revision_id, RevisionKey.ward_id.in_((EVERYWHERE, ward_id)))
        .order_by(RevisionKey.ward_id.desc())
        .limit(1)
    ).first()
    if row is None:
        return {}
    if _is_stale(row.good_until, today):
        return _ready_now(revision_id, ward_id, today).key
    key: dict[str, dict[str, Any]] = row.key
    return key


def quiz_of(revision_id: int, ward_id: int, today: date) -> list[dict[str, Any]]:
    """Return every question of a revision as it is asked, also those held back: to show what was answered."""
    row = db.session.execute(
        select(RevisionPage.quiz, RevisionPage.good_until)
        .where(RevisionPage.revision_id == revision_id, RevisionPage.ward_id.in_((EVERYWHERE, ward_id)))
        .order_by(RevisionPage.ward_id.desc())
        .limit(1)
    ).first()
    if row is None:
        return []
    if _is_stale(row.good_until, today):
        return _ready_now(revision_id, ward_id, today).quiz
    quiz: list[dict[str, Any]] = row.quiz
    return quiz


# -- facts ---------------------------------------------------------------------------------------


def facts_of(ward_id: int) -> dict[str, Fact]:
    """Return every dated fact as this ward has it, in the order of the shelf."""
    rows = db.session.scalars(
        select(FactRow)
        .where(FactRow.ward_id.in_((EVERYWHERE, ward_id)))
        .order_by(FactRow.position, FactRow.id, FactRow.ward_id)
    )
    return {row.id: as_fact(row) for row in rows}


def as_fact(row: FactRow) -> Fact:
    """Return the plain value of a fact's row."""
    return Fact(
        id=row.id,
        label=row.label,
        value=row.value,
        status=row.status,
        fallback=row.fallback,
        source=row.source,
        checked_on=row.checked_on,
        review_months=row.review_months,
    )


# -- what the above is made of -------------------------------------------------------------------


def _offered_in(ward_id: Any) -> ColumnElement[bool]:
    return Course.retired_at.is_(None) & or_(Course.ward_id.is_(None), Course.ward_id == ward_id)


def _offered_lesson() -> ColumnElement[bool]:
    return Lesson.retired_at.is_(None) & Lesson.published_at.is_not(None)


def _offered(lesson: Any) -> tuple[ColumnElement[bool], ...]:
    return lesson.retired_at.is_(None), lesson.published_at.is_not(None)


def _own_page_of(ward_id: Any) -> Any:
    """Choose the ward's own page of a revision where it has one, else the common one."""
    page = aliased(RevisionPage)
    return (
        select(func.max(page.ward_id))
        .where(page.revision_id == Revision.id, or_(page.ward_id == EVERYWHERE, page.ward_id == ward_id))
        .correlate(Revision)
        .scalar_subquery()
    )


def _numbered(rows: Any) -> Any:
    for number, (lesson_id, slug, *rest) in enumerate(rows, start=1):
        yield LessonLine(lesson_id, slug, number, *rest)


def _is_stale(good_until: date | None, today: date) -> bool:
    return good_until is not None and good_until <= today


def _ready_now(revision_id: int, ward_id: int, today: date) -> ready.Ready:
    """Lay a revision out as of today: between the day a fact lapses and the next `elearn tick`."""
    text, course_slug = db.session.execute(
        select(RevisionSource.text, Course.slug)
        .join(Revision, Revision.id == RevisionSource.revision_id)
        .join(Lesson, Lesson.id == Revision.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(RevisionSource.revision_id == revision_id)
    ).one()
    return ready.make_ready(parse(text).document, facts_of(ward_id), today, course_slug)
