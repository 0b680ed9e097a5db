"""What a person reads when something goes wrong: what happened, and what to do next."""

from typing import Any

from flask import Flask, current_app, g, render_template
from sqlalchemy.exc import DataError, InterfaceError, OperationalError

from elearn.kit.db import db
from elearn.kit.log import request_id
from elearn.people.permissions import VISITOR

SAY = {
    400: ("Yêu cầu chưa đọc được", "Bác quay lại trang trước và làm lại giúp nhé."),
    403: ("Trang này cần quyền khác", "Trang này dành cho người có nhiệm vụ khác. Bác có thể về trang đầu."),
    404: ("Không tìm thấy trang này", "Có thể địa chỉ bị thiếu chữ. Bác về trang đầu để chọn bài học."),
    405: ("Trang này không mở theo cách đó", "Bác về trang đầu để chọn bài học."),
    410: ("Đường link này không còn dùng", "Bác hỏi người đã gửi, hoặc về trang đầu để chọn bài học."),
    413: ("Nội dung gửi lên quá dài", "Bác rút ngắn lại rồi gửi lần nữa."),
    429: ("Bác thử hơi nhiều lần", "Bác nghỉ một lát rồi thử lại. Bài học thì bác vẫn xem được ngay."),
    500: ("Máy chủ gặp lỗi", "Những gì đã báo “Đã lưu” thì vẫn còn. Bác thử lại sau ít phút nhé."),
    503: ("Máy chủ đang bận", "Câu trả lời vừa rồi chưa được lưu. Bác chờ nửa phút rồi gửi lại giúp nhé."),
}
RETRY_SECONDS = "20"


def handle(app: Flask) -> None:
    """Answer each of these errors with a page of our own, and a busy database with 503 and Retry-After."""
    for code in SAY:
        app.register_error_handler(code, lambda _, code=code: _page(code))
    for broken in (OperationalError, InterfaceError):
        app.register_error_handler(broken, _database_is_busy)
    for impossible in (DataError, OverflowError):  # SQLite's driver says the second of a number too large
        app.register_error_handler(impossible, _no_such_value)


def _page(code: int) -> Any:
    if code >= 500:
        _expect_no_database()
    heading, advice = SAY[code]
    return render_template(
        "front/error.html", code=code, heading=heading, advice=advice, request_id=request_id()
    ), code


def _no_such_value(_: Exception) -> Any:
    """What was sent can stand in no column: a sign or a number that the database does not know."""
    db.session.rollback()
    return _page(400)


def _database_is_busy(error: Exception) -> Any:
    current_app.logger.error("database: %s", type(error).__name__)
    body, code = _page(503)
    return body, code, {"Retry-After": RETRY_SECONDS}


def _expect_no_database() -> None:
    """Show the page without asking who is here: the database may be what is broken."""
    db.session.rollback()
    g._login_user, g.without_database = VISITOR, True
