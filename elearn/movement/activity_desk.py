"""The pages of the log of activities: what was done by channel, a new line, mending and taking out."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from elearn.kit.access import needs
from elearn.kit.clock import now, today
from elearn.kit.lists import part_of
from elearn.kit.refused import Refused
from elearn.movement import activities as actions
from elearn.movement import activity_queries as queries
from elearn.movement.activities import Done
from elearn.movement.activity_queries import ActivityLine, HeldClass
from elearn.movement.forms import ActivityForm
from elearn.movement.words import CHANNELS
from elearn.people.permissions import Permission
from elearn.people.reach import groups_for
from elearn.people.session import viewer_here, ward_here
from elearn.progress.rules import PERIODS, read_period

pages = Blueprint("activity_desk", __name__)

LOG = Permission.LOG_ACTIVITIES


@pages.get("/phong-trao/hoat-dong")
@needs(LOG)
def activities() -> Any:
    """List what was done in a period, with the sums by channel and the classes that are not noted yet."""
    viewer, ward_id = viewer_here(), ward_here().id
    period = read_period(request.args if "ky" in request.args else {"ky": "thang-nay"}, today())
    groups = {group.code: group for group in groups_for(viewer, LOG, ward_id, today())}
    group = groups.get(request.args.get("to-dan-pho", ""))
    channel = request.args.get("cach", "")
    channel = channel if channel in CHANNELS else ""
    lines = queries.activities_seen_by(
        viewer, ward_id, period.since, period.until, channel=channel, group_id=group.id if group else None
    )
    return render_template(
        "movement/activities.html",
        period=period,
        periods=PERIODS,
        groups=groups.values() if len(groups) > 1 else [],
        channels=CHANNELS,
        asked=_asked(period, channel, group.code if group else ""),
        part=part_of(lines, request.args.get("trang")),
        found=len(lines),
        sums=queries.by_channel(lines),
        classes=queries.classes_to_note(viewer, ward_id, now())[:5],
        whole_ward=viewer.may_in(LOG, ward_id=ward_id),
    )


def _asked(period: Any, channel: str, code: str) -> dict[str, str]:
    days = {"tu": period.since.isoformat() if period.since else "", "den": period.until.isoformat()}
    asked = {"ky": "khoang" if period.since else "tat-ca", **days, "cach": channel, "to-dan-pho": code}
    return {name: value for name, value in asked.items() if value}


@pages.get("/phong-trao/hoat-dong/moi")
@needs(LOG)
def new() -> Any:
    """Offer the form; for a class that was held, with what is known of it."""
    held = _held()
    form = ActivityForm(
        formdata=None,
        day=held.day if held else today(),
        place=held.group_code if held else None,
        channel="group_meeting" if held else "",
        count=1 if held else None,
        attendees=held.expected if held else None,
    )
    return _page(_offered(form), held)


@pages.post("/phong-trao/hoat-dong/moi")
@needs(LOG)
def note() -> Any:
    """Keep a line; the same form sent again, or the same class, is the same line."""
    form, held = _offered(ActivityForm()), _held()
    if not form.validate():
        return _page(form, held), 422
    try:
        actions.note_activity(
            viewer_here(), ward_here().id, form.form_id.data or "", _done(form),
            meeting_mark=held.mark if held else None,
        )  # fmt: skip
    except Refused as refused:
        form.place.errors = [str(refused)]
        return _page(form, held), 422
    flash("Đã ghi vào nhật ký hoạt động.")
    return redirect(url_for("activity_desk.activities"), 303)


@pages.get("/phong-trao/hoat-dong/<int:activity_id>/sua")
@needs(LOG)
def edit(activity_id: int) -> Any:
    """Offer a line for mending."""
    line = _found(activity_id)
    shown = {
        name: getattr(line, name) for name in ("workplace", "day", "channel", "count", "attendees", "note")
    }
    form = ActivityForm(formdata=None, place=line.group_code or "", **shown)
    return _page(_offered(form, line), None, line)


@pages.post("/phong-trao/hoat-dong/<int:activity_id>/sua")
@needs(LOG)
def mend(activity_id: int) -> Any:
    """Keep what was mended."""
    line = _found(activity_id)
    form = _offered(ActivityForm(), line)
    if not form.validate():
        return _page(form, None, line), 422
    try:
        actions.mend_activity(viewer_here(), ward_here().id, line.id, _done(form))
    except Refused as refused:
        form.place.errors = [str(refused)]
        return _page(form, None, line), 422
    flash("Đã lưu.")
    return redirect(url_for("activity_desk.activities"), 303)


@pages.get("/phong-trao/hoat-dong/<int:activity_id>/bo")
@needs(LOG)
def drop(activity_id: int) -> Any:
    """Ask before a line is taken out."""
    return render_template("movement/activity_drop.html", line=_found(activity_id))


@pages.post("/phong-trao/hoat-dong/<int:activity_id>/bo")
@needs(LOG)
def dropped(activity_id: int) -> Any:
    """Take a line out; a second tap finds it gone, and that is what was wanted."""
    if actions.drop_activity(viewer_here(), ward_here().id, activity_id):
        flash("Đã bỏ dòng ấy khỏi nhật ký hoạt động.")
    return redirect(url_for("activity_desk.activities"), 303)


def _page(form: ActivityForm, held: HeldClass | None, line: ActivityLine | None = None) -> str:
    return render_template("movement/activity.html", form=form, held=held, line=line)


def _done(form: ActivityForm) -> Done:
    return Done(
        day=form.day.data,
        channel=form.channel.data,
        count=form.count.data,
        attendees=form.attendees.data,
        note=form.note.data or "",
        **form.chosen,
    )


def _offered(form: ActivityForm, line: ActivityLine | None = None) -> ActivityForm:
    """Offer the groups of today, and the line's own, which may have ended."""
    ward_id = ward_here().id
    groups = groups_for(viewer_here(), LOG, ward_id, today())
    if line and line.group_id and line.group_id not in {group.id for group in groups}:
        groups.append(queries.own_group(line))
    for_workplaces = viewer_here().may_in(LOG, ward_id=ward_id)
    if not groups and not for_workplaces:
        abort(404)
    form.offer(groups, for_workplaces=for_workplaces)
    return form


def _held() -> HeldClass | None:
    mark = request.args.get("lop", "")
    return queries.find_held_class(viewer_here(), ward_here().id, mark) if mark else None


def _found(activity_id: int) -> ActivityLine:
    line = queries.find_activity_seen_by(viewer_here(), ward_here().id, activity_id)
    if line is None:
        abort(404)
    return line
