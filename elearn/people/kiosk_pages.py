"""A shared machine, seen from itself: its time runs out, somebody is still here, it is one no longer."""

import re
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    after_this_request,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user

from elearn.kit.access import public
from elearn.kit.addresses import HOME
from elearn.kit.refused import Refused
from elearn.people import entry, kiosks, rules, session
from elearn.people.device import kiosk_here, place_here
from elearn.people.forms import StopKiosk
from elearn.people.models import SessionKind
from elearn.people.permissions import Viewer
from elearn.people.queries import find_viewer_of

pages = Blueprint("kiosk", __name__)

WRONG = "Số, mã học hoặc mật khẩu chưa đúng. Anh chị xem lại từng số rồi thử lại."


def serve_kiosks(app: Flask) -> None:
    """Let the pages of shared machines be fit for whoever comes next."""
    app.before_request(_begin_clean)


def _begin_clean() -> None:
    """Let the first page be empty of whoever was here, when they did not say goodbye."""
    if kiosk_here():
        after_this_request(_for_the_next_one)
        if request.path == HOME and session.key_here() and current_user.person_id is None:
            session.let_go()


def _for_the_next_one(response: Response) -> Response:
    """Let no page stay for ever, whatever becomes of its script; nor what is typed there.

    Without "off" a browser fills a form again for whoever goes back to it, and offers what others typed.
    """
    if response.mimetype == "text/html" and not response.is_streamed:
        seconds = int(rules.SESSION_LASTS[SessionKind.KIOSK].total_seconds())
        response.headers["Refresh"] = f"{seconds}; url={url_for('kiosk.over')}"
        html = re.sub(r' autocomplete="[^"]*"', "", response.get_data(as_text=True))
        response.set_data(re.sub(r"<(form|input|select|textarea)(?=[ >])", r'<\1 autocomplete="off"', html))
    return response


@pages.get("/may-nay/het-gio")
@public
def over() -> Any:
    """Go back to the first page with nothing left of whoever was here; a page left alone leads here."""
    if kiosk_here():
        session.let_go()
        flash("Máy dùng chung không ai chạm một lúc nên đã tự thoát. Bác chọn bài học nhé.")
    return redirect(HOME, 303)


@pages.get("/may-nay/con-hoc")
@public
def still_here() -> Any:
    """Say whether the session here lasts; asking counts as use. A page asks when it has been touched."""
    return Response(status=204 if current_user.person_id is not None else 410)


@pages.get("/may-nay/thoi")
@public
def stop() -> Any:
    """Ask who looks after this machine to prove it, so that it is a shared one no longer."""
    here = kiosk_here()
    if here is None:
        return redirect(HOME)
    return render_template("people/kiosk_stop.html", form=StopKiosk(formdata=None), here=here, refusal="")


@pages.post("/may-nay/thoi")
@public
def stopped() -> Any:
    """Let this machine be a shared one no longer; nobody is signed in by it."""
    here, form = kiosk_here(), StopKiosk()
    if here is None:
        return redirect(HOME, 303)
    refusal = "" if not form.validate() else _stop(here, form)
    if form.errors or refusal:
        return render_template("people/kiosk_stop.html", form=form, here=here, refusal=refusal), 422
    session.let_go()
    flash("Máy này không còn là máy dùng chung.")
    return redirect(HOME, 303)


def _stop(here: kiosks.KioskHere, form: StopKiosk) -> str:
    """Return why the machine stays what it is, or nothing when it has ended."""
    outcome = entry.come_in(form.who.data, form.secret.data, place_here(session.ward_here().id))
    if outcome.refusal:
        return rules.REFUSALS[outcome.refusal]
    if outcome.person_id is None:
        return WRONG
    keeper: Viewer = find_viewer_of(outcome.person_id)
    try:
        kiosks.end_kiosk(here.id, keeper)
    except Refused as refused:
        return str(refused)
    return ""
