"""What a person types to come in. A secret is never shown again, whatever else was wrong."""

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired

from elearn.kit.forms import AgreeField, DigitsField, Form, LineField, SecretField
from elearn.people import rules
from elearn.people.queries import Name

WHO = {
    "missing": "Xin điền số điện thoại, hoặc mã cá nhân 8 chữ số.",
    "inputmode": "tel",
    "autocomplete": "username",
    "description": "Ví dụ 0912 345 678. Mã cá nhân in trên thẻ học.",
}
SHARED = "Máy này nhiều người lạ dùng chung"


class AsItCame(HiddenField):
    """A hidden text that is not touched: it may hold what somebody typed."""

    tidy = staticmethod(str)


class SignIn(Form):  # type: ignore[misc]
    """Phone number or personal code, and the secret."""

    who = LineField("Số điện thoại, hoặc mã cá nhân 8 chữ số", **WHO)
    secret = SecretField(
        "Mã học 6 chữ số, hoặc mật khẩu",
        missing="Xin điền mã học 6 chữ số. Cán bộ thì điền mật khẩu.",
        description="Quên mã học? Xem phía dưới.",
    )
    shared = AgreeField(SHARED, description="Đóng trình duyệt là ra. Máy không nhớ tên.")
    ve = HiddenField()
    held = AsItCame()


class ProveAgain(Form):  # type: ignore[misc]
    """The password once more, of who is here already."""

    secret = SecretField(
        "Mật khẩu của anh chị", missing="Xin điền mật khẩu mà anh chị vẫn dùng để đăng nhập."
    )
    ve = HiddenField()
    held = AsItCame()


class SecondKeyForm(Form):  # type: ignore[misc]
    """What staff give after the password: one of three."""

    code = DigitsField(
        "Mã 6 chữ số trên ứng dụng", length=rules.APP_DIGITS, optional=True, autocomplete="one-time-code"
    )
    printed = LineField(
        "Mã dự phòng",
        optional=True,
        most=40,
        description="Một trong mười mã trên tờ đã in. Mỗi mã dùng một lần.",
    )
    passkey = AsItCame()
    ve = HiddenField()
    held = AsItCame()

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for one of them."""
        fits = super().validate(extra_validators)
        if fits and not (self.code.data or self.printed.data or self.passkey.data):
            self.code.errors = ["Xin gõ 6 chữ số mà ứng dụng đang hiện."]
            return False
        return fits  # type: ignore[no-any-return]


LABEL = {
    "most": 60,
    "missing": "Xin đặt tên cho khóa, để sau này biết là khóa nào.",
    "description": "Để sau này biết là khóa nào, ví dụ: Điện thoại cơ quan.",
}


class AppForm(Form):  # type: ignore[misc]
    """An app that has read the secret, proved by the code it shows."""

    code = DigitsField(
        "Mã 6 chữ số ứng dụng đang hiện", length=rules.APP_DIGITS, autocomplete="one-time-code"
    )
    label = LineField("Tên của khóa", **LABEL)
    sealed = AsItCame()


class PasskeyForm(Form):  # type: ignore[misc]
    """A passkey that the browser has just made."""

    label = LineField("Tên của khóa", **LABEL)
    answer = AsItCame(validators=[InputRequired("Chạm “Dùng máy này làm khóa” để trình duyệt hỏi.")])


class OneTimeCode(Form):  # type: ignore[misc]
    """The code that a helper has just issued."""

    who = LineField("Số điện thoại, hoặc mã cá nhân 8 chữ số", **WHO)
    code = DigitsField(
        "Mã một lần, 8 chữ số",
        length=rules.CODE_LENGTH,
        missing="Xin điền 8 chữ số mà người hướng dẫn vừa đọc.",
        description="Người hướng dẫn của tổ cấp, dùng được trong 10 phút.",
    )
    shared = AgreeField(SHARED, description="Đóng trình duyệt là ra. Máy không nhớ tên.")
    ve = HiddenField()


class NewPin(Form):  # type: ignore[misc]
    """Another mã học than the one that was drawn."""

    new = DigitsField(
        "Mã học bác tự chọn, 6 chữ số",
        length=rules.PIN_LENGTH,
        missing="Xin điền 6 chữ số bác chọn.",
        description="6 số khó đoán. Không dùng ngày sinh, số điện thoại, số theo thứ tự.",
        autocomplete="new-password",
    )


class ByToken(Form):  # type: ignore[misc]
    """The button of a card."""

    shared = AgreeField(SHARED, description="Đóng trình duyệt là ra. Máy không nhớ tên.")


class Switch(Form):  # type: ignore[misc]
    """Who of those known on this device learns now; proved by the PIN alone."""

    person = RadioField("Chọn tên của bác", coerce=int, validators=[InputRequired("Xin chọn tên của bác.")])
    secret = DigitsField("Mã học, 6 chữ số", length=rules.PIN_LENGTH, missing="Xin điền mã học 6 chữ số.")
    ve = HiddenField()

    def __init__(self, names: Sequence[Name], **options: Any) -> None:
        super().__init__(**options)
        self.person.choices = [(name.id, name.display_name) for name in names]


class StopKiosk(Form):  # type: ignore[misc]
    """Who looks after a shared machine, so that it is one no longer."""

    who = LineField("Số điện thoại, hoặc mã cá nhân 8 chữ số, của anh chị", **WHO)
    secret = SecretField(
        "Mã học hoặc mật khẩu của anh chị", missing="Xin điền mã học hoặc mật khẩu của anh chị."
    )


class GiveBack(Form):  # type: ignore[misc]
    """The helper's secret, for getting the own phone back."""

    secret = SecretField(
        "Mã học hoặc mật khẩu của người hướng dẫn", missing="Xin điền mã học hoặc mật khẩu của anh chị."
    )
