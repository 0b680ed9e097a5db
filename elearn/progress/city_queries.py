"""The reads behind the board of a city: every ward in one statement, from the totals of whole wards.

Groups are merged within their ward only, so that what a ward has done is what all its groups have done,
those that ended among them.
"""

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, select, union_all

from elearn.kit.db import run
from elearn.kit.recent import recent
from elearn.kit.words import title_key
from elearn.learning.models import EVERY_COURSE, NO_COURSE, DailyTally, WardTotal
from elearn.learning.ward_totals import COLUMNS, EVERYBODY
from elearn.people.models import ResidentialGroup, Ward
from elearn.people.permissions import Permission, Viewer
from elearn.progress import rules, sums
from elearn.progress.queries import adults_on, standing_under
from elearn.progress.rules import Covered, Filter, Row, share
from elearn.progress.setting_queries import NamedWard, SetUp, find_ward_set_up


def sees_city(viewer: Viewer) -> bool:
    """May this viewer read the counts of every ward of the installation?"""
    return viewer.may_in(Permission.SEE_COUNTS, ward_id=None)


def find_ward_seen_by(viewer: Viewer, code: str) -> tuple[NamedWard, SetUp] | None:
    """Return the ward with this code and what its board is set up with, if the viewer may read the counts of
    every ward here."""
    return recent(find_ward_set_up, code.upper()) if sees_city(viewer) else None


def wards_seen_by(viewer: Viewer) -> list[NamedWard]:
    """Return every ward, in the order of their names, to who may read the counts of all of them."""
    if not sees_city(viewer):
        return []
    rows = run(select(Ward.id, Ward.code, Ward.name))
    return sorted((NamedWard(*row) for row in rows), key=lambda ward: (title_key(ward.name), ward.code))


def city_board_seen_by(viewer: Viewer, asked: Filter, course_id: int | None, today: date) -> list[Row]:
    """Return the true counts of every ward, in the order of their names, to who may read all of them."""
    if not sees_city(viewer):
        return []
    of_rows = replace(asked, sort="", descending=False)  # the rows are put in order elsewhere
    rows = run(_city(of_rows, course_id, today))
    coverable = asked.audience_value is None  # the adults of one audience are not known
    return [_row(row, coverable) for row in sorted(rows, key=lambda row: (title_key(row.name), row.code))]


@lru_cache(maxsize=32)  # as of the board of a ward
def _city(asked: Filter, course_id: int | None, today: date) -> Select[Any]:
    done = _done(asked, course_id)
    now = _now(course_id, asked.audience_value, today)
    counted = [func.coalesce(done.c[name], 0).label(name) for name in (*sums.COUNTERS, "change", *_WAYS)]
    stands = [now.c[name] for name in _STANDS]
    return (
        select(Ward.code, Ward.name, *counted, *stands)
        .outerjoin(done, done.c.root_id == Ward.id)
        .outerjoin(now, now.c.ward_id == Ward.id)
    )


def _done(asked: Filter, course_id: int | None) -> Any:
    """Add up by wards what was counted in the period; the last seven days against those before.

    What had been counted by the end of a day are the totals of the last day that has any by then, and the
    days since: none, as a rule. What the period counts is the difference of two such sums.
    """
    since, until = asked.period.since, asked.period.until
    ends = {until: (1, 1), until - rules.WEEK: (0, -2), until - 2 * rules.WEEK: (0, 1)}
    if since is not None:
        period, change = ends.get(since - rules.DAY, (0, 0))
        ends[since - rules.DAY] = (period - 1, change)
    parts = [
        part.add_columns(literal(period).label("in_period"), literal(change).label("in_change"))
        for day, (period, change) in ends.items()
        for part in _by_the_end_of(day, asked, course_id)
    ]
    counted = union_all(*parts).subquery("counted")
    lessons = sum(counted.c[f"{way}_lessons"] for way in _WAYS)
    sums_of = {
        **{
            name: counted.c.in_period * sum(counted.c[f"{way}_{name}"] for way in _WAYS)
            for name in sums.COUNTERS
        },
        "change": counted.c.in_change * lessons,
        **{way: counted.c.in_period * counted.c[f"{way}_lessons"] for way in _WAYS},
    }
    return (
        select(counted.c.root_id, *(func.sum(column).label(name) for name, column in sums_of.items()))
        .group_by(counted.c.root_id)
        .subquery("done")
    )


def _by_the_end_of(day: date, asked: Filter, course_id: int | None) -> list[Select[Any]]:
    """Select by wards what had been counted by the end of a day, in the columns of the totals."""
    ways = [asked.how_value] if asked.how_value else list(_WAYS)
    courses = (EVERY_COURSE,) if course_id is None else (NO_COURSE, course_id)
    last = select(func.max(WardTotal.until)).where(WardTotal.until <= day).scalar_subquery()
    totals = select(
        WardTotal.ward_id.label("root_id"),
        *((getattr(WardTotal, name) if name.startswith(tuple(ways)) else literal(0)).label(name)
          for name in COLUMNS),
    ).where(
        WardTotal.until == last, WardTotal.course_id.in_(courses),
        WardTotal.audience == (asked.audience_value or EVERYBODY),
    )  # fmt: skip
    days = (
        select(
            ResidentialGroup.ward_id,
            *(
                case((DailyTally.how == way, getattr(DailyTally, counter)), else_=0)
                for way, _, counter in (name.partition("_") for name in COLUMNS)
            ),
        )
        .join(ResidentialGroup, ResidentialGroup.id == DailyTally.group_id)
        .where(DailyTally.day > func.coalesce(last, literal(date.min)), DailyTally.day <= day)
        .where(*sums.only(DailyTally, asked, course_id))
    )  # fmt: skip
    return [totals, days]


_WAYS = ("alone", "assisted", "kiosk", "meeting")
_STANDS = ("people", "finished", "adults", "covered_people", "covered_finished", "covered_adults")


def _now(course_id: int | None, audience: str | None, today: date) -> Any:
    """Add up by wards how people stand now; apart, that of the groups which have a share of their own."""
    group = ResidentialGroup
    stands = standing_under(None, course_id, audience)
    people, finished = (func.coalesce(stands.c[name], 0) for name in ("people", "finished"))
    adults = adults_on(today)
    sure = and_(adults > 0, people <= adults)
    numbers = {
        "people": people, "finished": finished, "adults": adults,
        "covered_people": case((sure, people)), "covered_finished": case((sure, finished)),
        "covered_adults": case((sure, adults)),
    }  # fmt: skip
    return (
        select(group.ward_id, *(func.sum(numbers[name]).label(name) for name in _STANDS))
        .outerjoin(stands, stands.c.root_id == group.id)
        .group_by(group.ward_id)
        .subquery("now_of_wards")
    )


def _row(row: Any, coverable: bool) -> Row:
    covered = Covered(*(int(getattr(row, name) or 0) if coverable else 0 for name in _STANDS[3:]))
    return Row(
        row.code, row.name, "", "ward", "",
        *(int(getattr(row, name)) for name in (*sums.COUNTERS, "change", *_WAYS)),
        int(row.people or 0), int(row.finished or 0), int(row.adults or 0) or None,
        share(covered.people, covered.adults), share(covered.finished, covered.adults), covered=covered,
    )  # fmt: skip
