"""What all ways in end with: the session, what is to be told, and where to go on."""

from typing import Any

from flask import flash, redirect, url_for

from elearn.kit.addresses import HOME, local_path
from elearn.kit.clock import local, now
from elearn.people import entry, held, second_keys, session
from elearn.people.device import kiosk_here, know_device
from elearn.people.models import SessionKind
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here

ROLES_SLEEP = "Đây là máy dùng chung nên anh chị chỉ học được. Việc của nhiệm vụ thì làm trên máy riêng."

# Where somebody with a role begins the day, when no way back was given
FIRST_PAGES = (
    (Permission.MANAGE_PEOPLE, "office.home"),
    (Permission.REGISTER_RESIDENTS, "desk.my_groups"),
    (Permission.WRITE_LESSONS, "authoring.shelf"),
    (Permission.SEE_COUNTS, "progress.board"),
)


def arrive(
    person_id: int,
    kind: str | None,
    *,
    came_by: str,
    shared: bool = False,
    by_second_key: bool = False,
    ve: str | None = None,
    late: held.Held | None = None,
) -> Any:
    """Open the session, tell what is to be told, and lead on.

    Results that this browser made without a name are offered, never taken (RULINGS 51).
    """
    kind, me = SessionKind(kind or SessionKind.OWN), viewer_here()
    nameless_id = me.person_id if me.is_nameless else None
    session.start(
        person_id,
        SessionKind.SHARED if shared and kind == SessionKind.OWN else kind,
        came_by,
        nameless_id=nameless_id,
        second_key_at=now() if by_second_key else None,
    )
    tell_of_codes(person_id)
    _tell_of_keys(person_id)
    if not shared:
        know_device(None, person_id)
    if kiosk_here() and kind in (SessionKind.HELPER, SessionKind.STAFF):
        flash(ROLES_SLEEP)
    if late is not None:
        return held.send_again(late)
    onward = _onward(ve)
    if nameless_id is not None:
        return redirect(url_for("keeping.claim", ve=onward), 303)
    return redirect(onward, 303)


def tell_of_codes(person_id: int, *, came_by_code: bool = False) -> None:
    """Say who has issued one-time codes for the person; they may answer at "Của tôi"."""
    for issued in entry.tell_of_codes(person_id, came_by_code=came_by_code):
        at = local(issued.issued_at)
        who = issued.issued_by or "Có người"
        flash(
            f"{who} đã cấp mã một lần cho bác lúc {at:%H:%M} ngày {at.day}/{at.month}."
            + ("" if came_by_code else " Không phải bác nhờ? Bác mở “Của tôi”, mục “Mã đã cấp cho bác”.")
        )


def _tell_of_keys(person_id: int) -> None:
    """Say who has taken second keys of the person away."""
    for gone in second_keys.tell_of_removals(person_id):
        at = local(gone.removed_at)
        who = gone.removed_by or "Người trông máy chủ"
        flash(
            f"{who} đã gỡ khóa “{gone.label}” của anh chị lúc {at:%H:%M} ngày {at.day}/{at.month}. "
            "Không phải anh chị nhờ thì đổi mật khẩu ngay và báo người quản trị."
        )


def _onward(ve: str | None) -> str:
    """Return where the person was going; else where their work begins, else their own learning."""
    if viewer_here().must_add_key:
        return url_for("own_keys.overview", ve=ve or None)
    way_back = local_path(ve)
    if way_back != HOME or ve == HOME:
        return way_back
    return next(
        (url_for(page) for permission, page in FIRST_PAGES if viewer_here().may(permission)),
        url_for("mine.overview"),
    )
