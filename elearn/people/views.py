"""Ways in and out: signing in, cards, links, class tickets, who else learns on this phone."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user

from elearn.kit.access import public
from elearn.kit.addresses import HOME, local_path
from elearn.kit.clock import now
from elearn.kit.secrets import digest
from elearn.people import actions, entry, entry_queries, held, queries, rules, second_step, session
from elearn.people.alike import alike_but_for_names
from elearn.people.arriving import arrive, tell_of_codes
from elearn.people.device import (
    TOKEN,
    forget_on_device,
    kiosk_here,
    names_here,
    place_here,
    sit_in_class,
    suggest_group,
)
from elearn.people.forms import ByToken, GiveBack, OneTimeCode, SignIn, Switch
from elearn.people.models import SessionKind
from elearn.people.second_keys import keys_of

pages = Blueprint("people", __name__)

WRONG = "Số điện thoại, mã cá nhân hoặc mã học chưa đúng. Bác xem lại từng số rồi thử lại."
WRONG_CODE = "Mã này chưa đúng, hoặc đã hết 10 phút. Bác xem lại từng số, hoặc xin mã mới."
WRONG_PIN = "Mã học chưa đúng. Bác xem lại từng số rồi thử lại."
WRONG_HELPER = "Mã học hoặc mật khẩu chưa đúng. Anh chị thử lại, hoặc kết thúc rồi đăng nhập như thường."

# Signing in and out


@pages.get("/dang-nhap")
@public
def sign_in() -> Any:
    """Ask for phone number or personal code, and the secret."""
    ve, names = request.args.get("ve", ""), names_here()

    def lay_out(**own: Any) -> str:
        return _show_sign_in(SignIn(formdata=None, ve=ve), **own)

    return lay_out() if names else alike_but_for_names((), lay_out)


@pages.post("/dang-nhap")
@public
def sign_in_try() -> Any:
    """Try to come in; what was typed stays, never the secret."""
    form = SignIn()
    if not form.validate():
        return _show_sign_in(form), 422
    outcome = entry.come_in(form.who.data, form.secret.data, _place())
    if outcome.refusal:
        return _show_sign_in(form, refusal=rules.REFUSALS[outcome.refusal]), 429
    if outcome.person_id is None:
        return _show_sign_in(form, wrong=WRONG), 422
    return _enter(
        outcome.person_id, outcome.kind, came_by="secret", shared=form.shared.data, ve=form.ve.data,
        late=held.unpack(form.held.data),
    )  # fmt: skip


@pages.post("/dang-xuat")
@public
def sign_out() -> Any:
    """Leave; one's own device keeps knowing the name, so that coming back is easy."""
    session.end()
    flash("Bác đã thoát. Máy này không còn mở tên của bác.")
    return redirect(HOME if kiosk_here() else local_path(request.form.get("ve")), 303)


@pages.get("/dang-nhap/ma-mot-lan")
@public
def code() -> Any:
    """Ask for the one-time code of a helper."""
    form = OneTimeCode(formdata=None, ve=request.args.get("ve", ""))
    return render_template("people/code.html", form=form, wrong="")


@pages.post("/dang-nhap/ma-mot-lan")
@public
def code_try() -> Any:
    """Come in by a one-time code."""
    form = OneTimeCode()
    if not form.validate():
        return render_template("people/code.html", form=form, wrong=""), 422
    person_id = entry.use_code(form.who.data, form.code.data, _browser(), _place())
    if person_id is None:
        form.code.data = ""
        return render_template("people/code.html", form=form, wrong=WRONG_CODE), 422
    nameless_id = current_user.person_id if current_user.is_nameless else None
    session.start(person_id, SessionKind.RENEWING, "code", nameless_id=nameless_id)
    tell_of_codes(person_id, came_by_code=True)
    shared = "1" if form.shared.data else None
    return redirect(url_for("renewal.new_pin", ve=form.ve.data or None, chung=shared), 303)


# Cards, return links, class tickets: a GET shows a button, the POST does it


@pages.get("/the/<token>")
@public
def card(token: str) -> Any:
    """Show whose card this is, by initials, and a button."""
    owner = entry_queries.find_card_owner(digest(token))
    if owner is None:
        return _gone("card")
    return render_template(
        "people/card.html", token=token, initials=rules.initials(owner.display_name), form=ByToken()
    )


@pages.post("/the/<token>")
@public
def card_use(token: str) -> Any:
    """Sign the owner of the card in."""
    owner = entry_queries.find_card_owner(digest(token))
    if owner is None:
        return _gone("card")
    form = ByToken()
    return _enter(owner.id, SessionKind.OWN, came_by="card", shared=form.shared.data)


@pages.get("/ve/<token>")
@public
def link(token: str) -> Any:
    """Show a button that uses the return link; whoever only looks at it uses nothing up."""
    owner = entry_queries.find_link_owner(digest(token), now())
    if owner is None:
        return _gone("link")
    return render_template("people/link.html", token=token, initials=rules.initials(owner.display_name))


@pages.post("/ve/<token>")
@public
def link_use(token: str) -> Any:
    """Sign in whoever made the link, once."""
    person_id = entry.use_return_link(token, _browser())
    if person_id is None:
        return _gone("link")
    return _enter(person_id, SessionKind.OWN, came_by="link")


@pages.get("/lop/<token>")
@public
def class_ticket(token: str) -> Any:
    """Show which class this is, and a button that joins it."""
    here = entry_queries.find_class(digest(token), now()) if TOKEN.fullmatch(token) else None
    if here is None:
        return _gone("class")
    return render_template("people/class_ticket.html", token=token, here=here)


@pages.post("/lop/<token>")
@public
def class_join(token: str) -> Any:
    """Let this browser sit in the class: what is learnt and kept counts as learnt in a meeting."""
    here = entry_queries.find_class(digest(token), now()) if TOKEN.fullmatch(token) else None
    if here is None:
        return _gone("class")
    if current_user.session_key:
        actions.join_class(current_user.session_key, here.group_id, here.expires_at)
    flash(f"Bác đã vào lớp của {here.group_name}. Bác chọn bài học nhé.")
    response = redirect(HOME, 303)
    sit_in_class(response, token)
    suggest_group(response, here.group_code)
    return response


# One phone, several people


@pages.get("/nguoi-khac")
@public
def switch() -> Any:
    """Ask who learns now: the names that this device knows, another name, or nobody."""
    names = names_here()
    others = _others(names)
    form = Switch(
        others,
        formdata=None,
        ve=request.args.get("ve", ""),
        person=others[0].id if len(others) == 1 else None,
    )
    return _show_switch(form, names)


@pages.post("/nguoi-khac")
@public
def switch_try() -> Any:
    """Come in as somebody whom this device knows, by PIN alone; or let the device forget a name."""
    if (forgotten := request.form.get("forget", type=int)) is not None:
        forget_on_device(None, forgotten)
        flash("Máy này không còn nhớ tên ấy.")
        return redirect(url_for("people.switch"), 303)
    names = names_here()
    form = Switch(names)  # an older tab may still offer one's own name
    if not form.validate() or not rules.is_pin(form.secret.data):
        return _show_switch(form, names), 422
    outcome = entry.come_in_as(form.person.data, form.secret.data, _place())
    form.secret.data = ""
    if outcome.refusal:
        return _show_switch(form, names, refusal=rules.REFUSALS[outcome.refusal]), 429
    if outcome.person_id is None:
        return _show_switch(form, names, wrong=WRONG_PIN), 422
    return _enter(outcome.person_id, outcome.kind, came_by="pin", ve=form.ve.data)


@pages.get("/tra-may")
@public
def give_back() -> Any:
    """Ask the helper for the secret that brings the own session back."""
    if current_user.session_kind != SessionKind.HANDED:
        return redirect(url_for("people.switch"))
    return _show_give_back(GiveBack(formdata=None))


@pages.post("/tra-may")
@public
def give_back_try() -> Any:
    """End a handed session: back to the helper by the helper's secret, or to nobody."""
    if current_user.session_kind != SessionKind.HANDED:
        return redirect(url_for("people.switch"), 303)
    if "end" in request.form:
        session.end()
        flash("Phần học đã xong và đã lưu. Máy này không còn mở tên ai.")
        return redirect(HOME, 303)
    form = GiveBack()
    if not form.validate():
        return _show_give_back(form), 422
    outcome = entry.come_in_as(current_user.assisted_by_id, form.secret.data, _place())
    if outcome.refusal:
        return _show_give_back(form, wrong=rules.REFUSALS[outcome.refusal]), 429
    if outcome.person_id is None:
        return _show_give_back(form, wrong=WRONG_HELPER), 422
    return _enter(outcome.person_id, outcome.kind, came_by="secret")


# What all ways in share


def _enter(
    person_id: int,
    kind: str | None,
    *,
    came_by: str,
    shared: bool = False,
    ve: str | None = None,
    late: held.Held | None = None,
) -> Any:
    """Let the person in; who has a second key is asked for it first."""
    if kind == SessionKind.STAFF and keys_of(person_id):
        return second_step.ask(person_id, came_by, ve=ve, late=late)
    return arrive(person_id, kind, came_by=came_by, shared=shared, ve=ve, late=late)


def _place() -> entry.Place:
    return place_here(session.ward_here().id)


def _browser() -> str:
    return session.key_here() or ""


def _show_sign_in(form: SignIn, *, wrong: str = "", refusal: str = "", **own: Any) -> str:
    late = held.unpack(form.held.data)
    names = [] if late else names_here()
    page = "people/held_sign_in.html" if late else "people/sign_in.html"
    return render_template(page, form=form, wrong=wrong, refusal=refusal, names=names, **own)


def _others(names: list[queries.Name]) -> list[queries.Name]:
    """Return the names but the one who is learning now: nobody changes places with oneself."""
    return [name for name in names if name.id != current_user.person_id]


def _show_switch(form: Switch, names: list[queries.Name], *, wrong: str = "", refusal: str = "") -> str:
    return render_template(
        "people/switch.html", form=form, names=names, others=_others(names), wrong=wrong, refusal=refusal,
        handed=current_user.session_kind == SessionKind.HANDED,
    )  # fmt: skip


def _show_give_back(form: GiveBack, *, wrong: str = "") -> str:
    helper = queries.find_name(current_user.assisted_by_id) or ""
    return render_template("people/give_back.html", form=form, wrong=wrong, helper=helper)


def _gone(what: str) -> Any:
    return render_template("people/gone.html", what=what), 410
