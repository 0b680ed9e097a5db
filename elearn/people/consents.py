"""What people are asked to agree to, word for word. A text that changes gets a new version: each consent
keeps the version that was agreed to, and older versions stay in the history of this file."""

from typing import NamedTuple

TEXT_VERSION = "2026-11"
KEEP_RESULTS, SEEN_BY_HELPER = "keep_results", "seen_by_helper"


class Purpose(NamedTuple):
    """One thing to agree to: the sentence beside the box, and what it means, in plain words.

    `{office}` in a text stands for who runs the site.
    """

    key: str
    label: str
    text: str
    spoken: str  # what a helper reads aloud and ticks for somebody who said yes


PURPOSES = (
    Purpose(
        KEEP_RESULTS,
        "Tôi đồng ý cho giữ kết quả học của tôi",
        "{office} giữ tên bác ghi ở trên (nếu có), tổ dân phố, bài đã học, câu trả lời và ngày học. "
        "Giữ để bác học tiếp, và để đếm số người học của tổ. "
        "Bác xem, sửa, tải về, rút lại hoặc xóa lúc nào cũng được, ở trang Của tôi.",
        "Bác có đồng ý cho {office} giữ tên, tổ dân phố và kết quả học của bác không? "
        "Bác xem lại, sửa hoặc xóa lúc nào cũng được.",
    ),
    Purpose(
        SEEN_BY_HELPER,
        "Tôi đồng ý cho người hướng dẫn của tổ xem tên và việc học của tôi",
        "Người hướng dẫn của tổ thấy tên, số điện thoại (nếu bác ghi) và số bài bác đã học. "
        "Nhờ vậy họ biết lúc nào bác cần giúp, và cấp lại mã khi bác quên. "
        "Không đồng ý thì bác vẫn học như thường, tên bác không hiện với họ.",
        "Bác có đồng ý cho người hướng dẫn của tổ xem tên, số điện thoại và số bài bác đã học không?",
    ),
)
