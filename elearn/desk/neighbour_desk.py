"""The page of one neighbour, and what a helper can do for them: codes, a card, corrections, another group."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from elearn.desk import actions, queries
from elearn.desk.forms import DetailsForm, GroupForm
from elearn.desk.here import may_register_here, neighbour_here, show_credentials
from elearn.desk.queries import DeskGroup, Seen
from elearn.kit.access import needs
from elearn.kit.addresses import public_root
from elearn.kit.clock import now, today
from elearn.kit.qr import qr_svg
from elearn.kit.refused import Refused
from elearn.kit.typed import spoken_number
from elearn.learning.words import WAYS
from elearn.people import entry
from elearn.people.permissions import Permission, Viewer
from elearn.people.queries import group_choices
from elearn.people.rules import ONE_TIME_CODE_LASTS, spaced
from elearn.people.session import hand_phone_to, viewer_here
from elearn.people.words import AUDIENCES

pages = Blueprint("neighbour_desk", __name__)


@pages.get("/to/<code>/nguoi/<int:person_id>")
@needs(Permission.SEE_OWN_GROUP)
def person(code: str, person_id: int) -> Any:
    """Show what a neighbour did, and what can be done for them."""
    here, one = neighbour_here(code, person_id)
    return _person(here, one)


def _person(here: DeskGroup, one: Seen, refusal: str | None = None) -> str:
    return render_template(
        "desk/person.html",
        group=here,
        person=one,
        deeds=queries.deeds_of(one.id),
        refusal=refusal,
        audiences=AUDIENCES,
        ways=WAYS,
        spaced=spaced,
        spoken_number=spoken_number,
        may_help=not one.is_me and not one.has_role and may_register_here(here),
    )


@pages.get("/to/<code>/nguoi/<int:person_id>/<any('dua-may', 'ma-mot-lan', 'the'):_act>")
@needs(Permission.REGISTER_RESIDENTS)
def act(code: str, person_id: int, _act: str) -> Any:
    """Lead whoever reloads after an act back to the neighbour's page, where it can be done again."""
    return redirect(url_for("neighbour_desk.person", code=code, person_id=person_id))


@pages.post("/to/<code>/nguoi/<int:person_id>/dua-may")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def hand_over(code: str, person_id: int) -> Any:
    """Give the helper's phone to the neighbour: this browser becomes theirs until it is given back."""
    here, one = neighbour_here(code, person_id, Permission.REGISTER_RESIDENTS)
    try:
        hand_phone_to(one.id)
    except Refused as refused:
        return _person(here, one, str(refused)), 422
    return redirect(url_for("front.home"), 303)


@pages.post("/to/<code>/nguoi/<int:person_id>/ma-mot-lan")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def issue_code(code: str, person_id: int) -> Any:
    """Issue a one-time code and show it, this once."""
    here, one = neighbour_here(code, person_id, Permission.REGISTER_RESIDENTS)
    try:
        secret = entry.issue_code(one.id, viewer_here())
    except Refused as refused:
        return _person(here, one, str(refused)), 422
    return render_template(
        "desk/code.html",
        group=here,
        person=one,
        secret=spaced(secret),
        who=spoken_number(one.phone or "") or spaced(one.personal_code or ""),
        ends=now() + ONE_TIME_CODE_LASTS,
    )


@pages.get("/to/<code>/nguoi/<int:person_id>/ma-hoc")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def pin(code: str, person_id: int) -> Any:
    """Ask before a new mã học makes the old one worthless."""
    here, one = neighbour_here(code, person_id, Permission.REGISTER_RESIDENTS)
    return render_template("desk/pin.html", group=here, person=one)


@pages.post("/to/<code>/nguoi/<int:person_id>/ma-hoc")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def new_pin(code: str, person_id: int) -> Any:
    """Give a new mã học and show it, this once."""
    here, one = neighbour_here(code, person_id, Permission.REGISTER_RESIDENTS)
    try:
        given = actions.new_pin(viewer_here(), one)
    except Refused as refused:
        return _person(here, one, str(refused)), 422
    return show_credentials(here, one.id, given, is_new=False)


@pages.post("/to/<code>/nguoi/<int:person_id>/the")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def card(code: str, person_id: int) -> Any:
    """Show the neighbour's learning card for the printer."""
    here, one = neighbour_here(code, person_id, Permission.REGISTER_RESIDENTS)
    try:
        token = actions.print_card(viewer_here(), one)
    except Refused as refused:
        return _person(here, one, str(refused)), 422
    address = public_root() + url_for("people.card", token=token)
    return render_template(
        "desk/card.html",
        group=here,
        person=one,
        qr=qr_svg(address, "Mã QR của thẻ học"),
        spaced=spaced,
    )


@pages.get("/to/<code>/nguoi/<int:person_id>/thu-the")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def revoke(code: str, person_id: int) -> Any:
    """Ask before a card becomes worthless."""
    here, one = neighbour_here(code, person_id, Permission.REGISTER_RESIDENTS)
    return render_template("desk/revoke.html", group=here, person=one)


@pages.post("/to/<code>/nguoi/<int:person_id>/thu-the")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def revoked(code: str, person_id: int) -> Any:
    """Make the neighbour's card worthless."""
    return _do(
        code, person_id, actions.revoke_card, "Đã lưu. Thẻ cũ không dùng được nữa; cần thì in thẻ mới."
    )


@pages.get("/to/<code>/nguoi/<int:person_id>/rut-dong-y")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def withdraw(code: str, person_id: int) -> Any:
    """Ask before a neighbour is hidden from the helper."""
    here, one = neighbour_here(code, person_id, Permission.REGISTER_RESIDENTS)
    return render_template("desk/withdraw.html", group=here, person=one)


@pages.post("/to/<code>/nguoi/<int:person_id>/rut-dong-y")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def withdrawn(code: str, person_id: int) -> Any:
    """Record that a neighbour no longer wants to be seen by the helper."""
    return _do(
        code, person_id, actions.withdraw_aloud, "Đã lưu. Người ấy không hiện tên với người hướng dẫn nữa."
    )


@pages.get("/to/<code>/nguoi/<int:person_id>/sua")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def details(code: str, person_id: int) -> Any:
    """Offer what is known about a neighbour for correction."""
    here, one = neighbour_here(code, person_id, Permission.REGISTER_RESIDENTS)
    return _details(here, one, DetailsForm(formdata=None, obj=one))


@pages.post("/to/<code>/nguoi/<int:person_id>/sua")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def corrected(code: str, person_id: int) -> Any:
    """Keep what was corrected."""
    here, one = neighbour_here(code, person_id, Permission.REGISTER_RESIDENTS)
    form = DetailsForm()
    if not form.validate():
        return _details(here, one, form), 422
    try:
        actions.correct(viewer_here(), one, form.told())
    except Refused as refused:
        return _details(here, one, form, str(refused)), 422
    flash("Đã lưu.")
    return redirect(url_for("neighbour_desk.person", code=here.code, person_id=one.id), 303)


def _details(here: DeskGroup, one: Seen, form: DetailsForm, refusal: str | None = None) -> str:
    return render_template("desk/details.html", group=here, person=one, form=form, refusal=refusal)


@pages.get("/to/<code>/nguoi/<int:person_id>/chuyen-to")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def other_group(code: str, person_id: int) -> Any:
    """Offer the other groups of the ward."""
    here, one = neighbour_here(code, person_id, Permission.REGISTER_RESIDENTS)
    form = GroupForm(formdata=None)
    form.offer(_other_groups(here).items())
    return _other_group(here, one, form)


@pages.post("/to/<code>/nguoi/<int:person_id>/chuyen-to")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def moved(code: str, person_id: int) -> Any:
    """Let a neighbour belong to another group of the ward."""
    here, one = neighbour_here(code, person_id, Permission.REGISTER_RESIDENTS)
    form, names = GroupForm(), _other_groups(here)
    form.offer(names.items())
    if not form.validate():
        return _other_group(here, one, form), 422
    return _do(
        code,
        person_id,
        lambda by, moving: actions.move(by, moving, form.group.data),
        f"Đã lưu. {one.name} nay thuộc {names[form.group.data]}.",
    )


def _other_groups(here: DeskGroup) -> dict[int, str]:
    return {
        one.id: f"{one.name} ({one.former_ward})" if one.former_ward else one.name
        for one in group_choices(here.ward_id, today())
        if one.id != here.id
    }


def _other_group(here: DeskGroup, one: Seen, form: GroupForm) -> str:
    return render_template("desk/group.html", group=here, person=one, form=form)


def _do(code: str, person_id: int, doing: Callable[[Viewer, Seen], None], done: str) -> Any:
    """Do something to a neighbour and say so on their page, or on the roster when it is closed now."""
    here, one = neighbour_here(code, person_id, Permission.REGISTER_RESIDENTS)
    try:
        doing(viewer_here(), one)
    except Refused as refused:
        return _person(here, one, str(refused)), 422
    flash(done)
    if queries.find_neighbour(viewer_here(), here, one.id) is None:
        return redirect(url_for("desk.roster", code=here.code), 303)
    return redirect(url_for("neighbour_desk.person", code=here.code, person_id=one.id), 303)
