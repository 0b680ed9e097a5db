"""Reads of what people have done. Whoever was merged into a person is read with them."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, bindparam, func, select

from elearn.kit.clock import day_of
from elearn.kit.db import db, run
from elearn.learning import rules
from elearn.learning.ledger import PERSON
from elearn.learning.models import (
    Attempt,
    CourseCompletion,
    CourseStart,
    LessonCompletion,
    Placement,
)
from elearn.library.models import Course, Lesson
from elearn.people.queries import same_person


class CourseProgress(NamedTuple):
    """A course that a person has begun, and how far they are today."""

    course_id: int
    slug: str
    title: str
    share: float  # 0 to 1, over the outline of today
    lessons: int
    done: int
    finished: bool
    next_slug: str | None
    next_title: str | None
    completed: frozenset[int]  # lessons of today
    skipped: frozenset[int]


class Continue(NamedTuple):
    """Where a person may go on."""

    course_slug: str
    course_title: str
    lesson_slug: str
    lesson_title: str


class Gone(NamedTuple):
    """One go at questions of a lesson, and where the lesson is."""

    lesson_id: int
    day: date
    asked: list[str]
    right_keys: list[str]
    course_id: int
    course_slug: str
    lesson_slug: str
    recall: str | None


class Done(NamedTuple):
    """What somebody has done so far, in short."""

    lessons: int
    attempts: int
    titles: list[str]  # of the finished lessons


class HalfDone(NamedTuple):
    """A lesson whose questions were answered, not yet enough of them right."""

    course_slug: str
    lesson_slug: str
    title: str
    attempt_id: str  # the last one


def completed_lessons(person_id: int, course_id: int) -> set[int]:
    """Return the ids of the lessons of a course that a person has completed, retired ones too."""
    return {row[0] for row in run(_completed_lessons(), {"person": person_id, "course": course_id})}


@cache
def _completed_lessons() -> Select[Any]:
    return (
        select(LessonCompletion.lesson_id)
        .join(Lesson, Lesson.id == LessonCompletion.lesson_id)
        .where(LessonCompletion.person_id.in_(_same(PERSON)), Lesson.course_id == bindparam("course"))
    )


def my_courses(person_id: int) -> list[CourseProgress]:
    """Return the courses that a person has begun, or been placed in, in the order of the shelf."""
    found: dict[int, list[Any]] = {}
    for row in run(_my_courses(), {"person": person_id}):
        found.setdefault(row[0], []).append(row)
    return [_progress(lines) for lines in found.values()]


@cache
def _my_courses() -> Select[Any]:
    same = _same(PERSON)
    started = select(CourseStart.course_id).where(CourseStart.person_id.in_(same))
    finished = select(CourseCompletion.course_id).where(CourseCompletion.person_id.in_(same))
    done = select(LessonCompletion.lesson_id).where(LessonCompletion.person_id.in_(same))
    placed = select(Placement.lesson_id).where(Placement.person_id.in_(same))
    of_placed = select(Lesson.course_id).where(Lesson.id.in_(placed))
    return (
        select(
            Course.id, Course.slug, Course.title, Course.id.in_(finished),
            Lesson.id, Lesson.slug, Lesson.id.in_(done), Lesson.title,
            Lesson.id.in_(placed.where(Placement.skipped)),
        )
        .outerjoin(
            Lesson,
            (Lesson.course_id == Course.id) & Lesson.retired_at.is_(None) & Lesson.published_at.is_not(None),
        )
        .where(Course.id.in_(started) | Course.id.in_(finished) | Course.id.in_(of_placed))
        .order_by(Course.position, Course.id, Lesson.position, Lesson.id)
    )  # fmt: skip


def _progress(rows: Sequence[Any]) -> CourseProgress:
    course_id, slug, title, finished = rows[0][:4]
    outline = {row[4]: row[5] for row in rows if row[4] is not None}
    done = {row[4] for row in rows if row[4] is not None and row[6]}
    skipped = {row[4] for row in rows if row[4] is not None and row[8]} - done
    ahead = rules.next_lesson(list(outline), done, skipped)
    titles = {row[4]: row[7] for row in rows}
    return CourseProgress(
        course_id,
        slug,
        title,
        rules.share(outline, done),
        len(outline),
        len(done),
        bool(finished),
        outline.get(ahead) if ahead is not None else None,
        titles.get(ahead) if ahead is not None else None,
        frozenset(done),
        frozenset(skipped),
    )


def goes_of(person_id: int) -> list[Gone]:
    """Return every go of the person at questions, in the order in which they were sent."""
    return [
        Gone(lesson_id, day_of(sent_at), *rest)
        for lesson_id, sent_at, *rest in run(_goes(), {"person": person_id})
    ]


@cache
def _goes() -> Select[Any]:
    return (
        select(
            Attempt.lesson_id, Attempt.sent_at, Attempt.asked, Attempt.right_keys, Lesson.course_id,
            Course.slug, Lesson.slug, Attempt.recall,
        )
        .join(Lesson, Lesson.id == Attempt.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(Attempt.person_id.in_(_same(PERSON)))
        .order_by(Attempt.sent_at, Attempt.id)
    )  # fmt: skip


def where_to_continue(
    person_id: int, begun: Sequence[CourseProgress] | None = None, goes: Sequence[Gone] | None = None
) -> Continue | None:
    """Return the next lesson of the course in which the person learnt last, or None.

    `begun` and `goes` are what `my_courses` and `goes_of` said, where that has been asked already.
    """
    begun = my_courses(person_id) if begun is None else begun
    ahead = {one.course_id: one for one in begun if one.next_slug}
    goes = (goes_of(person_id) if ahead else []) if goes is None else goes
    last = next((go.course_id for go in reversed(goes) if go.course_id in ahead and not go.recall), None)
    if last is None:
        return None
    course = ahead[last]
    return Continue(course.slug, course.title, course.next_slug or "", course.next_title or "")


def what_is_done(person_id: int) -> Done:
    """Return in short what a person has done: enough to know one's own work by."""
    same = _same(person_id)
    titles = db.session.scalars(
        select(Lesson.title)
        .join(LessonCompletion, LessonCompletion.lesson_id == Lesson.id)
        .where(LessonCompletion.person_id.in_(same))
        .order_by(LessonCompletion.completed_at, Lesson.id)
    ).all()
    attempts = select(func.count()).select_from(Attempt).where(Attempt.person_id.in_(same))
    return Done(len(titles), db.session.scalar(attempts) or 0, list(titles))


def half_done(person_id: int) -> list[HalfDone]:
    """Return the lessons of today that the person has tried and not completed, the last tried first."""
    same = _same(person_id)
    done = select(LessonCompletion.lesson_id).where(LessonCompletion.person_id.in_(same))
    rows = db.session.execute(
        select(Course.slug, Lesson.slug, Lesson.title, Attempt.id, Lesson.id)
        .join(Lesson, Lesson.id == Attempt.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(
            Attempt.person_id.in_(same), Lesson.id.not_in(done),
            Lesson.retired_at.is_(None), Lesson.published_at.is_not(None),
        )
        .order_by(Attempt.sent_at.desc(), Attempt.id)
    )  # fmt: skip
    found: dict[int, HalfDone] = {}
    for *front, lesson_id in rows:
        found.setdefault(lesson_id, HalfDone(*front))
    return list(found.values())


def find_attempt(person_id: int, attempt_id: str) -> Attempt | None:
    """Return the person's own attempt with this id, or None."""
    return db.session.scalar(
        select(Attempt).where(Attempt.person_id.in_(_same(person_id)), Attempt.id == attempt_id).limit(1)
    )


class SoFar(NamedTuple):
    """What a person's attempts at a revision add up to."""

    whole: set[str]  # every question asked up to then
    right: set[str]  # right up to then
    right_now: set[str]  # right in any attempt, also a later one


def so_far(person_id: int, attempt: Attempt) -> SoFar:
    """Return what the person's attempt came to together with the earlier ones at the same revision."""
    rows = _attempts_at(person_id, attempt.revision_id)
    until = [row for row in rows if row.sent_at <= attempt.sent_at or row.id == attempt.id]
    return SoFar(
        {key for row in until for key in row.asked},
        {key for row in until for key in row.right_keys},
        {key for row in rows for key in row.right_keys},
    )


def right_so_far(person_id: int, revision_id: int) -> set[str]:
    """Return the keys of the questions that the person has answered right in this revision."""
    return {key for keys in right_in_each(person_id, revision_id) for key in keys}


def right_in_each(person_id: int, revision_id: int) -> list[list[str]]:
    """Return for each attempt of the person at this revision the keys of what was right in it."""
    return [row.right_keys for row in _attempts_at(person_id, revision_id)]


def _attempts_at(person_id: int, revision_id: int) -> Sequence[Any]:
    return run(_attempts(), {"person": person_id, "revision": revision_id}).all()  # type: ignore[no-any-return]


@cache
def _attempts() -> Select[Any]:
    return select(Attempt.sent_at, Attempt.id, Attempt.asked, Attempt.right_keys).where(
        Attempt.person_id.in_(_same(PERSON)), Attempt.revision_id == bindparam("revision")
    )


def _same(person_id: int | BindParameter[int]) -> Select[tuple[int]]:
    return select(same_person(person_id).c.id)
