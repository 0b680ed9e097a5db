"""Asks staff for their password again, before they act on people; what they were about to send is kept."""

from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, url_for

from elearn.kit.access import newly_in
from elearn.kit.addresses import local_path
from elearn.people import entry, held, rules, session
from elearn.people.device import place_here
from elearn.people.forms import ProveAgain
from elearn.people.session import viewer_here, ward_here

pages = Blueprint("proof", __name__)

WRONG = "Mật khẩu chưa đúng. Anh chị gõ lại, để ý chữ hoa và dấu."


def ask_for_proof(app: Flask) -> None:
    """Let the doors that need fresh proof ask for it here."""
    app.extensions["ask_for_proof"] = _ask


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
    outcome = entry.come_in_as(me.person_id, form.secret.data, place_here(ward_here().id))
    if outcome.refusal:
        return _page(form, rules.REFUSALS[outcome.refusal]), 429
    if outcome.person_id != me.person_id:
        return _page(form, WRONG), 422
    session.prove_again()
    late = held.unpack(form.held.data)
    return held.send_again(late, proved=True) if late else redirect(local_path(form.ve.data), 303)


def _page(form: ProveAgain, refusal: str = "") -> str:
    return render_template("people/prove.html", form=form, refusal=refusal, late=held.unpack(form.held.data))
