"""The page on which the ward sets its own words in the reports, with the report as it then is below them."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from elearn.kit.access import needs
from elearn.kit.clock import today
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here, ward_here
from elearn.progress.rules import Filter
from elearn.report import actions, queries
from elearn.report.defaults import NAMES, usual_words
from elearn.report.forms import WordsForm
from elearn.report.rules import BODIES, OFFICE, read_period
from elearn.report.sentences import document_of

pages = Blueprint("report_words", __name__)

ROWS_SHOWN = 5  # of an annex: here one looks at the words


@pages.get("/bao-cao/loi-van")
@needs(Permission.COMPILE_REPORTS)
def words() -> Any:
    """Show the words of the reports of a body, and this month's report with them."""
    body = _body()
    kept = queries.words_of(ward_here(), body)
    return _show(body, WordsForm(formdata=None, data={name: getattr(kept, name) for name in NAMES}))


@pages.post("/bao-cao/loi-van")
@needs(Permission.COMPILE_REPORTS)
def save() -> Any:
    """Keep the words."""
    body, form = _body(), WordsForm()
    if not form.validate():
        return _show(body, form), 422
    typed = {name: (form[name].data or "").replace("\r\n", "\n") for name in NAMES}
    actions.set_words(viewer_here(), ward_here(), body, typed)
    flash("Đã lưu. Báo cáo lập từ nay theo lời văn này; các bản đã giữ lại không đổi.")
    return redirect(url_for("report_words.words", **{"co-quan": body}), 303)


def _show(body: str, form: WordsForm) -> str:
    ward = ward_here()
    month = Filter(read_period({}, today()))
    figures = queries.figures_seen_by(viewer_here(), ward, month, today())
    kept, usual = queries.words_of(ward, body), usual_words(ward.name, body)
    changed = [name for name in NAMES if getattr(kept, name) != getattr(usual, name)]
    return render_template(
        "report/words.html",
        form=form,
        fields=[form[name] for name in NAMES],
        body=body,
        bodies=BODIES,
        usual=[(form[name].label.text, getattr(usual, name)) for name in changed],
        document=document_of(figures, kept, body, today()),
        rows_shown=ROWS_SHOWN,
    )


def _body() -> str:
    if not viewer_here().may_in(Permission.COMPILE_REPORTS, ward_id=ward_here().id):
        abort(404)
    body = request.values.get("co-quan", "")
    return body if body in BODIES else OFFICE
