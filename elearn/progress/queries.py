"""The reads behind every board: one statement a board, whatever the number of people.

A group that was merged away is counted under the group that followed it, through as many merges as there
were. Only the tallies are read, never people or their attempts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from elearn.kit.db import db, run
from elearn.learning.models import NO_COURSE, CourseCompletion, DailyTally, Standing
from elearn.library.models import Course, Lesson
from elearn.people.models import (
    GroupChange,
    GroupContact,
    GroupKind,
    How,
    Keeping,
    Person,
    ReadLink,
    ResidentialGroup,
    Ward,
)
from elearn.people.permissions import Permission, Scope, Viewer
from elearn.people.queries import exists_on, within_reach
from elearn.progress import rules, sums
from elearn.progress.aims import QUIET_DAYS, Aims, aim_of
from elearn.progress.models import Target
from elearn.progress.rules import Change, Counted, Filter, Row


class CourseName(NamedTuple):
    """A course as the filter of a board offers it."""

    id: int
    slug: str
    title: str


class SetUp(NamedTuple):
    """What a board offers and is held against."""

    courses: list[CourseName]
    aims: Aims


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


class Sums(NamedTuple):
    """What was done, added up."""

    registered: int = 0
    started: int = 0
    lessons: int = 0
    courses: int = 0
    mastered: int = 0


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


class LinkLine(NamedTuple):
    """A read link as the list of links shows it."""

    id: int
    label: str
    nonce: str
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


# -- the board -----------------------------------------------------------------------------------


def board_seen_by(
    viewer: Viewer, ward_id: int, asked: Filter, course_id: int | None, today: date, *, weeks: bool = False
) -> list[Row]:
    """Return the true counts of the groups of the ward that the viewer may see, in the ward's own order.

    With `weeks` each row also has the lessons of each week of the trend; the last of them less the one
    before is the row's change.
    """
    rows = run(_board(viewer.scopes, ward_id, _plain(asked), course_id, today, weeks=weeks))
    coverable = asked.audience_value is None  # the adults of one audience are not known
    return [_row(row, coverable, row[-rules.TREND_WEEKS :] if weeks else ()) for row in rows]


def _plain(asked: Filter) -> Filter:
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
    shown = _shown_under(ward_id, today, counts_seen_by(Viewer(scopes=scopes)))
    done = _done(shown, asked, course_id)
    now = standing_under(shown, course_id, asked.audience_value)
    homes = _homes(shown, course_id, asked.audience_value)
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


def _shown_under(ward_id: int, day: date, seen: ColumnElement[bool]) -> CTE:
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


def standing_under(shown: CTE, course_id: int | None, audience: str | None) -> Any:
    """Add up how people stand now, by today's groups; with a course, who has finished that one."""
    people = Standing.course_id == NO_COURSE
    finished = Standing.course_id == (NO_COURSE if course_id is None else course_id)
    return (
        select(
            shown.c.root_id,
            _sum(Standing.registered, people, "people"),
            _sum(Standing.finished, finished, "finished"),
        )
        .join(Standing, Standing.group_id == shown.c.id)
        .where(or_(people, finished), *([Standing.audience == audience] if audience else []))
        .group_by(shown.c.root_id)
        .subquery("standing_now")
    )


def _homes(shown: CTE, course_id: int | None, audience: str | None) -> Any:
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


def _standing_only(course_id: int | None, audience: str | None) -> list[ColumnElement[bool]]:
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
        rules.share(row.homes, row.households) if row.homes <= (row.households or 0) else None,
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
    return _by_group(run(_before(ward_id, monday)))


@lru_cache(maxsize=32)
def _before(ward_id: int, monday: date) -> Select[Any]:
    shown = _shown_under(ward_id, monday, literal(True))
    group = ResidentialGroup
    counted = union_all(*sums.counted_in(shown, None, monday - rules.DAY)).subquery("counted")
    tally = (
        select(
            counted.c.root_id,
            counted.c.course_id,
            func.sum(counted.c.registered).label("registered"),
            func.sum(counted.c.started).label("started"),
            func.sum(counted.c.courses).label("finished"),
        )
        .group_by(counted.c.root_id, counted.c.course_id)
        .subquery("tally")
    )
    return (
        select(
            group.code, group.name, group.former_ward, group.adults,
            tally.c.course_id, tally.c.registered, tally.c.started, tally.c.finished,
        )
        .join_from(shown, group, group.id == shown.c.root_id)
        .outerjoin(tally, tally.c.root_id == group.id)
        .where(shown.c.id == shown.c.root_id, or_(exists_on(monday), tally.c.root_id.is_not(None)))
        .order_by(group.kind != GroupKind.REGULAR, group.kind.desc(), group.sort_key, group.code)
    )  # fmt: skip


def _by_group(rows: Any) -> list[Counted]:
    learners: dict[tuple[Any, ...], int] = defaultdict(int)
    started: dict[tuple[Any, ...], dict[int, int]] = defaultdict(dict)
    finished: dict[tuple[Any, ...], dict[int, int]] = defaultdict(dict)
    for *group, course_id, registered, has_started, has_finished in rows:
        key = tuple(group)
        learners[key] += int(registered or 0)
        if course_id:
            started[key][course_id] = int(has_started)
            finished[key][course_id] = int(has_finished)
    return [Counted(*key, count, started[key], finished[key]) for key, count in learners.items()]


# -- the page of one group -----------------------------------------------------------------------


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
    of_numbers = _plain(asked)
    statement = _group_numbers(viewer.scopes, ward_id, of_numbers, course_id, today)
    return _numbers(run(statement, {"code": code.upper()}))


@lru_cache(maxsize=32)  # as of the board
def _group_numbers(
    scopes: tuple[Scope, ...], ward_id: int, asked: Filter, course_id: int | None, today: date
) -> Select[Any]:
    seen = and_(ResidentialGroup.code == bindparam("code"), counts_seen_by(Viewer(scopes=scopes)))
    shown = _shown_under(ward_id, today, seen)
    tallies = _tallies_of_group(shown, asked, course_id)
    now = _standing_of_group(shown, course_id, asked.audience_value)
    both = union_all(tallies, now).subquery("both")
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
        .where(*_standing_only(course_id, audience))
        .group_by(Standing.course_id)
    )  # fmt: skip


def _numbers(rows: Any) -> GroupNumbers:
    total, weeks = Sums(), [0] * rules.TREND_WEEKS
    by_how: dict[str, Sums] = {how.value: Sums() for how in How}
    by_course: dict[int, Sums] = defaultdict(Sums)
    titles: dict[int, str] = {}
    now: dict[int, Sums] = {}
    for what, course_id, how, week, within, *counts, title in rows:
        these = Sums(*map(int, counts))
        if course_id != NO_COURSE:
            titles[course_id] = title
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
    return GroupNumbers(total, lines, by_how, tuple(weeks), people.registered, people.lessons)


def _plus(one: Sums, other: Sums) -> Sums:
    return Sums(*(a + b for a, b in zip(one, other, strict=True)))


# -- the ward as a whole, by course, audience and way -----------------------------------------------


def ward_counted(
    viewer: Viewer, ward_id: int, asked: Filter, course_id: int | None, today: date
) -> list[Cell]:
    """Return what was counted in the period in the groups that the viewer may see; its sum is the board's."""
    rows = run(_ward_counted(viewer.scopes, ward_id, _plain(asked), course_id, today))
    return [Cell(course, audience, how, Sums(*map(int, counts))) for course, audience, how, *counts in rows]


@lru_cache(maxsize=32)  # as of the board
def _ward_counted(
    scopes: tuple[Scope, ...], ward_id: int, asked: Filter, course_id: int | None, today: date
) -> Select[Any]:
    shown = _shown_under(ward_id, today, counts_seen_by(Viewer(scopes=scopes)))
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
    shown = _shown_under(ward_id, today, counts_seen_by(Viewer(scopes=scopes)))
    counts = (Standing.registered, Standing.started, Standing.finished)
    return (
        select(Standing.course_id, Standing.audience, *map(func.sum, counts))
        .join(shown, shown.c.id == Standing.group_id)
        .where(*_standing_only(course_id, audience))
        .group_by(Standing.course_id, Standing.audience)
    )


# -- what the ward has set itself -----------------------------------------------------------------


def find_target(viewer: Viewer, ward_id: int, target_id: int) -> Target | None:
    """Return a target of the ward for who may change it, or None."""
    if not viewer.may_in(Permission.SET_TARGETS, ward_id=ward_id):
        return None
    return db.session.scalar(select(Target).where(Target.id == target_id, Target.ward_id == ward_id))


def find_same_target(ward_id: int, told: Mapping[str, Any]) -> int | None:
    """Return the id of a target of the ward that says just this, or None."""
    return db.session.scalar(
        select(Target.id).where(
            Target.ward_id == ward_id, *(getattr(Target, key) == value for key, value in told.items())
        )
    )


# -- courses and read links ----------------------------------------------------------------------


def set_up_of(ward_id: int) -> SetUp:
    """Return, in one statement, the courses to filter by and what the ward has set for its board."""
    courses, targets, quiet = [], [], None
    for kind, _, number, short, words, value, due in run(_set_up(), {"ward": ward_id}):
        match kind:
            case "course":
                courses.append(CourseName(number, short, words))
            case "target":
                targets.append(aim_of(number, words, short, value, due))
            case _:
                quiet = number
    return SetUp(courses, Aims(tuple(targets), quiet or QUIET_DAYS))


@cache
def _set_up() -> Any:
    ward = bindparam("ward", type_=Integer)
    taught = exists(select(Lesson.id).where(Lesson.course_id == Course.id, Lesson.published_at.is_not(None)))
    no_value, no_day = cast(null(), Integer).label("value"), cast(null(), Date).label("due")
    courses = select(
        literal("course").label("kind"), Course.position.label("place"), Course.id.label("number"),
        Course.slug.label("short"), Course.title.label("words"), no_value, no_day,
    ).where(or_(Course.ward_id.is_(None), Course.ward_id == ward), taught)  # fmt: skip
    targets = select(
        literal("target"), literal(0), Target.id, Target.measure, Target.name, Target.value, Target.due
    ).where(Target.ward_id == ward)
    quiet = select(literal("ward"), literal(0), Ward.quiet_days, literal(""), literal(""), no_value, no_day)
    all_of_it = union_all(courses, targets, quiet.where(Ward.id == ward))
    return all_of_it.order_by("kind", "place", "due", "number")


def courses_with_results(ward_id: int) -> list[CourseName]:
    """Return the courses that residents of the ward can or could learn, in their order."""
    return set_up_of(ward_id).courses


def aims_of(ward_id: int) -> Aims:
    """Return the targets of the ward, the next due first, and after how many days a group is quiet."""
    return set_up_of(ward_id).aims


def find_read_link(token_digest: str, ward_id: int, moment: datetime) -> str | None:
    """Return the label of the read link that may still be opened in this ward, or None."""
    return db.session.scalar(
        select(ReadLink.label).where(
            ReadLink.token_digest == token_digest,
            ReadLink.ward_id == ward_id,
            ReadLink.revoked_at.is_(None),
            ReadLink.expires_at > moment,
        )
    )


def read_links_seen_by(viewer: Viewer, ward_id: int) -> list[LinkLine]:
    """Return the read links of the ward that the viewer may give out and take back, the newest first."""
    if not viewer.may_in(Permission.GIVE_READ_LINKS, ward_id=ward_id):
        return []
    rows = db.session.execute(
        select(
            ReadLink.id, ReadLink.label, ReadLink.nonce,
            ReadLink.issued_at, ReadLink.expires_at, ReadLink.revoked_at,
        )
        .where(ReadLink.ward_id == ward_id)
        .order_by(ReadLink.id.desc())
    )  # fmt: skip
    return [LinkLine(*row) for row in rows]


def find_link_of(ward_id: int, link_id: int) -> ReadLink | None:
    """Return a read link of the ward for changing it, or None."""
    return db.session.scalar(select(ReadLink).where(ReadLink.id == link_id, ReadLink.ward_id == ward_id))
