"""The one-time codes that were issued for me: who did it, whether it was used, and "I never asked"."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as flask_session

from elearn.kit.access import signed_in
from elearn.kit.clock import now
from elearn.people.code_queries import codes_of
from elearn.people.codes import note_codes_read, object_to_code
from elearn.people.models import SessionKind
from elearn.people.session import key_here, start, viewer_here

pages = Blueprint("my_codes", __name__)

NOT_SHOWN = (
    "Mã đó đã có người gõ, nên mã học cũ hết dùng. Mã học mới không hiện trên máy dùng chung: "
    "bác gặp cán bộ phường để nhận."
)


@pages.get("/cua-toi/ma-da-cap")
@signed_in
def codes() -> Any:
    """List the codes that were issued for me of late."""
    me = viewer_here()
    if me.session_kind == SessionKind.HANDED:
        return redirect(url_for("people.give_back"), 303)
    return render_template("learning/my_codes.html", codes=codes_of(me.person_id, now()))


@pages.post("/cua-toi/ma-da-cap")
@signed_in
def answered() -> Any:
    """Record that I have read of them; or that I did not ask for one, which closes whatever it opened."""
    me, asked = viewer_here(), "khong-nho" in request.form
    if me.session_kind == SessionKind.HANDED:
        return redirect(url_for("people.give_back"), 303)
    if not asked:
        note_codes_read(me.person_id)
        return redirect(url_for("mine.overview"), 303)
    code_id = request.form.get("khong-nho", 0, type=int)
    fresh = object_to_code(me.person_id, code_id, but=key_here())
    flash("Đã ghi là bác không nhờ cấp mã, và báo cho phường. Tên bác ở mọi máy khác đã đóng.")
    if fresh is not None and me.session_kind == SessionKind.KIOSK:  # perhaps they only left without a word
        flash(NOT_SHOWN)
        fresh = None
    if fresh is None:
        return redirect(url_for("my_codes.codes"), 303)
    start(me.person_id, me.session_kind or SessionKind.OWN, "drawn", nameless_id=me.nameless_id)
    flash("Mã đó đã có người gõ, nên bác có mã học mới ở đây.")
    flask_session["pin"] = fresh
    return redirect(url_for("my_ways.pin"), 303)
