"""The reads behind a file of counts: groups, weeks and standings of a ward, streamed."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import distinct, func, select

from elearn.exchange.kept_back import Counts, Place, sunday_of
from elearn.exchange.tally_format import COUNTERS
from elearn.kit.db import db
from elearn.learning.models import NO_COURSE, Credit, DailyTally, What
from elearn.library.models import Course
from elearn.people.models import ResidentialGroup, Ward

AT_A_TIME = 1_000  # rows that are fetched at once
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


def weeks_of(ward_id: int, since: date, until: date) -> Iterator[tuple[int, dict[Place, Counts]]]:
    """Yield each group of the ward with its counts by week, course, audience and way of learning."""
    courses = shared_courses()
    counters = [getattr(DailyTally, name) for name in COUNTERS]
    of_ward = select(ResidentialGroup.id).where(ResidentialGroup.ward_id == ward_id)
    rows = db.session.connection().execute(
        select(
            DailyTally.group_id, DailyTally.day, DailyTally.course_id, DailyTally.audience, DailyTally.how,
            *counters,
        )
        .where(DailyTally.group_id.in_(of_ward), DailyTally.day >= since, DailyTally.day <= until)
        .order_by(DailyTally.group_id, DailyTally.day),
        execution_options={"stream_results": True, "yield_per": AT_A_TIME},
    )  # fmt: skip
    for group_id, lines in groupby(rows, key=lambda row: row[0]):
        weeks: dict[Place, Counts] = {}
        for _, day, course_id, audience, how, *counts in lines:
            place = (sunday_of(day), courses.get(course_id, OTHER), audience, how)
            so_far = weeks.get(place)
            weeks[place] = counts if so_far is None else [a + b for a, b in zip(so_far, counts, strict=True)]
        yield group_id, weeks


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
