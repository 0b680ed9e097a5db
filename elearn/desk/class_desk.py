"""Where a helper begins a class with one QR code for everybody in it, and ends it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from elearn.desk import actions, queries
from elearn.desk.forms import ClassForm
from elearn.desk.here import group_here, open_group_here
from elearn.desk.queries import DeskGroup
from elearn.kit.access import needs
from elearn.kit.addresses import public_root
from elearn.kit.clock import now
from elearn.kit.qr import qr_svg
from elearn.kit.secrets import digest
from elearn.people import entry
from elearn.people.entry_queries import find_class
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here

pages = Blueprint("class_desk", __name__)


@pages.get("/to/<code>/lop", endpoint="class")
@needs(Permission.REGISTER_RESIDENTS)
def classes(code: str) -> Any:
    """Show the classes that go on now, and offer to begin one."""
    return _classes(open_group_here(code), ClassForm(formdata=None))


@pages.post("/to/<code>/lop")
@needs(Permission.REGISTER_RESIDENTS, fresh=True)  # a class brings hundreds of tries at mã học along
def begin_class(code: str) -> Any:
    """Begin a class: a ticket of three hours, shown as a QR code."""
    here, form = open_group_here(code), ClassForm()
    if not form.validate():
        return _classes(here, form), 422
    token = entry.issue_class_ticket(here.id, form.attendance.data, viewer_here())
    return redirect(url_for("class_desk.class_sheet", code=here.code, token=token), 303)


def _classes(here: DeskGroup, form: ClassForm) -> str:
    return render_template("desk/class.html", group=here, form=form, classes=queries.classes_of(here, now()))


@pages.get("/to/<code>/lop/<token>")
@needs(Permission.REGISTER_RESIDENTS)
def class_sheet(code: str, token: str) -> Any:
    """Show the QR code of a class, large, for the screen, the projector or paper."""
    here = open_group_here(code)
    ticket = find_class(digest(token), now())
    if ticket is None or ticket.group_id != here.id:
        flash("Lớp ấy đã kết thúc. Anh chị mở lớp mới nhé.")
        return redirect(url_for("class_desk.class", code=here.code))
    address = public_root() + url_for("people.class_ticket", token=token)
    return render_template(
        "desk/class_sheet.html",
        group=here,
        ticket=ticket,
        mark=ticket.token_digest[: queries.MARK],
        address=address,
        qr=qr_svg(address, "Mã QR của lớp"),
    )


@pages.post("/to/<code>/lop/<mark>/ket-thuc")
@needs(Permission.REGISTER_RESIDENTS)
def end_class(code: str, mark: str) -> Any:
    """End a class now: its QR code opens nothing any more."""
    here = group_here(code, Permission.REGISTER_RESIDENTS)
    actions.end_class(viewer_here(), here, mark)
    flash("Đã lưu. Lớp đã kết thúc, mã QR không mở được nữa.")
    return redirect(url_for("class_desk.class", code=here.code), 303)
