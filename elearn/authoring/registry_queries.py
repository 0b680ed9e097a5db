"""Reads for the lists on the desk: the dated facts as a ward has them, and what to do before it begins."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select

from elearn.authoring.first_checks import FIRST_CHECKS, Check
from elearn.kit.db import db
from elearn.library.fact_queries import as_fact
from elearn.library.facts import Fact
from elearn.library.models import (
    EVERYWHERE,
    Course,
    FactRow,
    FirstCheck,
    Lesson,
    Revision,
    State,
)
from elearn.people.models import Person, Ward
from elearn.people.permissions import Permission, Viewer


class FactLine(NamedTuple):
    """A fact in the registry: the common value, the ward's own, and the lessons that cite it."""

    common: Fact
    own: Fact | None
    lessons: tuple[str, ...]

    @property
    def here(self) -> Fact:
        """The fact as this ward's pages have it."""
        return self.own or self.common


def keeps_common_facts(viewer: Viewer) -> bool:
    """May this viewer change the common value of a fact? As with shared courses."""
    scopes = viewer.reach(Permission.CHECK_FACTS)
    if any(scope.ward_id is None for scope in scopes):
        return True
    return bool(scopes) and (db.session.scalar(select(func.count(Ward.id))) or 0) <= 1


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


def overdue_facts(ward_id: int, today: date) -> int:
    """Return how many facts of this ward are not shown today."""
    return sum(not line.here.is_shown(today) for line in fact_lines(ward_id))


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
