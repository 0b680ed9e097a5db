"""The page where a person asks the ward something about their own data, and reads what became of it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from elearn.kit.access import signed_in
from elearn.kit.clock import today
from elearn.kit.formats import as_day
from elearn.kit.refused import Refused
from elearn.people.models import SessionKind
from elearn.people.session import viewer_here, ward_here
from elearn.privacy import actions, queries
from elearn.privacy.forms import RequestForm
from elearn.privacy.words import ASKED, CAME_BY, STATES

pages = Blueprint("requests", __name__)


@pages.get("/cua-toi/yeu-cau")
@signed_in
def requests() -> Any:
    """Show what I asked, with the days by which it is due, and the form for something new.

    On a phone that a helper has handed over only the form: what was asked may be about the helper.
    """
    return _page(RequestForm(formdata=None))


@pages.post("/cua-toi/yeu-cau")
@signed_in
def ask() -> Any:
    """Keep my request; the same form sent again is the same request."""
    form, me = RequestForm(), viewer_here()
    if not form.validate():
        return _page(form), 422
    try:
        actions.ask(
            ward_here().id, form.kind.data, form.wish.data,
            person_id=me.person_id, form_id=form.form_id.data or "",
        )  # fmt: skip
    except Refused as refused:
        return _page(form, str(refused)), 422
    due = queries.requests_of(me.person_id)[0].reply_by
    flash(f"Phường đã nhận. Hạn trả lời lần đầu: ngày {as_day(due)}. Câu trả lời hiện ở trang này.")
    return redirect(url_for("requests.requests"), 303)


def _page(form: RequestForm, refusal: str = "") -> str:
    me = viewer_here()
    handed = me.session_kind == SessionKind.HANDED
    return render_template(
        "privacy/requests.html",
        form=form,
        refusal=refusal,
        requests=[] if handed else queries.requests_of(me.person_id),
        handed=handed,
        kinds=ASKED,
        states=STATES,
        came_by=CAME_BY,
        day=today(),
    )
