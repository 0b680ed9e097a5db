"""The page where lists of groups and residents come in: shown first, then taken."""

import base64
import hashlib
import zlib
from typing import Any, NamedTuple

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from itsdangerous import BadSignature, TimestampSigner

from elearn.kit.access import needs
from elearn.kit.refused import Refused
from elearn.kit.sheets import SheetProblem
from elearn.kit.tables import Column, send_csv, send_xlsx
from elearn.office import imports
from elearn.office.forms import AgreedListForm, ListForm
from elearn.office.here import viewer_here, ward_id_for
from elearn.office.imports import Plan
from elearn.people.consents import PURPOSES
from elearn.people.permissions import Permission
from elearn.people.session import ward_here

pages = Blueprint("lists_desk", __name__)

GOOD_FOR_SECONDS = 3600
SEALED_BYTES = 10_000  # a list this small travels in the page itself; a larger one is sent a second time
SHOWN = {"skipped": 40, "changed": 30, "taken": 20, "same": 10}  # on the page; the file holds all of them
SEND = {"csv": send_csv, "xlsx": send_xlsx}
WORDS = {"taken": "mới", "changed": "thay đổi", "same": "đã có", "skipped": "bỏ qua"}
PATTERNS = {
    "to": ("mau-danh-sach-to", ("Mã tổ", "Tên tổ", "Phường cũ", "Số hộ", "Số người từ đủ 18 tuổi")),
    "nguoi": (
        "mau-danh-sach-nguoi-dan",
        ("Họ và tên", "Tổ dân phố", "Phường cũ", "Số điện thoại", "Năm sinh", "Đối tượng",
         "Ngày đồng ý giữ kết quả", "Ngày đồng ý cho người của tổ xem"),
    ),
}  # fmt: skip


class Sealed(NamedTuple):
    """What was shown: of which file, with which outcome; and the file itself when it is small."""

    digest: str
    plan: str
    content: bytes | None


@pages.get("/quan-tri/nhap-danh-sach")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def import_file() -> Any:
    """Ask for a list, and say what it must look like."""
    ward_id_for(Permission.MANAGE_PEOPLE)
    return _ask(ListForm(formdata=None))


@pages.get("/quan-tri/nhap-danh-sach/mau-<any(to,nguoi):kind>.<any(csv,xlsx):ending>")
@needs(Permission.MANAGE_PEOPLE)
def pattern(kind: str, ending: str) -> Any:
    """Send an empty list with the headings, to be filled in."""
    ward_id_for(Permission.MANAGE_PEOPLE)
    name, headings = PATTERNS[kind]
    return SEND[ending](name, [Column(heading) for heading in headings], [])


@pages.post("/quan-tri/nhap-danh-sach")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def show_plan() -> Any:
    """Show what the list would do; nothing is written."""
    ward_id, form = ward_id_for(Permission.MANAGE_PEOPLE), ListForm()
    if not form.validate():
        return _ask(form), 422
    content = form.file.data.read()
    try:
        plan = imports.plan_of(content, ward_id)
    except SheetProblem as problem:
        form.file.errors = [str(problem)]
        return _ask(form), 422
    return _show(plan, content)


@pages.post("/quan-tri/nhap-danh-sach/nhap")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def take() -> Any:
    """Take the list that was shown, all of it or nothing."""
    ward_id, form = ward_id_for(Permission.MANAGE_PEOPLE), AgreedListForm()
    sealed, content = _agreed(form)
    if sealed is None or content is None:
        return _ask_again(form)
    try:
        done = imports.carry_out(content, ward_id, by=viewer_here(), agreed=sealed.plan)
    except Refused as refused:
        return _show(imports.plan_of(content, ward_id), content, str(refused)), 422
    if not done.does_something:
        flash("Danh sách này đã nhập rồi, lần này không có gì mới.")
    else:
        flash(f"Đã nhập: {done.summary}")
    where = "people_desk.people" if done.of_residents else "groups_desk.groups"
    return redirect(url_for(where), 303)


@pages.post("/quan-tri/nhap-danh-sach/ket-qua.csv")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def verdicts() -> Any:
    """Send the whole outcome of the trial as a file, to mend the list with."""
    ward_id, form = ward_id_for(Permission.MANAGE_PEOPLE), AgreedListForm()
    sealed, content = _agreed(form)
    if sealed is None or content is None:
        return _ask_again(form)
    plan = imports.plan_of(content, ward_id)
    columns = [Column("Dòng"), Column("Kết quả"), Column("Ai hoặc tổ nào"), Column("Vì sao")]
    rows = [(one.row, WORDS[one.what], one.shown, one.why) for one in plan.in_order]
    return send_csv("ket-qua-xem-thu", columns, rows)


# -- what was shown, sealed ----------------------------------------------------------------------


def _agreed(form: AgreedListForm) -> tuple[Sealed | None, bytes | None]:
    """Return what was shown and the file it was shown of, if both are what they were."""
    if not form.validate():
        return None, None
    sealed = _open(form.sealed.data or "")
    if sealed is None or sealed.content is not None:
        return sealed, sealed.content if sealed else None
    content = form.file.data.read() if form.file.data else b""
    if hashlib.sha256(content).hexdigest() != sealed.digest:
        form.file.errors = ["Đây không phải tệp vừa xem thử, hoặc tệp đã sửa. Xin xem thử lại từ đầu."]
        return sealed, None
    return sealed, content


def _ask_again(form: AgreedListForm) -> Any:
    first = ListForm(formdata=None)
    first.file.errors = (
        form.file.errors
        or form.errors.get("csrf_token")
        or ["Lần xem thử này đã quá một giờ hoặc không còn đúng. Xin chọn tệp và xem thử lại."]
    )
    return _ask(first), 422


def _seal(plan: Plan, content: bytes) -> str:
    packed = zlib.compress(content, 9)
    inside = base64.urlsafe_b64encode(packed).decode() if len(packed) <= SEALED_BYTES else ""
    return _sealer().sign(f"{_whose()}:{hashlib.sha256(content).hexdigest()}:{plan.digest}:{inside}").decode()


def _open(sealed: str) -> Sealed | None:
    try:
        told = _sealer().unsign(sealed, max_age=GOOD_FOR_SECONDS).decode()
    except BadSignature:
        return None
    whose, digest, plan, inside = told.split(":")
    if whose != _whose():
        return None
    return Sealed(digest, plan, zlib.decompress(base64.urlsafe_b64decode(inside)) if inside else None)


def _whose() -> str:
    """A sealed list is good for the person it was shown to, in the ward it was judged for."""
    return f"{viewer_here().person_id}/{ward_here().id}"


def _sealer() -> TimestampSigner:
    return TimestampSigner(current_app.config["SECRET_KEY"], salt="list")


# -- pages ---------------------------------------------------------------------------------------


def _ask(form: ListForm) -> str:
    return render_template("office/list.html", form=form, purposes=PURPOSES)


def _show(plan: Plan, content: bytes, refusal: str = "") -> str:
    form = AgreedListForm(formdata=None)
    form.sealed.data = _seal(plan, content)
    return render_template(
        "office/list_plan.html",
        plan=plan,
        form=form,
        travels=len(zlib.compress(content, 9)) <= SEALED_BYTES,
        most=SHOWN,
        refusal=refusal,
    )
