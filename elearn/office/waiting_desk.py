"""The page where somebody looks at many who came by themselves, before they count for a group."""

from typing import Any, NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from elearn.kit.access import needs
from elearn.kit.formats import as_day, as_number
from elearn.learning import crowd
from elearn.learning.crowd import A_HALL, Waiting
from elearn.office.here import ask_before, viewer_here, ward_id_for
from elearn.office.rules import read_day
from elearn.people.permissions import Permission

pages = Blueprint("waiting_desk", __name__)

NAMED = (
    "{count} lượt có tên: tên và bài đã học vẫn còn, người ấy vẫn đăng nhập được, chỉ không còn ở tổ nào. "
    "Ai là người thật thì chọn lại tổ ở trang “Dữ liệu của tôi”."
)


class Span(NamedTuple):
    """Those who wait, and over which time they came: a hall takes an evening, a script a second."""

    waiting: Waiting
    seconds: int


@pages.get("/quan-tri/cho-xem")
@needs(Permission.MANAGE_PEOPLE)
def waiting() -> Any:
    """List who waits, by group and day."""
    rows = crowd.waiting_in(ward_id_for(Permission.MANAGE_PEOPLE))
    spans = [Span(one, int((one.last_at - one.first_at).total_seconds())) for one in rows]
    return render_template("office/waiting.html", spans=spans, a_hall=A_HALL)


@pages.post("/quan-tri/cho-xem")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def counted() -> Any:
    """Let those of a group and day count."""
    one = _asked(request.form)
    if one is not None:
        done = crowd.let_count(one.group_id, one.day, by=viewer_here())
        left = one.count - done
        more = f" Còn {as_number(left)} lượt: chạm “Tính” lần nữa." if left > 0 else ""
        flash(f"Đã tính {as_number(done)} lượt vào số của {one.group}.{more}")
    return redirect(url_for("waiting_desk.waiting"), 303)


@pages.get("/quan-tri/cho-xem/khong-tinh")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def turn_away() -> Any:
    """Ask before those of a group and day count for nobody."""
    one = _asked(request.args)
    if one is None:
        return redirect(url_for("waiting_desk.waiting"))
    return ask_before(
        f"Không tính {as_number(one.count)} lượt tự ghi cho {one.group}",
        [
            f"Ngày {as_day(one.day)}. Những lượt này không vào số của tổ, và không tính lại được.",
            "Bài đã học vẫn nằm trong trình duyệt của từng máy. Ai là người thật thì tự ghi lại được.",
            *([NAMED.format(count=as_number(one.named))] if one.named else []),
        ],
        "Không tính",
        url_for("waiting_desk.turned_away", nhom=one.code, ngay=one.day.isoformat()),
        url_for("waiting_desk.waiting"),
    )


@pages.post("/quan-tri/cho-xem/khong-tinh")
@needs(Permission.MANAGE_PEOPLE, fresh=True)
def turned_away() -> Any:
    """Let those of a group and day count for nobody."""
    one = _asked(request.args)
    if one is not None:
        done = crowd.turn_away(one.group_id, one.day, by=viewer_here())
        flash(f"Đã bỏ {as_number(done)} lượt, không tính cho {one.group}.")
    return redirect(url_for("waiting_desk.waiting"), 303)


def _asked(values: Any) -> Waiting | None:
    """Return who is meant by group and day, None where nobody waits any more; 404 for what is no day."""
    ward_id, day = ward_id_for(Permission.MANAGE_PEOPLE), read_day(values.get("ngay", "")[:20])
    if day is None:
        abort(404)
    rows = crowd.waiting_in(ward_id)
    return next((one for one in rows if (one.code, one.day) == (values.get("nhom", ""), day)), None)
