"""What is asked when a result is kept, for the paper of a course, and what may be corrected later."""

import re
from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, RadioField, SelectChoice, SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from elearn.kit.clock import today
from elearn.kit.forms import AgreeField, CountField, DigitsField, Form, LineField, PhoneField, SecretField
from elearn.kit.secrets import random_token
from elearn.kit.words import matches
from elearn.learning.rules import FULL_NAME, INITIALS, NO_NAME
from elearn.people import words
from elearn.people.consents import GUARDIAN, KEEP_RESULTS, PAPER_NAME, PURPOSE, PURPOSES, SEEN_BY_HELPER
from elearn.people.models import Audience, GroupKind
from elearn.people.queries import GroupChoice
from elearn.people.rules import PASSWORD_LENGTH, PIN_LENGTH
from elearn.privacy.guardians import RELATIONS

ADULT = 16  # from this age on one may agree for oneself (RULINGS 50)
AUDIENCES = [SelectChoice(*one) for one in words.AUDIENCES.items() if one[0] != Audience.UNSAID]
SAY = {GroupKind.UNKNOWN: "Tôi không biết tổ nào", GroupKind.ELSEWHERE: "Tôi ở nơi khác"}
SENTENCE = {key: purpose.label for key, purpose in PURPOSE.items()}

WITHOUT_NAME = "Xin ghi tên bác muốn hiện, hoặc chọn cách không ghi tên ở cuối trang."
NO_GROUP = "Xin chọn tổ của bác, hoặc chọn “Tôi không biết tổ nào”."
NO_CONSENT = "Trang chỉ giữ khi bác đồng ý. Xin tích ô này, hoặc chọn “Học ẩn danh”."
TOO_YOUNG = (
    "Ai dưới 16 tuổi thì học ẩn danh, bài nào cũng học được. "
    "Có cha mẹ hoặc người giám hộ ở cạnh và đồng ý thì tích ô bên dưới."
)
NO_GUARDIAN = "Xin ghi tên người đồng ý cho em."
NO_RELATION = "Xin chọn người ấy là gì của em."
YOUNG_BY_YEAR = "Năm sinh này chưa đủ 16 tuổi. Xin xem lại năm sinh, hoặc bỏ tích ô “từ 16 tuổi”."


class GroupField(SelectField):
    """A residential group out of the ward's list; its data is the group's code."""

    def offer(self, groups: Sequence[GroupChoice], typed: str = "") -> None:
        """Offer the groups that fit what was typed; "không biết" and "nơi khác" always, and first."""
        others = [one for one in groups if one.kind in SAY]
        fitting = [one for one in groups if one.kind not in SAY and _fits(one, typed)]
        self.found = len(fitting)
        self.choices = [SelectChoice("", "Chạm để chọn")]
        self.choices += [SelectChoice(one.code, name_of(one), {"data-always": True}) for one in others]
        self.choices += [SelectChoice(one.code, name_of(one)) for one in fitting]
        if typed and len(fitting) == 1:
            self.data = fitting[0].code


def not_a_number(form: Any, field: Any) -> None:
    """Refuse numbers where a name belongs: somebody might put an identity card's there."""
    if re.search(r"\d{4}", field.data or ""):
        raise ValidationError("Ô này chỉ ghi tên. Xin đừng ghi số điện thoại hay số căn cước ở đây.")


class KeepForm(Form):
    """Keep my results: under a name, or for my group alone."""

    form_id = HiddenField(default=random_token)
    name = LineField(
        "Tên bác muốn hiện",
        description="Tên thường gọi cũng được. Ví dụ: Nguyễn Thị Lan, hoặc Bà Lan.",
        optional=True,
        most=60,
        autocomplete="name",
        autocapitalize="words",
        validators=[not_a_number],
    )
    find = LineField(
        "Tìm tổ", description="Gõ số tổ, hoặc tên phường cũ. Không cần gõ dấu.", optional=True, most=60
    )
    group = GroupField("Tổ dân phố của bác", default="")
    audience = RadioField("Bác là (không bắt buộc)", choices=AUDIENCES, validators=[Optional()], default="")
    phone = PhoneField(
        "Số điện thoại (không bắt buộc)",
        description="Để người hướng dẫn gọi bác khi cần. Số của người nhà cũng được.",
        optional=True,
    )
    birth_year = CountField(
        "Năm sinh (không bắt buộc)", description="Ví dụ: 1960.", least=1900, most=2100, optional=True
    )
    adult = AgreeField("Tôi từ 16 tuổi trở lên")
    guardian = AgreeField(SENTENCE[GUARDIAN])
    guardian_name = LineField(
        "Tên cha, mẹ hoặc người giám hộ",
        description="Chỉ cần khi giữ kết quả với tên của em.",
        optional=True,
        most=60,
        autocapitalize="words",
        validators=[not_a_number],
    )
    relation = RadioField(
        "Người ấy là gì của em?",
        choices=[SelectChoice(key, words.capitalize()) for key, words in RELATIONS.items()],
        validators=[Optional()],
        default="",
    )
    keep_results = AgreeField(SENTENCE[KEEP_RESULTS])
    seen_by_helper = AgreeField(SENTENCE[SEEN_BY_HELPER])
    shared = AgreeField(
        "Máy này nhiều người lạ dùng chung", description="Đóng trình duyệt là ra. Máy không nhớ tên."
    )

    def explain(self, office: str) -> None:
        """Say under each box what agreeing to it means, and who keeps it."""
        for purpose in (*PURPOSES, PURPOSE[GUARDIAN]):
            self[purpose.key].description = purpose.text.format(office=office)

    def fits(self, *, named: bool) -> bool:
        """Is everything there that this way of keeping needs? It also says what is not."""
        fits = bool(self.validate())
        if named and not self.name.data:
            fits = _refuse(self.name, WITHOUT_NAME)
        if not self.group.data and len(self.group.choices) > 1:
            fits = _refuse(self.group, NO_GROUP)
        if not self.adult.data and not self.guardian.data:
            fits = _refuse(self.adult, TOO_YOUNG)
        if named and self.is_for_minor:
            fits = self._says_who_agrees() and fits
        if self.adult.data and is_young(self.birth_year.data):
            fits = _refuse(self.birth_year, YOUNG_BY_YEAR)
        if not self.keep_results.data:
            fits = _refuse(self.keep_results, NO_CONSENT)
        return fits

    def _says_who_agrees(self) -> bool:
        said = [self.guardian_name.data or _refuse(self.guardian_name, NO_GUARDIAN)]
        said.append(self.relation.data or _refuse(self.relation, NO_RELATION))
        return all(said)

    @property
    def is_for_minor(self) -> bool:
        """Does a guardian agree, for somebody who is not sixteen?"""
        return bool(self.guardian.data and not self.adult.data)

    @property
    def asks_guardian(self) -> bool:
        """Is it time to ask for a guardian? Most readers never need to see that line."""
        return bool(self.adult.errors or self.guardian.data or self.guardian_name.data)

    @property
    def channel(self) -> str:
        """Who agreed: the person, or a guardian beside them."""
        return "self" if self.adult.data else "guardian"


def name_of(group: GroupChoice) -> str:
    """Return a group as a list names it; the two for who has none in the words of who chooses them."""
    if group.kind in SAY:
        return SAY[GroupKind(group.kind)]
    return f"{group.name} ({group.former_ward} cũ)" if group.former_ward else group.name


def is_young(birth_year: Any) -> bool:
    """Does the birth year say that the person cannot be sixteen yet?"""
    return isinstance(birth_year, int) and today().year - birth_year < ADULT


def _fits(group: GroupChoice, typed: str) -> bool:
    return matches(typed, f"{group.name} {group.former_ward} {group.code}")


def _refuse(field: Any, sentence: str) -> bool:
    if not field.errors:
        field.errors = [sentence]
    return False


class DetailsForm(Form):
    """Correct what is kept about me."""

    name = LineField(
        "Tên hiện trên trang",
        most=60,
        missing="Xin ghi tên. Muốn bỏ tên, bác xem mục “Rút lại sự đồng ý” ở dưới.",
        autocomplete="name",
        autocapitalize="words",
        validators=[not_a_number],
    )
    find = LineField(
        "Tìm tổ", description="Gõ số tổ, hoặc tên phường cũ. Không cần gõ dấu.", optional=True, most=60
    )
    group = GroupField("Tổ dân phố", default="")
    audience = SelectField("Bác là", choices=[SelectChoice(Audience.UNSAID, "Không ghi"), *AUDIENCES])
    phone = PhoneField("Số điện thoại", description="Để trống nếu bác không muốn ghi.", optional=True)
    birth_year = CountField(
        "Năm sinh", description="Để trống nếu bác không muốn ghi.", least=1900, most=2100, optional=True
    )
    pin = DigitsField(
        "Mã học của bác",
        length=PIN_LENGTH,
        optional=True,
        description="Chỉ cần khi bác đổi tên hoặc số điện thoại.",
        autocomplete="current-password",
    )
    password = SecretField(
        "Mật khẩu", optional=True, description="Chỉ cần khi anh chị đổi tên hoặc số điện thoại."
    )


class NewPinForm(Form):
    """Another mã học: one's own, or one that the system draws."""

    old = DigitsField("Mã học đang dùng", length=PIN_LENGTH, optional=True, autocomplete="current-password")
    new = DigitsField(
        "Mã học mới bác tự chọn",
        length=PIN_LENGTH,
        optional=True,
        description="6 số khó đoán. Không dùng ngày sinh, số điện thoại, số theo thứ tự.",
        autocomplete="new-password",
    )


class NewPasswordForm(Form):
    """Another password, for who has a role that demands one."""

    old = SecretField("Mật khẩu đang dùng")
    new = SecretField(
        "Mật khẩu mới",
        new=True,
        least=PASSWORD_LENGTH,
        description="Ít nhất 12 ký tự. Vài từ ghép lại là tốt nhất.",
    )


class EraseForm(Form):
    """Erase everything; on a handed phone the own mã học proves who asks."""

    pin = DigitsField("Mã học của bác", length=PIN_LENGTH, optional=True)


class PaperForm(Form):
    """What the paper for a course says of its owner, and what others may read of it."""

    full_name = LineField(
        "Họ và tên in trên giấy",
        description="Ghi đủ họ tên, có dấu. Ví dụ: Nguyễn Thị Lan.",
        most=60,
        missing="Xin ghi họ và tên bác muốn in trên giấy.",
        autocomplete="name",
        autocapitalize="words",
        validators=[not_a_number],
    )
    agree = AgreeField(
        SENTENCE[PAPER_NAME],
        missing="Trang chỉ giữ họ tên khi bác đồng ý. Xin tích ô này, hoặc chạm “Để sau”.",
    )
    name_shown = RadioField(
        "Ai quét mã trên giấy thì thấy gì?",
        choices=[
            SelectChoice(FULL_NAME, "Cả họ và tên"),
            SelectChoice(INITIALS, "Chỉ chữ cái đầu, ví dụ N.\u00a0T.\u00a0L."),
            SelectChoice(NO_NAME, "Không thấy tên"),
        ],
        validators=[InputRequired("Xin chọn một dòng: người khác được thấy tên bác tới đâu.")],
    )

    def explain(self, office: str) -> None:
        """Say under the box what agreeing to it means, and who keeps the name."""
        self.agree.description = PURPOSE[PAPER_NAME].text.format(office=office)
