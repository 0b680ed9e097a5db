"""What may be typed beside a board: for whom a read link is, and what the ward wants to reach."""

from typing import Any

from wtforms import SelectChoice, SelectField
from wtforms.validators import ValidationError

from elearn.kit.forms import CountField, DayField, Form, LineField
from elearn.progress.aims import AIMS, QUIET_DAYS, is_share

DAYS = [
    SelectChoice("30", "1 tháng"),
    SelectChoice("90", "3 tháng"),
    SelectChoice("180", "6 tháng"),
    SelectChoice("365", "1 năm"),
]


class ReadLinkForm(Form):
    """A new read link."""

    label = LineField(
        "Gửi cho ai",
        description="Ví dụ: Chủ tịch UBND phường, Ủy ban MTTQ phường.",
        missing="Xin ghi đường link này gửi cho ai, để sau này biết mà thu lại.",
        most=80,
        enterkeyhint="done",
    )
    days = SelectField("Đường link dùng được trong", choices=DAYS, default="180")


class TargetForm(Form):
    """A target of the ward."""

    name = LineField(
        "Tên chỉ tiêu",
        description="Ghi như trong kế hoạch của phường, ví dụ: Kế hoạch tháng 11.",
        missing="Xin ghi tên chỉ tiêu, để ai xem bảng cũng hiểu.",
        most=80,
    )
    measure = SelectField("Đếm gì", choices=[SelectChoice(key, words) for key, (words, _) in AIMS.items()])
    value = CountField(
        "Cần đạt",
        least=1,
        description="Số người; hoặc số phần trăm, nếu chỉ tiêu là độ phủ hay tỷ lệ (ghi 80 là 80 %).",
        missing="Xin ghi số cần đạt.",
    )
    due = DayField("Hạn", missing="Xin chọn ngày phải đạt, ví dụ 31/12/2026.")

    def validate_value(self, field: Any) -> None:
        """A share goes up to 100 percent."""
        if is_share(self.measure.data) and isinstance(field.data, int) and field.data > 100:
            raise ValidationError("Chỉ tiêu này tính bằng phần trăm. Xin ghi từ 1 đến 100.")


class QuietForm(Form):
    """After how many days without a result a group is told as quiet."""

    days = CountField(
        "Số ngày không có kết quả thì nhắc",
        least=1,
        most=365,
        description=f"Phường chưa đặt thì là {QUIET_DAYS} ngày.",
    )
