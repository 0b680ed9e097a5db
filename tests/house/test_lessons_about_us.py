"""The lessons that teach this platform name its buttons and its hours as they are."""

import re
from pathlib import Path

import pytest

from elearn.people import rules

ROOT = Path(__file__).parents[2]
LESSONS = {
    path: path.read_text()
    for course in ("nguoi-huong-dan", "ky-nang-so-can-bo")
    for path in sorted((ROOT / "courses" / course).glob("*-*.md"))
}
SHOWN = "\n".join(
    path.read_text()
    for path in sorted((ROOT / "elearn").rglob("*"))
    if path.suffix in (".html", ".py", ".js") and "library" not in path.parts
)
# Bold in the lessons, and on a page of ours; other bold words are emphasis or belong to other programs.
LABELS = (
    "Tổ của tôi", "Chưa bắt đầu", "Dở dang", "Đã xong", "In danh sách để đi từng nhà",
    "Ghi tên một người hàng xóm", "Đưa máy cho bác học ngay", "Trả máy cho người hướng dẫn",
    "Mở lớp", "Vào lớp", "Kết thúc lớp ngay", "Cấp mã một lần", "Chưa gửi được, chạm gửi lại",
    "Lỡ bị lừa? Việc cần làm ngay", "Xem bảng số liệu của tổ", "Theo cách học",
    "Độ phủ", "So với 7 ngày trước", "Bài đã xong", "Người học hiện nay",
    "Quản trị", "Máy dùng chung tại điểm", "Thoát", "Tiến độ", "Đường link chỉ để đọc",
)  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
def test_a_button_that_a_lesson_names_is_on_a_page(label):
    assert any(re.search(rf'\*\*"?{re.escape(label)}"?\*\*', text) for text in LESSONS.values()), (
        "named nowhere"
    )
    assert label in SHOWN, f"no page says {label!r}: mend the lesson that names it, and this list"


def test_the_hours_that_the_lessons_tell_are_those_of_the_rules():
    text = "\n".join(LESSONS.values())
    hours = rules.CLASS_LASTS.total_seconds() / 3600
    code, idle = (
        lasts.total_seconds() / 60 for lasts in (rules.ONE_TIME_CODE_LASTS, rules.SESSION_IDLE["kiosk"])
    )
    assert f"Mã dùng được {hours:.0f} giờ" in text and f"= {19 + hours:.0f} giờ\n" in text
    assert f"Mã dùng trong {code:.0f} phút" in text
    assert f"Để yên {idle:.0f} phút thì máy tự thoát" in text
    assert f"- [x] Máy để yên {idle:.0f} phút thì tự thoát" in text
