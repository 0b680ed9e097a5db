"""The tables behind the report: by group, by course, by audience; and what is corrected, if anything."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from elearn.kit.formats import as_number, as_percent
from elearn.report.figures import Correction, Counts, Figures, Part
from elearn.report.official import Annex, Head
from elearn.report.rules import difference

PERIODS = ("Kỳ này", "Kỳ trước", "Tăng, giảm")
MM = 165  # between the margins


class Column(NamedTuple):
    """A plain column of an annex."""

    heading: str
    width: int
    says: Callable[[Part], str]


def annexes_of(figures: Figures, corrections: Sequence[Correction] = ()) -> tuple[Annex, ...]:
    """Return the annexes of a report in their order."""
    people = Column("Người học hiện nay", 16, lambda one: as_number(one.people))
    finished = Column("Đã xong ít nhất một khóa", 18, lambda one: as_number(one.finished))
    of_groups = (
        Column("Số người lớn", 15, lambda one: as_number(one.adults)),
        people,
        Column("Tỷ lệ tham gia", 16, lambda one: as_percent(one.coverage)),
    )
    of_courses = (Column("Đã xong khóa đến nay", 18, lambda one: as_number(one.finished)),)
    annexes = (
        _annex("I", "KẾT QUẢ THEO TỔ DÂN PHỐ", "Tổ dân phố", of_groups, figures.groups, figures),
        _annex("II", "KẾT QUẢ THEO KHÓA HỌC", "Khóa học", of_courses, figures.courses, figures),
        _annex("III", "KẾT QUẢ THEO ĐỐI TƯỢNG", "Đối tượng", (people, finished), figures.audiences, figures),
    )
    return (*annexes, *([_corrected(corrections)] if corrections else []))


def _annex(
    number: str, title: str, of: str, columns: Sequence[Column], parts: Sequence[Part], figures: Figures
) -> Annex:
    compares = figures.total.before is not None
    words = PERIODS if compares else PERIODS[:1]
    measures = (("lessons", "Bài học làm xong"), ("courses", "Lượt học xong cả khóa"))
    plain = [Head("STT", 1, 2), Head(of, 1, 2), *(Head(column.heading, 1, 2) for column in columns)]
    tops = [Head(name, len(words)) for _, name in measures]
    unders = [Head(word) for _ in measures for word in words]
    counts = 13 if compares else 24
    fixed = [column.width for column in columns] + [counts] * len(unders)
    total = (
        replace(figures.total, finished=sum(one.finished for one in parts))
        if number == "II"
        else figures.total
    )
    rows = [
        _row(str(place), one, columns, measures, compares=compares)
        for place, one in enumerate(parts, start=1)
    ]
    rows.append(_row("", total, columns, measures, compares=compares))
    return Annex(
        number=number,
        title=title,
        heads=((*plain, *tops), tuple(unders)),
        kinds="nt" + "n" * len(fixed),
        widths=(10, MM - 10 - sum(fixed), *fixed),
        rows=tuple(rows),
        note=_note(number, figures),
    )


def _row(
    place: str,
    one: Part,
    columns: Sequence[Column],
    measures: Sequence[tuple[str, str]],
    *,
    compares: bool,
) -> tuple[str, ...]:
    cells = [place, "Cộng" if not place else one.name + (f" ({one.note})" if one.note else "")]
    cells += [column.says(one) for column in columns]
    before = one.before or Counts()
    for name, _ in measures:
        now = getattr(one.now, name)
        cells.append(as_number(now))
        if compares:
            cells += [as_number(getattr(before, name)), difference(now, getattr(before, name))]
    return tuple(cells)


def _note(number: str, figures: Figures) -> str:
    if number == "I":
        return (
            "Tỷ lệ tham gia là số người học hiện nay chia cho số người lớn của tổ; dấu — là chưa có số. "
            "Dòng Cộng chỉ tính tỷ lệ của các tổ có đủ hai số."
        )
    return ""


def _corrected(corrections: Sequence[Correction]) -> Annex:
    rows = [
        (str(place), one.what, as_number(one.before), as_number(one.after))
        for place, one in enumerate(corrections, start=1)
    ]
    heads = tuple(map(Head, ("STT", "Số liệu", "Bản trước", "Bản này")))
    return Annex(
        "IV", "SỐ LIỆU ĐÍNH CHÍNH SO VỚI BẢN TRƯỚC", (heads,), "ntnn", (12, 103, 25, 25), tuple(rows), False
    )
