"""Posters, and the links that carry a residential group."""

from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for

from elearn.kit.access import needs, public
from elearn.kit.addresses import local_path, public_root
from elearn.kit.clock import today
from elearn.kit.db import AWAY
from elearn.kit.log import note_refusal
from elearn.kit.qr import compact_address, qr_svg
from elearn.kit.refused import Refused
from elearn.library.queries import published_courses
from elearn.outreach import actions, queries, rules
from elearn.outreach.forms import HOME, PosterForm
from elearn.outreach.queries import Door, PosterLine
from elearn.people.permissions import Permission
from elearn.people.reach import groups_for
from elearn.people.session import cookie_name, cookie_options, suggest_group, viewer_here, ward_here

pages = Blueprint("outreach", __name__)

PATH = "/:@!$&'()*+,;=~-._"  # what may stand in a path as it is


# -- arriving ------------------------------------------------------------------------------------


@pages.get("/p/<code>")
@pages.get("/<any(P):_capital>/<code>")  # a QR code in capitals has larger squares
@public
def arrive(code: str, _capital: str = "P") -> Any:
    """Lead from a poster to what it is about, remembering its group; count that somebody came."""
    ward_id = ward_here().id
    known = rules.code_in(code)
    door = queries.find_door(known, ward_id) if known else None
    if known is None or door is None or door.retired:
        return _no_door(door, ward_id)
    if _is_an_arrival(known):
        try:
            actions.record_arrival(door.poster_id)
        except AWAY as refusal:  # the way is open; it is only not counted that somebody came
            note_refusal(refusal)
    response = redirect(_way_in(door), 303)
    _note_arrival(response, known)
    if group := queries.group_to_suggest(ward_id, group_id=door.group_id):
        suggest_group(response, group)
    return response


@pages.before_app_request
def take_the_group_along() -> Any:
    """Remember the group of a link `…?to=DG05`, and go on to the same address without it."""
    if "to" not in request.args or request.method not in ("GET", "HEAD") or request.endpoint is None:
        return None
    plain = urlencode([(name, value) for name, value in request.args.items(multi=True) if name != "to"])
    response = redirect(local_path(quote(request.path, safe=PATH) + (f"?{plain}" if plain else "")), 303)
    if group := queries.group_to_suggest(ward_here().id, code=request.args["to"].strip().upper()):
        suggest_group(response, group)
    return response


def _way_in(door: Door) -> str:
    if door.lesson_slug:
        return url_for("learning.lesson", course=door.course_slug, lesson=door.lesson_slug)
    if door.course_slug:
        return url_for("learning.course", course=door.course_slug)
    return url_for("front.home")


def _no_door(door: Door | None, ward_id: int) -> Any:
    page = render_template(
        "outreach/gone.html",
        retired=door is not None,
        way_in=_way_in(door) if door is not None and door.course_slug else None,
        courses=published_courses(ward_id),
    )
    return page, 410 if door else 404


def _is_an_arrival(code: str) -> bool:
    return rules.is_an_arrival(
        request.method,
        request.user_agent.string,
        request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", ""),
        came_just_now=request.cookies.get(cookie_name("v")) == code,
    )


def _note_arrival(response: Response, code: str) -> None:
    """Let the browser say for half an hour that it has been counted; the server keeps nothing about it."""
    age = int(rules.ONE_ARRIVAL.total_seconds())
    response.set_cookie(cookie_name("v"), code, max_age=age, httponly=True, **cookie_options())


# -- making posters ------------------------------------------------------------------------------


@pages.get("/ap-phich")
@needs(Permission.MAKE_POSTERS)
def posters() -> Any:
    """List the posters within the viewer's reach with how many came by each, and offer to make one."""
    return _posters(_form(PosterForm(formdata=None)))


@pages.post("/ap-phich")
@needs(Permission.MAKE_POSTERS)
def make_poster() -> Any:
    """Make a poster."""
    form = _form(PosterForm())
    if not form.validate():
        return _posters(form), 422
    ward_id = ward_here().id
    try:
        made = actions.make_poster(
            viewer_here(), ward_id, place=form.place.data or "", **_chosen(form, ward_id)
        )
    except Refused as refused:
        form.group.errors = [str(refused)]
        return _posters(form), 422
    flash("Đã lưu. Áp phích sẵn sàng để in.")
    return redirect(url_for("outreach.poster", poster_id=made), 303)


@pages.get("/ap-phich/<int:poster_id>")
@needs(Permission.MAKE_POSTERS)
def poster(poster_id: int) -> Any:
    """Show a poster: its link, and how many came by it on which day."""
    line = _found(poster_id)
    return render_template(
        "outreach/poster.html", poster=line, days=queries.arrivals_of(line.id), link=_link(line)
    )


@pages.get("/ap-phich/<int:poster_id>/in")
@needs(Permission.MAKE_POSTERS)
def poster_print(poster_id: int) -> Any:
    """Show a poster as a sheet of paper."""
    line = _found(poster_id)
    code = qr_svg(compact_address(_link(line)), "Mã QR mở bài học")
    return render_template("outreach/poster_print.html", poster=line, code=code)


@pages.post("/ap-phich/<int:poster_id>/ngung-dung")
@needs(Permission.MAKE_POSTERS)
def retire_poster(poster_id: int) -> Any:
    """Take a poster out of use; it can be used again from the same page."""
    if not actions.retire_poster(viewer_here(), ward_here().id, poster_id):
        abort(404)
    flash("Đã lưu. Áp phích này không còn dùng. Nếu chạm nhầm, anh chị chạm “Dùng lại”.")
    return redirect(url_for("outreach.poster", poster_id=poster_id), 303)


@pages.post("/ap-phich/<int:poster_id>/dung-lai")
@needs(Permission.MAKE_POSTERS)
def restore_poster(poster_id: int) -> Any:
    """Let a retired poster work again."""
    if not actions.restore_poster(viewer_here(), ward_here().id, poster_id):
        abort(404)
    flash("Đã lưu. Áp phích lại dùng được.")
    return redirect(url_for("outreach.poster", poster_id=poster_id), 303)


def _form(form: PosterForm) -> PosterForm:
    ward_id = ward_here().id
    form.offer(
        queries.targets(ward_id),
        groups_for(viewer_here(), Permission.MAKE_POSTERS, ward_id, today()),
        may_leave_out=viewer_here().may_in(Permission.MAKE_POSTERS, ward_id=ward_id),
    )
    return form


def _chosen(form: PosterForm, ward_id: int) -> dict[str, int | None]:
    """Return what was chosen from the lists, as ids."""
    groups = groups_for(viewer_here(), Permission.MAKE_POSTERS, ward_id, today())
    chosen: dict[str, int | None] = {
        "group_id": next((group.id for group in groups if group.code == form.group.data), None)
    }
    if form.target.data == HOME:
        return chosen
    for target in queries.targets(ward_id):
        if form.target.data == f"k{target.course_id}":
            return chosen | {"course_id": target.course_id}
        if form.target.data == f"b{target.lesson_id}":
            return chosen | {"course_id": target.course_id, "lesson_id": target.lesson_id}
    return chosen


def _posters(form: PosterForm) -> str:
    lines = queries.posters_seen_by(viewer_here(), ward_here().id, today())
    pages_, size = max(1, -(-len(lines) // rules.POSTERS_A_PAGE)), rules.POSTERS_A_PAGE
    number = min(max(request.args.get("trang", 1, type=int), 1), pages_)
    return render_template(
        "outreach/posters.html",
        form=form,
        lines=lines[(number - 1) * size : number * size],
        number=number,
        pages=pages_,
        count=len(lines),
    )


def _found(poster_id: int) -> PosterLine:
    line = queries.find_poster_seen_by(viewer_here(), ward_here().id, poster_id, today())
    if line is None:
        abort(404)
    return line


def _link(line: PosterLine) -> str:
    return public_root() + url_for("outreach.arrive", code=line.code)
