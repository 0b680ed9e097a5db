"""Totals of the months that are over: what had been counted by their last day, from the beginning.

Boards over long periods read two of them and the days around, instead of every day between. They need no
care while people learn: what is credited carries the day on which it is, so past days never change.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, literal, select, union_all

from elearn.kit.clock import day_of, now
from elearn.kit.db import db, transaction
from elearn.learning.ledger import COLUMN, TALLY_KEY
from elearn.learning.models import DailyTally, MonthlyTotal

DAY = timedelta(days=1)
SETTLES = timedelta(days=8)  # a clock that is a week ahead closes no month in which people still learn
COUNTERS = tuple(COLUMN.values())


def close_months(tell: Callable[[int], None] = lambda _closed: None) -> int:
    """Write the totals of each month that is over and has none; return of how many months."""
    closed = 0
    while (until := _next_end()) is not None:
        with transaction():
            _close(until)
        closed += 1
        tell(closed)
    return closed


def forget_months() -> None:
    """Drop all totals, where the days under them were counted anew; close_months makes them again."""
    db.session.execute(delete(MonthlyTotal))


def total_again(groups: Any) -> None:
    """Write the totals of these groups (a select of their ids) anew, where their past days were replaced."""
    ends = db.session.scalars(select(MonthlyTotal.until).distinct()).all()
    db.session.execute(delete(MonthlyTotal).where(MonthlyTotal.group_id.in_(groups)))
    key = [getattr(DailyTally, name) for name in TALLY_KEY[1:]]
    for until in ends:
        totals = (
            select(literal(until), *key, *(func.sum(getattr(DailyTally, name)) for name in COUNTERS))
            .where(DailyTally.group_id.in_(groups), DailyTally.day <= until)
            .group_by(*key)
        )
        db.session.execute(insert(MonthlyTotal).from_select(["until", *TALLY_KEY[1:], *COUNTERS], totals))


def _next_end() -> date | None:
    """Return the last day of the first month that is over and has no totals, or None."""
    last = db.session.scalar(select(func.max(MonthlyTotal.until)))
    first = last + DAY if last else db.session.scalar(select(func.min(DailyTally.day)))
    if first is None:
        return None
    until = (first.replace(day=28) + 4 * DAY).replace(day=1) - DAY
    return until if until + SETTLES < day_of(now()) else None


def _close(until: date) -> None:
    """Add the days of the month to the totals of the month before."""
    before = db.session.scalar(select(func.max(MonthlyTotal.until)))
    earlier = _counts(MonthlyTotal).where(MonthlyTotal.until == before)
    days = _counts(DailyTally).where(DailyTally.day > (before or date.min), DailyTally.day <= until)
    both = union_all(earlier, days).subquery()
    key = [both.c[name] for name in TALLY_KEY[1:]]
    totals = select(literal(until), *key, *(func.sum(both.c[name]) for name in COUNTERS)).group_by(*key)
    db.session.execute(insert(MonthlyTotal).from_select(["until", *TALLY_KEY[1:], *COUNTERS], totals))


def _counts(table: Any) -> Any:
    return select(*(getattr(table, name) for name in (*TALLY_KEY[1:], *COUNTERS)))
