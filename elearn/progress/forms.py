"""What may be typed beside a board: for whom a read link is, and how long it lasts."""

from wtforms import SelectChoice, SelectField

from elearn.kit.forms import Form, LineField

DAYS = [
    SelectChoice("30", "1 tháng"),
    SelectChoice("90", "3 tháng"),
    SelectChoice("180", "6 tháng"),
    SelectChoice("365", "1 năm"),
]


class ReadLinkForm(Form):
    """A new read link."""

    label = LineField(
        "Gửi cho ai",
        description="Ví dụ: Chủ tịch UBND phường, Ủy ban MTTQ phường.",
        missing="Xin ghi đường link này gửi cho ai, để sau này biết mà thu lại.",
        most=80,
        enterkeyhint="done",
    )
    days = SelectField("Đường link dùng được trong", choices=DAYS, default="180")
