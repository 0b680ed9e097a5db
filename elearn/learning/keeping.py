"""Keeping a result: with a name, for the group alone, or not at all; claiming what a device holds."""

from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as flask_session
from flask_login import current_user

from elearn.kit.access import public, signed_in
from elearn.kit.addresses import HOME, local_path
from elearn.kit.clock import now, today
from elearn.kit.secrets import digest
from elearn.learning.actions import claim_results, keep_results
from elearn.learning.here import must_wait_here
from elearn.learning.keeping_forms import KeepForm, name_of
from elearn.learning.queries import what_is_done, where_to_continue
from elearn.people import actions as people
from elearn.people.consents import KEEP_RESULTS, SEEN_BY_HELPER, TEXT_VERSION
from elearn.people.device import class_here
from elearn.people.models import USED_BY_MANY, Keeping, SessionKind
from elearn.people.queries import GroupChoice, group_choices
from elearn.people.rules import spaced
from elearn.people.session import (
    key_here,
    kiosk_here,
    know_device,
    learner_here,
    start,
    suggested_group,
    viewer_here,
    ward_here,
)
from elearn.people.session_queries import find_kept_with
from elearn.privacy.guardians import Guardian

pages = Blueprint("keeping", __name__)

WAYS = {"ten": Keeping.NAME, "to": Keeping.GROUP}
FIND = "tim"  # only narrow the list of groups
ANONYMOUS = (
    "Bác học ẩn danh. Kết quả nằm trong trình duyệt này, không có tên. "
    "Bỏ không dùng 90 ngày thì tự xóa. Lúc nào đổi ý, bác mở “Của tôi”."
)
ANONYMOUS_AT_A_KIOSK = (
    "Bác học ẩn danh. Đây là máy dùng chung: kết quả chỉ còn đến khi bác chạm “Thoát”. "
    "Muốn giữ lại thì bác mở “Của tôi”."
)
GROUP_ALONE = "Đã lưu. Kết quả tính cho tổ bác chọn, không có tên. Nó nằm trong trình duyệt này."
GROUP_WAITS = (
    "Đã lưu. Hôm nay có rất nhiều máy mới ghi cho tổ bác chọn, nên phường xem lại rồi mới tính vào số "
    "của tổ. Bác không phải làm gì thêm."
)
GROUP_AT_A_KIOSK = (
    "Đã lưu. Kết quả tính cho tổ bác chọn, không có tên. Thoát rồi thì bác không mở lại được nữa."
)


class Shown(NamedTuple):
    """What a new learner signs in with elsewhere; shown once."""

    personal_code: str
    pin: str


# -- keeping -------------------------------------------------------------------------------------


@pages.get("/dang-ky")
@public
def keep() -> Any:
    """Ask in which way to keep the results; who has done so already finds what is kept."""
    if current_user.is_authenticated:
        return redirect(url_for("mine.data"))
    groups = group_choices(ward_here().id, today())
    suggested = _suggested(groups)
    form = KeepForm(group=suggested.code if suggested else "")
    form.group.offer(groups)
    return _ask(form, suggested)


@pages.post("/dang-ky")
@public
def keep_sent() -> Any:
    """Keep the results in the way that was chosen, or say what is missing."""
    if current_user.is_authenticated:  # sent twice: the first one has been kept
        return redirect(url_for("keeping.kept", ve=_onward()), 303)
    way = request.form.get("cach", "")
    form = KeepForm()
    form.group.offer(group_choices(ward_here().id, today()), form.find.data if way == FIND else "")
    if way == FIND:
        return _ask(form)
    keeping = WAYS.get(way, Keeping.NAME)
    if not form.fits(named=keeping == Keeping.NAME):
        return _ask(form), 422
    return _keep(form, keeping)


@pages.post("/hoc-an-danh")
@public
def anonymous() -> Any:
    """Go on without keeping anything more, and say where the results are."""
    flash(ANONYMOUS_AT_A_KIOSK if kiosk_here() else ANONYMOUS)
    return redirect(_onward() or HOME, 303)


@pages.get("/dang-ky/xong")
@signed_in
def kept() -> Any:
    """Show the personal code and the mã học, large, as long as this answer is fresh."""
    values = flask_session.get("kept")
    if current_user.session_kind in USED_BY_MANY:
        flask_session.pop("kept", None)  # the next one at this phone must not find it
    shown = Shown(*values) if values and current_user.session_kind != SessionKind.STAFF else None
    return render_template(
        "learning/kept.html",
        shown=shown,
        spaced=spaced,
        onward=_onward(),
        ahead=where_to_continue(current_user.person_id),
    )


def _ask(form: KeepForm, suggested: GroupChoice | None = None) -> Any:
    ward = ward_here()
    form.explain(ward.office_name or ward.name)
    done = what_is_done(current_user.person_id) if current_user.person_id else None
    return render_template(
        "learning/keep.html",
        form=form,
        suggested=name_of(suggested) if suggested else None,
        done=done,
        onward=_onward(),
    )


def _keep(form: KeepForm, keeping: Keeping) -> Any:
    helper = class_here()
    named, came_with = keeping == Keeping.NAME, _mark_of(form)
    person_id = (_sent_before(form) if named else None) or learner_here()
    group_id = _id_of(form.group.data)
    waits = group_id is not None and must_wait_here(person_id, group_id, named=named)
    agreed = [KEEP_RESULTS, *([SEEN_BY_HELPER] if named and form.seen_by_helper.data else [])]
    keep_results(
        person_id,
        keeping=keeping,
        group_id=group_id,
        name=form.name.data if named else None,
        audience=form.audience.data or None,
        phone=form.phone.data if named else None,
        birth_year=form.birth_year.data if named else None,
        consents=agreed,
        text_version=TEXT_VERSION,
        channel=form.channel,
        assisted_by_id=helper.issued_by_id if helper else None,
        guardian=_guardian(form) if named else None,
        waits=waits,
    )
    if not named:
        flash(GROUP_WAITS if waits else GROUP_AT_A_KIOSK if kiosk_here() else GROUP_ALONE)
        return redirect(_onward() or url_for("mine.overview"), 303)
    if waits:
        flash(GROUP_WAITS)
    return _welcome(person_id, came_with, shared=form.shared.data)


def _guardian(form: KeepForm) -> Guardian | None:
    return Guardian(form.guardian_name.data, form.relation.data) if form.is_for_minor else None


def _welcome(person_id: int, came_with: str | None, *, shared: bool) -> Any:
    """Sign the new learner in with a fresh session, and show once what opens it elsewhere."""
    given = people.give_credentials(person_id)
    kind = SessionKind.SHARED if shared else SessionKind.OWN
    start(person_id, kind, "registration")
    if came_with:
        people.remember_kept(came_with, person_id)
    flask_session["kept"] = [given.personal_code, given.pin]
    response = redirect(url_for("keeping.kept", ve=_onward()), 303)
    if kind == SessionKind.OWN:
        know_device(response, person_id)
    return response


def _sent_before(form: KeepForm) -> int | None:
    """Return whom this very browser has just kept under this name: its answer was lost on a bad line,
    and the form came again with the old cookie. They get in once more, and count once."""
    came_with = _mark_of(form)
    if current_user.person_id is not None or came_with is None:
        return None
    return find_kept_with(came_with, form.name.data, now())


def _mark_of(form: KeepForm) -> str | None:
    """Return what marks this very form in this very browser.

    The cookie alone is not enough: whoever planted it in a browser that others use knows it as well, and
    would be given their codes.
    """
    key, form_id = key_here(), form.form_id.data
    return digest(f"{key} {form_id}") if key and form_id else None


def _id_of(code: str) -> int | None:
    groups = group_choices(ward_here().id, today())
    return next((group.id for group in groups if group.code == code), None)


def _suggested(groups: list[GroupChoice]) -> GroupChoice | None:
    """Return the group to offer: the one chosen before, the class's, or the one that the link came from."""
    ids = (current_user.group_id, current_user.class_group_id)
    code = suggested_group()
    by_id = [group for wanted in ids for group in groups if wanted is not None and group.id == wanted]
    return next(iter([*by_id, *(group for group in groups if group.code == code)]), None)


def _onward() -> str | None:
    """Return where to go on afterwards, if the address says so: a page of this site."""
    target = local_path(request.values.get("ve"))
    return None if target == HOME else target


# -- claiming ------------------------------------------------------------------------------------


@pages.get("/nhan-ket-qua")
@signed_in
def claim() -> Any:
    """Ask whose the results are that were made on this device without a name."""
    waiting = current_user.nameless_id
    done = what_is_done(waiting) if waiting else None
    return render_template("learning/claim.html", done=done, onward=_onward())


@pages.post("/nhan-ket-qua")
@signed_in
def claim_sent() -> Any:
    """Take the results over, or leave them alone."""
    viewer = viewer_here()
    if viewer.nameless_id is not None and viewer.person_id is not None:
        if request.form.get("cua-ai") == "toi":
            claim_results(viewer.nameless_id, viewer.person_id)
            flash("Đã lưu. Các bài học trên máy này nay là của bác.")
        else:
            people.leave_nameless(viewer.session_key)
            flash("Các bài đó không tính cho bác.")
    return redirect(_onward() or url_for("mine.overview"), 303)
