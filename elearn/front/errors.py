"""What a person reads when something goes wrong: what happened, and what to do next."""

import contextlib
from typing import Any

from flask import Flask, current_app, g, render_template, request
from sqlalchemy.exc import DataError, InternalError, SQLAlchemyError

from elearn.kit.db import AWAY, db, is_away
from elearn.kit.log import note_refusal, request_id
from elearn.people.permissions import VISITOR
from elearn.portal.problems import is_for_machines, problem

SAY = {
    400: ("Yêu cầu chưa đọc được", "Bác quay lại trang trước và làm lại giúp nhé."),
    403: ("Trang này cần quyền khác", "Trang này dành cho người có nhiệm vụ khác. Bác có thể về trang đầu."),
    404: ("Không tìm thấy trang này", "Có thể địa chỉ bị thiếu chữ. Bác về trang đầu để chọn bài học."),
    405: ("Trang này không mở theo cách đó", "Bác về trang đầu để chọn bài học."),
    410: ("Đường link này không còn dùng", "Bác hỏi người đã gửi, hoặc về trang đầu để chọn bài học."),
    413: ("Nội dung gửi lên quá dài", "Bác rút ngắn lại rồi gửi lần nữa."),
    429: ("Bác thử hơi nhiều lần", "Bác nghỉ một lát rồi thử lại. Bài học thì bác vẫn xem được ngay."),
    500: ("Máy chủ gặp lỗi", "Những gì đã báo “Đã lưu” thì vẫn còn. Bác thử lại sau ít phút nhé."),
    503: ("Máy chủ đang bận", "Điều vừa gửi chưa được lưu. Bác chờ nửa phút rồi làm lại giúp nhé."),
}
RETRY_SECONDS = "20"


def handle(app: Flask) -> None:
    """Answer each of these errors with a page of our own, and a busy database with 503 and Retry-After."""
    for code in SAY.keys() - {500}:
        app.register_error_handler(code, lambda _, code=code: _page(code))
    app.register_error_handler(500, _something_broke)
    for fault in (*AWAY, InternalError):
        app.register_error_handler(fault, _database_broke)
    for impossible in (DataError, OverflowError):  # SQLite's driver says the second of a number too large
        app.register_error_handler(impossible, _no_such_value)


def _page(code: int, held: Any = None) -> Any:
    if code >= 500:
        _expect_no_database()
    if is_for_machines():
        return problem(code), code
    heading, advice = SAY[code]
    if code == 503 and request.method in ("GET", "HEAD"):
        advice = "Bác chờ nửa phút rồi tải lại trang này giúp nhé."
    return render_template(
        "front/error.html", code=code, heading=heading, advice=advice, request_id=request_id(), held=held
    ), code


def _no_such_value(_: Exception) -> Any:
    """What was sent can stand in no column: a sign or a number that the database does not know."""
    db.session.rollback()
    return _page(400)


def _database_broke(error: Exception) -> Any:
    if not is_away(error):
        raise error
    return _database_is_busy(error)


def _something_broke(error: Any) -> Any:
    """A fault of ours; or a database that went away where nobody expected it: under the page of an error."""
    cause = getattr(error, "original_exception", None)
    return _database_is_busy(cause) if is_away(cause) else _page(500)


def _database_is_busy(error: BaseException) -> Any:
    """Ask to come back in a moment. A form is in the page, whole, to be sent again with one tap."""
    note_refusal(error)
    _expect_no_database()
    held = current_app.extensions["held_now"]() if request.method == "POST" and request.form else None
    body, code = _page(503, held)
    return body, code, {"Retry-After": RETRY_SECONDS}


def _expect_no_database() -> None:
    """Show the page without asking who is here: the database may be what is broken."""
    with contextlib.suppress(SQLAlchemyError):
        db.session.rollback()
    g._login_user, g.without_database = VISITOR, True
