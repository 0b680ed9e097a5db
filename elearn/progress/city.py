"""The board of a city: its wards, then the groups of one, to who reads the counts of all of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from flask import Blueprint, abort, render_template, request, stream_with_context, url_for

from elearn.kit.access import needs
from elearn.kit.clock import today
from elearn.kit.lists import part_of
from elearn.kit.recent import recent
from elearn.kit.tables import Column, send_csv, send_xlsx
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here
from elearn.progress import queries, rules, setting_queries
from elearn.progress.city_queries import city_board_seen_by, find_ward_seen_by, sees_city, wards_seen_by
from elearn.progress.city_rows import total_of_wards
from elearn.progress.columns import MEASURES, SORTS, cells_of, shown, table_of
from elearn.progress.rules import Filter, Row
from elearn.progress.setting_queries import CourseName, NamedWard, SetUp
from elearn.progress.views import board_for, send_board, show_board

pages = Blueprint("city", __name__)

SEND = {"csv": send_csv, "xlsx": send_xlsx}
SHARED = 0  # no ward's id: the courses that belong to none


class CityBoard(NamedTuple):
    """The board of a city, read once, for the screen or a file."""

    asked: Filter
    courses: list[CourseName]
    course: CourseName | None
    rows: list[Row]
    total: Row
    until: date


@pages.get("/tien-do/thanh-pho")
@needs(Permission.SEE_COUNTS)
def board() -> Any:
    """Show each ward's numbers."""
    board = _read_board()
    asked = board.asked.parameters()
    return render_template(
        "progress/city.html",
        board=board,
        page=part_of(board.rows, request.args.get("trang")),
        here=url_for("city.board"),
        asked=asked,
        to_ward=board.asked.parameters(**{"sap-xep": "", "chieu": ""}),
        files={kind: url_for("city.board_file", kind=kind, **asked) for kind in SEND},
        groups={kind: url_for("city.groups_file", kind=kind, **asked) for kind in SEND},
        measures=MEASURES,
        filters=rules,
        cells_of=cells_of,
        shown=shown,
    )


@pages.get("/tien-do/thanh-pho.<any(csv,xlsx):kind>")
@needs(Permission.SEE_COUNTS)
def board_file(kind: str) -> Any:
    """Send the wards as a file, with the same filter and the same numbers as the page."""
    board = _read_board()
    headings, cells = _table([*board.rows, board.total], board.until)
    return SEND[kind](f"tien-do-cac-phuong-den-{board.until.isoformat()}", headings, cells)


@pages.get("/tien-do/thanh-pho/moi-to.<any(csv,xlsx):kind>")
@needs(Permission.SEE_COUNTS)
def groups_file(kind: str) -> Any:
    """Send every group of every ward as a file, one ward after the other."""
    asked, course, _ = _asked()
    headings = [Column("Phường", width=24), *table_of(MEASURES, (), asked.period.until)[0]]
    rows = stream_with_context(_every_group(asked, course))
    return SEND[kind](f"tien-do-moi-to-den-{asked.period.until.isoformat()}", headings, rows)


@pages.get("/tien-do/thanh-pho/<ward_code>")
@needs(Permission.SEE_COUNTS)
def ward(ward_code: str) -> Any:
    """Show the groups of one ward: the board that its own people see."""
    ward, set_up = _ward_or_404(ward_code)
    here = url_for("city.ward", ward_code=ward.code)
    board = board_for(viewer_here(), ward.id, set_up)
    return show_board(board, here, "city.ward_file", ward, ward_code=ward.code)


@pages.get("/tien-do/thanh-pho/<ward_code>/bang.<any(csv,xlsx):kind>")
@needs(Permission.SEE_COUNTS)
def ward_file(ward_code: str, kind: str) -> Any:
    """Send the groups of one ward as a file."""
    ward, set_up = _ward_or_404(ward_code)
    return send_board(board_for(viewer_here(), ward.id, set_up), kind, ward)


def _ward_or_404(code: str) -> tuple[NamedWard, SetUp]:
    found = find_ward_seen_by(viewer_here(), code)
    if found is None:
        abort(404)
    return found


def _read_board() -> CityBoard:
    asked, course, courses = _asked()
    rows = city_board_seen_by(viewer_here(), asked, course.id if course else None, today())
    total = total_of_wards(rows)
    return CityBoard(
        asked, courses, course, rules.in_order(rows, asked.sort, asked.descending), total, asked.period.until
    )


def _asked() -> tuple[Filter, CourseName | None, list[CourseName]]:
    """Return what the address asks for; whole days that are over, since today still changes."""
    if not sees_city(viewer_here()):
        abort(404)
    asked = _over(rules.read_filter(request.args, today() - rules.DAY, SORTS))
    courses = recent(setting_queries.courses_with_results, SHARED)
    course = next((course for course in courses if course.slug == asked.course), None)
    return (asked if course else rules.without_course(asked)), course, courses


def _over(asked: Filter) -> Filter:
    """Return the filter for days that are over, where it asks for one to come."""
    period = asked.period
    if period.since is None or period.since <= period.until:
        return asked
    return replace(asked, period=replace(period, since=period.until))


def _every_group(asked: Filter, course: CourseName | None) -> Iterator[list[Any]]:
    viewer, day = viewer_here(), today()
    for ward in wards_seen_by(viewer):
        rows = queries.board_seen_by(viewer, ward.id, asked, course.id if course else None, day)
        for cells in table_of(MEASURES, rows, asked.period.until)[1]:
            yield [ward.name, *cells]


def _table(rows: list[Any], day: date) -> tuple[list[Column], Iterator[list[Any]]]:
    headings = [
        Column("Mã phường", width=10),
        Column("Phường", width=28),
        *(Column(measure.heading, "share" if measure.style == "share" else "count") for measure in MEASURES),
        Column("Số liệu đến", "day", 14),
    ]
    names = [measure.name for measure in MEASURES]
    return headings, ([row.code, row.name, *(getattr(row, name) for name in names), day] for row in rows)
