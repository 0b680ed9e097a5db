"""After the password, the second key: a code of the app, a passkey, or a printed code."""

from typing import Any

from flask import Blueprint, Response, after_this_request, flash, redirect, render_template, request, url_for

from elearn.kit.access import public
from elearn.kit.clock import now
from elearn.kit.secrets import digest, random_token
from elearn.people import entry_queries, held, passkeys, rules, steps
from elearn.people.arriving import arrive
from elearn.people.device import TOKEN, cookie_name, cookie_options, place_here
from elearn.people.forms import SecondKeyForm
from elearn.people.given_key import OFTEN, offered, said_of_codes, why_no_key
from elearn.people.session import ward_here
from elearn.people.site import site_here
from elearn.people.steps import Step
from elearn.people.wrong_tries import note_wrong_try

pages = Blueprint("second_step", __name__)

OVER = "Bước thứ hai đã quá 10 phút, hoặc gõ sai nhiều lần. Anh chị nhập lại mật khẩu."


def ask(person_id: int, came_by: str, *, ve: str | None, late: held.Held | None) -> Any:
    """Begin the step: from the password on, this browser has ten minutes to give the second key.

    What was about to be sent goes along in the page, as it does past the password.
    """
    token = random_token()
    steps.begin_step(digest(token), person_id, came_by)
    _set_cookie(token)
    if late is None:
        return redirect(url_for("second_step.second_key", ve=ve or None), 303)
    form = SecondKeyForm(formdata=None, ve=ve or "", held=late.packed())
    return _page(Step(person_id, came_by, None), form)


@pages.get("/dang-nhap/lop-hai")
@public
def second_key() -> Any:
    """Ask for the second key of whoever has just given their password in this browser."""
    step = _step()
    if step is None:
        return redirect(url_for("people.sign_in", ve=request.args.get("ve") or None))
    return _page(step, SecondKeyForm(formdata=None, ve=request.args.get("ve", "")))


@pages.post("/dang-nhap/lop-hai")
@public
def second_key_try() -> Any:
    """Take a second key, and let its owner in."""
    step, form = _step(), SecondKeyForm()
    if step is None:
        flash(OVER)
        return redirect(url_for("people.sign_in", ve=form.ve.data or None), 303)
    if not form.validate():
        return _page(step, form), 422
    if why := why_no_key(step.person_id, form, _key()):
        steps.note_wrong(_key())
        place = place_here(ward_here().id)
        note_wrong_try(
            "second", place.ward_id, place.network, entry_queries.candidates(person_id=step.person_id)
        )
        return _page(step, form, why), 429 if why == OFTEN else 422
    return _let_in(step, form)


@pages.post("/dang-nhap/lop-hai/thach-do")
@public
def challenge() -> Any:
    """Say what a passkey is to sign in this step; only a script asks."""
    step, site = _step(), site_here()
    if step is None or site is None:
        return Response("{}", status=410, mimetype="application/json")
    options = passkeys.request_options(step.person_id, steps.ask_challenge(_key()), site)
    return Response(options, mimetype="application/json")


def _let_in(step: Step, form: SecondKeyForm) -> Any:
    """Open the session, for one answer of those that come at once, and for who still may come in."""
    found = entry_queries.candidates(person_id=step.person_id)
    if not steps.end_step(_key()) or not found:
        flash(OVER)
        return redirect(url_for("people.sign_in", ve=form.ve.data or None), 303)
    _set_cookie(None)
    if form.printed.data and not form.passkey.data:
        flash(said_of_codes(step.person_id))
    return arrive(
        step.person_id,
        found[0].kind,
        came_by=step.came_by,
        by_second_key=True,
        ve=form.ve.data,
        late=held.unpack(form.held.data),
    )


def _page(step: Step, form: SecondKeyForm, wrong: str = "") -> str:
    return render_template(
        "people/second_step.html",
        wrong=wrong,
        again=False,
        sent_to=url_for("second_step.second_key"),
        asks_at=url_for("second_step.challenge"),
        **offered(step.person_id, form),
    )


def _step() -> Step | None:
    return steps.find_step(_key(), now()) if _key() else None


def _key() -> str:
    token = request.cookies.get(cookie_name("h"), "")
    return digest(token) if TOKEN.fullmatch(token) else ""


def _set_cookie(token: str | None) -> None:
    """Let the browser remember the step, or forget it. Not even the session's own cookie knows of it."""

    def put(response: Response) -> Response:
        if token is None:
            response.delete_cookie(cookie_name("h"), **cookie_options())
        else:
            seconds = int(rules.STEP_LASTS.total_seconds())
            response.set_cookie(cookie_name("h"), token, max_age=seconds, httponly=True, **cookie_options())
        return response

    after_this_request(put)
