"""What a ward does before it uses the courses in earnest (the list at the end of the curriculum)."""

from typing import NamedTuple


class Check(NamedTuple):
    """One thing to do: its name in the table, and what it is."""

    name: str
    words: str


FIRST_CHECKS = (
    Check(
        "office",
        "Xác nhận địa chỉ, giờ làm việc của Trung tâm Phục vụ hành chính công, "
        "và số điện thoại công an phường.",
    ),
    Check("hotlines", "Gọi thử các số tổng đài trong danh sách dữ kiện; ghi ngày gọi vào từng dữ kiện."),
    Check("fees", "Hỏi Sở Tư pháp hoặc Trung tâm về mức lệ phí trực tuyến hiện hành của thành phố."),
    Check(
        "decision",
        "Lấy toàn văn Phụ lục I, II của Quyết định 757/QĐ-BKHCN để biết điều kiện “xác nhận phổ cập”.",
    ),
    Check(
        "trial",
        "Cho 5 người trên 60 tuổi và 2 người hướng dẫn học thử mỗi khóa; sửa chỗ vướng rồi mới mở rộng.",
    ),
    Check(
        "readers",
        "Mời cán bộ tư pháp và công an phường đọc duyệt khóa dịch vụ công và khóa thanh toán; "
        "ghi tên người đọc và ngày vào từng bài.",
    ),
)
NAMES = frozenset(check.name for check in FIRST_CHECKS)
