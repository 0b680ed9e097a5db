"""The pages where an administrator gives people a way in, or takes it away: mã học, codes, passwords."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for

from elearn.kit.access import needs
from elearn.kit.clock import now
from elearn.kit.refused import Refused
from elearn.kit.typed import spoken_number
from elearn.office import actions
from elearn.office.forms import NewPasswordForm
from elearn.office.here import ask_before, person_here, viewer_here
from elearn.office.people_desk import show_person
from elearn.office.people_queries import PersonCard
from elearn.people import actions as people
from elearn.people import colleagues, entry
from elearn.people.permissions import Permission
from elearn.people.rules import ONE_TIME_CODE_LASTS, spaced

pages = Blueprint("keys_desk", __name__)


@pages.get("/quan-tri/nguoi/<int:person_id>/ma-hoc")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def pin(person_id: int) -> Any:
    """Ask before a new mã học makes the old one worthless."""
    card = person_here(person_id)
    return ask_before(
        f"Cấp mã học mới cho {card.name}",
        [
            "Mã học cũ không dùng được nữa, và người ấy thoát khỏi mọi máy đang vào bằng mã cũ.",
            "Mã mới chỉ hiện một lần. Chỉ cấp khi anh chị đang gặp đúng người.",
        ],
        "Cấp mã học mới",
        url_for("keys_desk.new_pin", person_id=card.id),
        _home(card),
    )


@pages.post("/quan-tri/nguoi/<int:person_id>/ma-hoc")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def new_pin(person_id: int) -> Any:
    """Give a new mã học and show it, this once."""
    card = person_here(person_id)
    try:
        given = people.give_credentials(card.id, by=viewer_here())
    except Refused as refused:
        return _back(card, str(refused))
    return render_template(
        "office/person_secret.html",
        person=card,
        heading=f"Mã học mới của {card.name}",
        secret=given.pin,
        who=spaced(given.personal_code),
        until=None,
    )


@pages.get("/quan-tri/nguoi/<int:person_id>/ma-mot-lan")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def code(person_id: int) -> Any:
    """Lead whoever reloads after the act back to the person's page."""
    return redirect(_home(person_here(person_id)))


@pages.post("/quan-tri/nguoi/<int:person_id>/ma-mot-lan")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def issue_code(person_id: int) -> Any:
    """Issue a one-time code and show it, this once."""
    card = person_here(person_id)
    try:
        secret = entry.issue_code(card.id, viewer_here())
    except Refused as refused:
        return _back(card, str(refused))
    return render_template(
        "office/person_secret.html",
        person=card,
        heading=f"Mã một lần của {card.name}",
        secret=spaced(secret),
        who=spoken_number(card.phone or "") or spaced(card.personal_code or ""),
        until=now() + ONE_TIME_CODE_LASTS,
    )


@pages.get("/quan-tri/nguoi/<int:person_id>/lop-hai")
@needs(Permission.GRANT_ROLES, keyed=True)
def second_keys(person_id: int) -> Any:
    """Ask before a colleague is let in by the password alone."""
    card = person_here(person_id)
    return ask_before(
        f"Gỡ lớp khóa thứ hai của {card.name}",
        [
            "Chỉ làm khi anh chị gặp đúng người, và người ấy đã mất cả khóa lẫn mã dự phòng.",
            "Người ấy thoát khỏi mọi máy. Lần sau vào bằng mật khẩu; quản trị thì phải thêm khóa mới ngay.",
            "Lần sau vào, người ấy được báo là anh chị đã gỡ. Việc này ghi vào nhật ký.",
        ],
        "Gỡ lớp khóa thứ hai",
        url_for("keys_desk.no_second_keys", person_id=card.id),
        _home(card),
    )


@pages.post("/quan-tri/nguoi/<int:person_id>/lop-hai")
@needs(Permission.GRANT_ROLES, keyed=True)
def no_second_keys(person_id: int) -> Any:
    """Take the second keys of a colleague away."""
    return _do(
        person_here(person_id),
        actions.remove_second_keys,
        "Đã gỡ lớp khóa thứ hai. Người này được báo khi vào lần sau.",
    )


@pages.get("/quan-tri/khong-nho")
@needs(Permission.GRANT_ROLES, fresh=True)
def objection() -> Any:
    """Ask an administrator before they say that nobody was asked to reset their ways in."""
    return ask_before(
        "Tôi không nhờ đặt lại mật khẩu hay gỡ khóa",
        [
            "Trong một tuần, người quản trị khác không đặt lại mật khẩu và không gỡ khóa của anh chị được.",
            "Mọi người quản trị của phường đọc được lời này ở trang Quản trị. Việc này ghi vào nhật ký.",
        ],
        "Tôi không nhờ",
        url_for("keys_desk.objected"),
        url_for("office.home"),
    )


@pages.post("/quan-tri/khong-nho")
@needs(Permission.GRANT_ROLES, fresh=True)
def objected() -> Any:
    """Keep what they said; twice is once."""
    colleagues.object_to_reset(viewer_here())
    flash("Đã ghi. Người quản trị khác không đặt lại mật khẩu hay gỡ khóa của anh chị trong một tuần.")
    return redirect(url_for("office.home"), 303)


@pages.post("/quan-tri/nguoi/<int:person_id>/phien")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def end_sessions(person_id: int) -> Any:
    """Sign the person out everywhere."""
    return _do(person_here(person_id), actions.end_sessions, "Đã cho người này thoát khỏi mọi máy.")


@pages.get("/quan-tri/nguoi/<int:person_id>/ngung")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def disable(person_id: int) -> Any:
    """Ask before a person is kept out."""
    card = person_here(person_id)
    return ask_before(
        f"Ngừng đăng nhập của {card.name}",
        [
            "Người này thoát ngay khỏi mọi máy, và không vào được bằng mã học, thẻ, mật khẩu hay mã một lần.",
            "Kết quả học giữ nguyên và vẫn được đếm. Anh chị mở lại được bất cứ lúc nào.",
        ],
        "Ngừng đăng nhập",
        url_for("keys_desk.disabled", person_id=card.id),
        _home(card),
    )


@pages.post("/quan-tri/nguoi/<int:person_id>/ngung")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def disabled(person_id: int) -> Any:
    """Keep the person out."""
    return _do(
        person_here(person_id),
        lambda card, by: people.disable(card.id, by),
        "Đã ngừng. Mở lại được lúc nào cũng được.",
    )


@pages.post("/quan-tri/nguoi/<int:person_id>/mo-lai")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def enable(person_id: int) -> Any:
    """Let the person in again."""
    return _do(person_here(person_id), lambda card, by: people.enable(card.id, by), "Đã mở lại đăng nhập.")


@pages.get("/quan-tri/nguoi/<int:person_id>/mat-khau")
@needs(Permission.GRANT_ROLES, keyed=True)
def password(person_id: int) -> Any:
    """Ask for a new password."""
    return _password(person_here(person_id), NewPasswordForm(formdata=None))


@pages.post("/quan-tri/nguoi/<int:person_id>/mat-khau")
@needs(Permission.GRANT_ROLES, keyed=True)
def new_password(person_id: int) -> Any:
    """Keep the new password; what was opened with the old one ends."""
    card, form = person_here(person_id), NewPasswordForm()
    if not form.validate():
        return _password(card, form), 422
    try:
        actions.reset_password(card, form.password.data, by=viewer_here())
    except Refused as refused:
        return _password(card, form, str(refused)), 422
    flash("Đã đặt mật khẩu. Người này đăng nhập lại bằng mật khẩu mới.")
    return redirect(_home(card), 303)


def _password(card: PersonCard, form: NewPasswordForm, refusal: str = "") -> str:
    return render_template(
        "office/person_password.html",
        person=card,
        form=form,
        refusal=refusal,
        who=spoken_number(card.phone or "") or spaced(card.personal_code or ""),
    )


def _do(card: PersonCard, act: Any, said: str) -> Any:
    try:
        act(card, by=viewer_here())
    except Refused as refused:
        return _back(card, str(refused))
    flash(said)
    return redirect(_home(card), 303)


def _back(card: PersonCard, refusal: str) -> Any:
    return show_person(card, refusal), 422


def _home(card: PersonCard) -> str:
    return url_for("people_desk.person", person_id=card.id)
