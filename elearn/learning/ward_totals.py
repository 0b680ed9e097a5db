"""Totals of whole wards: what had been counted in a ward by the end of a day, from the beginning.

The board of a city reads a few lines for each ward instead of the days of thousands of groups. A day is
totalled once it is over, for every course and audience and for all of them together; what it does not hold
yet is read from the days themselves. An installation of one ward needs none.
"""

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, delete, func, insert, literal, select, union_all

from elearn.kit.clock import day_of, now
from elearn.kit.db import db, transaction
from elearn.learning.models import EVERY_COURSE, DailyTally, WardTotal
from elearn.people.models import How, ResidentialGroup, Ward

DAY = timedelta(days=1)
SETTLES = timedelta(hours=2)  # whoever began to answer before midnight is long counted by then
COUNTERS = ("registered", "started", "lessons", "courses", "mastered")
COLUMNS = tuple(f"{how.value}_{counter}" for counter in COUNTERS for how in How)
EVERYBODY = ""  # in place of an audience


def close_days(tell: Callable[[int], None] = lambda _closed: None) -> int:
    """Write the totals of each day that is over and has none, where there is a city; return how many."""
    if (db.session.scalar(select(func.count()).select_from(Ward)) or 0) < 2:
        return 0
    last_day, closed = day_of(now() - SETTLES) - DAY, 0
    while (until := _next_day(last_day)) is not None:
        with transaction():
            _close(until)
        closed += 1
        tell(closed)
    return closed


def total_days_again(wards: Collection[int]) -> None:
    """Write the totals of these wards anew, where their past days were replaced."""
    ends = db.session.scalars(select(WardTotal.until).distinct().order_by(WardTotal.until)).all()
    db.session.execute(delete(WardTotal).where(WardTotal.ward_id.in_(wards)))
    for before, until in zip([None, *ends], ends, strict=False):
        _close(until, before=before, wards=wards)


def forget_days() -> None:
    """Drop all totals, where the days under them were counted anew; close_days makes them again."""
    db.session.execute(delete(WardTotal))


def differences_of_wards() -> list[str]:
    """Return a sentence for each ward whose last totals are not what its days add up to."""
    until = _last_end()
    if until is None:
        return []
    cells = _cells(date.min, until, None)
    counted = select(cells.c.ward_id, *(func.sum(cells.c[name]) for name in COLUMNS)).group_by(
        cells.c.ward_id
    )
    kept = select(*(getattr(WardTotal, name) for name in ("ward_id", *COLUMNS))).where(
        WardTotal.until == until, WardTotal.course_id == EVERY_COURSE, WardTotal.audience == EVERYBODY
    )
    wanted, found = ({row[0]: tuple(row[1:]) for row in db.session.execute(one)} for one in (counted, kept))
    nothing = (0,) * len(COLUMNS)
    return [
        f"Tổng của phường số {ward} đến hết ngày {until:%d/%m/%Y} khác tổng các ngày."
        for ward in sorted({*wanted, *found})
        if wanted.get(ward, nothing) != found.get(ward, nothing)
    ]


def _next_day(last: date) -> date | None:
    """Return the first day that is over, has counts and has no totals, or None."""
    after = _last_end() or date.min
    return db.session.scalar(
        select(func.min(DailyTally.day)).where(DailyTally.day > after, DailyTally.day <= last)
    )


def _last_end() -> date | None:
    return db.session.scalar(select(func.max(WardTotal.until)))


def _close(until: date, *, before: date | None = None, wards: Collection[int] | None = None) -> None:
    """Add the days since the totals before (None: the last there are) to them."""
    if wards is None:
        before = _last_end()
    cells = _cells(before or date.min, until, wards)
    key = ("ward_id", "course_id", "audience")
    parts = [
        select(
            cells.c.ward_id, course.label("course_id"), audience.label("audience"),
            *(cells.c[name] for name in COLUMNS),
        )
        for course in (cells.c.course_id, literal(EVERY_COURSE))
        for audience in (cells.c.audience, literal(EVERYBODY))
    ]  # fmt: skip
    earlier = select(*(getattr(WardTotal, name) for name in (*key, *COLUMNS))).where(
        WardTotal.until == before, *([WardTotal.ward_id.in_(wards)] if wards is not None else [])
    )
    both = union_all(earlier, *parts).subquery()
    grouped = [both.c[name] for name in key]
    totals = select(literal(until), *grouped, *(func.sum(both.c[name]) for name in COLUMNS)).group_by(
        *grouped
    )
    db.session.execute(insert(WardTotal).from_select(["until", *key, *COLUMNS], totals))


def _cells(before: date, until: date, wards: Collection[int] | None) -> Any:
    """Add the days up by ward, course and audience, each way of learning in columns of its own."""
    key = (ResidentialGroup.ward_id, DailyTally.course_id, DailyTally.audience)
    columns = [
        func.sum(case((DailyTally.how == how.value, getattr(DailyTally, counter)), else_=0)).label(
            f"{how.value}_{counter}"
        )
        for counter in COUNTERS
        for how in How
    ]
    return (
        select(*key, *columns)
        .join(ResidentialGroup, ResidentialGroup.id == DailyTally.group_id)
        .where(DailyTally.day > before, DailyTally.day <= until)
        .where(*([ResidentialGroup.ward_id.in_(wards)] if wards is not None else []))
        .group_by(*key)
        .cte("cells")
    )
