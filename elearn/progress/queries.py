"""The reads behind every board: one statement a board, whatever the number of people.

A group that was merged away is counted under the group that followed it, through as many merges as there
were. Only the tallies are read, never people or their attempts.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
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
from elearn.learning.models import NO_COURSE, CourseCompletion, DailyTally, Standing
from elearn.people.models import (
    GroupKind,
    How,
    Keeping,
    Person,
    ResidentialGroup,
)
from elearn.people.permissions import Permission, Scope, Viewer
from elearn.people.queries import exists_on, within_reach
from elearn.progress import rules, sums
from elearn.progress.rules import Counted, Filter, Row


class Sums(NamedTuple):
    """What was done, added up."""

    registered: int = 0
    started: int = 0
    lessons: int = 0
    courses: int = 0
    mastered: int = 0


class GroupDone(NamedTuple):
    """What a group did within some days; `by_course` maps a course (NO_COURSE: registering) to its sums."""

    id: int
    code: str
    name: str
    former_ward: str
    kind: str
    adults: int | None
    by_course: dict[int, Sums]


class Cell(NamedTuple):
    """What was counted in the ward of one course, one audience, one way of learning."""

    course_id: int
    audience: str
    how: str
    done: Sums


class Stood(NamedTuple):
    """How many people of one audience stand where today: of one course, or of any (NO_COURSE)."""

    course_id: int
    audience: str
    people: int
    started: int
    finished: int


# -- the board -----------------------------------------------------------------------------------


def board_seen_by(
    viewer: Viewer, ward_id: int, asked: Filter, course_id: int | None, today: date, *, weeks: bool = False
) -> list[Row]:
    """Return the true counts of the groups of the ward that the viewer may see, in the ward's own order.

    With `weeks` each row also has the lessons of each week of the trend; the last of them less the one
    before is the row's change.
    """
    rows = run(_board(viewer.scopes, ward_id, plain(asked), course_id, today, weeks=weeks))
    coverable = asked.audience_value is None  # the adults of one audience are not known
    return [_row(row, coverable, row[-rules.TREND_WEEKS :] if weeks else ()) for row in rows]


def plain(asked: Filter) -> Filter:
    """Leave out how the rows are put in order and drawn, which happens elsewhere."""
    return replace(asked, sort="", descending=False, view="", bar="")


@lru_cache(maxsize=32)  # putting the statement together costs more than running it; most ask for the same
def _board(
    scopes: tuple[Scope, ...],
    ward_id: int,
    asked: Filter,
    course_id: int | None,
    today: date,
    *,
    weeks: bool = False,
) -> Select[Any]:
    shown = shown_under(ward_id, today, counts_seen_by(Viewer(scopes=scopes)))
    done = _done(shown, asked, course_id)
    now = standing_under(shown, course_id, asked.audience_value)
    homes = homes_under(shown, course_id, asked.audience_value)
    last = _last_days(shown, today)
    group = ResidentialGroup
    part = aliased(ResidentialGroup)
    columns = [done.c[name] for name in (*sums.COUNTERS, "change")]
    ways = [done.c[how.value] for how in How]
    numbers = [func.coalesce(column, 0).label(column.name) for column in (*columns, *ways)]
    standing = [func.coalesce(now.c[name], 0).label(name) for name in ("people", "finished")]
    housed = [func.coalesce(homes.c[name], 0).label(name) for name in ("homes", "homes_finished")]
    was_split = case(  # asked only of a group that has ended
        (exists_on(today), False),
        else_=exists(select(part.id).where(part.ward_id == ward_id, part.split_from_id == group.id)),
    )
    board = (
        select(
            group.code, group.name, group.former_ward, group.kind, group.households,
            adults_on(today).label("adults"), exists_on(today).label("exists"),
            was_split.label("was_split"), *numbers, *standing, *housed, last.c.last_day,
        )
        .join_from(shown, group, group.id == shown.c.root_id)
        .outerjoin(done, done.c.root_id == group.id)
        .outerjoin(now, now.c.root_id == group.id)
        .outerjoin(homes, homes.c.root_id == group.id)
        .outerjoin(last, last.c.root_id == group.id)
        .where(
            shown.c.id == shown.c.root_id,
            # a group that ended without a successor stays only while it has something to show
            or_(exists_on(today), done.c.root_id.is_not(None), now.c.root_id.is_not(None)),
        )
        .order_by(group.kind != GroupKind.REGULAR, group.kind.desc(), group.sort_key, group.code)
    )  # fmt: skip
    if not weeks:
        return board
    each = _weeks(shown, asked, course_id)
    return board.outerjoin(each, each.c.root_id == group.id).add_columns(
        *(each.c[f"week_{place}"] for place in range(rules.TREND_WEEKS))
    )


def counts_seen_by(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on ResidentialGroup that holds where the viewer may read true counts."""
    return or_(within_reach(viewer, Permission.SEE_COUNTS), within_reach(viewer, Permission.SEE_OWN_GROUP))


def adults_on(day: date) -> Any:
    """The adults of a group while it exists: those of one that ended are counted where they went."""
    return case((exists_on(day), ResidentialGroup.adults))


def shown_under(ward_id: int, day: date, seen: ColumnElement[bool]) -> CTE:
    """Return for every group of the ward the one that its results are shown under on this day."""
    group = ResidentialGroup
    stands = or_(exists_on(day), group.successor_id.is_(None))
    shown = (
        select(group.id.label("root_id"), group.id.label("id"))
        .where(group.ward_id == ward_id, stands, seen)
        .cte("shown", recursive=True)
    )
    merged = aliased(ResidentialGroup)
    return shown.union(
        select(shown.c.root_id, merged.id)
        .join(shown, merged.successor_id == shown.c.id)
        .where(merged.valid_until <= day)  # only groups of one ward are ever merged
    )


def _done(shown: CTE, asked: Filter, course_id: int | None) -> Any:
    """Add up by today's groups what was counted in the period; the last seven days against those before."""
    before, last, until = rules.two_weeks(asked.period.until)
    kept = sums.only(DailyTally, asked, course_id)
    change = case((DailyTally.day >= last, DailyTally.lessons), else_=-DailyTally.lessons)
    two_weeks = (
        select(
            shown.c.root_id, DailyTally.course_id, DailyTally.how,
            *(literal(0) for _ in sums.COUNTERS), change.label("change"),
        )
        .join(DailyTally, DailyTally.group_id == shown.c.id)
        .where(DailyTally.day >= before, DailyTally.day <= until, *kept)
    )  # fmt: skip
    period = sums.counted_in(shown, asked.period.since, until, asked, course_id)
    parts = [one.add_columns(literal(0).label("change")) for one in period]
    counted = union_all(*parts, two_weeks).subquery("counted")
    return (
        select(
            counted.c.root_id,
            *(func.sum(counted.c[name]).label(name) for name in (*sums.COUNTERS, "change")),
            *(_sum(counted.c.lessons, counted.c.how == how, how) for how in How),
        )
        .group_by(counted.c.root_id)
        .subquery("done")
    )


def standing_under(shown: CTE | None, course_id: int | None, audience: str | None) -> Any:
    """Add up how people stand now, by today's groups (None: each group by itself); with a course, who has
    finished that one."""
    of_finished = NO_COURSE if course_id is None else course_id
    root = (shown.c.root_id if shown is not None else Standing.group_id).label("root_id")
    stands = select(
        root,
        _sum(Standing.registered, Standing.course_id == NO_COURSE, "people"),
        _sum(Standing.finished, Standing.course_id == of_finished, "finished"),
    ).where(
        Standing.course_id.in_({NO_COURSE, of_finished}),
        *([Standing.audience == audience] if audience else []),
    )
    if shown is not None:
        stands = stands.join(shown, shown.c.id == Standing.group_id).where(in_groups(shown))
    return stands.group_by(root).subquery("standing_now")


def in_groups(shown: CTE) -> ColumnElement[bool]:
    """Say again that only these groups stand here: SQLite would read a course in every group of the city
    and then ask which are of this ward."""
    return Standing.group_id.in_(select(shown.c.id))


def homes_under(shown: CTE, course_id: int | None, audience: str | None) -> Any:
    """Count households by the labels that helpers gave: those of which somebody learns, has finished.

    It is the one part of a board that looks at people: at those who have a label, and at no others.
    """
    labelled = (
        select(
            shown.c.root_id, Person.group_id, Person.household, Person.id.label("root"),
            Person.id.label("member"),
        )
        .join(Person, Person.group_id == shown.c.id)
        .where(
            Person.household > "", Person.merged_into_id.is_(None), Person.erased_at.is_(None),
            Person.keeping != Keeping.NOTHING, Person.registered_at.is_not(None),
            *([Person.audience == audience] if audience else []),
        )
        .cte("labelled", recursive=True)
    )  # fmt: skip
    joined = aliased(Person)
    same = labelled.union(
        select(
            labelled.c.root_id, labelled.c.group_id, labelled.c.household, labelled.c.root, joined.id
        ).join(labelled, joined.merged_into_id == labelled.c.member)
    )
    done = CourseCompletion.person_id == same.c.member
    which = [CourseCompletion.course_id == course_id] if course_id is not None else []
    has_finished = exists(select(CourseCompletion.person_id).where(done, *which))
    home = (
        select(same.c.root_id, func.max(case((has_finished, 1), else_=0)).label("finished"))
        .group_by(same.c.root_id, same.c.group_id, same.c.household)
        .subquery("home")
    )
    return (
        select(home.c.root_id, func.count().label("homes"), func.sum(home.c.finished).label("homes_finished"))
        .group_by(home.c.root_id)
        .subquery("homes")
    )


def _weeks(shown: CTE, asked: Filter, course_id: int | None) -> Any:
    """Add up each week of the trend by itself: over the index, without a table in between."""
    kept = sums.only(DailyTally, asked, course_id)

    def week(start: date) -> Any:
        days = (DailyTally.day >= start, DailyTally.day <= start + rules.WEEK - rules.DAY)
        return (
            select(func.sum(DailyTally.lessons))
            .where(DailyTally.group_id == shown.c.id, *days, *kept)
            .correlate(shown)
            .scalar_subquery()
        )

    starts = rules.trend_starts(asked.period.until)
    lessons = [week(start).label(f"week_{place}") for place, start in enumerate(starts)]
    each = select(shown.c.root_id, *lessons).subquery("each_week")
    return (
        select(
            each.c.root_id,
            *(func.sum(func.coalesce(each.c[week.name], 0)).label(week.name) for week in lessons),
        )
        .group_by(each.c.root_id)
        .subquery("weeks")
    )


def _last_days(shown: CTE, today: date) -> Any:
    """Find the last day on which anything was counted in a group, whatever the filter."""
    of = DailyTally
    something = or_(of.lessons > 0, of.registered > 0, of.started > 0, of.courses > 0, of.mastered > 0)
    last = (
        select(of.day)
        .where(of.group_id == shown.c.id, of.day <= today, something)
        .order_by(of.day.desc())
        .limit(1)
        .correlate(shown)
        .scalar_subquery()
    )
    each = select(shown.c.root_id, last.label("day")).subquery("each_last")
    return (
        select(each.c.root_id, func.max(each.c.day).label("last_day"))
        .group_by(each.c.root_id)
        .subquery("last_day")
    )


def standing_only(course_id: int | None, audience: str | None) -> list[ColumnElement[bool]]:
    kept = [Standing.course_id.in_((NO_COURSE, course_id))] if course_id is not None else []
    return kept + ([Standing.audience == audience] if audience else [])


def _sum(column: Any, condition: Any, name: str) -> Any:
    return func.sum(case((condition, column), else_=0)).label(name)


def _row(row: Any, coverable: bool, weeks: Sequence[Any]) -> Row:
    doubtful = coverable and rules.is_doubtful(row.people, row.adults)
    sure = coverable and not doubtful
    return Row(
        row.code, row.name, row.former_ward, row.kind, _note(row),
        int(row.registered), int(row.started), int(row.lessons), int(row.courses), int(row.mastered),
        int(row.change),
        int(row.alone), int(row.assisted), int(row.kiosk), int(row.meeting),
        int(row.people), int(row.finished), row.adults,
        rules.share(row.people, row.adults) if sure else None,
        rules.share(row.finished, row.adults) if sure else None,
        doubtful,
        row.households, row.homes, int(row.homes_finished),
        rules.share_of_homes(row.homes, row.households),
        row.last_day,
        tuple(int(lessons or 0) for lessons in weeks),
    )  # fmt: skip


def _note(row: Any) -> str:
    if row.exists:
        return ""
    return "trước khi tách" if row.was_split else "đã kết thúc"


# -- the public board ----------------------------------------------------------------------------


def counted_before(ward_id: int, monday: date) -> list[Counted]:
    """Return what each group of the ward had altogether before a Monday, with the groups of that day.

    It is for the rules to decide what of it may be told.
    """
    groups = counted_within(ward_id, None, monday - rules.DAY, monday)
    return [
        Counted(
            group.code, group.name, group.former_ward, group.adults,
            sum(done.registered for done in group.by_course.values()),
            {course: done.started for course, done in group.by_course.items() if course != NO_COURSE},
            {course: done.courses for course, done in group.by_course.items() if course != NO_COURSE},
        )
        for group in groups
    ]  # fmt: skip


def counted_within(ward_id: int, since: date | None, until: date, day: date) -> list[GroupDone]:
    """Return what each group of the ward did from `since` (None: the beginning) to `until`, by course, with
    the groups of `day`. Registering stands under NO_COURSE. What of it may be told is not decided here."""
    groups: dict[int, GroupDone] = {}
    for *group, course_id, registered, started, lessons, courses, mastered in run(
        _within(ward_id, since, until, day)
    ):
        done = groups.setdefault(group[0], GroupDone(*group, {}))
        if course_id is not None:
            counts = (registered, started, lessons, courses, mastered)
            done.by_course[course_id] = Sums(*map(int, counts))
    return list(groups.values())


@lru_cache(maxsize=32)
def _within(ward_id: int, since: date | None, until: date, day: date) -> Select[Any]:
    shown = shown_under(ward_id, day, literal(True))
    group = ResidentialGroup
    counted = union_all(*sums.counted_in(shown, since, until)).subquery("counted")
    tally = (
        select(
            counted.c.root_id,
            counted.c.course_id,
            *(func.sum(counted.c[name]).label(name) for name in sums.COUNTERS),
        )
        .group_by(counted.c.root_id, counted.c.course_id)
        .subquery("tally")
    )
    return (
        select(
            group.id, group.code, group.name, group.former_ward, group.kind, group.adults,
            tally.c.course_id, *(tally.c[name] for name in sums.COUNTERS),
        )
        .join_from(shown, group, group.id == shown.c.root_id)
        .outerjoin(tally, tally.c.root_id == group.id)
        .where(shown.c.id == shown.c.root_id, or_(exists_on(day), tally.c.root_id.is_not(None)))
        .order_by(group.kind != GroupKind.REGULAR, group.kind.desc(), group.sort_key, group.code)
    )  # fmt: skip


# -- the ward as a whole, by course, audience and way -----------------------------------------------


def ward_counted(
    viewer: Viewer, ward_id: int, asked: Filter, course_id: int | None, today: date
) -> list[Cell]:
    """Return what was counted in the period in the groups that the viewer may see; its sum is the board's."""
    rows = run(_ward_counted(viewer.scopes, ward_id, plain(asked), course_id, today))
    return [Cell(course, audience, how, Sums(*map(int, counts))) for course, audience, how, *counts in rows]


@lru_cache(maxsize=32)  # as of the board
def _ward_counted(
    scopes: tuple[Scope, ...], ward_id: int, asked: Filter, course_id: int | None, today: date
) -> Select[Any]:
    shown = shown_under(ward_id, today, counts_seen_by(Viewer(scopes=scopes)))
    period = asked.period
    parts = sums.counted_in(shown, period.since, period.until, asked, course_id, also=("audience",))
    counted = union_all(*parts).subquery("counted")
    place = (counted.c.course_id, counted.c.audience, counted.c.how)
    return select(*place, *(func.sum(counted.c[name]) for name in Sums._fields)).group_by(*place)


def ward_standing(
    viewer: Viewer, ward_id: int, asked: Filter, course_id: int | None, today: date
) -> list[Stood]:
    """Return how people stand today in the groups that the viewer may see, by course and audience."""
    rows = run(_ward_standing(viewer.scopes, ward_id, course_id, asked.audience_value, today))
    return [Stood(course, audience, *map(int, counts)) for course, audience, *counts in rows]


@lru_cache(maxsize=32)
def _ward_standing(
    scopes: tuple[Scope, ...], ward_id: int, course_id: int | None, audience: str | None, today: date
) -> Select[Any]:
    shown = shown_under(ward_id, today, counts_seen_by(Viewer(scopes=scopes)))
    counts = (Standing.registered, Standing.started, Standing.finished)
    return (
        select(Standing.course_id, Standing.audience, *map(func.sum, counts))
        .join(shown, shown.c.id == Standing.group_id)
        .where(in_groups(shown), *standing_only(course_id, audience))
        .group_by(Standing.course_id, Standing.audience)
    )
