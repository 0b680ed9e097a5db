"""What may be typed at the administrator's desk."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectChoice
from wtforms.validators import InputRequired, ValidationError

from elearn.kit.forms import CountField, Form, LineField, SmallFile
from elearn.learning.groups import Part
from elearn.office.rules import LONGEST_NAME, MOST_PEOPLE, as_code, is_code

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
