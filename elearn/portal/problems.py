"""What a machine reads when something goes wrong: a problem in JSON (RFC 9457), in words for its owner."""

import json

from flask import Response, request

PREFIX = "/api/"
KIND = "application/problem+json"
SAY = {
    400: ("Yêu cầu chưa đúng", "Xin xem lại các tham số; mô tả ở /api/v1/openapi.json."),
    403: ("Địa chỉ này cần quyền khác", "Các địa chỉ công khai được mô tả ở /api/v1/openapi.json."),
    404: ("Không có địa chỉ này", "Các địa chỉ công khai được mô tả ở /api/v1/openapi.json."),
    405: ("Địa chỉ này chỉ để đọc", "Xin dùng GET, HEAD hoặc OPTIONS."),
    410: ("Địa chỉ này không còn dùng", "Các địa chỉ công khai được mô tả ở /api/v1/openapi.json."),
    413: ("Nội dung gửi lên quá dài", "Địa chỉ này không nhận nội dung nào."),
    429: ("Hỏi hơi nhiều lần", "Xin chờ một lát rồi hỏi lại; giữ câu trả lời trong thời gian max-age."),
    500: ("Máy chủ gặp lỗi", "Xin thử lại sau ít phút."),
    501: ("Chưa có dạng này", "Xin dùng format=json hoặc format=xml."),
    503: ("Máy chủ đang bận", "Xin chờ nửa phút rồi hỏi lại."),
}


def is_for_machines() -> bool:
    """Is an address asked for that machines read?"""
    return request.path.startswith(PREFIX)


def problem(status: int, detail: str = "") -> Response:
    """Return the answer that says what went wrong and, in a sentence, what to do."""
    title, advice = SAY[status]
    told = {"type": "about:blank", "title": title, "status": status, "detail": detail or advice}
    response = Response(json.dumps(told, ensure_ascii=False), status, mimetype=KIND)
    response.headers["Access-Control-Allow-Origin"] = "*"
    if status == 405:
        response.headers["Allow"] = "GET, HEAD, OPTIONS"  # as all of them do
    response.content_language.add("vi")
    return response
