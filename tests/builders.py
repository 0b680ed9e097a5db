"""A course in one call, a person who keeps, an attempt; and what was counted of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from elearn.kit.clock import now, today
from elearn.kit.db import db, transaction
from elearn.learning.actions import keep_results
from elearn.learning.attempts import Outcome, submit_attempt
from elearn.learning.contest_models import Contest, ContestCourse, ContestGroup
from elearn.learning.models import NO_COURSE, DailyTally, Standing
from elearn.library.models import Course, Lesson, Revision, RevisionKey, RevisionPage, State
from elearn.library.ready import RENDERER
from elearn.people.actions import begin_nameless
from elearn.people.models import Ward
from tests.ward import group

KEYS = ("a", "b", "c", "d", "e")


def make_course(slug: str = "khoa", lessons: int = 2, keys: Sequence[str] = KEYS) -> dict[str, Any]:
    """Make a published course whose questions are right when answered "r"; return its ids."""
    key = {
        one: {"kind": "one", "right": ["r"], "explanation": "", "notes": {}, "spoken": "r"} for one in keys
    }
    quiz = [{"key": one, "kind": "one", "prompt": one, "facts": [], "choices": []} for one in keys]
    start = 2000 + 100 * len(db.session.query(Course).all())
    with transaction():
        course = Course(slug=slug, code=slug, title=slug, topic="other", short=str(start), position=start)
        db.session.add(course)
        db.session.flush()
        lesson_ids, revision_ids = [], []
        for number in range(1, lessons + 1):
            lesson = Lesson(
                course_id=course.id, slug=f"bai-{number}", position=number, code=f"{slug}-{number}",
                short=str(start + number), title=f"Bài {number}", minutes=3, published_at=now(),
            )  # fmt: skip
            db.session.add(lesson)
            db.session.flush()
            revision = Revision(
                lesson_id=lesson.id, number=1, state=State.PUBLISHED, title=lesson.title, minutes=3,
                published_at=now(),
            )  # fmt: skip
            db.session.add(revision)
            db.session.flush()
            db.session.add(RevisionKey(revision_id=revision.id, key=key))
            db.session.add(
                RevisionPage(revision_id=revision.id, html="<p>x</p>", quiz=quiz, held=[], renderer=RENDERER)
            )
            lesson_ids.append(lesson.id)
            revision_ids.append(revision.id)
    return {"course": course.id, "lessons": lesson_ids, "revisions": revision_ids}


def nameless() -> int:
    """Make a visitor who has answered something, in the first ward."""
    ward = db.session.query(Ward).order_by(Ward.id).first()
    return begin_nameless(ward.id)


def kept(code: str = "DG05", name: str = "Bà Mận") -> int:
    """Make somebody of the group who keeps the results under a name."""
    person_id = nameless()
    keep_results(person_id, keeping="name", group_id=group(code).id, name=name, consents=["keep_results"])
    return person_id


def attempt(
    person_id: int,
    revision_id: int,
    *,
    right: int = 5,
    attempt_id: str | None = None,
    asked: Sequence[str] = KEYS,
    answers: Mapping[str, Sequence[str]] | None = None,
    opened_at: datetime | None = None,
    **more: Any,
) -> Outcome:
    """Send an attempt with that many right answers, the first ones."""
    given = {key: ["r" if place < right else "w"] for place, key in enumerate(asked)}
    return submit_attempt(
        person_id, attempt_id or uuid4().hex, revision_id, ward_id=1, asked=asked, questions=KEYS,
        shown={key: ["r", "w"] for key in asked}, answers=given if answers is None else answers,
        opened_at=opened_at or now(), **more,
    )  # fmt: skip


def make_contest(
    slug: str,
    courses: Sequence[int],
    *,
    begins: int = -1,
    ends: int = 1,
    questions: int = 5,
    groups: Sequence[int] = (),
    name: str = "Công dân số Gia Viên",
) -> int:
    """Make a contest that begins and ends so many days from today; return its id."""
    since, until = today() + timedelta(days=begins), today() + timedelta(days=ends)
    with transaction():
        contest = Contest(
            ward_id=1, slug=slug, name=name, questions=questions, since=since, until=until, made_by_id=1
        )
        db.session.add(contest)
        db.session.flush()
        db.session.add_all(ContestCourse(contest_id=contest.id, course_id=one) for one in courses)
        db.session.add_all(ContestGroup(contest_id=contest.id, ward_id=1, group_id=one) for one in groups)
    return contest.id


def days_of(contest_id: int, begins: int, ends: int) -> None:
    """Let a contest begin and end so many days from today."""
    with transaction():
        contest = db.session.get_one(Contest, contest_id)
        contest.since, contest.until = today() + timedelta(days=begins), today() + timedelta(days=ends)


def tallies(code: str) -> tuple[int, ...]:
    """Return what the daily tallies of a group add up to: registered, started, lessons, courses."""
    of = DailyTally
    return _sums(of, [of.registered, of.started, of.lessons, of.courses], of.group_id == group(code).id)


def standing(code: str, course_id: int = NO_COURSE) -> tuple[int, ...]:
    """Return how many of a group stand registered, started, finished now."""
    of = Standing
    where = (of.group_id == group(code).id, of.course_id == course_id)
    return _sums(of, [of.registered, of.started, of.finished], *where)


def _sums(model: Any, columns: Sequence[Any], *where: Any) -> tuple[int, ...]:
    row = db.session.execute(select(*map(func.sum, columns)).select_from(model).where(*where)).one()
    return tuple(int(value or 0) for value in row)
