"""What a helper may type at the desk: a neighbour and their group, a class, a shared machine, a code."""

import re
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from wtforms import HiddenField, RadioField, SelectChoice, SelectField
from wtforms.validators import DataRequired, NumberRange, Optional, ValidationError

from elearn.desk.actions import Told
from elearn.desk.rules import OLDEST, SIXTEEN, THE_LAST_YEAR
from elearn.kit import typed
from elearn.kit.clock import today
from elearn.kit.forms import AgreeField, CountField, DigitsField, Form, LineField, PhoneField
from elearn.learning.words import HELPED_HOW
from elearn.people.rules import CODE_LENGTH, LARGEST_CLASS
from elearn.people.words import AUDIENCES
from elearn.privacy.guardians import RELATIONS, Guardian


def a_name(form: Any, field: Any) -> None:
    """Refuse a name by which nobody could be called, and numbers that do not belong there."""
    if not any(sign.isalpha() for sign in field.data or ""):
        raise ValidationError("Tên cần có chữ cái. Xin ghi lại tên.")
    if re.search(r"\d{4}", field.data):
        raise ValidationError("Ô này chỉ ghi tên. Xin đừng ghi số điện thoại hay số căn cước ở đây.")


def no_number_of_a_person(form: Any, field: Any) -> None:
    """Refuse what looks like a phone number or an identity card's in the label of a household."""
    if re.search(r"\d{9}", typed.digits(field.data or "")):
        raise ValidationError("Ô này chỉ ghi nhãn của hộ. Xin đừng ghi số điện thoại hay số căn cước ở đây.")


def of_age(form: Any, field: Any) -> None:
    """Refuse a birth year under sixteen, and one that has not come yet."""
    if field.data and field.data > today().year - SIXTEEN:
        raise ValidationError(
            "Người dưới 16 tuổi chưa ghi tên được, nhưng vẫn học ẩn danh được. Xin xem lại năm sinh."
        )


class DetailsForm(Form):
    """What is known about a neighbour, to be corrected."""

    name = LineField(
        "Tên",
        [a_name],
        most=60,
        missing="Xin ghi tên người học.",
        description="Tên thường gọi, ví dụ: Nguyễn Thị Mận.",
        autocapitalize="words",
    )
    phone = PhoneField("Điện thoại di động (không bắt buộc)", optional=True)
    household = LineField(
        "Hộ (không bắt buộc)",
        [no_number_of_a_person],
        most=40,
        optional=True,
        description="Nhãn riêng của tổ để biết ai cùng một hộ, ví dụ: hộ 12. Không ghi địa chỉ.",
    )
    audience = SelectField(
        "Học với tư cách", choices=[SelectChoice(*one) for one in AUDIENCES.items()], default="unsaid"
    )
    birth_year = CountField(
        "Năm sinh (không bắt buộc)", [of_age], least=OLDEST, most=THE_LAST_YEAR, optional=True
    )

    def told(self) -> Told:
        """Return what was typed, empty boxes as None."""
        return Told(
            name=self.name.data,
            phone=self.phone.data or None,
            household=self.household.data or None,
            audience=self.audience.data,
            birth_year=self.birth_year.data or None,
        )


class NeighbourForm(DetailsForm):
    """A neighbour to register; what is agreed to is asked aloud, and each box is ticked for a spoken yes."""

    over_16 = AgreeField("Bác ấy từ 16 tuổi trở lên")
    guardian = AgreeField("Cha, mẹ hoặc người giám hộ đang ở đây và nói đồng ý")
    guardian_name = LineField(
        "Tên cha, mẹ hoặc người giám hộ", [a_name], most=60, optional=True, autocapitalize="words"
    )
    relation = RadioField(
        "Người ấy là gì của cháu?",
        choices=[SelectChoice(key, words.capitalize()) for key, words in RELATIONS.items()],
        validators=[Optional()],
        default="",
    )
    keep_results = AgreeField(
        "Bác ấy nói đồng ý giữ kết quả",
        missing="Bác ấy chưa đồng ý thì không ghi tên; bác ấy vẫn học ẩn danh được.",
    )
    seen_by_helper = AgreeField("Bác ấy nói đồng ý cho người hướng dẫn xem")
    form_id = HiddenField(default=lambda: uuid4().hex)

    def validate_over_16(self, field: Any) -> None:
        """Refuse somebody under sixteen for whom no guardian agrees here."""
        if not field.data and not self.guardian.data:
            raise ValidationError(
                "Người dưới 16 tuổi: cần cha, mẹ hoặc người giám hộ ở đây và nói đồng ý, ghi ở mục dưới. "
                "Chưa có thì học ẩn danh. Từ 16 tuổi thì xin chạm vào ô này."
            )

    def validate_guardian(self, field: Any) -> None:
        """Refuse a guardian who is not named, and one for somebody who agrees for themselves."""
        if field.data and not self.over_16.data and not (self.guardian_name.data and self.relation.data):
            raise ValidationError("Xin ghi tên người đồng ý, và chọn người ấy là gì của cháu.")

    def said_by_guardian(self) -> Guardian | None:
        """Return who agreed for somebody under sixteen, or None."""
        if self.over_16.data:
            return None
        return Guardian(self.guardian_name.data, self.relation.data, "spoken")


class GroupForm(Form):
    """Another group of the ward."""

    group = SelectField(
        "Tổ mới", [NumberRange(min=1, message="Xin chọn tổ mới trong danh sách.")], coerce=int
    )

    def offer(self, groups: Iterable[tuple[int, str]]) -> None:
        """Let one of these be chosen; none is chosen beforehand."""
        self.group.choices = [SelectChoice(0, "Chọn tổ"), *(SelectChoice(*one) for one in groups)]


class ClassForm(Form):
    """How many are expected in a class."""

    attendance = CountField(
        "Khoảng bao nhiêu người dự",
        least=1,
        most=LARGEST_CLASS,
        description="Đoán thôi cũng được, ví dụ 30.",
        enterkeyhint="go",
    )


class HelpedForm(Form):
    """How somebody was helped who had asked."""

    how = RadioField(
        "Đã giúp cách nào?",
        [DataRequired("Xin chọn đã giúp cách nào.")],
        choices=[SelectChoice(*one) for one in HELPED_HOW.items()],
    )


class KioskForm(Form):
    """Where this machine stands, as a shared one."""

    group = SelectField("Máy của tổ nào", coerce=int)
    place = LineField(
        "Máy đặt ở đâu",
        most=60,
        missing="Xin ghi máy đặt ở đâu, ví dụ: Nhà văn hóa tổ 5.",
        description="Người học thấy dòng này ở đầu trang. Ví dụ: Nhà văn hóa tổ 5.",
        enterkeyhint="go",
    )

    def offer(self, places: Iterable[tuple[int, str]]) -> None:
        """Let one of these be chosen."""
        self.group.choices = [SelectChoice(*one) for one in places]


class CodeForm(Form):
    """The personal code that somebody reads out."""

    personal_code = DigitsField("Mã cá nhân", length=CODE_LENGTH, description="8 chữ số, ghi trên thẻ học.")
    seen_by_helper = AgreeField("Bác ấy nói đồng ý cho người hướng dẫn xem")
