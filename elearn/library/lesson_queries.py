"""The text page of a lesson in one statement; its ready-made HTML, or made anew when a fact has lapsed."""

from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from elearn.kit.db import db
from elearn.library import ready
from elearn.library.document.parts import CARRIED, part_of
from elearn.library.document.read import parse
from elearn.library.fact_queries import facts_of
from elearn.library.leaving import way_out_of
from elearn.library.models import Course, Lesson, Revision, RevisionPage, RevisionSource
from elearn.library.offered import (
    is_stale,
    of_published_lesson,
    offered,
)
from elearn.library.rules import is_unapproved, lacks_second_reader
from elearn.library.sound_queries import chosen, heard_on_the_page

BETWEEN = "\n"  # stands in no address and in no title


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
    practised: bool  # there is a practice
    sounds: str | None  # of its parts; see sound_queries.chosen
    good_until: date | None
    made_at: datetime
    previous_slug: str | None
    previous_title: str | None
    next_slug: str | None
    next_title: str | None
    ward_id: int

    unapproved = property(is_unapproved)

    @property
    def parts_above(self) -> tuple[str, str]:
        """Return the keys of the title and of what the lesson is for, which stand above its text."""
        title, objective = (part_of(text) for text in (self.title, self.objective))
        return title.key if title else "", objective.key if objective else ""

    def heard(self, html: str) -> dict[str, str]:
        """Return the parts of the page that can be heard, in its order, each with the mark of its sound."""
        return chosen(self.sounds, [*self.parts_above, *CARRIED.findall(html)])

    @property
    def read_by_one(self) -> bool:
        """Is this still "chưa có người đọc thứ hai"?"""
        return lacks_second_reader(self.author_id, self.reviewer_id, self.alone_because)


FLAGS = [LessonPage._fields.index(name) for name in ("approved", "practised")]


def find_lesson_page(course_slug: str, lesson_slug: str, ward_id: int) -> LessonPage | None:
    """Return what the text page of a lesson shows, in one statement, or None."""
    asked = {"course": course_slug, "lesson": lesson_slug, "ward": ward_id}
    # straight through the connection: plain columns need none of what the session does for objects
    row = db.session.connection().execute(_lesson_page(), asked).first()
    if row is None:
        return None
    *values, before, after = row
    for flag in FLAGS:  # SQLite knows no truth, only 0 and 1
        values[flag] = bool(values[flag])
    behind, ahead = ((both or "").partition(BETWEEN) for both in (before, after))
    neighbours = [word or None for word in (*behind[::2], *ahead[::2])]
    return LessonPage._make([*values, *neighbours, ward_id])


def page_html(page: LessonPage, today: date) -> str:
    """Return the HTML of the lesson, laid out anew (and kept nowhere) when a fact in it is overdue."""
    if not is_stale(page.good_until, today):
        return page.html
    return ready_now(page.revision_id, page.ward_id, today).html


class LinksPage(NamedTuple):
    """To which other sites a lesson leads today."""

    course_slug: str
    course_title: str
    slug: str
    title: str
    links: list[str]


def find_links(course_slug: str, lesson_slug: str, ward_id: int, today: date) -> LinksPage | None:
    """Return where the links of a lesson that the ward offers lead to, in one statement, or None."""
    asked = {"course": course_slug, "lesson": lesson_slug, "ward": ward_id}
    row = db.session.connection().execute(_links(), asked).first()
    if row is None:
        return None
    *front, links, until, revision_id = row
    return LinksPage(
        *front, ready_now(revision_id, ward_id, today).links if is_stale(until, today) else links
    )


@cache
def _links() -> Select[Any]:
    return of_published_lesson(
        select(
            Course.slug, Course.title, Lesson.slug, Revision.title, RevisionPage.links,
            RevisionPage.good_until, Revision.id,
        )
    )  # fmt: skip


@cache
def _lesson_page() -> Select[Any]:
    """Build the statement once: putting it together costs more than running it."""
    return of_published_lesson(
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
            RevisionPage.practice.is_not(None), heard_on_the_page(bindparam("ward")),
            RevisionPage.good_until, RevisionPage.made_at,
            _neighbour(-1), _neighbour(1),
        )
    )  # fmt: skip


def _count_of_lessons(*, up_to: bool = False) -> Any:
    other = aliased(Lesson)
    count = select(func.count(other.id)).where(other.course_id == Lesson.course_id, *offered(other))
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
        .where(other.course_id == Lesson.course_id, *offered(other), side)
        .order_by(*order)
        .limit(1)
        .correlate(Lesson)
        .scalar_subquery()
    )


def ready_now(revision_id: int, ward_id: int, today: date) -> ready.Ready:
    """Lay a revision out as of today: between the day a fact lapses and the next `elearn tick`."""
    text, course_slug, lesson_slug = db.session.execute(
        select(RevisionSource.text, Course.slug, Lesson.slug)
        .join(Revision, Revision.id == RevisionSource.revision_id)
        .join(Lesson, Lesson.id == Revision.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(RevisionSource.revision_id == revision_id)
    ).one()
    way_out = way_out_of(course_slug, lesson_slug)
    return ready.make_ready(parse(text).document, facts_of(ward_id), today, course_slug, way_out)
