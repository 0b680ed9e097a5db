"""The registry of dated facts: read, written, and what each may say today."""

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from elearn.kit.words import nfc
from elearn.library.document.header import PlainLoader, plain
from elearn.library.document.model import FACT_ID, DocumentFault, Remark

STATUSES = ("verified", "one-source", "unverified")
ENTRIES = ("id", "label", "value", "status", "fallback", "source", "checked_on", "review_months")
LONGEST_SHELF = 200_000
SHAPE_REMEDY = "Chép mẫu một dữ kiện ở trên rồi sửa: mỗi dòng “tên: giá trị”, thụt vào hai dấu cách."


@dataclass(frozen=True)
class Fact:
    """A value with a source and a day on which someone last saw that it is still so."""

    id: str
    label: str
    value: str
    status: str
    fallback: str
    source: str
    checked_on: date
    review_months: int

    @property
    def review_by(self) -> date:
        """Return the last day on which the check still counts."""
        months = self.checked_on.month - 1 + self.review_months
        year, month = self.checked_on.year + months // 12, months % 12 + 1
        return date(year, month, min(self.checked_on.day, monthrange(year, month)[1]))

    def is_shown(self, today: date) -> bool:
        """Return whether the value itself may be printed: verified, and checked not too long ago."""
        return self.status == "verified" and today <= self.review_by

    def words(self, today: date) -> str:
        """Return what a page prints: the value, or what to say in its place."""
        return self.value if self.is_shown(today) else self.fallback


def read_facts(text: str) -> tuple[Fact, ...]:
    """Return the facts of a shelf in their order; raise DocumentFault with every fault found."""
    facts, remarks = parse_facts(text)
    if remarks:
        raise DocumentFault(remarks)
    return facts


def parse_facts(text: str) -> tuple[tuple[Fact, ...], tuple[Remark, ...]]:
    """Return the facts that can be read, and a remark for each fault in the others."""
    remarks: list[Remark] = []
    facts = [fact for entry in _entries(text, remarks) if (fact := _fact(entry, remarks))]
    return tuple(facts), tuple(remarks)


def write_facts(facts: Iterable[Fact]) -> str:
    """Return the one canonical text of the facts."""
    return "".join(_written(fact) for fact in facts) or "[]\n"


def _written(fact: Fact) -> str:
    lines = [f"{name}: {plain(str(getattr(fact, name)))}\n" for name in ENTRIES]
    return "- " + "  ".join(lines)


class Entry(dict[str, str]):
    """The lines of one fact, and where each stands."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


def _entries(text: str, remarks: list[Remark]) -> Iterator[Entry]:
    """Yield each fact's entries; a remark for what is not a list of `name: value` lines."""
    if len(text) > LONGEST_SHELF:
        remarks.append(Remark(1, "error", "Danh sách dữ kiện quá dài.", "Bỏ bớt những dữ kiện không dùng."))
        return
    try:
        root = _root(nfc(text).replace("\r\n", "\n"))
    except (yaml.YAMLError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        remarks.append(
            Remark(mark.line + 1 if mark else 1, "error", "Không đọc được dòng này.", SHAPE_REMEDY)
        )
        return
    taken: dict[str, int] = {}
    for node in root.value if isinstance(root, yaml.SequenceNode) else [root] if root else []:
        entry = _entry(node, remarks)
        if entry.get("id") in taken:
            remedy = f"Đổi mã, hoặc xóa một trong hai (mã này đã có ở dòng {taken[entry['id']]})."
            remarks.append(Remark(entry.line, "error", f"Mã dữ kiện “{entry['id']}” có hai lần.", remedy))
        taken.setdefault(entry.get("id", ""), entry.line)
        if entry:
            yield entry


def _root(text: str) -> Any:
    loader = PlainLoader(text)  # refuses signs that nobody can see
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _entry(node: Any, remarks: list[Remark]) -> Entry:
    entry = Entry(node.start_mark.line + 1)
    if not isinstance(node, yaml.MappingNode):
        remarks.append(Remark(entry.line, "error", "Đây không phải là một dữ kiện.", SHAPE_REMEDY))
        return entry
    for name_node, value_node in node.value:
        name, line = str(name_node.value), name_node.start_mark.line + 1
        if name not in ENTRIES:
            remedy = f"Chỉ dùng các tên: {', '.join(ENTRIES)}."
            remarks.append(Remark(line, "error", f"Dữ kiện không có dòng nào tên là “{name}”.", remedy))
        elif name in entry or not isinstance(value_node, yaml.ScalarNode):
            remarks.append(Remark(line, "error", f"Dòng “{name}” viết chưa đúng.", SHAPE_REMEDY))
        else:
            entry[name] = " ".join(value_node.value.split())
            entry.lines[name] = line
    return entry


def _fact(entry: Entry, remarks: list[Remark]) -> Fact | None:
    faults = list(_faults(entry))
    remarks.extend(faults)
    if faults:
        return None
    return Fact(
        **{name: entry[name] for name in ENTRIES[:6]},
        checked_on=date.fromisoformat(entry["checked_on"]),
        review_months=int(entry["review_months"]),
    )


def _faults(entry: Mapping[str, str] | Entry) -> Iterator[Remark]:
    """Yield a remark for each thing that keeps an entry from being a fact."""
    start, lines = getattr(entry, "line", 1), getattr(entry, "lines", {})
    for name in ENTRIES:
        if not entry.get(name):
            yield Remark(
                lines.get(name, start), "error", f"Dữ kiện thiếu dòng “{name}”.", f"Viết “{name}: …”."
            )
    for name, form, remedy in SHAPES:
        if entry.get(name) and not form(entry[name]):
            message = f"Dòng “{name}” có giá trị chưa đúng: “{entry[name]}”."
            yield Remark(lines.get(name, start), "error", message, remedy)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text and 2000 <= int(text[:4]) < 9000
    except ValueError:
        return False


SHAPES = (
    ("id", re.compile(FACT_ID).fullmatch, "Viết chữ in hoa không dấu, bắt đầu bằng F-, ví dụ “F-CONG”."),
    ("status", STATUSES.__contains__, "Viết verified, one-source hoặc unverified."),
    ("checked_on", _is_day, "Viết ngày theo mẫu năm-tháng-ngày, ví dụ “2026-11-15”."),
    ("review_months", re.compile(r"[1-9]\d?").fullmatch, "Viết số tháng từ 1 đến 99, ví dụ “6”."),
)
