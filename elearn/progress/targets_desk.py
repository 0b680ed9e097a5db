"""The pages where a ward says what its board shall reach, by when, and when a group counts as quiet."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for

from elearn.kit.access import needs
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here, ward_here
from elearn.progress import actions, setting_queries
from elearn.progress.aims import AIMS
from elearn.progress.forms import QuietForm, TargetForm

pages = Blueprint("targets_desk", __name__)

SET = Permission.SET_TARGETS


@pages.get("/tien-do/chi-tieu")
@needs(SET)
def targets() -> Any:
    """List the targets of the ward, and offer to set one."""
    return _list(TargetForm(formdata=None))


@pages.post("/tien-do/chi-tieu")
@needs(SET)
def set_target() -> Any:
    """Set a target."""
    form = TargetForm()
    if not form.validate():
        return _list(form), 422
    _keep(form, None)
    flash("Đã lưu chỉ tiêu. Bảng tiến độ đã so với chỉ tiêu này.")
    return redirect(url_for("targets_desk.targets"), 303)


@pages.get("/tien-do/chi-tieu/<int:target_id>")
@needs(SET)
def target(target_id: int) -> Any:
    """Show one target, to mend it."""
    kept = _target(target_id)
    told = {"name": kept.name, "measure": kept.measure, "value": kept.value, "due": kept.due}
    return render_template(
        "progress/target.html", form=TargetForm(formdata=None, data=told), target_id=target_id
    )


@pages.post("/tien-do/chi-tieu/<int:target_id>")
@needs(SET)
def mend_target(target_id: int) -> Any:
    """Keep what was mended."""
    _target(target_id)
    form = TargetForm()
    if not form.validate():
        return render_template("progress/target.html", form=form, target_id=target_id), 422
    _keep(form, target_id)
    flash("Đã lưu chỉ tiêu.")
    return redirect(url_for("targets_desk.targets"), 303)


@pages.get("/tien-do/chi-tieu/<int:target_id>/bo")
@needs(SET)
def target_to_drop(target_id: int) -> Any:
    """Ask once more before a target is taken away."""
    return render_template("progress/target_to_drop.html", target=_target(target_id))


@pages.post("/tien-do/chi-tieu/<int:target_id>/bo")
@needs(SET)
def drop_target(target_id: int) -> Any:
    """Take a target away."""
    if not actions.drop_target(viewer_here(), ward_here().id, target_id):
        abort(404)
    flash("Đã bỏ chỉ tiêu.")
    return redirect(url_for("targets_desk.targets"), 303)


@pages.post("/tien-do/chi-tieu/im-lang")
@needs(SET)
def set_quiet_days() -> Any:
    """Say after how many days without a result a group counts as quiet."""
    form = QuietForm()
    if not form.validate():
        return _list(TargetForm(formdata=None), form), 422
    if not actions.set_quiet_days(viewer_here(), ward_here().id, form.days.data):
        abort(404)
    flash("Đã lưu số ngày.")
    return redirect(url_for("targets_desk.targets"), 303)


def _list(form: TargetForm, quiet: QuietForm | None = None) -> str:
    if not viewer_here().may_in(SET, ward_id=ward_here().id):
        abort(404)
    aims = setting_queries.aims_of(ward_here().id)
    quiet = quiet or QuietForm(formdata=None, data={"days": aims.quiet_days})
    return render_template("progress/targets.html", form=form, quiet=quiet, aims=aims, kinds=AIMS)


def _keep(form: TargetForm, target_id: int | None) -> None:
    kept = actions.set_target(
        viewer_here(), ward_here().id, target_id, form.name.data, form.measure.data, form.value.data,
        form.due.data,
    )  # fmt: skip
    if kept is None:
        abort(404)


def _target(target_id: int) -> Any:
    found = setting_queries.find_target(viewer_here(), ward_here().id, target_id)
    if found is None:
        abort(404)
    return found
