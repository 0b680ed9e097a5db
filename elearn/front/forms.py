"""One field of each kind, for the page of samples."""

from wtforms import RadioField, SelectChoice

from elearn.kit.forms import AgreeField, CountField, DayField, Form, LineField, ParagraphField, PhoneField


class SampleForm(Form):
    """Every kind of field that a page may show."""

    class Meta(Form.Meta):
        """It changes nothing, so nobody can forge it."""

        csrf = False

    line = LineField("Một dòng chữ", description="Một câu giúp điền cho đúng.", most=20)
    phone = PhoneField("Số điện thoại", optional=True)
    count = CountField("Một số", most=100)
    day = DayField("Một ngày", optional=True)
    words = ParagraphField("Nhiều dòng chữ", optional=True)
    one = RadioField(
        "Chọn một", choices=[SelectChoice("a", "Phương án thứ nhất"), SelectChoice("b", "Phương án thứ hai")]
    )
    agree = AgreeField("Tôi đồng ý", missing="Xin đánh dấu ô này.")
