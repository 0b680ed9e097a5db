"""The pages where the residential groups of the ward are made, corrected, merged and split."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for

from elearn.kit.access import needs
from elearn.kit.clock import today
from elearn.kit.lists import is_meant, part_of
from elearn.kit.refused import Refused
from elearn.kit.tables import Column, send_csv, send_xlsx
from elearn.learning import groups as learning
from elearn.office import actions, queries
from elearn.office.forms import MOST_PARTS, ContactForm, GroupForm, SplitForm
from elearn.office.here import ask_before, asked, viewer_here, ward_id_for
from elearn.office.queries import GroupLine
from elearn.people import actions as people
from elearn.people import contacts
from elearn.people.contact_queries import Contact, contacts_seen_by
from elearn.people.models import GroupKind
from elearn.people.permissions import Permission
from elearn.people.words import CONTACTS

pages = Blueprint("groups_desk", __name__)

LOOKS = {
    "": "Các tổ đang có",
    "thieu-nguoi-lon": "Chưa có số người từ 18 tuổi",
    "thieu-nguoi-huong-dan": "Chưa có người hướng dẫn",
    "da-het": "Các tổ không còn",
}
SEND = {"csv": send_csv, "xlsx": send_xlsx}
COLUMNS = ("Mã tổ", "Tên tổ", "Phường cũ", "Số hộ", "Số người từ đủ 18 tuổi")


# -- all of them ---------------------------------------------------------------------------------


@pages.get("/quan-tri/to")
@needs(Permission.MANAGE_GROUPS)
def groups() -> Any:
    """List the groups of the ward."""
    lines = queries.groups_of(ward_id_for(Permission.MANAGE_GROUPS))
    look, words = asked("xem"), asked("tim")
    look = look if look in LOOKS else ""
    found = [
        line
        for line in lines
        if _is_in(line, look) and is_meant(words, line.name, line.former_ward, line.code)
    ]
    return render_template(
        "office/groups.html",
        part=part_of(found, request.args.get("trang")),
        found=len(found),
        none_yet=not any(line.kind == GroupKind.REGULAR for line in lines),
        look=look,
        looks=LOOKS,
        asked=words,
        day=today(),
    )


@pages.get("/quan-tri/to.<any(csv,xlsx):ending>")
@needs(Permission.MANAGE_GROUPS)
def groups_file(ending: str) -> Response:
    """Send the groups as a list that can be filled in and brought back."""
    lines = queries.groups_of(ward_id_for(Permission.MANAGE_GROUPS))
    rows = [
        (line.code, line.name, line.former_ward, line.households, line.adults)
        for line in lines
        if line.kind == GroupKind.REGULAR and not line.has_ended(today())
    ]
    return SEND[ending]("danh-sach-to", [Column(heading) for heading in COLUMNS], rows)


def _is_in(line: GroupLine, look: str) -> bool:
    if look == "da-het":
        return line.has_ended(today())
    regular = line.kind == GroupKind.REGULAR and not line.has_ended(today())
    if look == "thieu-nguoi-lon":
        return regular and line.adults is None
    if look == "thieu-nguoi-huong-dan":
        return regular and not line.helpers
    return not line.has_ended(today())


@pages.get("/quan-tri/to/moi")
@needs(Permission.MANAGE_GROUPS, fresh=True)
def new_group() -> Any:
    """Ask what a new group is called."""
    ward_id_for(Permission.MANAGE_GROUPS)
    return render_template("office/group_new.html", form=GroupForm(formdata=None), refusal="")


@pages.post("/quan-tri/to/moi")
@needs(Permission.MANAGE_GROUPS, fresh=True)
def make_group() -> Any:
    """Make a group."""
    ward_id, form = ward_id_for(Permission.MANAGE_GROUPS), GroupForm()
    if not form.validate():
        return render_template("office/group_new.html", form=form, refusal=""), 422
    try:
        people.make_group(
            ward_id, form.code.data, form.name.data, former_ward=form.former_ward.data or "",
            households=form.households.data, adults=form.adults.data, by=viewer_here(),
        )  # fmt: skip
    except Refused as refused:
        return render_template("office/group_new.html", form=form, refusal=str(refused)), 422
    flash("Đã lưu. Tổ mới có trong danh sách để người dân chọn.")
    return redirect(url_for("groups_desk.group", code=form.code.data), 303)


# -- one of them ---------------------------------------------------------------------------------


@pages.get("/quan-tri/to/<code>")
@needs(Permission.MANAGE_GROUPS)
def group(code: str) -> Any:
    """Show what is known of a group, its helpers and its history, and let it be corrected."""
    line = _group(code)
    form = GroupForm(formdata=None, data=line._asdict())
    return _show(line, form)


@pages.post("/quan-tri/to/<code>")
@needs(Permission.MANAGE_GROUPS, fresh=True)
def save_group(code: str) -> Any:
    """Keep the corrected details."""
    line, form = _living(code), GroupForm()
    if not form.validate():
        return _show(line, form), 422
    try:
        actions.save_group(
            line.id, name=form.name.data, code=form.code.data, former_ward=form.former_ward.data or "",
            households=form.households.data, adults=form.adults.data, by=viewer_here(),
        )  # fmt: skip
    except Refused as refused:
        return _show(line, form, str(refused)), 422
    flash("Đã lưu.")
    return redirect(url_for("groups_desk.group", code=form.code.data), 303)


@pages.post("/quan-tri/to/<code>/lien-he")
@needs(Permission.MANAGE_GROUPS, fresh=True)
def add_contact(code: str) -> Any:
    """Enter whom to call in the group, who has agreed to it."""
    line, form = _living(code), ContactForm()
    details = GroupForm(formdata=None, data=line._asdict())
    if not form.validate():
        return _show(line, details, contact=form), 422
    try:
        contacts.add_contact(
            viewer_here(), line.id, role=form.role.data, name=form.contact.data,
            phone=form.contact_phone.data or None,
        )  # fmt: skip
    except Refused as refused:
        return _show(line, details, str(refused), contact=form), 422
    flash("Đã ghi người liên hệ.")
    return redirect(url_for("groups_desk.group", code=line.code), 303)


@pages.get("/quan-tri/to/<code>/lien-he/<int:contact_id>/bo")
@needs(Permission.MANAGE_GROUPS)
def drop_contact(code: str, contact_id: int) -> Any:
    """Ask before somebody is no longer to be called in the group."""
    line = _living(code)
    one = next((one for one in _contacts(line) if one.id == contact_id), None)
    if one is None:
        abort(404)
    return ask_before(
        "Bỏ người liên hệ",
        [f"{one.name} không còn là người liên hệ của {line.name}; tên và số điện thoại bị xóa khỏi trang."],
        "Bỏ người liên hệ này",
        url_for("groups_desk.dropped_contact", code=line.code, contact_id=one.id),
        url_for("groups_desk.group", code=line.code),
    )


@pages.post("/quan-tri/to/<code>/lien-he/<int:contact_id>/bo")
@needs(Permission.MANAGE_GROUPS, fresh=True)
def dropped_contact(code: str, contact_id: int) -> Any:
    """Take somebody out who was to be called; a second tap finds them gone."""
    line = _living(code)
    contacts.drop_contact(viewer_here(), line.id, contact_id)
    flash("Đã bỏ người liên hệ.")
    return redirect(url_for("groups_desk.group", code=line.code), 303)


def _contacts(line: GroupLine) -> list[Contact]:
    return contacts_seen_by(viewer_here(), ward_id_for(Permission.MANAGE_GROUPS), line.code).get(
        line.code, []
    )


def _show(line: GroupLine, form: GroupForm, refusal: str = "", *, contact: ContactForm | None = None) -> str:
    return render_template(
        "office/group.html",
        group=line,
        form=form,
        refusal=refusal,
        changes=queries.changes_of(line.id),
        helpers=queries.helpers_of(line.id),
        successor=queries.code_of(line.successor_id),
        parent=queries.code_of(line.split_from_id),
        ended=line.has_ended(today()),
        contacts=_contacts(line),
        contact_form=contact or ContactForm(formdata=None),
        roles=CONTACTS,
    )


def _group(code: str) -> GroupLine:
    """Return the ward's group with this code, or 404."""
    line = queries.find_group_of(ward_id_for(Permission.MANAGE_GROUPS), code)
    if line is None:
        abort(404)
    return line


def _living(code: str) -> GroupLine:
    """Return a residential group that exists today and may be changed, or 404."""
    line = _group(code)
    if line.kind != GroupKind.REGULAR or line.has_ended(today()):
        abort(404)
    return line


# -- merging and splitting -----------------------------------------------------------------------


@pages.get("/quan-tri/to/<code>/gop")
@needs(Permission.MANAGE_GROUPS, fresh=True)
def merge(code: str) -> Any:
    """Let groups be chosen that become part of this one, and say what that does before it is done."""
    return _show_merge(_living(code), request.args.getlist("nhap"))


@pages.post("/quan-tri/to/<code>/gop")
@needs(Permission.MANAGE_GROUPS, fresh=True)
def merging(code: str) -> Any:
    """Merge the chosen groups into this one."""
    into, codes = _living(code), request.form.getlist("nhap")
    if codes and set(codes) <= _merged_already(into):  # a second tap
        return redirect(url_for("groups_desk.group", code=into.code), 303)
    chosen = [line for line in _candidates(into) if line.code in codes]
    if not chosen or len(chosen) != len(set(codes)):
        return _show_merge(into, codes, "Danh sách tổ vừa thay đổi. Xin chọn lại tổ để gộp."), 422
    try:
        learning.merge_groups([line.id for line in chosen], into.id, actor=viewer_here())
    except Refused as refused:
        return _show_merge(into, codes, str(refused)), 422
    flash(f"Đã gộp {len(chosen)} tổ. Xin xem lại tên, số hộ và số người lớn của tổ.")
    return redirect(url_for("groups_desk.group", code=into.code), 303)


def _merged_already(into: GroupLine) -> set[str]:
    lines = queries.groups_of(ward_id_for(Permission.MANAGE_GROUPS))
    return {line.code for line in lines if line.successor_id == into.id}


def _show_merge(into: GroupLine, codes: list[str], refusal: str = "") -> str:
    candidates, words = _candidates(into), asked("tim")
    chosen = [line for line in candidates if line.code in codes]
    found = [
        line
        for line in candidates
        if line not in chosen and is_meant(words, line.name, line.former_ward, line.code)
    ]
    return render_template(
        "office/group_merge.html",
        group=into,
        chosen=chosen,
        part=part_of(found, request.args.get("trang")),
        asked=words,
        refusal=refusal,
    )


def _candidates(into: GroupLine) -> list[GroupLine]:
    return [
        line
        for line in queries.groups_of(ward_id_for(Permission.MANAGE_GROUPS))
        if line.kind == GroupKind.REGULAR and not line.has_ended(today()) and line.id != into.id
    ]


@pages.get("/quan-tri/to/<code>/tach")
@needs(Permission.MANAGE_GROUPS, fresh=True)
def split(code: str) -> Any:
    """Ask into which groups this one is split, and say what that does."""
    line = _living(code)
    form = SplitForm(formdata=None)
    form.code_1.data, form.code_2.data = f"{line.code}A"[:20], f"{line.code}B"[:20]
    return _show_split(line, form)


@pages.post("/quan-tri/to/<code>/tach")
@needs(Permission.MANAGE_GROUPS, fresh=True)
def splitting(code: str) -> Any:
    """Split the group."""
    line, form = _group(code), SplitForm()
    good = form.validate()
    if good and {part.code for part in form.parts()} <= _split_already(line):  # a second tap
        return redirect(url_for("groups_desk.group", code=line.code), 303)
    line = _living(code)
    if not good:
        return _show_split(line, form), 422
    try:
        learning.split_group(line.id, form.parts(), ends=form.old_one_ends, actor=viewer_here())
    except Refused as refused:
        return _show_split(line, form, str(refused)), 422
    flash("Đã tách tổ. Người của tổ cũ còn ở tổ cũ cho đến khi được chuyển sang tổ mới.")
    return redirect(url_for("groups_desk.group", code=line.code), 303)


def _split_already(parent: GroupLine) -> set[str]:
    lines = queries.groups_of(ward_id_for(Permission.MANAGE_GROUPS))
    return {line.code for line in lines if line.split_from_id == parent.id}


def _show_split(line: GroupLine, form: SplitForm, refusal: str = "") -> str:
    return render_template("office/group_split.html", group=line, form=form, refusal=refusal, most=MOST_PARTS)
