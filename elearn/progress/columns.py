"""The columns of the boards: how each is headed, reads as a number, and what it counts in one sentence."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from elearn.kit.formats import as_number, as_percent
from elearn.kit.tables import Column


class Measure(NamedTuple):
    """One column; `name` is the field of the row, and the place of its sentence on the page."""

    name: str
    heading: str
    style: str  # "", "count", "change", "share"
    says: str


# What tells most stands first: on a phone only the first columns are seen without moving the table.
MEASURES = (
    Measure(
        "lessons", "Bài đã xong", "count", "Số bài học làm xong lần đầu trong kỳ. Làm lại không tính thêm."
    ),
    Measure(
        "change",
        "So với 7 ngày trước",
        "change",
        "Số bài xong trong 7 ngày cuối của kỳ, trừ số bài xong trong 7 ngày liền trước đó.",
    ),
    Measure(
        "coverage",
        "Độ phủ",
        "share",
        "Người học hiện nay chia cho số người lớn của tổ. Dòng Cộng chỉ tính các tổ có đủ hai số này.",
    ),
    Measure("people", "Người học hiện nay", "count", "Số người hôm nay thuộc tổ và đã ghi tên hoặc ghi tổ."),
    Measure("adults", "Người lớn", "count", "Số người lớn của tổ do phường nhập. Dấu — là chưa có số."),
    Measure(
        "finished",
        "Người đã xong khóa",
        "count",
        "Số người hôm nay thuộc tổ đã học xong ít nhất một khóa; khi lọc theo khóa thì là xong khóa đó.",
    ),
    Measure(
        "finished_share",
        "Tỷ lệ xong khóa",
        "share",
        "Số người đã xong khóa chia cho số người lớn của tổ. Dòng Cộng chỉ tính các tổ có đủ hai số này.",
    ),
    Measure(
        "registered",
        "Ghi tên",
        "count",
        "Số người ghi tên hoặc ghi tổ lần đầu trong kỳ. Không tính theo khóa học.",
    ),
    Measure(
        "started",
        "Bắt đầu",
        "count",
        "Số lượt bắt đầu một khóa trong kỳ. Một người học hai khóa là hai lượt.",
    ),
    Measure("courses", "Khóa đã xong", "count", "Số lượt học xong cả một khóa trong kỳ."),
    Measure(
        "mastered",
        "Câu đã nắm vững",
        "count",
        "Số câu từng trả lời sai, rồi khi ôn lại sau 2, 7, 21 ngày thì đúng đủ ba lần, lần thứ ba trong kỳ.",
    ),
    Measure("alone", "Tự học", "count", "Số bài xong trong kỳ do người học tự làm."),
    Measure(
        "assisted",
        "Có người hướng dẫn",
        "count",
        "Số bài xong trong kỳ có người của tổ công nghệ số cộng đồng ngồi cùng.",
    ),
    Measure("kiosk", "Ở máy dùng chung", "count", "Số bài xong trong kỳ trên máy dùng chung."),
    Measure("meeting", "Buổi họp", "count", "Số bài xong trong kỳ tại buổi họp, buổi hướng dẫn."),
)
PUBLIC_MEASURES = (
    Measure(
        "learners", "Người học", "count", "Số người đã ghi tên hoặc ghi tổ, làm tròn xuống bội số của 5."
    ),
    Measure("started", "Bắt đầu", "count", "Số lượt bắt đầu một khóa, làm tròn xuống bội số của 5."),
    Measure("finished", "Xong khóa", "count", "Số lượt học xong cả một khóa, làm tròn xuống bội số của 5."),
)
SORTS = ("group", *(measure.name for measure in MEASURES))
ROUNDED = "làm tròn, chốt thứ Hai"
CHECK_ADULTS = "kiểm lại số người lớn"


def table_of(
    measures: Sequence[Measure], rows: Sequence[Any], day: Any, *, public: bool = False
) -> tuple[list[Column], Iterator[list[Any]]]:
    """Return the headings and cells of a board for a file: the very values that the page shows."""
    headings = [
        Column("Mã tổ", width=10),
        Column("Tổ dân phố", width=28),
        Column("Phường cũ", width=16),
        *(Column(measure.heading, "share" if measure.style == "share" else "count") for measure in measures),
        Column("Ghi chú", width=24),
        Column(f"Số liệu đến ({ROUNDED})" if public else "Số liệu đến", "day", 14),
    ]
    return headings, (_cells(measures, row, day) for row in rows)


def cells_of(measures: Sequence[Measure], row: Any) -> list[tuple[str, str]]:
    """Return for each measure its name and what the page shows: thousands of cells, so not by a macro."""
    return [(name, shown(getattr(row, name), style)) for name, _, style, _ in measures]


def shown(value: Any, style: str) -> str:
    """Return a number of a board as a reader expects it: a share in percent, a change with its sign."""
    if style == "share":
        return as_percent(value)
    if style == "change" and value:
        return f"{'+' if value > 0 else '−'}{as_number(abs(value))}"
    return as_number(value)


def note_of(row: Any) -> str:
    """Return what a reader must know about the row, or an empty text."""
    notes = [getattr(row, "note", ""), CHECK_ADULTS if getattr(row, "doubtful", False) else ""]
    return "; ".join(note for note in notes if note)


def _cells(measures: Sequence[Measure], row: Any, day: Any) -> list[Any]:
    values = [getattr(row, measure.name) for measure in measures]
    return [row.code, row.name, row.former_ward, *values, note_of(row), day]
