"""Where a helper registers a neighbour, and takes in who reads out a personal code."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from elearn.desk import actions, queries
from elearn.desk.forms import CodeForm, NeighbourForm
from elearn.desk.here import office_here, open_group_here, show_credentials
from elearn.desk.queries import DeskGroup, Known, Line
from elearn.kit.access import needs
from elearn.kit.refused import Refused
from elearn.people.consents import GUARDIAN, KEEP_RESULTS, PURPOSE, PURPOSES, SEEN_BY_HELPER
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here

pages = Blueprint("registration_desk", __name__)


@pages.get("/to/<code>/dang-ky")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def register(code: str) -> Any:
    """Offer the form for a neighbour, with what is to be read aloud."""
    return _register(open_group_here(code), NeighbourForm(formdata=None))


@pages.post("/to/<code>/dang-ky")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def registered(code: str) -> Any:
    """Register a neighbour, and show the codes once; a likely double is pointed out before."""
    here, form = open_group_here(code), NeighbourForm()
    if not form.validate():
        return _register(here, form), 422
    told, form_id = form.told(), form.form_id.data
    if actions.registered_before(viewer_here(), form_id) is None and "van_ghi" not in request.form:
        twins = queries.likely_twins(viewer_here(), here, told.name, told.phone)
        if twins:
            return _register(here, form, twins=twins), 422
    try:
        one = actions.register_neighbour(
            viewer_here(), here, form_id, told,
            seen_by_helper=form.seen_by_helper.data, guardian=form.said_by_guardian(),
        )  # fmt: skip
    except Refused as refused:
        return _register(here, form, refusal=str(refused)), 422
    return show_credentials(here, one.person_id, one.pin, is_new=True)


def _register(
    here: DeskGroup, form: NeighbourForm, *, twins: Sequence[Line] = (), refusal: str | None = None
) -> str:
    boxes = {KEEP_RESULTS: form.keep_results, SEEN_BY_HELPER: form.seen_by_helper}
    return render_template(
        "desk/register.html",
        group=here,
        form=form,
        twins=twins,
        refusal=refusal,
        asked=[(purpose, boxes[purpose.key]) for purpose in PURPOSES],
        for_minor=PURPOSE[GUARDIAN].spoken,
        office=office_here(),
        more=bool(form.household.data or form.birth_year.errors or form.birth_year.data)
        or form.audience.data != "unsaid",
    )


# -- somebody who reads out a personal code ------------------------------------------------------


@pages.get("/to/<code>/ma-ca-nhan")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def by_code(code: str) -> Any:
    """Ask for the personal code of somebody who is not on the list."""
    return render_template(
        "desk/by_code.html", group=open_group_here(code), form=CodeForm(formdata=None), refusal=None
    )


@pages.post("/to/<code>/ma-ca-nhan")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)
def found_by_code(code: str) -> Any:
    """Find whose code it is; take them in, or record that they agree to be seen."""
    here, form = open_group_here(code), CodeForm()
    refusal, one = None, None
    if form.validate():
        try:
            one = actions.look_up(viewer_here(), here, form.personal_code.data)
            refusal = None if one else "Không có ai với mã này ở tổ, cũng không có trong số người chưa rõ tổ."
        except Refused as refused:
            refusal = str(refused)
    if one is None:
        return render_template("desk/by_code.html", group=here, form=form, refusal=refusal), 422
    if not one.is_seen and "nhan" not in request.form:
        return _found(here, form, one)
    if not one.is_seen:
        actions.take_in(viewer_here(), here, one, seen_by_helper=bool(form.seen_by_helper.data))
    if queries.find_neighbour(viewer_here(), here, one.id) is None:
        flash("Đã lưu. Người ấy được đếm cho tổ, không hiện tên.")
        return redirect(url_for("desk.roster", code=here.code), 303)
    return redirect(url_for("neighbour_desk.person", code=here.code, person_id=one.id), 303)


def _found(here: DeskGroup, form: CodeForm, one: Known) -> str:
    purpose = next(purpose for purpose in PURPOSES if purpose.key == SEEN_BY_HELPER)
    return render_template(
        "desk/found.html", group=here, form=form, person=one, spoken=purpose.spoken, office=office_here()
    )
