"""The public numbers of the week, told to machines: those of the board /tien-do, by the same queries."""

from datetime import date, timedelta
from typing import NamedTuple

from elearn.kit.clock import monday_of, today
from elearn.kit.formats import as_day, as_number
from elearn.kit.recent import recent
from elearn.progress import queries, rules, setting_queries
from elearn.progress.columns import PUBLIC_MEASURES, ROUNDED
from elearn.progress.rules import PublicRow
from elearn.progress.setting_queries import CourseName


class Week(NamedTuple):
    """What may be told to everybody, as of a Monday."""

    monday: date
    rows: list[PublicRow]
    total: PublicRow
    course: CourseName | None

    @property
    def until(self) -> date:
        return self.monday - timedelta(days=1)


def course_named(slug: str, ward_id: int) -> CourseName | None:
    """Return the course by which the board can be filtered, or None."""
    return next((one for one in recent(setting_queries.set_up_of, ward_id).courses if one.slug == slug), None)


def week_of(ward_id: int, course: CourseName | None = None) -> Week:
    """Return the numbers of the public board of this week."""
    monday = monday_of(today())
    rows = rules.public_board(recent(queries.counted_before, ward_id, monday), course.id if course else None)
    return Week(monday, rows, rules.public_total(rows), course)


def in_words(week: Week) -> str:
    """Return the totals of the week as a sentence."""
    told = [f"{one.heading}: {as_number(getattr(week.total, one.name))}" for one in PUBLIC_MEASURES]
    of_all = f"Số liệu đến {as_day(week.until)}, {ROUNDED}. {'; '.join(told)}."
    return f"{of_all} Chỉ cộng các tổ đủ số để hiện; dấu — là chưa đủ số."
