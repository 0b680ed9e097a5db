"""My learning and my data: where to go on, what is kept, erasing myself."""

import json
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from elearn.kit.access import public, signed_in
from elearn.kit.clock import now, today
from elearn.kit.refused import Refused
from elearn.learning import copy_queries, own, paper_queries, queries
from elearn.learning.crowd import is_waiting
from elearn.learning.help_pages import has_helper
from elearn.learning.help_queries import OwnRequest, last_request_of
from elearn.learning.here import must_wait_here, not_on_a_lent_machine
from elearn.learning.keeping_forms import DetailsForm, EraseForm
from elearn.learning.owner import WRONG_PASSWORD, WRONG_PIN, fits, is_asked, why_wrong
from elearn.learning.recall_queries import due_among
from elearn.people.consents import PURPOSE
from elearn.people.device import forget_on_device
from elearn.people.entry_queries import IssuedCode, codes_to_tell
from elearn.people.models import LENT, SessionKind
from elearn.people.permissions import Viewer
from elearn.people.queries import consents_of, find_details, grants_of, group_choices, is_seen_by_helper
from elearn.people.rules import BY_A_CODE, spaced
from elearn.people.session import end, key_here, viewer_here, ward_here
from elearn.people.session_queries import came_by
from elearn.privacy.guardians import RELATIONS, guardian_of

pages = Blueprint("mine", __name__)

TOLD = timedelta(days=14)  # so long one's own page says that a request for help was done
NO_PIN = (
    "Đổi tên hoặc số điện thoại thì bác điền mã học của bác ở đây. "
    "Quên mã thì nhờ người hướng dẫn của tổ sửa giúp."
)
NO_PASSWORD = "Đổi tên hoặc số điện thoại thì anh chị điền mật khẩu ở đây."  # noqa: S105 - a sentence


# -- my learning ---------------------------------------------------------------------------------


@pages.get("/cua-toi")
@public
def overview() -> Any:
    """Show where to go on, what is done and half done; to a visitor, how to begin."""
    me = viewer_here()
    if me.person_id is None:
        return render_template("learning/mine_empty.html")
    courses, goes = queries.my_courses(me.person_id), queries.goes_of(me.person_id)
    return render_template(
        "learning/mine.html",
        onward=queries.where_to_continue(me.person_id, courses, goes),
        due=len(due_among(goes)),
        courses=courses,
        half=queries.half_done(me.person_id)[:5],
        papers={one.course_id: one.number for one in paper_queries.finished_courses(me.person_id)},
        waiting=me.nameless_id is not None,
        group=me.group_name,
        untold=_untold_codes(),
        waits=is_waiting(me.person_id),
        handed=me.session_kind == SessionKind.HANDED,
        helped=has_helper(),
        asked=_request_to_show(me.person_id),
    )


def _request_to_show(person_id: int) -> OwnRequest | None:
    """Return the open request for help, or one that was done within the last days."""
    asked = last_request_of(person_id)
    if asked is None or (asked.done_at is not None and asked.done_at < now() - TOLD):
        return None
    return asked


def _untold_codes() -> list[IssuedCode]:
    """Return the codes to ask about: not in a browser that has just come in by one of them."""
    me = viewer_here()
    untold = codes_to_tell(me.person_id) if me.is_authenticated else []
    return [] if untold and came_by(key_here(), untold[0].issued_at) == BY_A_CODE else untold


# -- my data -------------------------------------------------------------------------------------


@pages.get("/cua-toi/du-lieu")
@signed_in
def data() -> Any:
    """Show everything that is kept about me, to correct it, take it along or take it back."""
    details = find_details(viewer_here().person_id)
    groups = group_choices(ward_here().id, today())
    code = next((group.code for group in groups if group.id == viewer_here().group_id), "")
    form = DetailsForm(
        formdata=None, name=details.display_name, phone=details.phone, birth_year=details.birth_year,
        group=code, audience=details.audience,
    )  # fmt: skip
    form.group.offer(groups)
    return _data(form)


@pages.post("/cua-toi/du-lieu")
@signed_in
def data_sent() -> Any:
    """Correct what is kept about me."""
    form, groups = DetailsForm(), group_choices(ward_here().id, today())
    finding = request.form.get("cach") == "tim"
    form.group.offer(groups, form.find.data if finding else "")
    if finding:
        return _data(form)
    if not form.validate() or not _may_correct(form):
        return _data(form), 422
    group_id = next((group.id for group in groups if group.code == form.group.data), None)
    try:
        own.correct_details(
            viewer_here().person_id,
            name=form.name.data,
            group_id=group_id,
            waits=group_id is not None and must_wait_here(viewer_here().person_id, group_id, named=True),
            audience=form.audience.data,
            phone=form.phone.data,
            birth_year=form.birth_year.data,
        )
    except Refused as refused:
        form.phone.errors = [str(refused)]
        return _data(form), 422
    flash("Đã lưu.")
    return redirect(url_for("mine.data"), 303)


def _may_correct(form: DetailsForm) -> bool:
    """May who is here change what they have changed? It also says what is missing, beside the field."""
    details = find_details(viewer_here().person_id)
    if (form.name.data, form.phone.data) == (details.display_name, details.phone) or not is_asked(details):
        return True
    if details.has_password:
        field, missing, wrong = form.password, NO_PASSWORD, WRONG_PASSWORD
    else:
        field, missing, wrong = form.pin, NO_PIN, WRONG_PIN
    return fits(field, why_wrong(field.data, wrong) if field.data else missing)


def _data(form: DetailsForm) -> Any:
    me, details = viewer_here(), find_details(viewer_here().person_id)
    form.pin.data = form.password.data = ""  # a secret is never shown again
    given = [one for one in consents_of(me.person_id) if one.withdrawn_at is None]
    ward = ward_here()
    return render_template(
        "learning/mine_data.html",
        form=form,
        details=details,
        asked=is_asked(details),
        spaced=spaced,
        purposes=PURPOSE,
        office=ward.office_name or ward.name,
        since={key: next((one.given_at for one in given if one.purpose == key), None) for key in PURPOSE},
        shown=is_seen_by_helper(me.person_id),
        papers=paper_queries.certificates_of(me.person_id),
        guardian=guardian_of(me.person_id),
        relations=RELATIONS,
        has_role=bool(grants_of(me.person_id)),
        handed=me.session_kind == SessionKind.HANDED,
    )


@pages.get("/cua-toi/du-lieu.json")
@public
def data_file() -> Any:
    """Send everything kept about me as a file."""
    if viewer_here().person_id is None:
        return redirect(url_for("mine.overview"))
    if closed := not_on_a_lent_machine():
        return closed
    text = json.dumps(copy_queries.facts_of(viewer_here().person_id), ensure_ascii=False, indent=2)
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="du-lieu-cua-toi.json"'
    return response


# -- erasing -------------------------------------------------------------------------------------


@pages.get("/cua-toi/xoa")
@public
def erase() -> Any:
    """Say what goes and what stays, and ask once more."""
    if viewer_here().person_id is None:
        return redirect(url_for("mine.overview"))
    return _ask_to_erase(EraseForm())


@pages.post("/cua-toi/xoa")
@public
def erase_sent() -> Any:
    """Erase me."""
    me, form = viewer_here(), EraseForm()
    if me.person_id is None:  # sent twice: it is done
        return redirect(url_for("mine.overview"), 303)
    if not form.validate() or not fits(form.pin, _why_not_proved(form)):
        return _ask_to_erase(form), 422
    try:
        own.erase_myself(me.person_id)
    except Refused:
        return _ask_to_erase(form), 422
    forget_on_device(None, me.person_id)
    end()
    flash("Đã xóa. Tên và câu trả lời của bác không còn ở đây. Lúc nào bác cũng học lại được.")
    return redirect(url_for("front.home"), 303)


def _why_not_proved(form: EraseForm) -> str:
    """Return why the one who asks has not proved to be the owner, on a phone that is not theirs."""
    me = viewer_here()
    if not _must_prove(me):
        return ""
    if not form.pin.data:
        return "Máy này nhiều người dùng, nên bác điền mã học của bác để xóa."
    return why_wrong(form.pin.data)


def _must_prove(me: Viewer) -> bool:
    """Is this the name of somebody on the machine of somebody else? Who has no name has no mã học."""
    return me.session_kind in LENT and me.is_authenticated


def _ask_to_erase(form: EraseForm) -> Any:
    form.pin.data = ""  # a secret is never shown again
    return render_template(
        "learning/mine_erase.html",
        form=form,
        refusal=_why_not_erase(),
        lent=_must_prove(viewer_here()),
        done=queries.what_is_done(viewer_here().person_id),
    )


def _why_not_erase() -> str | None:
    return own.HAS_A_ROLE if grants_of(viewer_here().person_id) else None
