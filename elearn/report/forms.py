"""What is typed about a report: to whom it was sent, and the ward's own words in it."""

from typing import Any

from wtforms import ValidationError

from elearn.kit.forms import CountField, DayField, Form, LineField, ParagraphField
from elearn.report.rules import bears_a_title, lines_of

SIGN = "Ký hiệu gồm loại văn bản, gạch nối, rồi nơi ban hành, ví dụ BC-UBND."


class KeepForm(Form):
    """The button that makes a report and keeps it; which one stands in the address."""


class SendingForm(Form):
    """A report was sent."""

    to_whom = LineField(
        "Đã gửi cho",
        description="Ví dụ: UBND phường; Sở Văn hóa, Thể thao và Du lịch thành phố.",
        missing="Xin ghi nơi nhận báo cáo.",
        most=200,
    )
    sent_on = DayField("Ngày gửi")
    registered_as = LineField(
        "Số văn bản",
        description="Số mà văn thư cấp, nếu đã có. Ví dụ: 52/BC-UBND.",
        most=40,
        optional=True,
    )


class CostsForm(Form):
    """What the ward pays for the platform; all of it may stay empty."""

    hosting = LineField(
        "Máy chủ", optional=True, most=120, description="Ví dụ: máy có sẵn ở UBND phường; thuê của nhà mạng."
    )
    hosting_monthly = CountField(
        "Tiền máy chủ mỗi tháng (đồng)",
        optional=True,
        most=1_000_000_000,
        description="Để trống nếu chưa rõ.",
    )
    other = LineField(
        "Chi khác là gì", optional=True, most=200, description="Ví dụ: in 200 áp phích; mua 2 máy tính bảng."
    )
    other_total = CountField("Số tiền chi khác (đồng)", optional=True, most=100_000_000_000)


class WordsForm(Form):
    """The words of a report that are not figures. An empty one is left out of the report."""

    superior = ParagraphField(
        "Cơ quan cấp trên trực tiếp", optional=True, rows=2, most=200,
        description="Chữ hoa, không đậm, ở góc trên bên trái. Báo cáo của UBND phường thì để trống.",
    )  # fmt: skip
    issuer = ParagraphField(
        "Cơ quan ban hành", rows=2, most=200, description="Chữ hoa, ngắt dòng như trên giấy."
    )
    sign = LineField("Ký hiệu", most=30, description="Đứng sau số văn bản; số để trống cho văn thư ghi.")
    place = LineField("Địa danh", most=60, description="Đứng trước ngày tháng, ví dụ: Gia Viên.")
    subject = LineField(
        "Trích yếu", most=250, description="Kỳ báo cáo được ghi tiếp vào sau, ví dụ “tháng 11 năm 2026”."
    )
    addressed = ParagraphField(
        "Kính gửi", optional=True, rows=2, most=400,
        description="Chỉ khi gửi cấp trên. Mỗi nơi một dòng.",
    )  # fmt: skip
    bases = ParagraphField(
        "Căn cứ", optional=True, rows=4, most=3000,
        description="Mỗi văn bản một dòng: tên loại, số, ngày, cơ quan ban hành, trích yếu.",
    )  # fmt: skip
    part_1 = ParagraphField(
        "Phần I. Công tác chỉ đạo, triển khai", optional=True, rows=6, most=6000,
        description="Số khóa học và số tổ dân phố được ghi thêm vào cuối phần này.",
    )  # fmt: skip
    part_3 = ParagraphField(
        "Phần III. Khó khăn, vướng mắc", optional=True, rows=4, most=6000,
        description="Ghi thêm vào sau các vướng mắc mà tổ dân phố, đơn vị đã gửi.",
    )  # fmt: skip
    part_4 = ParagraphField("Phần IV. Nhiệm vụ thời gian tới", optional=True, rows=6, most=6000)
    part_5 = ParagraphField("Phần V. Đề xuất, kiến nghị", optional=True, rows=4, most=6000)
    signatory = ParagraphField(
        "Quyền hạn, chức vụ của người ký", rows=3, most=300,
        description="Chữ hoa. TM. là thay mặt, KT. là ký thay, TL. là thừa lệnh, TUQ. là thừa ủy quyền, "
        "Q. là quyền.",
    )  # fmt: skip
    signer = LineField(
        "Họ và tên người ký", most=80, optional=True,
        description="Không ghi học hàm, học vị. Để trống thì ghi tay sau.",
    )  # fmt: skip
    recipients = ParagraphField(
        "Nơi nhận", rows=6, most=1500, description="Mỗi nơi một dòng; dòng cuối là nơi lưu."
    )

    def validate_signer(self, field: Any) -> None:
        """Refuse what the decree does not allow before a name."""
        if bears_a_title(field.data or ""):
            raise ValidationError("Trước họ tên người ký không ghi học hàm, học vị. Xin bỏ phần đó.")

    def validate_sign(self, field: Any) -> None:
        """Refuse a sign that is not made of groups of capitals with hyphens between them."""
        groups = (field.data or "").split("-")
        if len(groups) < 2 or not all(one.isalpha() and one.isupper() for one in groups):
            raise ValidationError(SIGN)

    def validate_recipients(self, field: Any) -> None:
        """Refuse a list that does not end with where the paper is kept."""
        lines = lines_of(field.data or "")
        if not lines or not lines[-1].lstrip("-– ").startswith("Lưu:"):
            raise ValidationError("Dòng cuối của Nơi nhận là nơi lưu, ví dụ “Lưu: VT, VHXH”.")

    def validate_superior(self, field: Any) -> None:
        """These lines are capitals, as all names at the top."""
        _capitals(field)

    def validate_issuer(self, field: Any) -> None:
        """Likewise."""
        _capitals(field)

    def validate_signatory(self, field: Any) -> None:
        """Likewise."""
        _capitals(field)


def _capitals(field: Any) -> None:
    if field.data and field.data != field.data.upper():
        raise ValidationError("Phần này viết chữ hoa cả. Xin viết lại bằng chữ hoa.")
