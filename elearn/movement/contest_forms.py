"""What may be typed about a contest: its name, questions, days, courses and groups."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from wtforms import SelectChoice
from wtforms.validators import ValidationError

from elearn.kit.clock import today
from elearn.kit.forms import CountField, DayField, Form, LineField
from elearn.learning.contest_rules import FEWEST_QUESTIONS, MOST_QUESTIONS
from elearn.movement.campaign_forms import BoxesField, GroupsField
from elearn.movement.result_rules import Terms
from elearn.people.queries import GroupChoice
from elearn.progress.setting_queries import CourseName

LONGEST_DAYS = 92


class ContestForm(Form):
    """A contest, new or to be changed before it begins."""

    name = LineField(
        "Tên cuộc thi",
        description="Ví dụ: Công dân số Gia Viên, thông minh và an toàn. Người dân đọc tên này.",
        missing="Xin đặt tên cho cuộc thi.",
        most=100,
    )
    since = DayField("Từ ngày", missing="Xin chọn ngày bắt đầu.")
    until = DayField("Đến hết ngày", missing="Xin chọn ngày kết thúc.")
    courses = BoxesField(
        "Rút câu hỏi từ những khóa nào",
        missing="Xin chọn ít nhất một khóa.",
        description="Chỉ rút câu chọn một ý. Số trong ngoặc là số câu như thế của khóa. "
        "Các khóa góp số câu đều nhau.",
    )
    questions = CountField(
        "Mỗi người trả lời bao nhiêu câu",
        least=FEWEST_QUESTIONS,
        most=MOST_QUESTIONS,
        missing="Xin điền số câu, ví dụ 30.",
        description=f"Từ {FEWEST_QUESTIONS} đến {MOST_QUESTIONS} câu. Nên ít hơn hẳn số câu có, để mỗi người "
        "một bộ khác nhau.",
    )
    groups = GroupsField("Chỉ vài tổ dự thi", description="Không chọn tổ nào nghĩa là mọi tổ.")

    def offer(
        self,
        courses: Sequence[CourseName],
        there_are: Mapping[int, int],
        groups: Sequence[GroupChoice],
        ended: Collection[int] = (),
    ) -> None:
        """Fill the lists; `there_are`: how many questions of each course can be drawn; of the groups
        `ended`, those that are no longer there can stay chosen."""
        self.there_are = there_are
        self.courses.choices = [
            SelectChoice(course.id, f"{course.title} ({there_are[course.id]} câu)")
            for course in courses
            if there_are.get(course.id)
        ]
        self.groups.offer(groups, ended)

    def validate_since(self, field: DayField) -> None:
        """Refuse to begin in the past: nobody could have known."""
        if field.data and field.data < today():
            raise ValidationError("Ngày bắt đầu đã qua rồi. Xin chọn từ hôm nay trở đi.")

    def validate_until(self, field: DayField) -> None:
        """Refuse days that run backwards, or for longer than three months."""
        check_days(self.since.data, field.data)

    def validate_questions(self, field: CountField) -> None:
        """Refuse more questions than there are, and say how many those are."""
        there_are = sum(self.there_are.get(one, 0) for one in self.courses.data or ())
        if self.courses.data and field.data and field.data > there_are:
            raise ValidationError(
                f"Các khóa đã chọn có {there_are} câu chọn một ý. Xin chọn thêm khóa hoặc bớt số câu."
            )

    def terms(self) -> Terms:
        """Return what was typed, once it has been found good."""
        return Terms(
            self.name.data or "", self.questions.data or FEWEST_QUESTIONS,
            self.since.data, self.until.data,  # type: ignore[arg-type]
            tuple(sorted(self.courses.data or ())), tuple(sorted(self.groups.data or ())),
        )  # fmt: skip


class BegunContestForm(Form):
    """What of a contest can still be changed once it has begun."""

    name = LineField("Tên cuộc thi", missing="Xin đặt tên cho cuộc thi.", most=100)
    until = DayField(
        "Đến hết ngày",
        missing="Xin chọn ngày kết thúc.",
        description="Người dân đã đọc ngày kết thúc rồi. Đổi ngày thì anh chị báo lại cho bà con.",
    )


def check_days(since: date | None, until: date | None) -> None:
    """Raise ValidationError for days that run backwards, or for longer than three months."""
    if not (since and until):
        return
    if until < since:
        raise ValidationError("Ngày kết thúc đứng trước ngày bắt đầu. Xin xem lại hai ngày.")
    if (until - since).days >= LONGEST_DAYS:
        raise ValidationError("Cuộc thi dài nhất ba tháng. Xin chọn ngày kết thúc sớm hơn.")
