"""What may be typed at the administrator's desk."""

import re
from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, ValidationError

from elearn.kit.clock import today
from elearn.kit.forms import AgreeField, CountField, Form, LineField, PhoneField, SecretField, SmallFile
from elearn.kit.words import fold
from elearn.learning.groups import Part
from elearn.office.rules import (
    LONGEST_LABEL,
    LONGEST_NAME,
    MOST_PEOPLE,
    OLDEST_BIRTH_YEAR,
    as_code,
    is_code,
)  # fmt: skip
from elearn.office.words import ROLES, STAFF_ROLES
from elearn.people.rules import PASSWORD_LENGTH
from elearn.people.words import AUDIENCES, CONTACTS

ABOUT_PASSWORDS = (
    f"Ít nhất {PASSWORD_LENGTH} ký tự, ví dụ bốn từ tiếng Việt không liên quan nhau. "
    "Tốt nhất để người ấy tự gõ."
)
LIST_BYTES = 3 * 1024 * 1024


class ListForm(Form):
    """A list of groups or residents, as a file."""

    file = FileField(
        "Tệp danh sách",
        [SmallFile((".csv", ".xlsx"), LIST_BYTES)],
        description="Tệp .xlsx hoặc .csv, lớn nhất 3 MB.",
        render_kw={"accept": ".csv,.xlsx"},
    )


class AgreedListForm(Form):
    """The same list again, now to be taken: what was shown is sealed; a large file is sent once more."""

    sealed = HiddenField()
    file = FileField(
        "Chọn lại đúng tệp vừa xem thử",
        description="Máy chủ không giữ tệp của anh chị, nên cần gửi lại một lần nữa.",
        render_kw={"accept": ".csv,.xlsx"},
    )


def _code_can_be_one(form: Form, field: LineField) -> None:
    field.data = as_code(field.data or "")
    if not is_code(field.data):
        raise ValidationError("Mã tổ chỉ gồm chữ cái, chữ số và dấu gạch, dài nhất 20 chữ. Ví dụ: DG05.")


def _code_can_be_one_or_empty(form: Form, field: LineField) -> None:
    if field.data:
        _code_can_be_one(form, field)


def _looks_like_a_phone(form: Form, field: LineField) -> None:
    if field.data and not re.fullmatch(r"[+(]?[0-9][0-9 .()\-]{5,28}", field.data):
        raise ValidationError("Số điện thoại chỉ gồm chữ số, ví dụ 0225 123 4567. Xin xem lại.")


class GroupForm(Form):
    """What is known of a residential group."""

    name = LineField("Tên tổ", description="Ví dụ: Tổ dân phố số 5.", most=LONGEST_NAME)
    code = LineField(
        "Mã tổ",
        [_code_can_be_one],
        description="Ngắn, không trùng tổ khác. Mã đứng trong địa chỉ trang của tổ, nên ít khi sửa.",
        missing="Xin đặt một mã ngắn cho tổ, ví dụ DG05.",
        most=20,
        autocapitalize="characters",
    )
    former_ward = LineField("Phường cũ", optional=True, most=LONGEST_NAME)
    households = CountField("Số hộ", optional=True, most=MOST_PEOPLE)
    adults = CountField(
        "Số người từ đủ 18 tuổi",
        description="Độ phủ trên bảng tiến độ chia cho số này. Chưa biết thì để trống.",
        optional=True,
        most=MOST_PEOPLE,
        enterkeyhint="done",
    )


class ContactForm(Form):
    """Whom to call in a residential group."""

    role = SelectField("Là ai", choices=[SelectChoice(*one) for one in CONTACTS.items()])
    contact = LineField("Họ và tên", most=LONGEST_NAME, missing="Xin ghi họ và tên.", autocapitalize="words")
    contact_phone = PhoneField("Số điện thoại (không bắt buộc)", optional=True)
    agreed = AgreeField(
        "Người ấy đồng ý cho cán bộ phường, Đoàn Thanh niên và người hướng dẫn của tổ thấy tên và số này",
        missing="Người ấy đồng ý thì mới ghi. Xin hỏi rồi chạm vào ô này.",
    )


class PersonForm(Form):
    """What is known of a person, to be corrected."""

    name = LineField("Họ và tên", most=LONGEST_NAME, missing="Xin ghi họ và tên.")
    phone = PhoneField(
        "Số điện thoại", optional=True, description="Người một nhà dùng chung được, nhiều nhất 5 người."
    )
    birth_year = CountField("Năm sinh", optional=True, least=OLDEST_BIRTH_YEAR, most=2200)
    household = LineField(
        "Hộ",
        optional=True,
        most=LONGEST_LABEL,
        description="Tên gọi để nhớ, ví dụ: nhà ông Ba. Không ghi địa chỉ.",
    )
    audience = SelectField("Học với tư cách", choices=[SelectChoice(*one) for one in AUDIENCES.items()])
    group = SelectField("Tổ dân phố", coerce=int)

    def validate_birth_year(self, field: CountField) -> None:
        """Refuse a year that has not come."""
        if field.data and field.data > today().year:
            raise ValidationError("Năm sinh này chưa tới. Xin xem lại.")


class MoveForm(Form):
    """Into which group the chosen people go."""

    group = SelectField("Chuyển sang tổ", coerce=int)


class NewPasswordForm(Form):
    """A password, typed twice."""

    password = SecretField(
        "Mật khẩu mới", new=True, least=PASSWORD_LENGTH, description=ABOUT_PASSWORDS, enterkeyhint="next"
    )
    again = SecretField("Gõ lại mật khẩu", new=True)

    def validate_again(self, field: SecretField) -> None:
        """Refuse a slip of the finger."""
        if field.data != self.password.data:
            raise ValidationError("Hai lần gõ chưa giống nhau. Xin gõ lại.")


class GrantForm(Form):
    """Who is given which role, and for which group if it is a helper."""

    person = IntegerField("Ai", [InputRequired("Xin chọn một người trong danh sách.")])
    role = RadioField("Vai trò", choices=[SelectChoice(*one) for one in ROLES.items()])
    group = SelectField("Tổ (chỉ với người hướng dẫn)", coerce=int)

    @property
    def group_id(self) -> int | None:
        """The group of a helper; other roles have none."""
        return self.group.data or None if self.role.data == "helper" else None

    def validate_group(self, field: SelectField) -> None:
        """A helper helps one group."""
        if self.role.data == "helper" and not field.data:
            raise ValidationError("Người hướng dẫn cần được giao một tổ. Xin chọn tổ.")


class StaffForm(NewPasswordForm):
    """A new colleague."""

    form_id = HiddenField()
    name = LineField("Họ và tên", most=LONGEST_NAME, missing="Xin ghi họ và tên.")
    phone = PhoneField(
        "Số điện thoại để đăng nhập",
        optional=True,
        description="Không có thì đăng nhập bằng mã cá nhân, hiện sau khi lưu.",
    )
    role = RadioField(
        "Vai trò",
        [InputRequired("Xin chọn một vai trò.")],
        choices=[SelectChoice(*one) for one in STAFF_ROLES.items()],
    )


class EraseForm(Form):
    """A word that one types only when one means this person."""

    name = LineField("Gõ tên của người ấy để xóa", most=LONGEST_NAME, missing="Xin gõ tên của người ấy.")

    def __init__(self, called: str, **options: Any) -> None:
        super().__init__(**options)
        self.called = called
        self.name.description = f"Gõ: {called}"

    def validate_name(self, field: LineField) -> None:
        """Refuse another word."""
        if fold(field.data or "") != fold(self.called):
            raise ValidationError(f"Chưa đúng. Muốn xóa thì gõ đúng một từ: {self.called}.")


class WardForm(Form):
    """What every page says about who runs it."""

    name = LineField("Tên phường", most=LONGEST_NAME, description="Ví dụ: phường Gia Viên.")
    city = LineField("Thành phố hoặc tỉnh", optional=True, most=LONGEST_NAME)
    office_name = LineField(
        "Cơ quan phụ trách",
        optional=True,
        most=120,
        description="Ví dụ: Phòng Văn hóa - Xã hội phường Gia Viên.",
    )
    office_phone = LineField(
        "Điện thoại của cơ quan",
        [_looks_like_a_phone],
        optional=True,
        most=30,
        inputmode="tel",
        description="Số máy bàn hay di động, ở chân mọi trang.",
    )
    office_address = LineField("Địa chỉ của cơ quan", optional=True, most=160)


MOST_PARTS = 6
OLD_ENDS, OLD_STAYS = "het", "con"


class SplitForm(Form):
    """Into which groups one is split; rows that are left empty do not count."""

    old = RadioField(
        "Tổ cũ sau khi tách",
        [InputRequired("Xin chọn tổ cũ còn hay không.")],
        choices=[
            SelectChoice(OLD_ENDS, "Không còn: từ hôm nay không ai chọn được tổ cũ nữa"),
            SelectChoice(OLD_STAYS, "Vẫn còn: chỉ tách bớt một phần ra"),
        ],
    )

    @property
    def old_one_ends(self) -> bool:
        """Does the old group end today?"""
        return bool(self.old.data == OLD_ENDS)

    def parts(self) -> list[Part]:
        """Return the groups that were named."""
        return [
            Part(
                self[f"code_{number}"].data, self[f"name_{number}"].data,
                self[f"households_{number}"].data, self[f"adults_{number}"].data,
            )
            for number in range(1, MOST_PARTS + 1)
            if self[f"name_{number}"].data
        ]  # fmt: skip

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for a code where there is a name, and for enough groups."""
        good = super().validate(extra_validators)
        for number in range(1, MOST_PARTS + 1):
            name, code = self[f"name_{number}"], self[f"code_{number}"]
            if name.data and not code.data:
                code.errors = ["Xin đặt mã cho tổ này."]
                good = False
        least = 2 if self.old_one_ends else 1
        if len(self.parts()) < least:
            self["name_1"].errors = [f"Xin ghi tên ít nhất {least} tổ mới."]
            good = False
        codes = [part.code for part in self.parts()]
        for number in range(2, MOST_PARTS + 1):
            code = self[f"code_{number}"]
            if self[f"name_{number}"].data and code.data and codes.count(code.data) > 1:
                code.errors = ["Hai tổ mới có cùng một mã. Xin đổi một mã."]
                good = False
        return good


for _number in range(1, MOST_PARTS + 1):
    _name = LineField(f"Tên tổ mới {_number}", optional=True, most=LONGEST_NAME)
    setattr(SplitForm, f"name_{_number}", _name)
    _code = LineField(f"Mã tổ mới {_number}", [_code_can_be_one_or_empty], optional=True, most=20)
    setattr(SplitForm, f"code_{_number}", _code)
    for _what, _called in (("households", "Số hộ"), ("adults", "Số người từ đủ 18 tuổi")):
        _count = CountField(f"{_called} của tổ mới {_number}", optional=True, most=MOST_PEOPLE)
        setattr(SplitForm, f"{_what}_{_number}", _count)
