"""What may be typed about a poster: where it leads, which group it is for, where it hangs."""

from collections.abc import Sequence
from itertools import groupby

from wtforms import SelectChoice, SelectField

from elearn.kit.forms import Form, LineField
from elearn.outreach.queries import Target
from elearn.people.reach import GroupName
from elearn.people.rules import called_in_full

HOME, NO_GROUP = "trang-dau", ""


class PosterForm(Form):
    """A new poster."""

    target = SelectField("Quét xong thì mở trang nào")
    group = SelectField(
        "Cho tổ dân phố nào",
        description="Ai quét áp phích này sẽ được gợi ý đúng tổ, và sửa lại được.",
    )
    place = LineField(
        "Treo hoặc dán ở đâu (không bắt buộc)",
        description="Ví dụ: bảng tin nhà văn hóa. Ghi để phân biệt các áp phích với nhau.",
        optional=True,
        most=80,
        enterkeyhint="done",
    )

    def offer(self, targets: Sequence[Target], groups: Sequence[GroupName], *, may_leave_out: bool) -> None:
        """Fill the two lists with what this maker may choose."""
        self.target.choices = [SelectChoice(HOME, "Trang đầu, có mọi khóa học")]
        for (course, title), lessons in groupby(targets, key=lambda one: (one.course_id, one.course_title)):
            self.target.choices.append(SelectChoice(f"k{course}", f"Cả khóa: {title}", optgroup=title))
            self.target.choices += [
                SelectChoice(f"b{one.lesson_id}", one.lesson_title, optgroup=title) for one in lessons
            ]
        self.group.choices = [SelectChoice(NO_GROUP, "Không theo tổ nào")] * may_leave_out + [
            SelectChoice(group.code, called_in_full(group.name, group.former_ward)) for group in groups
        ]
