"""The reads behind the page of one residential group: what it is called, and all that is counted there."""

from collections import defaultdict
from datetime import date
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from elearn.kit.db import run
from elearn.learning.models import NO_COURSE, DailyTally, Standing
from elearn.library.models import Course
from elearn.people.models import (
    GroupChange,
    GroupContact,
    How,
    ResidentialGroup,
)
from elearn.people.permissions import Scope, Viewer
from elearn.progress import rules, sums
from elearn.progress.queries import (
    Sums,
    counts_seen_by,
    homes_under,
    in_groups,
    plain,
    shown_under,
    standing_only,
)
from elearn.progress.rules import Change, Filter


class GroupCard(NamedTuple):
    """A group as its own page introduces it; `code` is of the group its results are shown under."""

    id: int
    code: str
    name: str
    former_ward: str
    kind: str
    households: int | None
    adults: int | None
    valid_until: date | None
    successor_code: str | None
    successor_name: str | None
    has_contacts: bool
    changes: tuple[Change, ...]


class CourseLine(NamedTuple):
    """One course on the page of a group: in the period, and how people stand now."""

    title: str
    done: Sums
    started_now: int
    finished_now: int


class GroupNumbers(NamedTuple):
    """Everything that the page of a group counts."""

    total: Sums
    by_course: tuple[CourseLine, ...]
    by_how: dict[str, Sums]
    weeks: tuple[int, ...]  # lessons finished in each week of the trend
    people: int
    finished: int
    homes: int = 0  # households, by the labels that helpers gave, of which somebody learns
    homes_finished: int = 0  # of which somebody has finished a course


def find_group_card(code: str, ward_id: int) -> GroupCard | None:
    """Return the group of the ward with this code and what has happened to it, or None."""
    rows = run(_group_card(), {"code": code.upper(), "ward": ward_id}).all()
    if not rows:
        return None
    changes = tuple(
        Change(day, kind, bool(is_own), name or "", before, after)
        for *_, day, kind, is_own, name, before, after in rows
        if day is not None
    )
    return GroupCard(*rows[0][:11], changes)


@cache
def _group_card() -> Select[Any]:
    group, other, successor = ResidentialGroup, aliased(ResidentialGroup), aliased(ResidentialGroup)
    own = GroupChange.group_id == group.id
    with_whom = case((own, GroupChange.other_id), else_=GroupChange.group_id)
    return (
        select(
            group.id, group.code, group.name, group.former_ward, group.kind, group.households, group.adults,
            group.valid_until, successor.code, successor.name,
            exists().where(GroupContact.group_id == group.id),
            GroupChange.day, GroupChange.kind, own, other.name, GroupChange.before, GroupChange.after,
        )
        .outerjoin(successor, successor.id == group.successor_id)
        .outerjoin(GroupChange, or_(own, GroupChange.other_id == group.id))
        .outerjoin(other, other.id == with_whom)
        .where(group.code == bindparam("code"), group.ward_id == bindparam("ward"))
        .order_by(GroupChange.day, GroupChange.id)
    )  # fmt: skip


def group_numbers(
    viewer: Viewer, ward_id: int, code: str, asked: Filter, course_id: int | None, today: date
) -> GroupNumbers:
    """Return what the page of a group counts, in one statement; zeros where the viewer may see none of it."""
    of_numbers = plain(asked)
    statement = _group_numbers(viewer.scopes, ward_id, of_numbers, course_id, today)
    return _numbers(run(statement, {"code": code.upper()}))


@lru_cache(maxsize=32)  # as of the board
def _group_numbers(
    scopes: tuple[Scope, ...], ward_id: int, asked: Filter, course_id: int | None, today: date
) -> Select[Any]:
    seen = and_(ResidentialGroup.code == bindparam("code"), counts_seen_by(Viewer(scopes=scopes)))
    shown = shown_under(ward_id, today, seen)
    tallies = _tallies_of_group(shown, asked, course_id)
    now = _standing_of_group(shown, course_id, asked.audience_value)
    homes = _homes_of_group(shown, course_id, asked.audience_value)
    both = union_all(tallies, now, homes).subquery("both")
    return (
        select(both, Course.title)
        .outerjoin(Course, Course.id == both.c.course_id)
        .order_by(Course.position, Course.id)
    )


def _tallies_of_group(shown: CTE, asked: Filter, course_id: int | None) -> Select[Any]:
    """What was counted in the period (`within` 1), and in each of the weeks of the trend (`within` 0)."""
    until = asked.period.until
    starts = rules.trend_starts(until)
    kept = sums.only(DailyTally, asked, course_id)
    period = sums.counted_in(shown, asked.period.since, until, asked, course_id)
    weeks = [sums.days(shown, start, start + rules.WEEK - rules.DAY, kept) for start in starts]
    parts = [(one, -1, 1) for one in period] + [(one, place, 0) for place, one in enumerate(weeks)]
    counted = union_all(
        *(
            one.add_columns(literal(week).label("week"), literal(within).label("within"))
            for one, week, within in parts
        )
    ).subquery("counted")
    added = (func.sum(counted.c[name]).label(name) for name in Sums._fields)
    place = (counted.c.course_id, counted.c.how, counted.c.week, counted.c.within)
    return select(literal("done").label("what"), *place, *added).group_by(*place)


def _standing_of_group(shown: CTE, course_id: int | None, audience: str | None) -> Select[Any]:
    """How people stand now, in the columns of the tallies: registered, started, finished."""
    return (
        select(
            literal("now"), Standing.course_id, literal(""), literal(-1), literal(0),
            func.sum(Standing.registered), func.sum(Standing.started), func.sum(Standing.finished),
            literal(0), literal(0),
        )
        .join(shown, shown.c.id == Standing.group_id)
        .where(in_groups(shown), *standing_only(course_id, audience))
        .group_by(Standing.course_id)
    )  # fmt: skip


def _homes_of_group(shown: CTE, course_id: int | None, audience: str | None) -> Select[Any]:
    """Count households, in the columns of the tallies: of which somebody learns, somebody has finished."""
    homes = homes_under(shown, course_id, audience)
    return select(
        literal("homes"), literal(NO_COURSE), literal(""), literal(-1), literal(0),
        homes.c.homes, literal(0), homes.c.homes_finished, literal(0), literal(0),
    )  # fmt: skip


def _numbers(rows: Any) -> GroupNumbers:
    total, weeks = Sums(), [0] * rules.TREND_WEEKS
    by_how: dict[str, Sums] = {how.value: Sums() for how in How}
    by_course: dict[int, Sums] = defaultdict(Sums)
    titles: dict[int, str] = {}
    now: dict[int, Sums] = {}
    homes = Sums()
    for what, course_id, how, week, within, *counts, title in rows:
        these = Sums(*map(int, counts))
        if course_id != NO_COURSE:
            titles[course_id] = title
        if what == "homes":
            homes = these
            continue
        if what == "now":
            now[course_id] = these
            continue
        if week >= 0:
            weeks[week] += these.lessons
        if within:
            total = _plus(total, these)
            by_how[how] = _plus(by_how.get(how, Sums()), these)
            by_course[course_id] = _plus(by_course[course_id], these)
    lines = tuple(
        CourseLine(
            title or "Khóa khác", by_course[key], now.get(key, Sums()).started, now.get(key, Sums()).lessons
        )
        for key, title in titles.items()
    )
    people = now.get(NO_COURSE, Sums())
    return GroupNumbers(
        total, lines, by_how, tuple(weeks), people.registered, people.lessons, homes.registered, homes.lessons
    )


def _plus(one: Sums, other: Sums) -> Sums:
    return Sums(*(a + b for a, b in zip(one, other, strict=True)))
