"""How long each kind of data is kept: what the page of retention, the register and the regular work go by."""

from datetime import datetime, timedelta
from typing import NamedTuple

DAYS, MONTHS = "days", "months"
UNITS = {DAYS: "ngày", MONTHS: "tháng"}


class Period(NamedTuple):
    """A kind of data and how long it is kept; `least` equal to `most` means that it is not for setting."""

    name: str
    label: str  # what it is
    since: str  # from when the time counts
    then: str  # what is done when the time is over
    unit: str
    usual: int
    least: int
    most: int

    @property
    def is_fixed(self) -> bool:
        """Is the length part of the program?"""
        return self.least == self.most

    def before(self, length: int, at: datetime) -> datetime:
        """Return the moment before which data of this kind is too old, when the clock says `at`."""
        if self.unit == DAYS:
            return at - timedelta(days=length)
        return months_before(at, length)

    def said(self, length: int) -> str:
        """Say how long, in words."""
        return f"{length} {UNITS[self.unit]} {self.since}" if length else f"đến {self.since}"


def months_before(at: datetime, months: int) -> datetime:
    """Return the start of the day so many months ago; on the 31st the last day that the month has."""
    index = at.year * 12 + at.month - 1 - months
    year, month = index // 12, index % 12 + 1
    first_of_next = datetime(year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001 - kept moments have no zone
    last = (first_of_next - timedelta(days=1)).day
    return datetime(year, month, min(at.day, last))  # noqa: DTZ001


def _fixed(name: str, label: str, since: str, then: str, days: int) -> Period:
    return Period(name, label, since, then, DAYS, days, days, days)


PERIODS = (
    _fixed("nameless", "Người học không ghi tên, không tính cho tổ", "không mở lại", "Xóa câu trả lời", 90),
    # not at once: a clock that ran ahead may be put right, and finds everybody signed in
    _fixed("sessions", "Phiên đăng nhập", "sau khi phiên hết hạn", "Xóa dòng", 2),
    _fixed("codes", "Mã một lần đã cấp", "sau khi hết hạn", "Xóa dòng", 90),
    _fixed("links", "Đường link mở ở máy khác", "sau khi hết hạn", "Xóa dòng", 1),
    _fixed("steps", "Bước thứ hai khi cán bộ đăng nhập", "sau khi hết hạn", "Xóa dòng", 1),
    _fixed("tickets", "Mã QR của lớp", "sau khi hết hạn", "Xóa dòng", 31),
    _fixed("forms", "Dấu của phiếu ghi tên đã gửi", "sau khi gửi", "Xóa dòng", 90),
    _fixed("tries", "Số lần gõ sai mã", "sau khi gõ", "Xóa số đếm", 31),
    _fixed("help", "Lời nhờ người hướng dẫn giúp", "sau khi giúp xong", "Xóa dòng", 90),
    _fixed("contests", "Từng câu trả lời trong bài dự thi", "sau khi bắt đầu",
           "Xóa câu trả lời, giữ số câu đúng", 365),
    Period("answers", "Từng câu trả lời của mỗi lượt làm bài", "sau khi gửi",
           "Xóa câu trả lời, giữ câu nào đúng và bài đã xong", MONTHS, 12, 3, 120),
    Period("requests", "Lời văn của yêu cầu về dữ liệu đã xong", "sau khi đóng",
           "Xóa lời văn, giữ ngày nhận và ngày xong", MONTHS, 24, 12, 120),
    Period("recordings", "Giọng đọc của người tình nguyện", "sau khi bài không còn câu ấy",
           "Xóa giọng đọc", MONTHS, 3, 1, 24),
    Period("audit", "Nhật ký việc làm", "sau khi ghi", "Bỏ cả tháng, đã niêm", MONTHS, 12, 12, 120),
)  # fmt: skip
PERIOD = {one.name: one for one in PERIODS}
