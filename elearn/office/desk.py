"""The helper's desk: the roster of the own group, registering a neighbour, cards, codes, classes."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import current_user

from elearn.kit.access import needs
from elearn.kit.clock import today
from elearn.office import desk_rules as rules
from elearn.office import neighbours
from elearn.office import roster as reads
from elearn.office.desk_rules import STATES
from elearn.office.roster import DeskGroup, Line
from elearn.people.permissions import Permission, Viewer

pages = Blueprint("desk", __name__)


# -- the own groups, and who learns there --------------------------------------------------------


@pages.get("/to")
@needs(Permission.SEE_OWN_GROUP)
def my_groups() -> Any:
    """List the viewer's groups; whoever has one goes straight to it."""
    groups = reads.my_groups(_viewer())
    if len(groups) == 1:
        return redirect(url_for("desk.roster", code=groups[0].code))
    asked = request.args.get("tim", "")
    found = [group for group in groups if rules.is_meant(asked, group.name, group.former_ward, group.code)]
    return render_template(
        "office/desk_groups.html",
        part=rules.part_of(found, request.args.get("trang")),
        asked=asked,
        whole=len(groups),
    )


@pages.get("/to/<code>")
@needs(Permission.SEE_OWN_GROUP)
def roster(code: str) -> Any:
    """Show who learns in the group and how far each has come; reading names is put into the audit."""
    here = _group(code)
    everyone = reads.roster(_viewer(), here)
    lines = _asked_for(everyone.lines)
    part = rules.part_of(lines, request.args.get("trang"))
    neighbours.note_names_read(_viewer(), here, len(part.rows))
    return render_template(
        "office/desk_roster.html",
        group=here,
        roster=everyone,
        found=len(lines),
        part=part,
        states=STATES,
        may_register=_viewer().may_in(Permission.REGISTER_RESIDENTS, ward_id=here.ward_id, group_id=here.id),
        **_asked(),
    )


@pages.get("/to/<code>/in")
@needs(Permission.SEE_OWN_GROUP)
def sheet(code: str) -> Any:
    """Show the list for paper, with boxes to tick on the way from door to door."""
    here = _group(code)
    lines = _asked_for(reads.roster(_viewer(), here).lines)
    neighbours.note_names_read(_viewer(), here, len(lines), printed=True)
    return render_template(
        "office/desk_sheet.html", group=here, lines=lines, states=STATES, day=today(), **_asked()
    )


def _asked() -> dict[str, str]:
    state = request.args.get("loc", "")
    return {"state": state if state in STATES else "", "asked": request.args.get("tim", "")[:80]}


def _asked_for(lines: list[Line]) -> list[Line]:
    asked = _asked()
    return [
        line
        for line in lines
        if asked["state"] in ("", line.state) and rules.is_meant(asked["asked"], line.name, line.household)
    ]


# -- who and where -------------------------------------------------------------------------------


def _viewer() -> Viewer:
    return current_user._get_current_object()  # type: ignore[no-any-return]


def _group(code: str, permission: Permission = Permission.SEE_OWN_GROUP) -> DeskGroup:
    """Return the group within the viewer's reach; lead on to the one that it has become part of."""
    found = reads.find_my_group(_viewer(), code, permission)
    if found is None:
        abort(_where_it_went(code, permission))
    return found


def _where_it_went(code: str, permission: Permission) -> Any:
    into = reads.successor_code(code)
    if into is None or request.method != "GET" or reads.find_my_group(_viewer(), into, permission) is None:
        return 404
    return redirect(url_for(str(request.endpoint), **{**(request.view_args or {}), "code": into}))
