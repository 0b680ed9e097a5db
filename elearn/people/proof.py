"""Asks staff for their password again, before they act on people; what they were about to send is kept.

Before they act on what lets people in, and they have a second key, it asks for that too: on a page of its
own, after the password.
"""

from typing import Any

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for

from elearn.kit.access import newly_in
from elearn.kit.addresses import local_path
from elearn.people import entry, entry_queries, held, passkeys, rules, second_keys, session, steps
from elearn.people.device import place_here
from elearn.people.forms import ProveAgain, SecondKeyForm
from elearn.people.given_key import OFTEN, offered, said_of_codes, why_no_key
from elearn.people.permissions import Viewer
from elearn.people.session import viewer_here, ward_here
from elearn.people.site import site_here
from elearn.people.wrong_tries import note_wrong_try

pages = Blueprint("proof", __name__)

WRONG = "Mật khẩu chưa đúng. Anh chị gõ lại, để ý chữ hoa và dấu."


def ask_for_proof(app: Flask) -> None:
    """Let the doors that need fresh proof, or the second key, ask for it here."""
    app.extensions["ask_for_proof"] = _ask
    app.extensions["ask_for_second_key"] = _ask_for_key


def _ask() -> Any:
    """Send a reader to the page that asks, and back; keep in it what a writer had typed.

    The token against forgery has been checked by then, so what was typed stood on a page of ours.
    """
    if request.method == "POST":
        return _page(ProveAgain(formdata=None, held=held.held_now().packed())), 409
    return redirect(url_for("proof.prove", ve=request.full_path.rstrip("?")))


@pages.get("/xac-nhan")
@newly_in
def prove() -> Any:
    """Ask for the password once more."""
    return _page(ProveAgain(formdata=None, ve=request.args.get("ve", "")))


@pages.post("/xac-nhan")
@newly_in
def proving() -> Any:
    """Take the password, as a try like any other, and go on with what was being done."""
    form, me = ProveAgain(), viewer_here()
    if not form.validate():
        return _page(form), 422
    outcome = entry.come_in_as(_id(me), form.secret.data or "", place_here(ward_here().id))
    if outcome.refusal:
        return _page(form, rules.REFUSALS[outcome.refusal]), 429
    if outcome.person_id != me.person_id:
        return _page(form, WRONG), 422
    session.prove_again()
    late = held.unpack(form.held.data)
    return held.send_again(late, proved=True) if late else redirect(local_path(form.ve.data), 303)


def _page(form: ProveAgain, refusal: str = "") -> str:
    return render_template("people/prove.html", form=form, refusal=refusal, late=held.unpack(form.held.data))


# -- the second key ------------------------------------------------------------------------------


def _ask_for_key() -> Any:
    """Likewise for the second key; None for who has none: their password was proof enough."""
    if not second_keys.keys_of(_id(viewer_here())):
        return None
    if request.method == "POST":
        return _key_page(SecondKeyForm(formdata=None, ve="", held=held.held_now().packed())), 409
    return redirect(url_for("proof.second_key", ve=request.full_path.rstrip("?")))


@pages.get("/xac-nhan/lop-hai")
@newly_in
def second_key() -> Any:
    """Ask for the second key of whoever has just given the password."""
    return _password_first() or _key_page(SecondKeyForm(formdata=None, ve=request.args.get("ve", "")))


@pages.post("/xac-nhan/lop-hai")
@newly_in
def second_key_try() -> Any:
    """Take a second key, and go on with what was being done."""
    if lead := _password_first():
        return lead
    form, me = SecondKeyForm(), viewer_here()
    if not form.validate():
        return _key_page(form), 422
    if why := why_no_key(_id(me), form, str(me.session_key)):
        place = place_here(ward_here().id)
        note_wrong_try("second", place.ward_id, place.network, entry_queries.candidates(person_id=_id(me)))
        return _key_page(form, why), 429 if why == OFTEN else 422
    if form.printed.data and not form.passkey.data:
        flash(said_of_codes(_id(me)))
    steps.end_step(str(me.session_key))
    session.prove_again(by_second_key=True)
    late = held.unpack(form.held.data)
    return held.send_again(late, proved=True) if late else redirect(local_path(form.ve.data), 303)


@pages.post("/xac-nhan/lop-hai/thach-do")
@newly_in
def challenge() -> Any:
    """Say what a passkey is to sign; only a script asks."""
    me, site = viewer_here(), site_here()
    if site is None or not me.gave_secret or not second_keys.keys_of(_id(me)):
        return Response("{}", status=410, mimetype="application/json")
    steps.begin_step(str(me.session_key), _id(me))
    asked = steps.ask_challenge(str(me.session_key))
    return Response(passkeys.request_options(_id(me), asked, site), mimetype="application/json")


def _password_first() -> Any:
    """Lead to the password whoever has not given it a moment ago, and away who has no second key."""
    me, ve = viewer_here(), local_path(request.values.get("ve"))
    if not second_keys.keys_of(_id(me)):
        return redirect(ve, 303)
    return None if me.gave_secret else redirect(url_for("proof.prove", ve=ve), 303)


def _key_page(form: SecondKeyForm, wrong: str = "") -> str:
    return render_template(
        "people/second_step.html",
        wrong=wrong,
        again=True,
        sent_to=url_for("proof.second_key"),
        asks_at=url_for("proof.challenge"),
        **offered(_id(viewer_here()), form),
    )


def _id(me: Viewer) -> int:
    assert me.person_id is not None
    return me.person_id
