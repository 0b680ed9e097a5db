"""What I agreed to: seen with the words of then, and taken back."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from elearn.kit.access import public, signed_in
from elearn.kit.addresses import HOME, local_path
from elearn.kit.refused import Refused
from elearn.learning import own
from elearn.learning.copy_queries import my_agreements, my_guardians
from elearn.learning.here import not_on_a_handed_phone
from elearn.people.consents import NAMED_IN_CONTEST
from elearn.people.device import forget_on_device
from elearn.people.models import LENT, SessionKind
from elearn.people.queries import grants_of
from elearn.people.session import start, viewer_here, ward_here
from elearn.people.words import CHANNELS
from elearn.privacy.guardians import HOW, RELATIONS

pages = Blueprint("agreed", __name__)


@pages.get("/cua-toi/dong-y")
@public
def agreements() -> Any:
    """Show every consent with its time, its way and its exact words, withdrawn ones too."""
    me, ward = viewer_here(), ward_here()
    if me.person_id is None:
        return redirect(url_for("mine.overview"))
    return render_template(
        "learning/agreements.html",
        agreements=my_agreements(me.person_id),
        guardians=my_guardians(me.person_id),
        relations=RELATIONS,
        how=HOW,
        channels=CHANNELS,
        office=ward.office_name or ward.name,
    )


# -- taking back ---------------------------------------------------------------------------------


@pages.post("/cua-toi/nguoi-huong-dan")
@signed_in
def seen_by_helper() -> Any:
    """Let the helper of my group see my name, or no longer; on the helper's own phone only the latter."""
    if request.form.get("hien") == "co":
        if closed := not_on_a_handed_phone():
            return closed
        own.show_to_helper(viewer_here().person_id)
        flash("Đã lưu. Người hướng dẫn của tổ thấy tên bác.")
    else:
        own.hide_from_helper(viewer_here().person_id)
        flash("Đã lưu. Tên bác không hiện với người hướng dẫn của tổ nữa.")
    return redirect(url_for("mine.data"), 303)


@pages.post("/cua-toi/neu-ten")
@signed_in
def named() -> Any:
    """Let my name stand on the merit lists of campaigns, or no longer; on the helper's own phone only the
    latter."""
    if request.form.get("hien") != "co":
        own.be_named_no_longer(viewer_here().person_id)
        flash("Đã lưu. Tên bác không còn trong danh sách khen in từ nay.")
        return redirect(url_for("mine.data"), 303)
    if closed := not_on_a_handed_phone():
        return closed
    try:
        own.let_be_named(viewer_here().person_id)
    except Refused as refused:
        flash(str(refused))
    else:
        flash("Đã lưu. Học xong khóa nào trong một chiến dịch thì tên bác có trong danh sách khen.")
    return redirect(url_for("mine.data"), 303)


@pages.post("/cua-toi/neu-ten-cuoc-thi")
@signed_in
def named_in_contest() -> Any:
    """Let my name stand in the results of contests, or no longer; on the helper's phone only the latter."""
    me, onward = viewer_here(), local_path(request.form.get("ve"))
    onward = url_for("mine.data") if onward == HOME else onward
    if request.form.get("hien") != "co":
        own.be_named_no_longer(me.person_id, NAMED_IN_CONTEST)
        flash("Đã lưu. Tên bác không còn trong danh sách kết quả cuộc thi.")
        return redirect(onward, 303)
    if closed := not_on_a_handed_phone():
        return closed
    try:
        own.let_be_named(me.person_id, NAMED_IN_CONTEST)
    except Refused as refused:
        flash(str(refused))
    else:
        flash("Đã lưu. Cuộc thi nào bác dự thì tên bác có trong danh sách kết quả.")
    return redirect(onward, 303)


@pages.post("/cua-toi/ten-tren-giay")
@signed_in
def name_on_papers() -> Any:
    """Take my full name, and with it my papers, away."""
    if closed := not_on_a_handed_phone():
        return closed
    own.take_papers_back(viewer_here().person_id)
    flash("Đã lưu. Họ tên và giấy ghi nhận của bác không còn ở đây.")
    return redirect(url_for("mine.data"), 303)


@pages.post("/cua-toi/tu-16-tuoi")
@signed_in
def of_age() -> Any:
    """Let me agree for myself, now that I am sixteen."""
    if closed := not_on_a_handed_phone():
        return closed
    own.agree_for_oneself(viewer_here().person_id)
    flash("Đã lưu. Từ nay bác tự đồng ý cho mình.")
    return redirect(url_for("mine.data"), 303)


@pages.get("/cua-toi/rut-lai")
@public
def withdraw() -> Any:
    """Say what follows when results may no longer be kept, and offer both ways."""
    me = viewer_here()
    if me.person_id is None:
        return redirect(url_for("mine.overview"))
    return _ask_to_withdraw(own.HAS_A_ROLE if grants_of(me.person_id) else None)


@pages.post("/cua-toi/rut-lai")
@public
def withdraw_sent() -> Any:
    """Go on without a name: nothing of it is kept but what this browser holds."""
    me = viewer_here()
    if me.person_id is None:
        return redirect(url_for("mine.overview"), 303)
    if closed := not_on_a_handed_phone():
        return closed
    if me.session_kind == SessionKind.KIOSK:
        return _ask_to_withdraw(None), 422
    try:
        own.go_on_without_name(me.person_id)
    except Refused as refused:
        return _ask_to_withdraw(str(refused)), 422
    forget_on_device(None, me.person_id)
    start(me.person_id, SessionKind.NAMELESS, "withdrawn")
    flash("Đã lưu. Tên, số điện thoại và tổ của bác không còn. Bài đã học nằm trong trình duyệt này.")
    return redirect(url_for("mine.overview"), 303)


def _ask_to_withdraw(refusal: str | None) -> Any:
    """On the machine of somebody else the lessons cannot stay "in this browser": there one may only erase."""
    lent = viewer_here().session_kind in LENT
    return render_template("learning/mine_withdraw.html", refusal=refusal, lent=lent)
