"""The questions of a lesson as they are asked; and, only after an answer is in, what was right and why.

What a learner is shown never touches a key or a source before an answer is in.
"""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, or_, select

from elearn.kit.db import db
from elearn.library import ready
from elearn.library.fact_queries import facts_of
from elearn.library.lesson_queries import ready_now
from elearn.library.models import EVERYWHERE, Course, Lesson, Revision, RevisionKey, RevisionPage, State
from elearn.library.offered import is_stale, of_published_lesson, offered_in, offered_lesson, own_page_of
from elearn.library.sound_queries import chosen, heard_on_the_page


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
    sounds: str | None  # of its parts; see sound_queries.chosen

    def heard(self, parts: Iterable[str]) -> dict[str, str]:
        """Return, in this order, of each part that can be heard the mark of its sound."""
        return chosen(self.sounds, parts)


class Placed(NamedTuple):
    """A question of the placement round, with the lesson that one may skip when it is right."""

    lesson_id: int
    lesson_slug: str
    lesson_title: str
    revision_id: int
    question: dict[str, Any]


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


def find_quiz(course_slug: str, lesson_slug: str, ward_id: int, today: date) -> Quiz | None:
    """Return the questions of a lesson that are asked today, or None when there is no such lesson.

    A question that rests on an overdue or unverified fact is left out. What is asked prints verified facts
    only, so that nothing has to be laid out anew here, and no source is read.
    """
    asked = {"course": course_slug, "lesson": lesson_slug, "ward": ward_id}
    row = db.session.connection().execute(_quiz(), asked).first()
    if row is None:
        return None
    *front, questions, held, until, sounds = row
    if is_stale(until, today):
        facts = facts_of(ward_id)
        held = [one["key"] for one in questions if ready.is_held(one["facts"], facts, today)]
    asked_today = [question for question in questions if question["key"] not in held]
    return Quiz._make([*front, asked_today, len(questions) - len(asked_today), sounds])


@cache
def _quiz() -> Select[Any]:
    return of_published_lesson(
        select(
            Course.id, Course.slug, Course.title, Lesson.id, Lesson.slug, Revision.title, Revision.id,
            RevisionPage.quiz, RevisionPage.held, RevisionPage.good_until,
            heard_on_the_page(bindparam("ward")),
        )
    )  # fmt: skip


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
            Course.slug == course_slug, offered_in(ward_id), offered_lesson(),
            Revision.state == State.PUBLISHED, RevisionPage.ward_id == own_page_of(ward_id),
        )
    ).all()  # fmt: skip
    facts = facts_of(ward_id) if any(is_stale(row[-1], today) for row in rows) else None
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
    if is_stale(row.good_until, today):
        return ready_now(revision_id, ward_id, today).key
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
    if is_stale(row.good_until, today):
        return ready_now(revision_id, ward_id, today).quiz
    quiz: list[dict[str, Any]] = row.quiz
    return quiz
