"""The page that says how long each kind of data is kept, what goes next, and what has gone by itself."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, url_for

from elearn.kit.access import needs
from elearn.kit.clock import today
from elearn.kit.refused import Refused
from elearn.learning import retention as kept
from elearn.office.here import looks_after_all, ward_id_for
from elearn.office.request_forms import PeriodsForm
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here
from elearn.privacy import actions
from elearn.privacy.periods import PERIODS

pages = Blueprint("retention_desk", __name__)

LOOK_BACK = timedelta(days=30)
SET = tuple(period.name for period in PERIODS if not period.is_fixed)


@pages.get("/quan-tri/giu-bao-lau")
@needs(Permission.MANAGE_PEOPLE)
def retention() -> Any:
    """Show how long what is kept, what goes next and what went; counts, nobody in them."""
    ward_id_for(Permission.MANAGE_PEOPLE)
    return _show(PeriodsForm(formdata=None, data=kept.lengths()))


@pages.post("/quan-tri/giu-bao-lau")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def save() -> Any:
    """Keep how long what may be set is kept; it holds for every ward of the installation."""
    ward_id_for(Permission.MANAGE_PEOPLE)
    if not looks_after_all():
        abort(404)
    form = PeriodsForm()
    if not form.validate():
        return _show(form), 422
    try:
        actions.save_periods({name: form[name].data for name in SET}, viewer_here())
    except Refused as refused:
        return _show(form, str(refused)), 422
    flash("Đã lưu. Lần dọn tới theo số mới.")
    return redirect(url_for("retention_desk.retention"), 303)


def _show(form: PeriodsForm, refusal: str = "") -> str:
    by_server = int(current_app.config["AUDIT_MONTHS"])
    return render_template(
        "office/retention.html",
        form=form,
        refusal=refusal,
        outlook=kept.outlook(kept.lengths(by_server)),
        gone=kept.dropped_since(today() - LOOK_BACK),
        may_set=looks_after_all(),
        by_server=by_server,
    )
