"""The list of one-time codes, week by week: who issued them, for whom, and what stands out (THREATS 4.3)."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for

from elearn.kit.access import needs
from elearn.kit.clock import monday_of, now, today
from elearn.kit.lists import part_of
from elearn.office import actions
from elearn.office.code_queries import LOOKED, codes_in
from elearn.office.here import asked, viewer_here, ward_id_for
from elearn.office.rules import read_day
from elearn.office.standouts import A_WEEK, CodeLine, by_helper, what_stands_out, why_look
from elearn.people.permissions import Permission
from elearn.people.rules import CODES_ARE_TOLD

pages = Blueprint("codes_desk", __name__)

SIX_DAYS = timedelta(days=6)


@pages.get("/quan-tri/ma-da-cap")
@needs(Permission.MANAGE_PEOPLE)
def codes() -> Any:
    """Show the codes of a week; that they were looked at is put into the audit."""
    monday, lines = _week(LOOKED)
    before, after = monday - A_WEEK, monday + A_WEEK
    return render_template(
        "office/codes.html",
        monday=monday,
        sunday=monday + SIX_DAYS,
        before=before if before >= _first() else None,
        after=after if after <= today() else None,
        count=len(lines),
        part=part_of(lines, request.args.get("trang")),
        helpers=by_helper(lines),
        remarks=what_stands_out(lines),
        why_look=why_look,
    )


@pages.get("/quan-tri/ma-da-cap/in")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def sheet() -> Any:
    """Show the codes of a week for paper."""
    monday, lines = _week("print codes")
    return render_template(
        "office/codes_sheet.html",
        monday=monday,
        sunday=monday + SIX_DAYS,
        lines=lines,
        helpers=by_helper(lines),
        remarks=what_stands_out(lines),
        why_look=why_look,
        back_to=url_for("codes_desk.codes", tuan=monday),
        made_at=now(),
    )


def _week(act: str) -> tuple[date, list[CodeLine]]:
    """Return the Monday that was asked for (this week's, when none was) and its codes; note who looks."""
    ward_id = ward_id_for(Permission.MANAGE_PEOPLE)
    monday = monday_of(min(max(read_day(asked("tuan", 20)) or today(), _first()), today()))
    lines = codes_in(ward_id, monday)
    names = len({line.person_id for line in lines})
    actions.note_view(act, "week", monday.isoformat(), by=viewer_here(), ward_id=ward_id, names=names)
    return monday, lines


def _first() -> date:
    """Return the Monday of the first week that is still whole: what is older has been dropped."""
    return monday_of(today() - CODES_ARE_TOLD) + A_WEEK
