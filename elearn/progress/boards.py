"""One board, read once, for the screen, for paper and for a file: all three carry the same numbers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from elearn.kit.recent import recent
from elearn.people.permissions import Permission, Viewer
from elearn.progress import aims, queries, rules, setting_queries
from elearn.progress.aims import Aim, Aims
from elearn.progress.columns import (
    FAIR_MEASURES,
    GROUP_SORTS,
    HOME_MEASURES,
    MEASURES,
    PUBLIC_MEASURES,
    UNAIMED_MEASURES,
    Measure,
    bar_measures,
    week_measures,
)  # fmt: skip
from elearn.progress.rules import Filter, PublicRow, Row
from elearn.progress.setting_queries import CourseName, SetUp

PUBLIC_VIEWS = ("", "cot")


class Board(NamedTuple):
    """What a view of the board shows: `rows` and `total` in `measures`; `groups` and `ward` beneath it."""

    public: bool
    asked: Filter
    courses: list[CourseName]
    course: CourseName | None
    measures: tuple[Measure, ...]
    offered: tuple[Measure, ...]  # columns that may be drawn as bars
    rows: list[Any]
    total: Any
    groups: list[Row]
    ward: Row | None
    aims: Aims
    aim: Aim | None  # the one that groups are compared by
    today: date
    until: date
    whole_ward: bool

    @property
    def view(self) -> str:
        """Return which view is shown."""
        return self.asked.view


def read_board(
    viewer: Viewer, ward_id: int, asked_for: Mapping[str, str], day: date, set_up: SetUp | None = None
) -> Board:
    """Read the board that an address asks for: true counts within reach, else what the public may see.

    `set_up` is given where it was read with the ward.
    """
    asked = rules.read_filter(asked_for, day, GROUP_SORTS)
    courses, goals = set_up or recent(setting_queries.set_up_of, ward_id)
    course = next((course for course in courses if course.slug == asked.course), None)
    if course is None:
        asked = rules.without_course(asked)
    if sees_only_rounded(viewer, ward_id, asked_for):
        return _public_board(ward_id, asked, courses, course, day)
    groups = _groups(viewer, ward_id, asked, course, day)
    ward = rules.total_of(groups)
    aim = aims.aim_of_groups(goals, day) if aims.is_of_all(asked) else None
    rows: list[Any] = rules.in_order(groups, asked.sort, asked.descending)
    total: Any = ward
    if asked.view == "so-sanh":
        rows = list(aims.compared(groups, aim))
        total = aims.total_of_fair(rows)
    whole = viewer.may_in(Permission.SEE_COUNTS, ward_id=ward_id)
    offered = _offered(ward)
    return Board(
        False, asked, courses, course, _measures(asked, offered, aim), offered, rows, total, groups, ward,
        goals, aim, day, asked.period.until, whole,
    )  # fmt: skip


def sees_only_rounded(viewer: Viewer, ward_id: int, asked_for: Mapping[str, str]) -> bool:
    """Does this reader see the public board: by right, or because they asked for it?"""
    return not has_claim(viewer, ward_id) or asked_for.get("so") == "cong-khai"


def has_claim(viewer: Viewer, ward_id: int) -> bool:
    """May this reader see the true counts of any group here?"""
    scopes = viewer.reach(Permission.SEE_COUNTS) + viewer.reach(Permission.SEE_OWN_GROUP)
    return any(scope.ward_id in (None, ward_id) for scope in scopes)


def _groups(viewer: Viewer, ward_id: int, asked: Filter, course: CourseName | None, day: date) -> list[Row]:
    """Read the rows, with their weeks where the view draws them."""
    course_id = course.id if course else None
    drawn = asked.view in ("", "tuan")
    return queries.board_seen_by(viewer, ward_id, asked, course_id, day, weeks=drawn)


def _offered(ward: Row) -> tuple[Measure, ...]:
    """Return the columns of the table; those about households only where helpers have given labels."""
    return (*MEASURES, *HOME_MEASURES) if ward.homes else MEASURES


def _measures(asked: Filter, offered: tuple[Measure, ...], aim: Aim | None) -> tuple[Measure, ...]:
    match asked.view:
        case "cot":
            return bar_measures(asked.bar, offered)
        case "tuan":
            return week_measures(asked.period.until)
        case "so-sanh":
            return FAIR_MEASURES if aim else UNAIMED_MEASURES
    return offered


def _public_board(
    ward_id: int, asked: Filter, courses: list[CourseName], course: CourseName | None, day: date
) -> Board:
    monday = rules.monday_of(day)
    if asked.view not in PUBLIC_VIEWS:
        asked = replace(asked, view="")
    rows = rules.public_board(queries.counted_before(ward_id, monday), course.id if course else None)
    total: PublicRow = rules.public_total(rows)
    measures = bar_measures(asked.bar, PUBLIC_MEASURES) if asked.view else PUBLIC_MEASURES
    return Board(
        True, asked, courses, course, measures, PUBLIC_MEASURES, list(rows), total, [], None, Aims(), None,
        day, monday - timedelta(days=1), whole_ward=True,
    )  # fmt: skip
