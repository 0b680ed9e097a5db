"""The incident sheet (phiếu sự cố): who saw what in a period, and blanks for what happened."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, render_template, request

from elearn.kit.access import needs
from elearn.kit.clock import now, today
from elearn.kit.tables import Column, send_csv
from elearn.office import actions, incident_queries, people_queries, queries
from elearn.office.here import asked, ward_id_for
from elearn.office.incident_queries import Wanted
from elearn.office.rules import read_day
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here

pages = Blueprint("incident_desk", __name__)

READ = Permission.READ_AUDIT
MOST = 100  # entries of a kind on a sheet; all of them are in the file
LONGEST = timedelta(days=400)
HEADINGS = (
    Column("Lúc", "moment"), Column("Ai"), Column("Việc"), Column("Với ai, với gì"), Column("Thêm"),
)  # fmt: skip


@pages.get("/quan-tri/su-co")
@needs(READ, fresh=True)
def ask() -> Any:
    """Ask for a period, and for people, a group or a colleague."""
    ward_id = ward_id_for(READ)
    return _ask(ward_id)


@pages.get("/quan-tri/su-co/phieu")
@needs(READ, fresh=True)
def sheet() -> Any:
    """Show the sheet for the printer; that it was made is put into the audit."""
    ward_id = ward_id_for(READ)
    wanted, fault = _wanted(ward_id)
    if wanted is None:
        return _ask(ward_id, fault), 422
    found = incident_queries.sheet_of(ward_id, wanted, MOST)
    _note("view incident", ward_id, wanted)
    return render_template(
        "office/incident_sheet.html",
        wanted=wanted,
        sheet=found,
        people=people_queries.lines_of(ward_id, wanted.people),
        group=queries.find_group_of(ward_id, asked("nhom", 20)),
        staff=next(iter(people_queries.lines_of(ward_id, [wanted.staff_id or 0])), None),
        moment=now(),
        address=request.args.to_dict(flat=False),
    )


@pages.get("/quan-tri/su-co/phieu.csv")
@needs(READ, fresh=True)
def file() -> Any:
    """Send every entry of the sheet as a file."""
    ward_id = ward_id_for(READ)
    wanted, fault = _wanted(ward_id)
    if wanted is None:
        return _ask(ward_id, fault), 422
    _note("export incident", ward_id, wanted)
    rows = [
        (line.at, line.actor, line.act, line.object, line.detail)
        for line in incident_queries.lines_of_sheet(ward_id, wanted)
    ]
    return send_csv(f"su-co-{today():%Y-%m-%d}", HEADINGS, rows)


def _wanted(ward_id: int) -> tuple[Wanted | None, str]:
    """Return what was asked for, or the sentence that says what is missing; 404 for others' people."""
    since, until = (read_day(asked(name, 20)) for name in ("tu", "den"))
    if since is None or until is None:
        return None, "Xin điền từ ngày nào đến ngày nào."
    if not since <= until <= since + LONGEST:
        return None, "Ngày cuối phải sau ngày đầu, và kỳ không quá 400 ngày."
    by_code = people_queries.ids_of_codes(ward_id, asked("ma", 200))
    people = tuple(dict.fromkeys([*request.args.getlist("nguoi", type=int), *by_code]))[:20]
    group = queries.find_group_of(ward_id, asked("nhom", 20)) if asked("nhom") else None
    staff_id = request.args.get("can-bo", 0, type=int)
    named = {*people, staff_id} - {0}
    if len(people_queries.lines_of(ward_id, named)) != len(named):
        abort(404)
    if asked("nhom") and group is None:
        return None, "Không có tổ mang mã này. Xin xem lại mã tổ."
    if not (people or group or staff_id):
        return None, "Xin chọn một người, một tổ, hoặc một cán bộ."
    return Wanted(since, until, people, group.id if group else None, staff_id or None), ""


def _ask(ward_id: int, fault: str = "") -> str:
    day = today()
    staff = {held.person_id: held.name for held in people_queries.roles_in(ward_id)}
    return render_template(
        "office/incident.html",
        fault=fault,
        since=asked("tu", 20) or _iso(day - timedelta(days=30)),
        until=asked("den", 20) or _iso(day),
        code=asked("ma", 200),
        group=asked("nhom", 20),
        chosen=request.args.get("can-bo", 0, type=int),
        staff=staff,
        people=people_queries.lines_of(ward_id, request.args.getlist("nguoi", type=int)[:20]),
    )


def _iso(day: date) -> str:
    return day.isoformat()


def _note(action: str, ward_id: int, wanted: Wanted) -> None:
    """Record that the sheet was made, of whom and of which days: ids only."""
    actions.note_incident(action, ward_id, by=viewer_here(), **wanted._asdict())
