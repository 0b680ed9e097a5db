"""The reads behind a file of counts: groups, weeks and standings of a ward, a week at a time."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Date, Integer, bindparam, case, distinct, func, select

from elearn.exchange.kept_back import Counts, Place, sunday_of
from elearn.exchange.tally_format import COUNTERS
from elearn.kit.db import db, run
from elearn.learning.models import NO_COURSE, OTHER_COURSE, Credit, DailyTally, What
from elearn.library.models import Course
from elearn.people.models import ResidentialGroup, Ward
from elearn.progress.rules import WEEK

OTHER = "-"  # a course that is the ward's own


def own_wards(code: str | None = None) -> list[Ward]:
    """Return the wards of this installation, or the one with the code; not those whose counts are brought."""
    which = [Ward.code == code.upper()] if code else []
    return list(
        db.session.scalars(select(Ward).where(Ward.joined_from.is_(None), *which).order_by(Ward.code))
    )


def groups_of(ward_id: int) -> list[Any]:
    """Return every group that the ward has or had, and the code of the one that followed."""
    successor = ResidentialGroup.__table__.alias("successor")
    group = ResidentialGroup
    return list(
        db.session.execute(
            select(
                group.id, group.code, group.name, group.former_ward, group.kind,
                group.households, group.adults, group.valid_from, group.valid_until, successor.c.code,
            )
            .outerjoin(successor, successor.c.id == group.successor_id)
            .where(group.ward_id == ward_id)
            .order_by(group.code)
        )
    )  # fmt: skip


def first_day() -> date | None:
    """Return the first day on which anything was counted."""
    return db.session.scalar(select(func.min(DailyTally.day)))


def shared_courses() -> dict[int, str]:
    """Return the words by which shared courses are known in every installation."""
    rows = db.session.execute(select(Course.id, Course.slug).where(Course.ward_id.is_(None)))
    return {NO_COURSE: "", **dict(map(tuple, rows))}


def weeks_of(ward_id: int, since: date, until: date) -> Iterator[tuple[int, Place, Counts]]:
    """Yield what the groups of the ward did, week by week (`since` is a Monday, `until` a Sunday): the group,
    the week's Sunday with course, audience and way of learning, and the counts."""
    courses = shared_courses()
    for start in range(0, (until - since).days, WEEK.days):
        monday = since + timedelta(start)
        sunday = sunday_of(monday)
        asked = {"ward": ward_id, "monday": monday, "sunday": sunday, "shared": list(courses)}
        for group_id, course_id, audience, how, *counts in run(_week(), asked).all():
            yield group_id, (sunday, courses.get(course_id, OTHER), audience, how), counts


@cache
def _week() -> Any:
    """Add the days of one week of a ward up, the ward's own courses as one.

    A week at a time, since in which week a day lies each database says in a way of its own.
    """
    of_ward = select(ResidentialGroup.id).where(ResidentialGroup.ward_id == bindparam("ward", type_=Integer))
    shared = DailyTally.course_id.in_(bindparam("shared", expanding=True))
    days = (
        select(
            DailyTally.group_id, case((shared, DailyTally.course_id), else_=OTHER_COURSE).label("course_id"),
            DailyTally.audience, DailyTally.how, *(getattr(DailyTally, name) for name in COUNTERS),
        )
        .where(
            DailyTally.group_id.in_(of_ward), DailyTally.day >= bindparam("monday", type_=Date),
            DailyTally.day <= bindparam("sunday", type_=Date),
        )
        .subquery("days")
    )  # fmt: skip
    key = [days.c[name] for name in ("group_id", "course_id", "audience", "how")]
    return select(*key, *(func.sum(days.c[name]) for name in COUNTERS)).group_by(*key).order_by(*key)


def standings_of(ward_id: int, until: date) -> dict[int, dict[str, Counts]]:
    """Return for each group how many people had been credited there by the end of a day: registered,
    started, finished, for each course; under "" people, whatever the course."""
    net = (
        select(Credit.group_id, Credit.person_id, Credit.what, Credit.course_id)
        .join(ResidentialGroup, ResidentialGroup.id == Credit.group_id)
        .where(
            ResidentialGroup.ward_id == ward_id, Credit.day <= until,
            Credit.what.in_((What.REGISTERED, What.STARTED, What.COURSE)),
        )
        .group_by(Credit.group_id, Credit.person_id, Credit.what, Credit.course_id)
        .having(func.sum(Credit.amount) > 0)
        .subquery("net")
    )  # fmt: skip
    columns = {What.REGISTERED: 0, What.STARTED: 1, What.COURSE: 2}
    courses = shared_courses()
    found: dict[int, dict[str, Counts]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    people = func.count(distinct(net.c.person_id))
    for group_id, what, count in db.session.execute(
        select(net.c.group_id, net.c.what, people).group_by(net.c.group_id, net.c.what)
    ):
        found[group_id][""][columns[What(what)]] = count
    for group_id, what, course_id, count in db.session.execute(
        select(net.c.group_id, net.c.what, net.c.course_id, people)
        .where(net.c.course_id != NO_COURSE)
        .group_by(net.c.group_id, net.c.what, net.c.course_id)
    ):
        if course_id in courses:
            found[group_id][courses[course_id]][columns[What(what)]] = count
    return found
