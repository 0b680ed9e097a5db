"""The pages where roles are given and taken back, within the ward and up to one's own ceiling."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from wtforms import SelectChoice

from elearn.kit.access import needs
from elearn.kit.clock import today
from elearn.kit.lists import is_meant, part_of
from elearn.kit.refused import Refused
from elearn.kit.secrets import random_token
from elearn.kit.typed import masked
from elearn.office import actions, people_queries
from elearn.office.forms import GrantForm, StaffForm
from elearn.office.here import ask_before, asked, viewer_here, ward_id_for
from elearn.office.people_queries import Held
from elearn.office.words import MEANING, ROLES
from elearn.people.permissions import Permission
from elearn.people.queries import group_choices

pages = Blueprint("roles_desk", __name__)

MOST_FOUND = 20


@pages.get("/quan-tri/vai-tro")
@needs(Permission.GRANT_ROLES)
def roles() -> Any:
    """List who holds which role, and how far it reaches; reading names is put into the audit."""
    return _roles()


def _roles(refusal: str = "") -> str:
    ward_id = ward_id_for(Permission.GRANT_ROLES)
    role, words = asked("vai") if asked("vai") in ROLES else "", asked("tim")
    held = [
        one
        for one in people_queries.roles_in(ward_id)
        if (role not in ROLES or one.role == role)
        and is_meant(words, one.name, one.group_name, one.group_code)
    ]
    part = part_of(held, request.args.get("trang"))
    actions.note_view("view people", "ward", ward_id, by=viewer_here(), ward_id=ward_id, names=len(part.rows))
    return render_template(
        "office/roles.html",
        refusal=refusal,
        part=part,
        found=len(held),
        role=role,
        asked=words,
        names=ROLES,
        meaning=MEANING,
        ceiling={one.id for one in part.rows if _may_take(one)},
    )


# -- giving --------------------------------------------------------------------------------------


@pages.get("/quan-tri/vai-tro/giao")
@needs(Permission.GRANT_ROLES, keyed=True)
def grant() -> Any:
    """Find a person, then choose the role."""
    ward_id_for(Permission.GRANT_ROLES)
    form = GrantForm(formdata=None)
    form.role.data = asked("vai") if asked("vai") in ROLES else "helper"
    _offer_groups(form, asked("nhom", 20))
    return _grant(form)


@pages.post("/quan-tri/vai-tro/giao")
@needs(Permission.GRANT_ROLES, keyed=True)
def granting() -> Any:
    """Give the role."""
    ward_id, form = ward_id_for(Permission.GRANT_ROLES), GrantForm()
    _offer_groups(form)
    if not form.validate():
        return _grant(form), 422
    card = people_queries.find_person_of(ward_id, form.person.data or 0)
    if card is None:
        abort(404)
    try:
        actions.grant(card, form.role.data, ward_id=ward_id, group_id=form.group_id, by=viewer_here())
    except Refused as refused:
        return _grant(form, str(refused)), 422
    flash(f"Đã giao vai trò {ROLES[form.role.data].lower()} cho {card.name}.")
    return redirect(url_for("people_desk.person", person_id=card.id), 303)


def _grant(form: GrantForm, refusal: str = "") -> str:
    ward_id, words = ward_id_for(Permission.GRANT_ROLES), asked("tim")
    chosen = form.person.data or request.args.get("nguoi", 0, type=int)
    if chosen:
        lines = people_queries.lines_of(ward_id, [chosen])
    elif words:
        lines = people_queries.find_people(ward_id, words=words, day=today()).lines[:MOST_FOUND]
    else:
        lines = []
    actions.note_view("view people", "ward", ward_id, by=viewer_here(), ward_id=ward_id, names=len(lines))
    return render_template(
        "office/role_grant.html",
        form=form,
        refusal=refusal,
        lines=lines,
        chosen=chosen,
        asked=words,
        masked=masked,
        meaning=MEANING,
        names=ROLES,
    )


def _offer_groups(form: GrantForm, code: str = "") -> None:
    groups = group_choices(ward_id_for(Permission.GRANT_ROLES), today())
    named = {0: "Không chọn tổ"} | {
        one.id: f"{one.name} ({one.former_ward or one.code})" for one in groups if one.kind == "regular"
    }
    form.group.choices = [SelectChoice(*one) for one in named.items()]
    if code:
        form.group.data = next((one.id for one in groups if one.code == code.upper()), 0)


@pages.get("/quan-tri/vai-tro/nguoi-moi")
@needs(Permission.GRANT_ROLES, keyed=True)
def new_staff() -> Any:
    """Ask who the new colleague is."""
    ward_id_for(Permission.GRANT_ROLES)
    form = StaffForm(formdata=None)
    form.form_id.data = random_token()
    return _new_staff(form)


@pages.post("/quan-tri/vai-tro/nguoi-moi")
@needs(Permission.GRANT_ROLES, keyed=True)
def add_staff() -> Any:
    """Make the colleague, with a role and a password; the same form sent again means the same one."""
    ward_id, form = ward_id_for(Permission.GRANT_ROLES), StaffForm()
    if not form.validate():
        return _new_staff(form), 422
    try:
        person_id = actions.add_staff(
            ward_id, form.form_id.data or "", form.name.data, form.role.data, form.password.data,
            phone=form.phone.data or None, by=viewer_here(),
        )  # fmt: skip
    except Refused as refused:
        return _new_staff(form, str(refused)), 422
    flash("Đã thêm. Người này đăng nhập bằng số điện thoại hoặc mã cá nhân, và mật khẩu vừa đặt.")
    return redirect(url_for("people_desk.person", person_id=person_id), 303)


def _new_staff(form: StaffForm, refusal: str = "") -> str:
    return render_template("office/staff_new.html", form=form, refusal=refusal, meaning=MEANING, names=ROLES)


# -- taking back ---------------------------------------------------------------------------------


@pages.get("/quan-tri/vai-tro/<int:grant_id>/thu")
@needs(Permission.GRANT_ROLES, keyed=True)
def revoke(grant_id: int) -> Any:
    """Ask before a role is taken back."""
    held = _held(grant_id)
    return ask_before(
        f"Thu vai trò {ROLES[held.role].lower()} của {held.name}",
        [
            f"Phạm vi: {held.group_name or 'cả phường'}. {MEANING[held.role]}",
            "Người này thoát khỏi mọi máy và không làm được những việc ấy nữa. Những gì đã làm vẫn còn.",
            "Giao lại được bất cứ lúc nào.",
        ],
        "Thu vai trò",
        url_for("roles_desk.revoked", grant_id=held.id),
        url_for("roles_desk.roles"),
    )


@pages.post("/quan-tri/vai-tro/<int:grant_id>/thu")
@needs(Permission.GRANT_ROLES, keyed=True)
def revoked(grant_id: int) -> Any:
    """Take the role back; twice is once."""
    ward_id_for(Permission.GRANT_ROLES)
    if not people_queries.is_held(grant_id):
        return redirect(url_for("roles_desk.roles"), 303)
    held = _held(grant_id)
    try:
        actions.revoke(held, by=viewer_here())
    except Refused as refused:
        return _roles(str(refused)), 422
    flash(f"Đã thu vai trò của {held.name}.")
    return redirect(url_for("roles_desk.roles"), 303)


def _held(grant_id: int) -> Held:
    """Return a role held in this ward that the viewer may take back, or 404."""
    ward_id = ward_id_for(Permission.GRANT_ROLES)
    held = next((one for one in people_queries.roles_in(ward_id) if one.id == grant_id), None)
    if held is None or not _may_take(held):
        abort(404)
    return held


def _may_take(held: Held) -> bool:
    return viewer_here().may_in(Permission.GRANT_ROLES, ward_id=held.ward_id)
