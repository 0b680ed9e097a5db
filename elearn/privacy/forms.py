"""What a person types to ask something about their own data."""

import re
from typing import Any

from wtforms import HiddenField, RadioField, SelectChoice
from wtforms.validators import InputRequired, ValidationError

from elearn.kit.forms import Form, ParagraphField
from elearn.kit.secrets import random_token
from elearn.privacy.words import ASKED

LONGEST = 1000


def no_identity_number(form: Any, field: Any) -> None:
    """Refuse what looks like the number of an identity card: the ward's pages never keep one."""
    if re.search(r"(?<!\d)\d{3}[ .]?\d{3}[ .]?\d{3}[ .]?\d{3}(?!\d)", field.data or ""):
        raise ValidationError("Chỗ này có dãy 12 chữ số như số căn cước. Xin bỏ đi, trang không giữ số ấy.")


class RequestForm(Form):  # type: ignore[misc]
    """A request about one's own data."""

    form_id = HiddenField(default=random_token)
    kind = RadioField(
        "Bác muốn gì?",
        choices=[SelectChoice(*one) for one in ASKED.items()],
        validators=[InputRequired("Xin chọn một dòng: bác muốn phường làm gì.")],
    )
    wish = ParagraphField(
        "Bác nói rõ thêm",
        [no_identity_number],
        most=LONGEST,
        missing="Xin viết một hai câu, để phường hiểu đúng ý bác.",
        description="Một hai câu là đủ. Xin đừng ghi số căn cước, mã OTP hay mật khẩu.",
    )
