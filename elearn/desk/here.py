"""Whose desk it is: the group and the neighbour within the helper's reach; any other is not found."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for

from elearn.desk import actions, queries
from elearn.desk.queries import DeskGroup, Seen
from elearn.people.permissions import Permission
from elearn.people.rules import spaced
from elearn.people.session import viewer_here, ward_here


def group_here(code: str, permission: Permission = Permission.SEE_OWN_GROUP) -> DeskGroup:
    """Return the group within the viewer's reach; lead on to the one that it has become part of."""
    found = queries.find_my_group(viewer_here(), code, permission)
    if found is None:
        abort(_where_it_went(code, permission))
    return found


def open_group_here(code: str) -> DeskGroup:
    """Return the group in which the viewer may register people, if it exists today."""
    here = group_here(code, Permission.REGISTER_RESIDENTS)
    if not here.is_open:
        abort(404)
    return here


def neighbour_here(
    code: str, person_id: int, permission: Permission = Permission.SEE_OWN_GROUP
) -> tuple[DeskGroup, Seen]:
    """Return somebody of the group whom the viewer may see by name; looking at them is put into the audit."""
    here = group_here(code, permission)
    one = queries.find_neighbour(viewer_here(), here, person_id)
    if one is None:
        second_tap = request.method == "POST" and actions.has_just_let_go(viewer_here(), person_id)
        abort(redirect(url_for("desk.roster", code=here.code), 303) if second_tap else 404)
    if request.method == "GET":
        actions.note_person_read(viewer_here(), one)
    return here, one


def may_register_here(here: DeskGroup) -> bool:
    return viewer_here().may_in(Permission.REGISTER_RESIDENTS, ward_id=here.ward_id, group_id=here.id)


def office_here() -> str:
    """Who asks for consent: the office that runs the site."""
    return ward_here().office_name or ward_here().name


def _where_it_went(code: str, permission: Permission) -> Any:
    into = queries.successor_code(code)
    if (
        into is None
        or request.method != "GET"
        or queries.find_my_group(viewer_here(), into, permission) is None
    ):
        return 404
    return redirect(url_for(str(request.endpoint), **{**(request.view_args or {}), "code": into}))


def show_credentials(here: DeskGroup, person_id: int, pin: str | None, *, is_new: bool) -> str:
    """Show a personal code, and a mã học that is never shown again."""
    return render_template(
        "desk/credentials.html",
        group=here,
        person=queries.bearer(person_id),
        is_seen=queries.find_neighbour(viewer_here(), here, person_id) is not None,
        pin=pin,
        is_new=is_new,
        spaced=spaced,
    )
