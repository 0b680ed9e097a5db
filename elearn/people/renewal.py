"""A new mã học after a one-time code: the one thing that such a code opens (THREATS 4.3).

Nobody has come in yet: on every other page whoever used the code is a visitor. So a code in wrong hands
reads nothing in silence; it has to change the mã học first, and its owner notices.
"""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user

from elearn.kit.access import public
from elearn.kit.addresses import HOME, local_path
from elearn.kit.clock import now
from elearn.kit.refused import Refused
from elearn.kit.secrets import keyed
from elearn.people import actions, rules, session
from elearn.people.code_queries import Renewing, find_renewing
from elearn.people.device import know_device
from elearn.people.forms import NewPin
from elearn.people.models import SessionKind

pages = Blueprint("renewal", __name__)

OVER = (
    "Phần đặt mã học này đã đóng. Nếu bác vừa đặt mã mới thì mã đó dùng được rồi, bác đăng nhập bằng mã đó. "
    "Nếu chưa, bác xin mã một lần mới."
)


@pages.get("/dang-nhap/ma-hoc-moi")
@public
def new_pin() -> Any:
    """Show the mã học that was drawn, or let the person choose another."""
    one = find_renewing(session.key_here(), now())
    if one is None:
        return redirect(url_for("people.code"))
    return _show(one, NewPin(formdata=None))


@pages.post("/dang-nhap/ma-hoc-moi")
@public
def new_pin_sent() -> Any:
    """Keep the new mã học, and let the person in."""
    one = find_renewing(session.key_here(), now())
    if one is None:
        return _over()
    form, drawn = NewPin(), request.form.get("cach") == "cap"
    if not drawn and not form.validate():
        return _show(one, form), 422
    try:
        if drawn:
            actions.keep_drawn_pin(one.person_id, drawn_for(one))
        else:
            actions.change_pin(one.person_id, form.new.data or "")
    except Refused as refused:
        form.new.errors = [str(refused)]
        return _show(one, form), 422
    return _let_in(one)


def _over() -> Any:
    """The answer of a form that came twice: the first one has let the person in, or its answer was lost."""
    if current_user.is_authenticated:
        return redirect(_onward(), 303)
    flash(OVER)
    return redirect(url_for("people.sign_in"), 303)


def _let_in(one: Renewing) -> Any:
    shared = "chung" in request.args
    session.start(
        one.person_id,
        SessionKind.SHARED if shared and one.kind == SessionKind.OWN else one.kind,
        rules.BY_A_CODE,
        nameless_id=one.nameless_id,
    )
    if not shared:
        know_device(None, one.person_id)
    flash("Đã lưu mã học mới. Mã cũ hết dùng, và tên bác ở các máy khác đã đóng.")
    onward = _onward()
    return redirect(url_for("keeping.claim", ve=onward) if one.nameless_id is not None else onward, 303)


def _onward() -> str:
    way = local_path(request.args.get("ve"))
    return url_for("mine.overview") if way == HOME else way


def drawn_for(one: Renewing) -> str:
    """Return the mã học that is drawn for this session: the same however often the page is opened.

    A bad line may swallow the answer to the form; what was written down before it was sent is good.
    """
    secret, key = current_app.config["SECRET_KEY"], session.key_here()
    for turn in range(1000):
        number = int(keyed(secret, "a new pin", key, turn), 16) % 10**rules.PIN_LENGTH
        pin = f"{number:0{rules.PIN_LENGTH}d}"
        if not rules.is_weak_pin(pin, one.phone, one.birth_year):
            return pin
    raise RuntimeError("A thousand draws were easily guessed.")


def _show(one: Renewing, form: NewPin) -> str:
    form.new.data = ""  # a secret is never shown again
    return render_template(
        "people/renewal.html",
        one=one,
        form=form,
        drawn=drawn_for(one),
        code=rules.spaced(one.personal_code or ""),
        way={name: request.args[name] for name in ("ve", "chung") if name in request.args},
    )
