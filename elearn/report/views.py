"""The official report: choose a period, look at it, keep it, take it as a Word file, note to whom it went."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for

from elearn.kit.access import needs
from elearn.kit.clock import now, today
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here, ward_here
from elearn.progress.rules import Filter, Period, read_filter
from elearn.report import actions, queries
from elearn.report.figures import corrections, digest, from_text
from elearn.report.forms import KeepForm, SendingForm
from elearn.report.layout import word_file
from elearn.report.models import Report
from elearn.report.official import Document, document_from
from elearn.report.rules import BODIES, OFFICE, PERIODS, period_words, read_period
from elearn.report.sentences import document_of, period_of

pages = Blueprint("report", __name__)

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ROWS_SHOWN = 50  # of an annex on the screen; the file has them all


@pages.get("/bao-cao")
@needs(Permission.COMPILE_REPORTS)
def home() -> Any:
    """List the reports that were kept, and offer to make one."""
    _own_ward()
    return render_template(
        "report/home.html",
        lines=queries.reports_seen_by(viewer_here(), ward_here().id),
        period=read_period(request.args, today()),
        body=_body(),
        periods=PERIODS,
        bodies=BODIES,
        words_of_days=_days,
    )


@pages.get("/bao-cao/xem-truoc")
@needs(Permission.COMPILE_REPORTS)
def preview() -> Any:
    """Show the report of a period as it would be, without keeping it."""
    _own_ward()
    asked, body = _asked(), _body()
    former = queries.newest_of(ward_here().id, body, asked)
    return render_template(
        "report/preview.html",
        document=_made_now(asked, body),
        former=former,
        form=KeepForm(formdata=None),
        asked=asked.parameters() | {"co-quan": body},
        rows_shown=ROWS_SHOWN,
    )


@pages.post("/bao-cao")
@needs(Permission.COMPILE_REPORTS)
def make() -> Any:
    """Make the report and keep it as it is."""
    kept = actions.keep_report(viewer_here(), ward_here(), _body(), _asked())
    if kept is None:
        abort(404)
    flash("Đã giữ lại báo cáo. Số liệu trong bản này không đổi nữa.")
    return redirect(url_for("report.kept", report_id=kept), 303)


@pages.get("/tien-do/bao-cao.docx")
@needs(Permission.COMPILE_REPORTS)
def draft() -> Any:
    """Send the report of what a board shows as a Word file, without keeping it."""
    _own_ward()
    asked = _asked()
    return _send(_made_now(asked, _body()), now(), f"bao-cao-nhap-den-{asked.period.until}")


# -- one that was kept ---------------------------------------------------------------------------


@pages.get("/bao-cao/<int:report_id>")
@needs(Permission.COMPILE_REPORTS)
def kept(report_id: int) -> Any:
    """Show a kept report: what it says, who made it, what it corrects, to whom it went."""
    return _kept(_found(report_id), SendingForm(formdata=None, sent_on=today()))


@pages.get("/bao-cao/<int:report_id>.docx")
@needs(Permission.COMPILE_REPORTS)
def word(report_id: int) -> Any:
    """Send a kept report as a Word file: the same today and in ten years."""
    report = _found(report_id)
    name = f"bao-cao-{report.body}-den-{report.until}-ban-{report.number}"
    return _send(document_from(report.document), report.made_at, name)


@pages.post("/bao-cao/<int:report_id>/da-gui")
@needs(Permission.COMPILE_REPORTS)
def sent(report_id: int) -> Any:
    """Note to whom a report was sent."""
    form = SendingForm()
    if not form.validate():
        return _kept(_found(report_id), form), 422
    noted = actions.note_sending(
        viewer_here(), ward_here().id, report_id, to_whom=form.to_whom.data, sent_on=form.sent_on.data,
        registered_as=form.registered_as.data or "",
    )  # fmt: skip
    if not noted:
        abort(404)
    flash("Đã ghi nơi gửi.")
    return redirect(url_for("report.kept", report_id=report_id), 303)


@pages.get("/bao-cao/<int:report_id>/da-gui/<int:sending_id>/bo")
@needs(Permission.COMPILE_REPORTS)
def take_back(report_id: int, sending_id: int) -> Any:
    """Ask before a line about a sending is taken out."""
    report = _found(report_id)
    sending = next((one for one in queries.sendings_of(report.id) if one.id == sending_id), None)
    if sending is None:
        abort(404)
    return render_template("report/sending_drop.html", report=report, sending=sending)


@pages.post("/bao-cao/<int:report_id>/da-gui/<int:sending_id>/bo")
@needs(Permission.COMPILE_REPORTS)
def taken_back(report_id: int, sending_id: int) -> Any:
    """Take out a line about a sending that was noted by mistake; the report itself stays as it is."""
    if not actions.take_back_sending(viewer_here(), ward_here().id, report_id, sending_id):
        abort(404)
    flash("Đã bỏ dòng ghi nơi gửi.")
    return redirect(url_for("report.kept", report_id=report_id), 303)


def _kept(report: Report, form: SendingForm) -> str:
    former = queries.find_report_seen_by(viewer_here(), ward_here().id, report.corrects_id or 0)
    figures = from_text(report.figures)
    return render_template(
        "report/kept.html",
        report=report,
        document=document_from(report.document),
        days=period_words(period_of(figures)),
        only=figures.only,
        body=BODIES[report.body],
        made_by=queries.name_of(report.made_by_id),
        is_whole=digest(report.figures + report.document) == report.digest,
        former=former,
        corrections=corrections(from_text(former.figures), figures) if former else [],
        sendings=queries.sendings_of(report.id),
        form=form,
        rows_shown=ROWS_SHOWN,
    )


# -- what is asked for ---------------------------------------------------------------------------


def _asked() -> Filter:
    """Return the period and the filter asked for; a course that is not offered is left out."""
    asked = read_filter(request.values, today(), ())
    offered = {course.slug for course in queries.courses_of(ward_here().id)}
    period = read_period(request.values, today())
    return replace(asked, period=period, course=asked.course if asked.course in offered else "")


def _body() -> str:
    body = request.values.get("co-quan", "")
    return body if body in BODIES else OFFICE


def _days(line: queries.ReportLine) -> str:
    return period_words(Period("khoang", line.since, line.until))


def _made_now(asked: Filter, body: str) -> Document:
    ward = ward_here()
    figures = queries.figures_seen_by(viewer_here(), ward, asked, today())
    former = queries.newest_of(ward.id, body, asked)
    changed = corrections(from_text(former.figures), figures) if former else []
    return document_of(figures, queries.words_said(ward, body), body, today(), changed)


def _found(report_id: int) -> Report:
    report = queries.find_report_seen_by(viewer_here(), ward_here().id, report_id)
    if report is None:
        abort(404)
    return report


def _own_ward() -> None:
    """A report is made by who may do so in this ward; elsewhere there is nothing to find."""
    if not viewer_here().may_in(Permission.COMPILE_REPORTS, ward_id=ward_here().id):
        abort(404)


def _send(document: Document, made_at: Any, name: str) -> Response:
    answer = Response(word_file(document, made_at), mimetype=WORD)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    return answer
