"""Whom of a group it is worth looking in on: who asked for help, is stuck, has stopped. No answers."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import CTE, Select, exists, func, select

from elearn.desk.queries import DeskGroup, named_in
from elearn.desk.rules import MANY_TRIES, STOPPED, Asked, Stopped, Stuck, Visit, worth_a_visit
from elearn.kit.clock import day_of
from elearn.kit.db import db
from elearn.learning.help_queries import counts_for_a_group
from elearn.learning.models import (
    Attempt,
    CourseCompletion,
    CourseStart,
    HelpRequest,
    LessonCompletion,
)
from elearn.learning.roster_queries import members_of
from elearn.learning.words import HELP_ABOUT
from elearn.library.models import Course, Lesson
from elearn.people.models import Person
from elearn.people.permissions import Viewer


class Request(NamedTuple):
    """A request for help on a page of its own."""

    id: int
    person_id: int
    name: str | None
    about: str
    lesson_title: str | None
    asked_at: datetime
    done_at: datetime | None
    done_how: str
    done_by_id: int | None


def visits_of(viewer: Viewer, group: DeskGroup, moment: datetime) -> list[Visit]:
    """Return whom of the group it is worth looking in on. Who asked is named, whoever sees the roster;
    of the others only those whom the viewer may see by name."""
    members = members_of(named_in(viewer, group))
    return worth_a_visit(_asked(group), _stuck(members), _stopped(members, moment))


def find_request(group: DeskGroup, request_id: int) -> Request | None:
    """Return a request of somebody who counts for the group, or None."""
    row = db.session.execute(_requests(group).where(HelpRequest.id == request_id)).first()
    return Request(*row) if row else None


def _asked(group: DeskGroup) -> list[Asked]:
    rows = db.session.execute(_requests(group).where(HelpRequest.done_at.is_(None)))
    return [
        Asked(one.id, one.person_id, one.name, HELP_ABOUT.get(one.about, ""), one.lesson_title,
              day_of(one.asked_at))
        for one in (Request(*row) for row in rows)
    ]  # fmt: skip


def _requests(group: DeskGroup) -> Select[Any]:
    return (
        select(
            HelpRequest.id, Person.id, Person.display_name, HelpRequest.about, Lesson.title,
            HelpRequest.asked_at, HelpRequest.done_at, HelpRequest.done_how, HelpRequest.done_by_id,
        )
        .join(Person, Person.id == HelpRequest.person_id)
        .outerjoin(Lesson, Lesson.id == HelpRequest.lesson_id)
        .where(Person.group_id == group.id, counts_for_a_group())
    )  # fmt: skip


def _stuck(members: CTE) -> list[Stuck]:
    """Who has tried a lesson so many times and never finished it; recalls (ôn lại) are no tries."""
    again = members.alias("again")
    through = exists(
        select(LessonCompletion.lesson_id)
        .join(again, again.c.member == LessonCompletion.person_id)
        .where(again.c.root == members.c.root, LessonCompletion.lesson_id == Attempt.lesson_id)
    )
    tries = func.count()
    rows = db.session.execute(
        select(Person.id, Person.display_name, Lesson.title, tries)
        .select_from(members)
        .join(Attempt, Attempt.person_id == members.c.member)
        .join(Person, Person.id == members.c.root)
        .join(Lesson, Lesson.id == Attempt.lesson_id)
        .where(Attempt.passed.is_(False), Attempt.recall.is_(None), Lesson.retired_at.is_(None), ~through)
        .group_by(members.c.root, Person.id, Person.display_name, Attempt.lesson_id, Lesson.title)
        .having(tries >= MANY_TRIES)
    )
    return [Stuck(*row) for row in rows]


def _stopped(members: CTE, moment: datetime) -> list[Stopped]:
    """Who has begun a course that is still taught, has not finished it, and has tried nothing for long."""
    last = (
        select(members.c.root, func.max(Attempt.sent_at).label("at"))
        .join(Attempt, Attempt.person_id == members.c.member)
        .group_by(members.c.root)
        .having(func.max(Attempt.sent_at) < moment - STOPPED)
        .subquery("last")
    )
    again = members.alias("again")
    finished = exists(
        select(CourseCompletion.course_id)
        .join(again, again.c.member == CourseCompletion.person_id)
        .where(again.c.root == members.c.root, CourseCompletion.course_id == CourseStart.course_id)
    )
    rows = db.session.execute(
        select(Person.id, Person.display_name, Course.title, last.c.at)
        .select_from(members)
        .join(last, last.c.root == members.c.root)
        .join(CourseStart, CourseStart.person_id == members.c.member)
        .join(Course, Course.id == CourseStart.course_id)
        .join(Person, Person.id == members.c.root)
        .where(Course.retired_at.is_(None), ~finished)
        .order_by(CourseStart.started_at)
    )
    latest = {person_id: Stopped(person_id, name, title, day_of(at)) for person_id, name, title, at in rows}
    return list(latest.values())
