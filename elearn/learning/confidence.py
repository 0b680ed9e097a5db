"""How sure the people of a ward felt before and after each course, where enough of them said so."""

from typing import NamedTuple

from sqlalchemy import case, func, select

from elearn.kit.db import db
from elearn.learning.models import Confidence
from elearn.library.models import Course
from elearn.people.models import Person

FEWEST = 5  # of fewer people an average might tell what one of them said (THREATS 4.5)


class ConfidenceLine(NamedTuple):
    """How sure people felt about a course, 1 to 5 on average, before and after it, and how many said so."""

    title: str
    before: float | None
    before_people: int
    after: float | None
    after_people: int
    change: float | None  # of those who said both
    both_people: int


def confidence_by_course(ward_id: int) -> list[ConfidenceLine]:
    """Return how sure the people of a ward felt before and after each course, where enough said so."""
    root = func.coalesce(Person.merged_into_id, Person.id).label("root")
    levels = (
        func.avg(case((Confidence.moment == moment, Confidence.level))).label(moment)
        for moment in ("before", "after")
    )
    said = (
        select(root, Confidence.course_id, *levels)
        .join(Person, Person.id == Confidence.person_id)
        .where(Person.ward_id == ward_id)
        .group_by(root, Confidence.course_id)
        .subquery("said")
    )
    change = said.c.after - said.c.before
    both = (said.c.before, said.c.after, change)
    rows = db.session.execute(
        select(Course.title, *(part for one in both for part in (func.avg(one), func.count(one))))
        .join(said, said.c.course_id == Course.id)
        .group_by(Course.id, Course.title, Course.position)
        .order_by(Course.position, Course.id)
    )
    lines = [_told_of(ConfidenceLine(*row)) for row in rows]
    return [line for line in lines if line.before is not None or line.after is not None]


def _told_of(line: ConfidenceLine) -> ConfidenceLine:
    """Return the line without the averages of so few people that one might be guessed."""
    return line._replace(
        before=line.before if line.before_people >= FEWEST else None,
        after=line.after if line.after_people >= FEWEST else None,
        change=line.change if line.both_people >= FEWEST else None,
    )
