"""My ways in: where my name is open, my mã học or password, my card, a link that opens once."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as flask_session

from elearn.kit.access import signed_in
from elearn.kit.addresses import public_root
from elearn.kit.clock import now
from elearn.kit.qr import qr_svg
from elearn.kit.refused import Refused
from elearn.learning.here import not_on_a_handed_phone, not_on_a_lent_machine
from elearn.learning.keeping_forms import NewPasswordForm, NewPinForm
from elearn.learning.owner import WRONG_PASSWORD, fits, has_just_registered, why_wrong
from elearn.people import actions as people
from elearn.people import entry
from elearn.people.entry_queries import find_card
from elearn.people.models import USED_BY_MANY, SessionKind
from elearn.people.permissions import Viewer
from elearn.people.queries import find_details, grants_of
from elearn.people.rules import LINK_LASTS, spaced
from elearn.people.session import end, key_here, start, viewer_here
from elearn.people.session_queries import sessions_of

pages = Blueprint("my_ways", __name__)


# -- where my name is open -----------------------------------------------------------------------


@pages.get("/cua-toi/phien")
@signed_in
def sessions() -> Any:
    """List the browsers in which my name is open."""
    if closed := not_on_a_handed_phone():
        return closed
    return render_template(
        "learning/mine_sessions.html", sessions=sessions_of(viewer_here().person_id, now()), here=key_here()
    )


@pages.post("/cua-toi/phien")
@signed_in
def end_session() -> Any:
    """End one of them, or all but this."""
    if closed := not_on_a_handed_phone():
        return closed
    me, mark = viewer_here(), request.form.get("phien", "")
    if mark == "khac":
        people.close_sessions_of(me.person_id, but=key_here())
        flash("Đã đóng tên bác ở mọi máy khác.")
        return redirect(url_for("my_ways.sessions"), 303)
    wanted = next((one for one in sessions_of(me.person_id, now()) if one.mark == mark), None)
    if wanted is not None and wanted.token_digest == key_here():
        end()
        flash("Bác đã thoát. Máy này không còn mở tên của bác.")
        return redirect(url_for("front.home"), 303)
    if wanted is not None:
        people.close_session(wanted.token_digest)
        flash("Đã đóng tên bác ở máy đó.")
    return redirect(url_for("my_ways.sessions"), 303)


# -- my mã học -----------------------------------------------------------------------------------


@pages.get("/cua-toi/ma-hoc")
@signed_in
def pin() -> Any:
    """Show a fresh mã học once, or ask for another."""
    if closed := not_on_a_handed_phone():
        return closed
    return _pin(_pin_form(), _shown_once("pin"))


@pages.post("/cua-toi/ma-hoc")
@signed_in
def pin_sent() -> Any:
    """Change the mã học, or the password of who has one."""
    if closed := not_on_a_handed_phone():
        return closed
    form, me = _pin_form(), viewer_here()
    drawn = request.form.get("cach") == "cap"
    if not form.validate() or not fits(form.old, _why_not_old(form)):
        return _pin(form), 422
    try:
        if isinstance(form, NewPasswordForm):
            people.set_password(me.person_id, form.new.data, by=me)
        elif drawn:
            return _draw(me)
        else:
            people.change_pin(me.person_id, form.new.data or "", but=key_here())
            _begin_anew(me)
    except Refused as refused:
        form.new.errors = [str(refused)]
        return _pin(form), 422
    flash("Đã đổi. Tên bác ở các máy khác đã đóng.")
    return redirect(url_for("mine.data"), 303)


def _draw(me: Viewer) -> Any:
    """Give a fresh mã học, shown once; every session has ended with the old one, so this one begins anew."""
    given = people.give_credentials(me.person_id)
    _begin_anew(me)
    flask_session["pin"] = given.pin
    return redirect(url_for("my_ways.pin"), 303)


def _begin_anew(me: Viewer) -> None:
    """Open a session that came by the new mã học: from now on whoever changes it must know it."""
    start(me.person_id, me.session_kind or SessionKind.OWN, "drawn", nameless_id=me.nameless_id)


def _pin_form() -> Any:
    details = find_details(viewer_here().person_id)
    return NewPasswordForm() if details and details.has_password else NewPinForm()


def _pin(form: Any, shown: str | None = None) -> Any:
    form.old.data = form.new.data = ""  # a secret is never shown again
    return render_template(
        "learning/mine_pin.html",
        form=form,
        shown=shown,
        newly=has_just_registered(),
        password=isinstance(form, NewPasswordForm),
        details=find_details(viewer_here().person_id),
        spaced=spaced,
    )


def _why_not_old(form: Any) -> str:
    """Return why the old secret does not prove the owner; who has just registered needs none."""
    if isinstance(form, NewPasswordForm):
        return why_wrong(form.old.data, WRONG_PASSWORD)
    if has_just_registered():
        return ""
    return why_wrong(form.old.data) if form.old.data else "Xin điền mã học đang dùng."


# -- card and link -------------------------------------------------------------------------------


@pages.get("/cua-toi/the")
@signed_in
def card() -> Any:
    """Show the learning card for printing, once there is one."""
    if closed := not_on_a_lent_machine():
        return closed
    kept = None if grants_of(viewer_here().person_id) else find_card(viewer_here().person_id)
    if kept is None:
        return render_template("learning/mine_card_none.html", refusal=None)
    address = public_root() + url_for("people.card", token=entry.card_token(kept))
    return render_template(
        "learning/mine_card.html",
        details=find_details(viewer_here().person_id),
        group=viewer_here().group_name,
        qr=qr_svg(address, "Mã QR của thẻ học"),
        spaced=spaced,
    )


@pages.post("/cua-toi/the")
@signed_in
def card_sent() -> Any:
    """Make a card, or make the lost one worthless."""
    if closed := not_on_a_lent_machine():
        return closed
    me = viewer_here()
    if request.form.get("viec") == "huy":
        entry.revoke_cards(me.person_id, me.person_id)
        flash("Đã hủy thẻ cũ. Ai nhặt được cũng không dùng được.")
        return redirect(url_for("my_ways.card"), 303)
    try:
        entry.issue_card(me.person_id, None)
    except Refused as refused:
        return render_template("learning/mine_card_none.html", refusal=str(refused)), 422
    return redirect(url_for("my_ways.card"), 303)


@pages.get("/cua-toi/link")
@signed_in
def return_link() -> Any:
    """Show a fresh link once, or the button that makes one."""
    if closed := not_on_a_lent_machine():
        return closed
    token = _shown_once("link")
    address = public_root() + url_for("people.link", token=token) if token else None
    return _link(address)


@pages.post("/cua-toi/link")
@signed_in
def return_link_sent() -> Any:
    """Make a link that opens my learning once in another browser."""
    if closed := not_on_a_lent_machine():
        return closed
    try:
        flask_session["link"] = entry.issue_return_link(viewer_here().person_id)
    except Refused as refused:
        return _link(None, str(refused)), 422
    return redirect(url_for("my_ways.return_link"), 303)


def _link(address: str | None, refusal: str | None = None) -> Any:
    minutes = int(LINK_LASTS.total_seconds() // 60)
    return render_template("learning/mine_link.html", address=address, refusal=refusal, minutes=minutes)


def _shown_once(what: str) -> Any:
    """Return what was made a moment ago; on a shared phone it is shown a single time."""
    value = flask_session.get(what)
    if viewer_here().session_kind in USED_BY_MANY:
        flask_session.pop(what, None)
    return value
