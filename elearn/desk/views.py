"""The helper's desk: the own groups, and who learns there."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from elearn.desk import actions, queries
from elearn.desk.here import group_here
from elearn.desk.queries import Line
from elearn.desk.rules import STATES
from elearn.desk.visit_queries import visits_of
from elearn.kit.access import needs
from elearn.kit.clock import now, today
from elearn.kit.lists import is_meant, part_of
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here

pages = Blueprint("desk", __name__)

MOST_VISITS = 6  # on the roster; the whole list has a page of its own


@pages.get("/to")
@needs(Permission.SEE_OWN_GROUP)
def my_groups() -> Any:
    """List the viewer's groups; whoever has one goes straight to it."""
    groups = queries.my_groups(viewer_here())
    if len(groups) == 1:
        return redirect(url_for("desk.roster", code=groups[0].code))
    asked = request.args.get("tim", "")
    found = [group for group in groups if is_meant(asked, group.name, group.former_ward, group.code)]
    return render_template(
        "desk/groups.html",
        part=part_of(found, request.args.get("trang")),
        asked=asked,
        whole=len(groups),
    )


@pages.get("/to/<code>")
@needs(Permission.SEE_OWN_GROUP)
def roster(code: str) -> Any:
    """Show who learns in the group and how far each has come; reading names is put into the audit."""
    here = group_here(code)
    everyone = queries.roster(viewer_here(), here)
    lines = _asked_for(everyone.lines)
    part = part_of(lines, request.args.get("trang"))
    visits = visits_of(viewer_here(), here, now()) if part.number == 1 and not any(_asked().values()) else []
    named = {one.person_id for one in visits[:MOST_VISITS] if one.name} | {line.id for line in part.rows}
    actions.note_names_read(viewer_here(), here, len(named))
    return render_template(
        "desk/roster.html",
        group=here,
        roster=everyone,
        found=len(lines),
        part=part,
        states=STATES,
        visits=visits,
        most_visits=MOST_VISITS,
        seen={line.id for line in everyone.lines},
        may_register=viewer_here().may_in(
            Permission.REGISTER_RESIDENTS, ward_id=here.ward_id, group_id=here.id
        ),
        **_asked(),
    )


@pages.get("/to/<code>/in")
@needs(Permission.SEE_OWN_GROUP, fresh=True)
def sheet(code: str) -> Any:
    """Show the list for paper, with boxes to tick on the way from door to door."""
    here = group_here(code)
    lines = _asked_for(queries.roster(viewer_here(), here).lines)
    actions.note_names_read(viewer_here(), here, len(lines), printed=True)
    return render_template("desk/sheet.html", group=here, lines=lines, states=STATES, day=today(), **_asked())


def _asked() -> dict[str, str]:
    state = request.args.get("loc", "")
    return {"state": state if state in STATES else "", "asked": request.args.get("tim", "")[:80]}


def _asked_for(lines: list[Line]) -> list[Line]:
    asked = _asked()
    if not any(asked.values()):
        return lines
    return [
        line
        for line in lines
        if asked["state"] in ("", line.state) and is_meant(asked["asked"], line.name, line.household)
    ]
