"""The reads behind the report: its figures (all of them the boards' own), and the reports that were kept."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple, overload

from sqlalchemy import func, select, text

from elearn.kit.db import db
from elearn.learning.models import NO_COURSE
from elearn.movement.activity_queries import activities_in
from elearn.movement.difficulty_queries import difficulties_in
from elearn.outreach.queries import PostersCounted, posters_counted
from elearn.people.models import Audience, How, Person, Ward
from elearn.people.permissions import Permission, Viewer
from elearn.people.queries import WardCard
from elearn.progress import queries as boards
from elearn.progress import rules as board_rules
from elearn.progress import setting_queries
from elearn.progress.queries import Cell, Stood
from elearn.progress.rules import AUDIENCES, WAYS, Filter, Row
from elearn.progress.setting_queries import CourseName
from elearn.report.costs import COSTS, Costs
from elearn.report.defaults import Words, usual_words, words_with
from elearn.report.figures import Activity, Counts, Difficulty, Figures, Part, Posters
from elearn.report.models import BOTH, Report, ReportSending, ReportSetting
from elearn.report.rules import only_parameters, previous_of

UNSAID = "Chưa ghi rõ đối tượng"


class ReportLine(NamedTuple):
    """A kept report as the list shows it."""

    id: int
    body: str
    since: date | None
    until: date
    number: int
    made_at: datetime
    made_by: str | None
    sendings: int


class Sending(NamedTuple):
    """To whom a report was sent."""

    id: int
    to_whom: str
    sent_on: date
    registered_as: str


# -- figures -------------------------------------------------------------------------------------


def figures_seen_by(viewer: Viewer, ward: WardCard, asked: Filter, today: date) -> Figures:
    """Return everything that a report of the ward counts, with the filter of a board: seven statements that
    are the boards' own, and a few about posters, activities and difficulties."""
    courses = setting_queries.courses_with_results(ward.id)
    course = next((one for one in courses if one.slug == asked.course), None)
    asked = replace(asked, course=course.slug if course else "", sort="group", descending=False)
    before = _before(asked)
    course_id = course.id if course else None
    rows = boards.board_seen_by(viewer, ward.id, asked, course_id, today)
    rows_before = boards.board_seen_by(viewer, ward.id, before, course_id, today) if before else None
    now = boards.ward_counted(viewer, ward.id, asked, course_id, today)
    then = boards.ward_counted(viewer, ward.id, before, course_id, today) if before else None
    ever = replace(asked, period=replace(asked.period, since=None))
    stood = boards.ward_standing(viewer, ward.id, asked, course_id, today)
    offered = [course] if course else courses
    only = tuple(_only(asked, course))
    return Figures(
        ward=ward.name,
        since=_iso(asked.period.since),
        until=asked.period.until.isoformat(),
        made_on=today.isoformat(),
        previous_since=_iso(before.period.since) if before else None,
        previous_until=before.period.until.isoformat() if before else None,
        only=only,
        total=_total(rows, rows_before),
        ever=_sum(boards.ward_counted(viewer, ward.id, ever, course_id, today)),
        offered=len(courses),
        groups=_groups(rows, rows_before),
        courses=_courses(offered, now, then, stood),
        audiences=_audiences(asked, now, then, stood),
        ways=_ways(asked, now, then),
        # what is not learnt knows no course, no audience and no way of learning
        posters=None if only else _posters(ward.id, asked, before),
        activities=None if only else _activities(ward.id, asked),
        difficulties=None if only else _difficulties(ward.id, asked),
    )


def courses_of(ward_id: int) -> list[CourseName]:
    """Return the courses by which a report may be filtered."""
    return setting_queries.courses_with_results(ward_id)


def _before(asked: Filter) -> Filter | None:
    period = previous_of(asked.period)
    return replace(asked, period=period) if period else None


def _only(asked: Filter, course: CourseName | None) -> Iterable[str]:
    if course:
        yield f"khóa “{course.title}”"
    if asked.audience:
        yield f"đối tượng “{AUDIENCES[asked.audience][1]}”"
    if asked.how:
        yield f"cách học “{WAYS[asked.how][1]}”"


def _total(rows: list[Row], before: list[Row] | None) -> Part:
    total = board_rules.total_of(rows)
    return Part(
        "", "Toàn phường", _of_row(total), None if before is None else _of_row(board_rules.total_of(before)),
        total.people, total.finished, total.adults, total.coverage,
    )  # fmt: skip


def _groups(rows: list[Row], before: list[Row] | None) -> tuple[Part, ...]:
    known = {row.code: row for row in before or ()}
    # a group that has ended stands in one of the two boards only, when it did something in that time alone
    codes = dict.fromkeys([*(row.code for row in rows), *known])
    now = {row.code: row for row in rows}
    return tuple(_group(now.get(code), known.get(code), compares=before is not None) for code in codes)


def _group(row: Row | None, before: Row | None, *, compares: bool) -> Part:
    of = row or before
    assert of is not None
    former = f" ({of.former_ward})" if of.former_ward else ""
    then = _of_row(before) if before else Counts()
    return Part(
        of.code, f"{of.name}{former}", _of_row(row) if row else Counts(), then if compares else None,
        of.people, of.finished, of.adults, of.coverage, of.kind, of.note,
    )  # fmt: skip


def _of_row(row: Row) -> Counts:
    return Counts(row.registered, row.started, row.lessons, row.courses, row.mastered)


def _courses(
    offered: list[CourseName], now: list[Cell], then: list[Cell] | None, stood: list[Stood]
) -> tuple[Part, ...]:
    """Return a part for each course; registering is about none of them, and is left to the whole."""
    counts, counts_then = _by("course_id", now), _by("course_id", then)
    started: dict[int, int] = defaultdict(int)
    finished: dict[int, int] = defaultdict(int)
    for one in stood:
        started[one.course_id] += one.started
        finished[one.course_id] += one.finished
    return tuple(
        Part(
            course.slug, course.title, counts.get(course.id, Counts()),
            None if counts_then is None else counts_then.get(course.id, Counts()),
            started[course.id], finished[course.id],
        )
        for course in offered
    )  # fmt: skip


def _audiences(
    asked: Filter, now: list[Cell], then: list[Cell] | None, stood: list[Stood]
) -> tuple[Part, ...]:
    counts, counts_then = _by("audience", now), _by("audience", then)
    people = {one.audience: one.people for one in stood if one.course_id == NO_COURSE}
    finished: dict[str, int] = defaultdict(int)
    for one in stood:
        if (one.course_id == NO_COURSE) == (not asked.course):
            finished[one.audience] += one.finished
    names = dict(AUDIENCES.values()) | {Audience.UNSAID: UNSAID}
    kept = [asked.audience_value] if asked.audience_value else [one.value for one in Audience]
    return tuple(
        Part(
            key, names[key], counts.get(key, Counts()),
            None if counts_then is None else counts_then.get(key, Counts()),
            people.get(key, 0), finished[key],
        )
        for key in kept
    )  # fmt: skip


def _ways(asked: Filter, now: list[Cell], then: list[Cell] | None) -> tuple[Part, ...]:
    counts, counts_then = _by("how", now), _by("how", then)
    names = dict(WAYS.values())
    kept = [asked.how_value] if asked.how_value else [one.value for one in How]
    return tuple(
        Part(
            key, names[key], counts.get(key, Counts()),
            None if counts_then is None else counts_then.get(key, Counts()),
        )
        for key in kept
    )  # fmt: skip


@overload
def _by(column: str, cells: list[Cell]) -> dict[object, Counts]: ...
@overload
def _by(column: str, cells: list[Cell] | None) -> dict[object, Counts] | None: ...
def _by(column: str, cells: list[Cell] | None) -> dict[object, Counts] | None:
    """Add up the cells by a column; None stays None."""
    if cells is None:
        return None
    found: dict[object, list[Cell]] = defaultdict(list)
    for cell in cells:
        found[getattr(cell, column)].append(cell)
    return {key: _sum(some) for key, some in found.items()}


def _sum(cells: Iterable[Cell]) -> Counts:
    columns = list(zip(*(cell.done for cell in cells), strict=True))
    return Counts(*map(sum, columns)) if columns else Counts()


def _posters(ward_id: int, asked: Filter, before: Filter | None) -> Posters:
    now = posters_counted(ward_id, asked.period.since, asked.period.until)
    came: PostersCounted | None = None
    if before:
        came = posters_counted(ward_id, before.period.since, before.period.until)
    return Posters(now.made, now.hanging, now.came, came.came if came else None)


def _activities(ward_id: int, asked: Filter) -> tuple[Activity, ...]:
    return tuple(
        Activity(one.name, one.count, one.counted_in, one.groups, one.attendees)
        for one in activities_in(ward_id, asked.period.since, asked.period.until)
    )


def _difficulties(ward_id: int, asked: Filter) -> tuple[Difficulty, ...]:
    return tuple(
        Difficulty(one.place, one.what, one.state, one.answer)
        for one in difficulties_in(ward_id, asked.period.since, asked.period.until)
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


# -- what the ward has set -----------------------------------------------------------------------


def words_of(ward: WardCard, body: str) -> Words:
    """Return the ward's words for the report of a body: its own, and the usual ones in place of the rest."""
    return words_with(usual_words(ward.name, body), _settings(ward.id, body))


def words_said(ward: WardCard, body: str) -> Words:
    """Return the same as a report says them: that of an invented ward says in its title that it is one."""
    words = words_of(ward, body)
    if db.session.scalar(select(Ward.demo).where(Ward.id == ward.id)):
        return replace(words, subject=f"(Bản chạy thử, số liệu bịa) {words.subject}")
    return words


def _settings(ward_id: int, body: str) -> Mapping[str, str]:
    rows = db.session.execute(
        select(ReportSetting.name, ReportSetting.value).where(
            ReportSetting.ward_id == ward_id, ReportSetting.body.in_((BOTH, body))
        )
    )
    return dict(rows.all())


def costs_of(ward_id: int) -> Costs:
    """Return what the ward has set that it pays."""
    kept = _settings(ward_id, BOTH)
    words = [kept.get(name, "") for name in COSTS]
    return Costs(words[0], _sum_of_money(words[1]), words[2], _sum_of_money(words[3]))


def _sum_of_money(word: str) -> int | None:
    return int(word) if word else None


def database_bytes() -> int:
    """Return how much room the database takes, of all wards together."""
    if db.engine.dialect.name == "sqlite":
        pages = db.session.scalar(text("PRAGMA page_count"))
        size = db.session.scalar(text("PRAGMA page_size"))
        return int(pages or 0) * int(size or 0)
    return int(db.session.scalar(select(func.pg_database_size(func.current_database()))) or 0)


# -- reports that were kept ----------------------------------------------------------------------


def reports_seen_by(viewer: Viewer, ward_id: int) -> list[ReportLine]:
    """Return the kept reports of the ward, the newest first."""
    if not viewer.may_in(Permission.COMPILE_REPORTS, ward_id=ward_id):
        return []
    sent = (
        select(ReportSending.report_id, func.count().label("times"))
        .group_by(ReportSending.report_id)
        .subquery("sent")
    )
    rows = db.session.execute(
        select(
            Report.id, Report.body, Report.since, Report.until, Report.number, Report.made_at,
            Person.display_name, func.coalesce(sent.c.times, 0),
        )
        .outerjoin(Person, Person.id == Report.made_by_id)
        .outerjoin(sent, sent.c.report_id == Report.id)
        .where(Report.ward_id == ward_id)
        .order_by(Report.id.desc())
    )  # fmt: skip
    return [ReportLine(*row) for row in rows]


def find_report_seen_by(viewer: Viewer, ward_id: int, report_id: int) -> Report | None:
    """Return a kept report of the ward, or None."""
    if not viewer.may_in(Permission.COMPILE_REPORTS, ward_id=ward_id):
        return None
    return db.session.scalar(select(Report).where(Report.id == report_id, Report.ward_id == ward_id))


def newest_of(ward_id: int, body: str, asked: Filter) -> Report | None:
    """Return the newest report that was kept of this period with this filter, or None."""
    return db.session.scalar(
        select(Report)
        .where(
            Report.ward_id == ward_id,
            Report.body == body,
            Report.since.is_(None) if asked.period.since is None else Report.since == asked.period.since,
            Report.until == asked.period.until,
            Report.only == only_parameters(asked),
        )
        .order_by(Report.number.desc())
        .limit(1)
    )


def sendings_of(report_id: int) -> list[Sending]:
    """Return to whom a report was sent, the first first."""
    rows = db.session.execute(
        select(ReportSending.id, ReportSending.to_whom, ReportSending.sent_on, ReportSending.registered_as)
        .where(ReportSending.report_id == report_id)
        .order_by(ReportSending.sent_on, ReportSending.id)
    )
    return [Sending(*row) for row in rows]


def name_of(person_id: int) -> str:
    """Return the name of who made something, or a word for who is not here any more."""
    return db.session.scalar(select(Person.display_name).where(Person.id == person_id)) or "người đã xóa"
