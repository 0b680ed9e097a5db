"""The boards as pictures: bars by group, the weeks of the ward, and small lines of one scale side by side."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from markupsafe import Markup

from elearn.kit.charts import Bar, Goal, Line, bar_chart, line_chart, round_top, small_line
from elearn.kit.formats import as_number
from elearn.progress.aims import Aim
from elearn.progress.columns import Measure, shown, value_of
from elearn.progress.rules import Row, trend_starts

DOZEN = 12
TABLE_BESIDE = "Các số nằm trong bảng bên cạnh."


def bars(rows: Sequence[Any], measures: Sequence[Measure], aim: Aim | None = None) -> list[Markup]:
    """Draw the first column as bars, made up of the others where there are such; the aim as a line.

    A dozen bars a picture, all on one scale: so that they stand beside each other, and whole on paper.
    """
    measure, parts = measures[0], measures[1:]
    drawn = [Bar(_called(row), _parts(row, measure, parts), _words(row, measure)) for row in rows]
    goal = Goal(aim.value, f"Chỉ tiêu {aim.words}") if aim and aim.measure == measure.name else None
    most = max((sum(bar.parts) for bar in drawn), default=0)
    letters = max((len(bar.words) for bar in drawn), default=0)
    return [
        bar_chart(
            f"cot-{start}", f"{measure.heading}: tổ thứ {start + 1} đến {start + len(dozen)}",
            f"{len(dozen)} thanh ngang, mỗi thanh một tổ. {TABLE_BESIDE}", dozen,
            goal=goal, parts=[one.heading for one in parts], most=most, letters=letters,
        )
        for start in range(0, len(drawn), DOZEN)
        if (dozen := drawn[start : start + DOZEN])
    ]  # fmt: skip


def trend(weeks: Sequence[int], until: date) -> Markup:
    """Draw the lessons finished in each of the twelve weeks that end with this day."""
    starts = [f"{start:%d/%m}" for start in trend_starts(until)]
    about = f"Đường qua 12 tuần, từ {as_number(weeks[0])} đến {as_number(weeks[-1])} bài. {TABLE_BESIDE}"
    return line_chart("xu-huong", "Số bài đã xong mỗi tuần", about, [Line("", weeks)], starts)


def small_lines(rows: Sequence[Row], of_all: Sequence[Row]) -> list[tuple[Row, Markup]]:
    """Draw the weeks of each row small; all on the scale of the whole ward, so that pages compare too."""
    most = round_top(max((max(row.weeks, default=0) for row in of_all), default=0))
    return [
        (row, small_line(f"12 tuần, tuần cuối {as_number(row.weeks[-1])} bài", row.weeks, most))
        for row in rows
    ]


def _called(row: Any) -> str:
    """Return the name with the old ward: each numbered its groups from 1."""
    return f"{row.name}, {row.former_ward}" if row.former_ward else str(row.name)


def _parts(row: Any, measure: Measure, parts: Sequence[Measure]) -> tuple[float, ...]:
    values = [value_of(row, one.name) for one in (parts or [measure])]
    return tuple(value for value in values if value is not None)


def _words(row: Any, measure: Measure) -> str:
    return shown(value_of(row, measure.name), measure.style)
