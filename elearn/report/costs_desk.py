"""The figures for a proposal of costs (kinh phí): a page, the same as files, and what the ward pays."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from elearn.kit.access import needs
from elearn.kit.clock import today
from elearn.kit.tables import Column, send_csv, send_xlsx
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here, ward_here
from elearn.progress.rules import Filter
from elearn.report import actions, queries
from elearn.report.costs import CostLine, Costs, cost_lines
from elearn.report.forms import CostsForm
from elearn.report.rules import PERIODS, period_words, read_period

pages = Blueprint("report_costs", __name__)

SEND = {"csv": send_csv, "xlsx": send_xlsx}


@pages.get("/bao-cao/kinh-phi")
@needs(Permission.SEE_COUNTS)
def costs() -> Any:
    """Show what the platform was used for in a period, and what it takes."""
    kept = queries.costs_of(ward_here().id)
    return _show(CostsForm(formdata=None, data=kept._asdict()))


@pages.get("/bao-cao/kinh-phi.<any(csv,xlsx):kind>")
@needs(Permission.SEE_COUNTS)
def costs_file(kind: str) -> Any:
    """Send the same as a file."""
    asked = _asked()
    headings = [
        Column("Chỉ tiêu", width=46), Column("Đơn vị", width=9), Column("Kỳ này", width=16),
        Column("Kỳ trước", width=16), Column("Ghi chú", width=44), Column("Số liệu đến", "day", 14),
    ]  # fmt: skip
    rows = ([*line, asked.period.until] for line in _lines(asked))
    return SEND[kind](f"kinh-phi-{ward_here().code.lower()}-den-{asked.period.until}", headings, rows)


@pages.post("/bao-cao/kinh-phi")
@needs(Permission.COMPILE_REPORTS)
def save_costs() -> Any:
    """Keep what the ward pays."""
    form = CostsForm()
    if not form.validate():
        return _show(form), 422
    said = Costs(
        form.hosting.data or "", form.hosting_monthly.data, form.other.data or "", form.other_total.data
    )
    if not actions.set_costs(viewer_here(), ward_here().id, said):
        abort(404)
    flash("Đã lưu.")
    return redirect(url_for("report_costs.costs", **_asked().parameters()), 303)


def _show(form: CostsForm) -> str:
    asked = _asked()
    may_set = viewer_here().may_in(Permission.COMPILE_REPORTS, ward_id=ward_here().id)
    return render_template(
        "report/costs.html",
        lines=_lines(asked),
        asked=asked,
        days=period_words(asked.period),
        periods=PERIODS,
        form=form if may_set else None,
        files={kind: url_for("report_costs.costs_file", kind=kind, **asked.parameters()) for kind in SEND},
    )


def _lines(asked: Filter) -> list[CostLine]:
    ward = ward_here()
    figures = queries.figures_seen_by(viewer_here(), ward, asked, today())
    return cost_lines(figures, queries.costs_of(ward.id), queries.database_bytes())


def _asked() -> Filter:
    if not viewer_here().may_in(Permission.SEE_COUNTS, ward_id=ward_here().id):
        abort(404)
    return Filter(read_period(request.values, today()))
