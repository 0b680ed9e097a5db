"""What staff may type: courses, lessons, reasons and facts."""

from typing import Any

from wtforms import IntegerField, SelectField
from wtforms.widgets import HiddenInput

from elearn.kit.forms import AgreeField, CountField, DayField, Form, LineField, ParagraphField, SourceField

TOPICS = [
    ("public-services", "Dịch vụ công trực tuyến"),
    ("e-commerce", "Mua bán qua mạng"),
    ("digital-payment", "Thanh toán số"),
]
STATUSES = [
    ("verified", "Đã kiểm chắc chắn (in giá trị này)"),
    ("one-source", "Mới có một nguồn (in câu thay thế)"),
    ("unverified", "Chưa kiểm được (in câu thay thế)"),
]


class CourseForm(Form):
    """What a course says about itself."""

    title = LineField("Tên khóa học", most=80, missing="Xin đặt tên cho khóa học.")
    topic = SelectField("Lĩnh vực", choices=TOPICS)
    audience = LineField("Dành cho ai", most=80, default="Người dân", missing="Xin ghi khóa này dành cho ai.")
    goal = LineField(
        "Học xong làm được gì", most=240, missing="Xin ghi người học sẽ làm được gì.",
        description="Một câu, ví dụ: Học xong, bác tự nộp được một hồ sơ.",
    )  # fmt: skip
    character = LineField("Nhân vật trong các tình huống", most=240, optional=True)
    loudspeaker = ParagraphField(
        "Kịch bản loa", most=1200, optional=True, rows=6, description="Đọc khoảng 40 giây."
    )

    def details(self) -> dict[str, Any]:
        """Return the fields that a course may be given."""
        names = ("title", "topic", "audience", "goal", "character", "loudspeaker")
        return {name: self[name].data or "" for name in names}


class LessonForm(Form):
    """The name of a new lesson."""

    title = LineField("Tên bài mới", most=80, missing="Xin đặt tên cho bài.")


class DraftForm(Form):
    """The text of a draft, and how often it had been saved when it was opened."""

    saves = IntegerField(widget=HiddenInput())
    text = SourceField("Nội dung bài", missing="Bài đang trống. Xin viết nội dung rồi lưu.")


class ReasonForm(Form):
    """Why something is done; it stays with what was done."""

    reason = ParagraphField("Lý do", most=500, rows=2, missing="Xin ghi lý do.")


class PublishForm(Form):
    """What a reviewer says when a text goes public."""

    saves = IntegerField(widget=HiddenInput())
    warnings_read = AgreeField("Đã đọc các nhắc nhở")
    reason = ParagraphField(
        "Lý do chưa có người đọc thứ hai", most=500, rows=2, optional=True,
        description="Chỉ cần ghi khi tự công bố bài mình viết.",
    )  # fmt: skip


class OutsideForm(Form):
    """Who outside the ward has read a text."""

    reviewer = LineField("Người hoặc cơ quan đã đọc", missing="Xin ghi tên người hoặc cơ quan đã đọc.")
    reviewed_on = DayField("Ngày đọc")
    next_review = DayField("Ngày cần đọc lại", optional=True)


class FactForm(Form):
    """A new value of a dated fact."""

    value = LineField("Giá trị", most=240, missing="Xin ghi giá trị.")
    status = SelectField("Tình trạng", choices=STATUSES)
    fallback = LineField(
        "Câu thay thế", most=240, missing="Xin ghi câu dùng khi dữ kiện quá hạn.",
        description="Được in ra khi dữ kiện chưa kiểm hoặc quá hạn.",
    )  # fmt: skip
    source = LineField("Nguồn", most=400, missing="Xin ghi nguồn: tên trang hoặc số văn bản, ngày.")
    review_months = CountField("Kiểm lại sau mấy tháng", least=1, most=99)

    def details(self) -> dict[str, Any]:
        """Return the fields that a fact may be given."""
        return {name: self[name].data for name in ("value", "status", "fallback", "source", "review_months")}
