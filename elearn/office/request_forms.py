"""What the office may type about requests: who asked what, answers, a later day, the ward's own terms."""

from datetime import timedelta
from typing import Any

from wtforms import HiddenField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, ValidationError

from elearn.kit.clock import today
from elearn.kit.forms import AgreeField, CountField, DayField, Form, LineField, ParagraphField
from elearn.kit.secrets import random_token
from elearn.privacy.guardians import RELATIONS
from elearn.privacy.periods import PERIODS
from elearn.privacy.register import ACTIVITIES
from elearn.privacy.rules import NotADay, read_days
from elearn.privacy.words import CAME_BY, KINDS

LONGEST = 2000
OLDEST = timedelta(days=60)


class NewRequestForm(Form):
    """What somebody asked at the counter or by phone."""

    form_id = HiddenField(default=random_token)
    kind = SelectField(
        "Yêu cầu gì",
        choices=[SelectChoice("", "Chọn loại yêu cầu"), *(SelectChoice(*one) for one in KINDS.items())],
        validators=[InputRequired("Xin chọn loại yêu cầu.")],
    )
    channel = RadioField(
        "Nhận qua đâu",
        choices=[SelectChoice(one, CAME_BY[one].capitalize()) for one in ("office", "phone")],
        validators=[InputRequired("Xin chọn nhận tại trụ sở hay qua điện thoại.")],
    )
    asked_on = DayField("Ngày nhận", default=today, description="Hạn trả lời tính từ ngày này.")
    asker = LineField(
        "Ai hỏi, liên hệ thế nào",
        optional=True,
        most=200,
        description="Chỉ điền khi người ấy không có tên ở đây. Ví dụ: bà Năm, số 0912 345 678.",
    )
    wish = ParagraphField(
        "Người ấy muốn gì",
        most=LONGEST,
        missing="Xin ghi người ấy muốn gì, bằng một hai câu.",
        description="Ghi đúng ý người ấy. Không ghi số căn cước.",
    )

    def validate_asked_on(self, field: Any) -> None:
        """Refuse a day that has not come, and one so long ago that it must be a slip."""
        if field.data and not today() - OLDEST <= field.data <= today():
            raise ValidationError("Ngày nhận phải từ hôm nay trở về trước, nhiều nhất 60 ngày.")


class GuardianForm(Form):
    """Who agrees for somebody under sixteen, and how."""

    agree = AgreeField(
        "Người ấy đồng ý", missing="Chưa đồng ý thì không ghi. Người ấy nói đồng ý rồi mới tích."
    )
    guardian_name = LineField(
        "Tên cha, mẹ hoặc người giám hộ", most=60, missing="Xin ghi tên người đồng ý.", autocapitalize="words"
    )
    relation = RadioField(
        "Người ấy là gì của em?",
        choices=[SelectChoice(key, words.capitalize()) for key, words in RELATIONS.items()],
        validators=[InputRequired("Xin chọn người ấy là gì của em.")],
    )
    how = RadioField(
        "Đồng ý cách nào?",
        choices=[
            SelectChoice("spoken", "Nói miệng, trước mặt anh chị"),
            SelectChoice("paper", "Trên giấy, anh chị đã xem"),
        ],
        validators=[InputRequired("Xin chọn nói miệng hay trên giấy.")],
    )


class WordsForm(Form):
    """An answer that the person will read."""

    text = ParagraphField("Câu trả lời", most=LONGEST, missing="Xin viết câu trả lời, người ấy sẽ đọc được.")


class ResultForm(Form):
    """How a request ends."""

    state = RadioField(
        "Kết quả",
        choices=[SelectChoice("done", "Đã làm xong"), SelectChoice("refused", "Từ chối")],
        validators=[InputRequired("Xin chọn đã làm xong hay từ chối.")],
    )
    answer = ParagraphField(
        "Đã làm gì, hoặc vì sao từ chối",
        most=LONGEST,
        missing="Xin viết đã làm gì, hoặc vì sao từ chối. Người ấy sẽ đọc được.",
    )


class LaterForm(Form):
    """A later last day, once."""

    until = DayField("Hạn mới")
    because = LineField("Lý do", most=300, missing="Xin ghi lý do, người ấy sẽ đọc được.")


class BasisForm(Form):
    """The legal basis of each activity, in the ward's own words; empty: in the words of the register."""


for _key, _activity in ACTIVITIES.items():
    _field = ParagraphField(
        _activity.name, optional=True, most=600, rows=3, description=f"Để trống thì ghi: {_activity.basis}"
    )
    setattr(BasisForm, f"basis_{_key}", _field)


class PeriodsForm(Form):
    """How long the installation keeps what may be set."""

    answers = CountField("Từng câu trả lời, sau khi gửi (tháng)")
    requests = CountField("Lời văn của yêu cầu đã xong (tháng)")
    recordings = CountField("Giọng đọc của người tình nguyện (tháng)")
    audit = CountField("Nhật ký việc làm (tháng)")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for period in PERIODS:
            if not period.is_fixed:
                self[period.name].least, self[period.name].most = period.least, period.most
                self[
                    period.name
                ].description = f"Từ {period.least} đến {period.most}, thường là {period.usual}."


class TermsForm(Form):
    """The ward's own terms and its days off."""

    answer_days = CountField("Xem, sửa, lấy bản sao, khiếu nại: xong trong bao nhiêu ngày", least=1, most=60)
    erase_days = CountField("Xóa: xong trong bao nhiêu ngày", least=1, most=60)
    processor = LineField(
        "Đơn vị xử lý dữ liệu giúp phường",
        optional=True,
        most=200,
        description="Ví dụ công ty cho thuê máy chủ. Phường tự giữ máy thì để trống.",
    )
    contact = LineField(
        "Người phụ trách dữ liệu cá nhân của phường",
        optional=True,
        most=200,
        description="Tên hoặc chức danh, và điện thoại. Hiện ở trang Riêng tư.",
    )
    holidays = ParagraphField(
        "Ngày nghỉ lễ",
        optional=True,
        description="Mỗi dòng một ngày, ví dụ 02/09/2026 Quốc khánh; hoặc một đợt, ngày đầu - ngày cuối.",
        rows=8,
    )
    worked = ParagraphField(
        "Thứ Bảy, Chủ nhật làm bù",
        optional=True,
        description="Mỗi dòng một ngày, ví dụ 22/08/2026.",
        rows=2,
    )

    def validate_holidays(self, field: Any) -> None:
        """Refuse a line that is no day."""
        _must_be_days(field)

    def validate_worked(self, field: Any) -> None:
        """Refuse a line that is no day."""
        _must_be_days(field)


def _must_be_days(field: Any) -> None:
    try:
        read_days(field.data or "")
    except NotADay as fault:
        raise ValidationError(str(fault)) from None
