"""The helper's pages about who needs a visit: the whole list, and one request for help, noted as done."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for

from elearn.desk import actions, queries, visit_queries
from elearn.desk.forms import HelpedForm
from elearn.desk.queries import DeskGroup
from elearn.desk.visit_queries import Request
from elearn.kit import audit
from elearn.kit.access import needs
from elearn.kit.clock import now
from elearn.learning import helping
from elearn.learning.words import HELP_ABOUT, HELPED_HOW
from elearn.people.permissions import Permission
from elearn.people.queries import find_name
from elearn.people.session import viewer_here

pages = Blueprint("help_desk", __name__)

SEE = Permission.SEE_OWN_GROUP


@pages.get("/to/<code>/ghe-tham")
@needs(SEE)
def visits(code: str) -> Any:
    """List everybody whom it is worth looking in on; reading names is put into the audit."""
    here = _group(code)
    found = visit_queries.visits_of(viewer_here(), here, now())
    actions.note_names_read(viewer_here(), here, sum(one.name is not None for one in found))
    seen = {line.id for line in queries.roster(viewer_here(), here).lines}
    return render_template("desk/visits.html", group=here, visits=found, seen=seen)


@pages.get("/to/<code>/nho-giup/<int:request_id>")
@needs(SEE)
def request(code: str, request_id: int) -> Any:
    """Show one request for help, and how it can be noted as done."""
    here, one = _request(code, request_id)
    audit.record_view(
        "view help", "help_request", one.id, actor_id=viewer_here().person_id, ward_id=here.ward_id
    )
    return _page(here, one, HelpedForm(formdata=None))


@pages.post("/to/<code>/nho-giup/<int:request_id>")
@needs(SEE)
def helped(code: str, request_id: int) -> Any:
    """Note that somebody was helped, and how."""
    here, one = _request(code, request_id)
    form = HelpedForm()
    if not form.validate():
        return _page(here, one, form), 422
    helping.finish_request(viewer_here(), one.id, here.ward_id, form.how.data)
    flash("Đã ghi. Người nhờ thấy ở trang Của tôi rằng việc đã xong.")
    return redirect(url_for("desk.roster", code=here.code), 303)


@pages.post("/to/<code>/nho-giup/<int:request_id>/mo-lai")
@needs(SEE)
def reopen(code: str, request_id: int) -> Any:
    """Let a request wait again that was noted as done by mistake."""
    here, one = _request(code, request_id)
    if helping.reopen_request(viewer_here(), one.id, here.ward_id):
        flash("Lời nhờ này lại chờ giúp.")
    return redirect(url_for("help_desk.request", code=here.code, request_id=one.id), 303)


def _page(here: DeskGroup, one: Request, form: HelpedForm) -> str:
    return render_template(
        "desk/request.html",
        group=here,
        one=one,
        form=form,
        about=HELP_ABOUT,
        how=HELPED_HOW,
        done_by=find_name(one.done_by_id) if one.done_by_id else None,
        is_seen=queries.find_neighbour(viewer_here(), here, one.person_id) is not None,
    )


def _group(code: str) -> DeskGroup:
    found = queries.find_my_group(viewer_here(), code)
    if found is None:
        abort(404)
    return found


def _request(code: str, request_id: int) -> tuple[DeskGroup, Request]:
    here = _group(code)
    one = visit_queries.find_request(here, request_id)
    if one is None:
        abort(404)
    return here, one
