"""The pages where the office answers what people ask about their data: a list by last days, one by one."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from elearn.kit.access import needs
from elearn.kit.clock import today
from elearn.kit.refused import Refused
from elearn.office import actions as office
from elearn.office.here import asked, asked_page, ward_id_for
from elearn.office.people_queries import lines_of
from elearn.office.request_forms import LaterForm, NewRequestForm, ResultForm, TermsForm, WordsForm
from elearn.people.permissions import Permission
from elearn.people.queries import find_name
from elearn.people.session import viewer_here
from elearn.privacy import actions, queries
from elearn.privacy.models import DataRequest
from elearn.privacy.rules import STOP_DAYS, STOP_DAYS_ELSEWHERE, Standing
from elearn.privacy.words import CAME_BY, KINDS, STATES

pages = Blueprint("requests_desk", __name__)

MANAGE = Permission.MANAGE_PEOPLE
WHICH = {"": "open", "qua-han": "late", "xong": "closed"}
SHOWN = {"": "Chưa xong", "qua-han": "Quá hạn", "xong": "Đã xong hoặc từ chối"}


# -- the list ------------------------------------------------------------------------------------


@pages.get("/quan-tri/yeu-cau")
@needs(MANAGE)
def requests() -> Any:
    """List requests, what is due first on top; reading names is put into the audit."""
    ward_id, which = ward_id_for(MANAGE), asked("xem") if asked("xem") in WHICH else ""
    found = queries.requests_of_ward(
        viewer_here(), ward_id, which=WHICH[which], page=asked_page(), day=today()
    )
    office.note_view(
        "view requests", "ward", ward_id, by=viewer_here(), ward_id=ward_id, names=len(found.lines)
    )
    return render_template(
        "office/requests.html", found=found, which=which, shown=SHOWN, kinds=KINDS, states=STATES,
        late=queries.count_requests(today(), "late", ward_id), day=today(),
    )  # fmt: skip


# -- a new one, from the counter or the phone ----------------------------------------------------


@pages.get("/quan-tri/yeu-cau/moi")
@needs(MANAGE)
def new() -> Any:
    """Ask what somebody wants who came or called."""
    return _new(NewRequestForm(formdata=None), request.args.get("nguoi", 0, type=int))


@pages.post("/quan-tri/yeu-cau/moi")
@needs(MANAGE)
def note() -> Any:
    """Keep what was asked; the same form sent again is the same request."""
    form, person_id = NewRequestForm(), request.form.get("nguoi", 0, type=int)
    fits = form.validate()
    if not person_id and not form.asker.data:
        form.asker.errors = ["Xin ghi ai hỏi và cách liên hệ, hoặc tìm người ấy trong danh sách."]
        fits = False
    if not fits:
        return _new(form, person_id), 422
    ward_id = ward_id_for(MANAGE)
    if person_id and not lines_of(ward_id, [person_id]):
        abort(404)
    try:
        made = actions.ask(
            ward_id, form.kind.data, form.wish.data, form_id=form.form_id.data or "",
            person_id=person_id or None, asker=form.asker.data or "", channel=form.channel.data,
            asked_on=form.asked_on.data, by=viewer_here(),
        )  # fmt: skip
    except Refused as refused:
        return _new(form, person_id, str(refused)), 422
    flash("Đã ghi yêu cầu.")
    return redirect(url_for("requests_desk.one", request_id=made), 303)


def _new(form: NewRequestForm, person_id: int, refusal: str = "") -> str:
    ward_id = ward_id_for(MANAGE)
    lines = lines_of(ward_id, [person_id]) if person_id else []
    if person_id and not lines:
        abort(404)
    return render_template(
        "office/request_new.html", form=form, person=lines[0] if lines else None, refusal=refusal
    )


# -- one request ---------------------------------------------------------------------------------


@pages.get("/quan-tri/yeu-cau/<int:request_id>")
@needs(MANAGE)
def one(request_id: int) -> Any:
    """Show a request and what can be done; reading it is put into the audit."""
    found = _request(request_id)
    actions.note_read(found, viewer_here())
    return _one(found)


@pages.post("/quan-tri/yeu-cau/<int:request_id>/tiep-nhan")
@needs(MANAGE)
def take(request_id: int) -> Any:
    """Take it in hand."""
    return _do(request_id, lambda: actions.take_in_hand(request_id, viewer_here()), "Đã nhận việc.")


@pages.post("/quan-tri/yeu-cau/<int:request_id>/tra-loi")
@needs(MANAGE, fresh=True)
def reply(request_id: int) -> Any:
    """Give the first answer."""
    form = WordsForm()
    if not form.validate():
        return _one(_request(request_id), words=form), 422
    return _do(
        request_id,
        lambda: actions.reply(request_id, form.text.data, viewer_here()),
        "Đã lưu câu trả lời.",
        words=form,
    )


@pages.post("/quan-tri/yeu-cau/<int:request_id>/gia-han")
@needs(MANAGE, fresh=True)
def extend(request_id: int) -> Any:
    """Put the last day off, once."""
    form = LaterForm()
    if not form.validate():
        return _one(_request(request_id), later=form), 422
    return _do(
        request_id,
        lambda: actions.extend(request_id, form.until.data, form.because.data, viewer_here()),
        "Đã gia hạn.",
        later=form,
    )


@pages.post("/quan-tri/yeu-cau/<int:request_id>/ket-qua")
@needs(MANAGE, fresh=True)
def close(request_id: int) -> Any:
    """Say that it is done, or why not."""
    form = ResultForm()
    if not form.validate():
        return _one(_request(request_id), result=form), 422
    return _do(
        request_id,
        lambda: actions.close(request_id, form.state.data, form.answer.data, viewer_here()),
        "Đã đóng yêu cầu.",
        result=form,
    )


def _do(request_id: int, doing: Callable[[], None], done: str, **typed: Any) -> Any:
    """Do it, or show the page with the reason why not, and with what was typed."""
    found = _request(request_id)
    try:
        doing()
    except Refused as refused:
        return _one(found, refusal=str(refused), **typed), 422
    flash(done)
    return redirect(url_for("requests_desk.one", request_id=request_id), 303)


def _request(request_id: int) -> DataRequest:
    found = queries.find_request(viewer_here(), ward_id_for(MANAGE), request_id)
    if found is None:
        abort(404)
    return found


def _one(
    found: DataRequest,
    *,
    refusal: str = "",
    words: WordsForm | None = None,
    later: LaterForm | None = None,
    result: ResultForm | None = None,
) -> str:
    terms = queries.ward_terms(found.ward_id)
    standing = Standing(found.state, found.reply_by, found.act_by, found.replied_at is not None)
    return render_template(
        "office/request.html",
        one=found,
        name=find_name(found.person_id),
        refusal=refusal,
        words=words or WordsForm(formdata=None, text=found.reply),
        later=later or LaterForm(formdata=None),
        result=result or ResultForm(formdata=None),
        late=standing.is_late(today()),
        by_law=terms.is_by_law(found.kind),
        names={number: find_name(number) for number in _who_worked(found) if number},
        kinds=KINDS,
        states=STATES,
        came_by=CAME_BY,
    )


def _who_worked(found: DataRequest) -> tuple[int | None, ...]:
    return (
        found.noted_by_id,
        found.in_hand_by_id,
        found.replied_by_id,
        found.extended_by_id,
        found.closed_by_id,
    )


# -- the ward's terms ----------------------------------------------------------------------------


@pages.get("/quan-tri/yeu-cau/han")
@needs(MANAGE, fresh=True)
def terms() -> Any:
    """Show within how many days the ward answers, and its days off."""
    return _terms(TermsForm(formdata=None, data=queries.settings_of(ward_id_for(MANAGE))))


@pages.post("/quan-tri/yeu-cau/han")
@needs(MANAGE, fresh=True)
def save_terms() -> Any:
    """Keep the ward's terms."""
    ward_id, form = ward_id_for(MANAGE), TermsForm()
    if not form.validate():
        return _terms(form), 422
    names = ("answer_days", "erase_days", "processor", "contact", "holidays", "worked")
    actions.save_settings(ward_id, {name: str(form[name].data or "") for name in names}, viewer_here())
    flash("Đã lưu. Yêu cầu đang có giữ nguyên hạn của nó.")
    return redirect(url_for("requests_desk.terms"), 303)


def _terms(form: TermsForm) -> str:
    return render_template("office/request_terms.html", form=form, stop=(STOP_DAYS, STOP_DAYS_ELSEWHERE))
