"""What was counted in a period: from the days, or, where it is long, from the totals of months and the days
around them. So a board over years reads no more than one over two months.
"""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, func, literal, select

from elearn.learning.models import NO_COURSE, DailyTally, MonthlyTotal
from elearn.progress.rules import DAY, Filter

COUNTERS = ("registered", "started", "lessons", "courses", "mastered")
FEW_DAYS = timedelta(days=62)

Also = tuple[str, ...]  # names of further columns of the tallies: "audience"


def counted_in(
    shown: CTE,
    since: date | None,
    until: date,
    asked: Filter | None = None,
    course_id: int | None = None,
    also: Also = (),
) -> list[Select[Any]]:
    """Return selects that together hold what was counted from `since` (None: the beginning) to `until`.

    Their columns: root_id (the group that it is shown under), course_id, how, those named in `also`, and
    the COUNTERS. Rows of what came before `since` stand there with the opposite sign; only the sums mean
    something.
    """
    kept = only(DailyTally, asked, course_id)
    if since is not None and until - since < FEW_DAYS:
        return [days(shown, since, until, kept, also)]
    parts = _up_to(until, 1, shown, asked, course_id, also)
    return parts if since is None else parts + _up_to(since - DAY, -1, shown, asked, course_id, also)


def days(
    shown: CTE, since: Any, until: date, kept: list[ColumnElement[bool]], also: Also = ()
) -> Select[Any]:
    """Select what was counted on each day from `since` to `until`."""
    within = and_(DailyTally.day >= since, DailyTally.day <= until)
    return _part(DailyTally, shown, 1, also).where(within, *kept)


def only(table: Any, asked: Filter | None, course_id: int | None) -> list[ColumnElement[bool]]:
    """Keep one course (registering is about none, and stays), one audience, one way, where asked for."""
    kept = [table.course_id.in_((NO_COURSE, course_id))] if course_id is not None else []
    if asked is not None and asked.audience_value:
        kept.append(table.audience == asked.audience_value)
    if asked is not None and asked.how_value:
        kept.append(table.how == asked.how_value)
    return kept


def _up_to(
    day: date, sign: int, shown: CTE, asked: Filter | None, course_id: int | None, also: Also
) -> list[Select[Any]]:
    """Select everything counted up to a day: the totals of the last month over by then and the days since."""
    month = select(func.max(MonthlyTotal.until)).where(MonthlyTotal.until <= day).scalar_subquery()
    totals = _part(MonthlyTotal, shown, sign, also).where(
        MonthlyTotal.until == month,
        # said twice, since SQLite would read the lines of every ward and then ask which are of this one
        MonthlyTotal.group_id.in_(select(shown.c.id)),
        *only(MonthlyTotal, asked, course_id),
    )
    after = DailyTally.day > func.coalesce(month, literal(date.min))
    rest = _part(DailyTally, shown, sign, also).where(
        after, DailyTally.day <= day, *only(DailyTally, asked, course_id)
    )
    return [totals, rest]


def _part(table: Any, shown: CTE, sign: int, also: Also) -> Select[Any]:
    columns = [getattr(table, name) for name in COUNTERS]
    return select(
        shown.c.root_id, table.course_id, table.how, *(getattr(table, name) for name in also),
        *(column.label(column.key) if sign > 0 else (-column).label(column.key) for column in columns),
    ).join(table, table.group_id == shown.c.id)  # fmt: skip
