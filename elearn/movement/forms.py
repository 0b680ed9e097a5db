"""What may be typed about the movement: a difficulty, what is answered to it, a line of the log."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from wtforms import HiddenField, RadioField, SelectChoice, SelectField
from wtforms.validators import DataRequired, ValidationError

from elearn.kit import typed
from elearn.kit.clock import today
from elearn.kit.forms import CountField, DayField, Form, LineField, ParagraphField
from elearn.movement.words import CHANNELS, KINDS, STATES
from elearn.people.reach import GroupName

WORKPLACE = ""  # chosen in place of a group
NOBODY = "Không ghi tên, số điện thoại, địa chỉ hay số căn cước của ai."
MOST_DIFFICULTIES = 600


def nobodys_number(form: Any, field: Any) -> None:
    """Refuse what looks like somebody's phone number or identity card."""
    if re.search(r"\d{9}", typed.digits(field.data or "")):
        raise ValidationError("Ở đây không ghi số điện thoại hay số căn cước của ai. Xin bỏ dãy số ấy đi.")


class PlaceForm(Form):
    """Of which group or workplace something is told."""

    place = SelectField("Tổ dân phố hoặc đơn vị")
    workplace = LineField(
        "Tên đơn vị (khi không phải là tổ dân phố)",
        [nobodys_number],
        optional=True,
        most=80,
        description="Ví dụ: Đoàn Thanh niên phường, Trung tâm Phục vụ hành chính công.",
    )

    def offer(self, groups: Sequence[GroupName], *, for_workplaces: bool) -> None:
        """Let one of these groups be chosen, or a workplace by whoever speaks for the ward."""
        self.place.choices = [SelectChoice(WORKPLACE, "Đơn vị, cơ quan (ghi tên ở ô dưới)")] * for_workplaces
        self.place.choices += [SelectChoice(group.code, group.words) for group in groups]
        self._groups = {group.code: group.id for group in groups}
        if not for_workplaces:
            del self.workplace

    def validate(self, extra_validators: Any = None) -> bool:
        """Return whether all is well; an empty box that another one asks for is not."""
        fits = super().validate(extra_validators)
        if self.place.data == WORKPLACE and self.workplace and not self.workplace.data:
            self.workplace.errors = ["Xin ghi tên đơn vị, hoặc chọn một tổ dân phố ở ô trên."]
            return False
        return bool(fits)

    @property
    def chosen(self) -> dict[str, Any]:
        """Return whose it is: a group, or the name of a workplace."""
        group_id = self._groups.get(self.place.data)
        named = self.workplace.data if group_id is None and self.workplace else ""
        return {"group_id": group_id, "workplace": named or ""}


class DifficultyForm(PlaceForm):
    """A difficulty to tell the ward."""

    kind = SelectField("Vướng về việc gì", choices=[SelectChoice(*one) for one in KINDS.items()])
    what = ParagraphField(
        "Vướng mắc là gì",
        [nobodys_number],
        missing="Xin kể vướng mắc là gì, một hai câu cũng được.",
        description=f"Kể sự việc, không kể người. {NOBODY}",
        most=MOST_DIFFICULTIES,
    )
    wish = ParagraphField(
        "Muốn phường giúp gì (không bắt buộc)", [nobodys_number], optional=True, most=400, rows=3
    )
    form_id = HiddenField(default=lambda: uuid4().hex)


class AnswerForm(Form):
    """How far a difficulty is, and what is answered."""

    state = RadioField("Tình trạng", choices=[SelectChoice(*one) for one in STATES.items()])
    answer = ParagraphField(
        "Trả lời người báo",
        [nobodys_number],
        optional=True,
        most=1000,
        description="Người báo và người hướng dẫn của tổ đọc được câu này; nó cũng vào báo cáo.",
    )
    seen = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Return whether all is well; nothing is done that nobody has answered."""
        fits = super().validate(extra_validators)
        if self.state.data == "done" and not self.answer.data:
            self.answer.errors = ["Xin ghi đã giải quyết thế nào, rồi mới đánh dấu đã xong."]
            return False
        return bool(fits)


class ActivityForm(PlaceForm):
    """A line of the log of activities."""

    day = DayField("Ngày")
    channel = SelectField(
        "Hình thức",
        [DataRequired("Xin chọn hình thức.")],
        choices=[
            SelectChoice("", "Chọn hình thức"),
            *(SelectChoice(key, f"{one.name} (đếm theo {one.counted_in})") for key, one in CHANNELS.items()),
        ],
    )
    count = CountField(
        "Bao nhiêu", least=1, most=100_000, description="Bao nhiêu buổi, lượt phát, tấm, bài đăng…"
    )
    attendees = CountField(
        "Bao nhiêu người dự (không bắt buộc)",
        optional=True,
        most=100_000,
        description="Chỉ ghi con số. Không biết thì để trống.",
    )
    note = LineField(
        "Ghi chú (không bắt buộc)",
        [nobodys_number],
        optional=True,
        most=200,
        description=f"Ví dụ: phát bài “Quét mã QR” sáng và chiều. {NOBODY}",
        enterkeyhint="done",
    )
    form_id = HiddenField(default=lambda: uuid4().hex)

    def validate_day(self, field: Any) -> None:
        """Refuse a day that has not come yet."""
        if field.data and field.data > today():
            raise ValidationError("Ngày này chưa tới. Xin ghi khi việc đã làm xong.")
