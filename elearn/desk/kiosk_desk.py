"""Where who looks after a place makes a tablet its shared machine, and lets one be so no longer."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for

from elearn.desk.forms import KioskForm
from elearn.desk.queries import kiosk_places
from elearn.kit.access import needs
from elearn.kit.addresses import HOME
from elearn.kit.refused import Refused
from elearn.people import kiosks, session
from elearn.people.device import become_kiosk
from elearn.people.kiosks import KioskLine
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here, ward_here

pages = Blueprint("kiosk_desk", __name__)


@pages.get("/may-dung-chung")
@needs(Permission.SET_UP_KIOSKS)
def machines() -> Any:
    """List the shared machines of one's own groups or ward, and offer to make this one."""
    form = KioskForm(formdata=None)
    form.offer(kiosk_places(viewer_here(), ward_here()))
    return _machines(form)


@pages.post("/may-dung-chung")
@needs(Permission.SET_UP_KIOSKS)
def make() -> Any:
    """Make this very browser a shared machine; whoever was signed in here is out."""
    form = KioskForm()
    form.offer(kiosk_places(viewer_here(), ward_here()))
    if not form.validate():
        return _machines(form), 422
    try:
        token = kiosks.set_up_kiosk(ward_here().id, form.group.data or None, form.place.data, viewer_here())
    except Refused as refused:
        return _machines(form, str(refused)), 422
    session.end()
    flash("Máy này nay là máy dùng chung. Tên của anh chị đã đóng ở đây; người học bắt đầu từ trang này.")
    response = redirect(HOME, 303)
    become_kiosk(response, token)
    return response


def _machines(form: KioskForm, refusal: str = "") -> str:
    return render_template(
        "desk/kiosks.html", form=form, refusal=refusal, machines=kiosks.kiosks_seen_by(viewer_here())
    )


@pages.get("/may-dung-chung/<int:kiosk_id>/thoi")
@needs(Permission.SET_UP_KIOSKS)
def stop(kiosk_id: int) -> Any:
    """Ask before a machine is a shared one no longer."""
    return render_template("desk/kiosk_stop.html", machine=_machine(kiosk_id))


@pages.post("/may-dung-chung/<int:kiosk_id>/thoi")
@needs(Permission.SET_UP_KIOSKS)
def stopped(kiosk_id: int) -> Any:
    """Let a machine be a shared one no longer; twice is once."""
    machine = _machine(kiosk_id)
    kiosks.end_kiosk(kiosk_id, viewer_here())
    flash(f"Đã lưu. Máy ở {machine.place} không còn là máy dùng chung.")
    return redirect(url_for("kiosk_desk.machines"), 303)


def _machine(kiosk_id: int) -> KioskLine:
    machine = kiosks.find_kiosk_seen_by(viewer_here(), kiosk_id)
    if machine is None:
        abort(404)
    return machine
