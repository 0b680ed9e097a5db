"""What may be typed about a campaign: its name, days, target, courses and groups."""

from collections.abc import Collection, Sequence

from wtforms import SelectChoice, SelectField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from elearn.kit.forms import CountField, DayField, Form, LineField
from elearn.movement.campaign_rules import MEASURES, Terms
from elearn.people.queries import GroupChoice
from elearn.people.rules import called_in_full
from elearn.progress.setting_queries import CourseName

LONGEST_DAYS = 366


class BoxesField(SelectMultipleField):
    """Several of a list, each with a box of its own: a list with Ctrl is nothing for a finger."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str = "", *, missing: str = "", **options: object) -> None:
        self.missing = missing
        super().__init__(label, coerce=int, choices=[], **options)

    def pre_validate(self, form: object) -> None:
        """Refuse what is not in the list, and nothing where something is needed."""
        if self.missing and not self.data:
            raise ValidationError(self.missing)
        if set(self.data or ()) - {choice.value for choice in self.choices}:
            raise ValidationError("Có mục không còn trong danh sách. Xin chọn lại.")


class GroupsField(BoxesField):
    """Some of the residential groups; without any, all of them."""

    def offer(self, groups: Sequence[GroupChoice], ended: Collection[int]) -> None:
        """Offer the groups; those `ended` that are no longer among them can stay chosen."""
        gone = sorted(set(ended) - {group.id for group in groups})
        self.choices = [SelectChoice(one.id, called_in_full(one.name, one.former_ward)) for one in groups]
        self.choices += [SelectChoice(one, f"Tổ đã kết thúc (số {one})") for one in gone]


class CampaignForm(Form):
    """A campaign, new or to be changed."""

    name = LineField(
        "Tên chiến dịch",
        description="Ví dụ: 30 ngày thanh toán số. Người dân đọc tên này.",
        missing="Xin đặt tên cho chiến dịch.",
        most=100,
    )
    since = DayField("Từ ngày", missing="Xin chọn ngày bắt đầu.")
    until = DayField("Đến hết ngày", missing="Xin chọn ngày kết thúc.")
    measure = SelectField(
        "Chỉ tiêu tính bằng", choices=[SelectChoice(key, one.heading) for key, one in MEASURES.items()]
    )
    target = CountField(
        "Chỉ tiêu là bao nhiêu",
        least=1,
        most=1_000_000,
        missing="Xin điền chỉ tiêu bằng số, ví dụ 500.",
        description="Số của cả chiến dịch, không phải của từng tổ.",
    )
    courses = BoxesField("Tính những khóa nào", missing="Xin chọn ít nhất một khóa.")
    groups = GroupsField("Chỉ tính vài tổ", description="Không chọn tổ nào nghĩa là mọi tổ.")

    def offer(
        self, courses: Sequence[CourseName], groups: Sequence[GroupChoice], ended: Collection[int]
    ) -> None:
        """Fill the lists with what the ward has; of the groups `ended`, those that are no longer there can
        stay chosen."""
        self.courses.choices = [SelectChoice(course.id, course.title) for course in courses]
        self.groups.offer(groups, ended)

    def validate_until(self, field: DayField) -> None:
        """Refuse days that run backwards, or for longer than a year."""
        if not (self.since.data and field.data):
            return
        days = (field.data - self.since.data).days
        if days < 0:
            raise ValidationError("Ngày kết thúc đứng trước ngày bắt đầu. Xin xem lại hai ngày.")
        if days >= LONGEST_DAYS:
            raise ValidationError("Chiến dịch dài nhất một năm. Xin chọn ngày kết thúc sớm hơn.")

    def terms(self) -> Terms:
        """Return what was typed, once it has been found good."""
        return Terms(
            self.name.data or "", self.since.data, self.until.data, self.measure.data,  # type: ignore[arg-type]
            self.target.data or 1,
            tuple(sorted(self.courses.data or ())), tuple(sorted(self.groups.data or ())),
        )  # fmt: skip
