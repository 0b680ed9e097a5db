"""The columns of the boards: how each is headed, reads as a number, and what it counts in one sentence."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from elearn.kit.formats import as_day, as_number, as_percent
from elearn.kit.tables import Column
from elearn.progress import rules


class Measure(NamedTuple):
    """One column; `name` is the field of the row ("weeks.3": the fourth of several in one field)."""

    name: str
    heading: str
    style: str  # "", "count", "change", "share", "day"
    says: str

    @property
    def place(self) -> str:
        """Return the place of its sentence on the page; the columns of one field share one."""
        return self.name.partition(".")[0]


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
# Shown where helpers have given labels of households.
HOME_MEASURES = (
    Measure(
        "homes",
        "Hộ có người học",
        "count",
        "Số hộ hôm nay có ít nhất một người học, theo nhãn hộ mà người hướng dẫn ghi.",
    ),
    Measure(
        "homes_share",
        "Độ phủ hộ",
        "share",
        "Số hộ có người học chia cho số hộ của tổ. Dòng Cộng chỉ tính các tổ có đủ hai số này.",
    ),
)
HOMES_FINISHED = Measure(
    "homes_finished",
    "Hộ có người xong khóa",
    "count",
    "Số hộ hôm nay có ít nhất một người đã học xong một khóa; khi lọc theo khóa thì là xong khóa đó.",
)
WEEKS = Measure("weeks", "Số bài mỗi tuần", "count", "Số bài học xong trong 7 ngày kể từ ngày ghi ở đầu cột.")
LAST_DAY = Measure(
    "last_day",
    "Ngày gần nhất có kết quả",
    "day",
    "Ngày gần nhất tổ có người ghi tên, bắt đầu hoặc học xong gì đó, không kể đang lọc thế nào.",
)
FAIR_MEASURES = (
    Measure(
        "rank",
        "Hạng",
        "count",
        "Xếp theo tỷ lệ đạt chỉ tiêu. Tổ dưới 5 người học hoặc chưa có số người lớn thì không xếp.",
    ),
    Measure(
        "reached",
        "Đạt chỉ tiêu",
        "share",
        "Số của tổ hôm nay chia cho chỉ tiêu của phường; phường chưa đặt chỉ tiêu thì là độ phủ của tổ.",
    ),
    Measure("gain_rank", "Hạng tiến bộ", "count", "Xếp theo cột Thêm trong kỳ."),
    Measure(
        "gain", "Thêm trong kỳ", "share", "Số người ghi tên lần đầu trong kỳ chia cho số người lớn của tổ."
    ),
    *(next(measure for measure in MEASURES if measure.name == name) for name in (
        "people", "alone", "assisted", "meeting", "kiosk",
    )),
)  # fmt: skip
# where no target is set, the share of a target is not what the column holds
UNAIMED_MEASURES = tuple(
    measure._replace(heading="Độ phủ", says="Số người học của tổ hôm nay chia cho số người lớn của tổ.")
    if measure.name == "reached"
    else measure._replace(
        says="Xếp theo độ phủ. Tổ dưới 5 người học hoặc chưa có số người lớn thì không xếp."
    )
    if measure.name == "rank"
    else measure
    for measure in FAIR_MEASURES
)
WAYS = ("alone", "assisted", "meeting", "kiosk")  # the parts of which a bar of lessons is made
PUBLIC_MEASURES = (
    Measure(
        "learners", "Người học", "count", "Số người đã ghi tên hoặc ghi tổ, làm tròn xuống bội số của 5."
    ),
    Measure("started", "Bắt đầu", "count", "Số lượt bắt đầu một khóa, làm tròn xuống bội số của 5."),
    Measure("finished", "Xong khóa", "count", "Số lượt học xong cả một khóa, làm tròn xuống bội số của 5."),
)
SORTS = ("group", *(measure.name for measure in MEASURES))
GROUP_SORTS = (*SORTS, *(measure.name for measure in (*HOME_MEASURES, LAST_DAY)))  # of groups, not of wards
STYLES = {"share": "share", "day": "day"}  # of the columns of a file
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
        *(Column(measure.heading, STYLES.get(measure.style, "count")) for measure in measures),
        Column("Ghi chú", width=24),
        Column(f"Số liệu đến ({ROUNDED})" if public else "Số liệu đến", "day", 14),
    ]
    return headings, (_cells(measures, row, day) for row in rows)


def week_measures(until: date) -> tuple[Measure, ...]:
    """Return the columns of the twelve weeks that end with this day, the change, and the last day of all."""
    weeks = (
        Measure(f"weeks.{place}", f"{start:%d/%m}", "count", WEEKS.says)
        for place, start in enumerate(rules.trend_starts(until))
    )
    return (*weeks, named("change"), LAST_DAY)


def bar_measures(asked: str, offered: Sequence[Measure]) -> tuple[Measure, ...]:
    """Return the column whose bars are asked for (else the first), and the columns of its parts."""
    chosen = next((measure for measure in offered if measure.name == asked), offered[0])
    return (chosen, *(named(way) for way in WAYS)) if chosen.name == "lessons" else (chosen,)


def named(name: str) -> Measure:
    """Return the column of this name."""
    return next(measure for measure in (*MEASURES, *HOME_MEASURES) if measure.name == name)


def value_of(row: Any, name: str) -> Any:
    """Return what the row has in the column."""
    field, _, place = name.partition(".")
    value = getattr(row, field)
    return value[int(place)] if place else value


def cells_of(measures: Sequence[Measure], row: Any) -> list[tuple[str, str]]:
    """Return for each measure its place and what the page shows: thousands of cells, so not by a macro."""
    return [(measure.place, shown(value_of(row, measure.name), measure.style)) for measure in measures]


def shown(value: Any, style: str) -> str:
    """Return a number of a board as a reader expects it: a share in percent, a change with its sign."""
    if style == "share":
        return as_percent(value)
    if style == "change" and value:
        return f"{'+' if value > 0 else '−'}{as_number(abs(value))}"
    return as_day(value) if style == "day" else as_number(value)


def note_of(row: Any) -> str:
    """Return what a reader must know about the row, or an empty text."""
    notes = [getattr(row, "note", ""), CHECK_ADULTS if getattr(row, "doubtful", False) else ""]
    return "; ".join(note for note in notes if note)


def _cells(measures: Sequence[Measure], row: Any, day: Any) -> list[Any]:
    values = [value_of(row, measure.name) for measure in measures]
    return [row.code, row.name, row.former_ward, *values, note_of(row), day]
