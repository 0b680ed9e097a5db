"""What staff may type: courses, lessons, reasons and facts."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import IntegerField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from elearn.authoring.pasted import HEAVIEST_FILE, SourceProblem, text_of
from elearn.kit.forms import (
    AgreeField,
    CountField,
    DayField,
    Form,
    LineField,
    ParagraphField,
    SmallFile,
    SourceField,
)
from elearn.kit.typed import line
from elearn.library.sounds import HEAVIEST

TOPICS = {
    "public-services": "Dịch vụ công trực tuyến",
    "e-commerce": "Mua bán qua mạng",
    "digital-payment": "Thanh toán số",
    "phone-basics": "Làm quen với điện thoại",
    "online-safety": "An toàn trên mạng",
    "public-staff": "Kỹ năng số của cán bộ",
    "household-business": "Hộ kinh doanh và doanh nghiệp",
    "helpers": "Người hướng dẫn",
    "resolution-57": "Nghị quyết 57",
}
STATUSES = {
    "verified": "Đã kiểm chắc chắn (in giá trị này)",
    "one-source": "Mới có một nguồn (in câu thay thế)",
    "unverified": "Chưa kiểm được (in câu thay thế)",
}


class LongLineField(ParagraphField):
    """One line that may be longer than a phone is wide: all of it is seen while it is typed."""

    tidy = staticmethod(line)

    def __init__(self, label: str = "", **options: Any) -> None:
        super().__init__(label, rows=2, **options)


class NewCourseForm(Form):
    """What a new course needs to begin with."""

    title = LineField("Tên khóa học", most=80, missing="Xin đặt tên cho khóa học.")
    topic = SelectField("Lĩnh vực", choices=TOPICS)
    audience = LineField("Dành cho ai", most=80, default="Người dân", missing="Xin ghi khóa này dành cho ai.")
    goal = LongLineField(
        "Học xong làm được gì", most=240, missing="Xin ghi người học sẽ làm được gì.",
        description="Một câu, ví dụ: Học xong, bác tự nộp được một hồ sơ.",
    )  # fmt: skip


class CourseForm(NewCourseForm):
    """What a course says about itself."""

    character = LongLineField("Nhân vật trong các tình huống", most=240, optional=True)
    loudspeaker = ParagraphField(
        "Kịch bản loa", most=1200, optional=True, rows=6,
        description="Để phát thanh viên đọc, khoảng 40 giây (nhiều nhất 120 tiếng).",
    )  # fmt: skip
    confidence = ParagraphField(
        "Ba câu tự tin, mỗi dòng một câu", most=400, optional=True, rows=3,
        description="Hỏi trước và sau khóa học, ví dụ: Tôi tự làm được.",
    )  # fmt: skip

    def details(self) -> dict[str, Any]:
        """Return the fields that a course may be given."""
        names = ("title", "topic", "audience", "goal", "character", "loudspeaker")
        confidence = [line for line in (self.confidence.data or "").split("\n") if line]
        return {name: self[name].data or "" for name in names} | {"confidence": confidence}


class LessonForm(Form):
    """The name of a new lesson."""

    title = LineField(
        "Tên bài mới", most=80, missing="Xin đặt tên cho bài.", description="Ví dụ: Quét mã QR để trả tiền."
    )


class ApproveForm(Form):
    """What an editor says when the ward takes over a course of the project."""

    agreed = AgreeField(
        "Phường đã đọc các bài của khóa này và chịu trách nhiệm về nội dung",
        missing="Xin đọc các bài rồi đánh dấu vào đây.",
    )


class TextForm(Form):
    """A text of a lesson brought from elsewhere: pasted, or in a file."""

    text = SourceField("Dán bài vào đây", optional=True)
    file = FileField("Hoặc chọn một tệp chữ (.md, .txt)")

    def brought(self) -> str | None:
        """Return the text, from the file where there is one; or None, with the reason beside the field."""
        try:
            content = self.file.data.read(HEAVIEST_FILE + 1) if self.file.data else b""
            text = text_of(content) if content else str(self.text.data or "")
        except SourceProblem as problem:
            self.file.errors = [str(problem)]
            return None
        if not text.strip():
            self.text.errors = ["Chưa có bài nào. Xin dán bài vào đây, hoặc chọn một tệp."]
            return None
        return text


class VoiceForm(Form):
    """How somebody reads a part, and that they agree to be heard."""

    sound = FileField(
        "Tệp giọng đọc (.opus, .ogg, .webm)",
        validators=[SmallFile((".opus", ".ogg", ".webm"), HEAVIEST)],
        description="Opus, nhiều nhất 24 kbit/s và 400 kB. Thu ngay ở trên thì không phải chọn tệp.",
    )
    whose = RadioField(
        "Giọng của ai?",
        choices=[
            SelectChoice("mine", "Của tôi. Tôi đồng ý cho bà con nghe giọng này trong bài học."),
            SelectChoice("others", "Của người khác. Tôi đã hỏi, người ấy đồng ý cho bà con nghe."),
        ],
        validators=[InputRequired("Xin chọn giọng của ai. Chưa được đồng ý thì chưa lưu.")],
    )
    speaker = LineField(
        "Tên người đọc", most=60, optional=True,
        description="Chỉ người soạn bài thấy. Người đọc không muốn ghi tên thì để trống.",
    )  # fmt: skip


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

    value = LongLineField("Giá trị", most=240, missing="Xin ghi giá trị.")
    status = SelectField("Tình trạng", choices=STATUSES)
    fallback = LongLineField(
        "Câu thay thế", most=240, missing="Xin ghi câu dùng khi dữ kiện quá hạn.",
        description="Được in ra khi dữ kiện chưa kiểm hoặc quá hạn.",
    )  # fmt: skip
    source = LongLineField("Nguồn", most=400, missing="Xin ghi nguồn: tên trang hoặc số văn bản, ngày.")
    review_months = CountField("Kiểm lại sau mấy tháng", least=1, most=99)
    own = AgreeField("Chỉ dùng giá trị này ở phường tôi")

    def details(self) -> dict[str, Any]:
        """Return the fields that a fact may be given."""
        return {name: self[name].data for name in ("value", "status", "fallback", "source", "review_months")}


class NewFactForm(FactForm):
    """A fact that no lesson has cited before."""

    label = LineField("Tên dữ kiện", most=80, missing="Xin đặt tên, ví dụ: Giờ làm việc của Trung tâm.")

    def details(self) -> dict[str, Any]:
        """Return the fields that a fact may be given, its name among them."""
        return super().details() | {"label": self.label.data}
