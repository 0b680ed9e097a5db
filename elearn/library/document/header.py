"""The lines between the two rows of dashes: YAML in which every value is a text."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from elearn.library.document.model import Remark

LONGEST = 8_000
RULE = re.compile(r"-{3,}")
ENTRY = re.compile(r"([A-Za-z_]+)\s*:(?:\s+(.*))?")
ITEM = re.compile(r"\s*-\s+(.*)")
HASH = re.compile(r"(?![\"'\[{|>&*!%@`]).*?(?:(?<=\s)|^)#.*")  # YAML takes the rest of the line for a comment
SHAPE_REMEDY = "Viết mỗi dòng theo mẫu “tên: giá trị”, ví dụ “title: Quét mã QR”."


class Header(NamedTuple):
    """What stands between the dashes, where each entry stands, and the line on which the text begins."""

    values: dict[str, Any]
    lines: dict[str, int]
    ends: int
    remarks: tuple[Remark, ...]


class PlainLoader(yaml.SafeLoader):
    """Read YAML without guessing: 0101 stays a text, and nothing may refer to something else."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own name and shape

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias can stand for a million others")
        return super().compose_node(parent, index)


def load(text: str) -> Any:
    """Return what the YAML says, all of it texts, lists and dicts; raise YAMLError when it is not YAML."""
    loader = PlainLoader(text)
    try:
        return loader.get_single_data()
    except (RecursionError, ValueError, TypeError) as fault:
        raise yaml.YAMLError(str(fault)) from fault
    finally:
        loader.dispose()


def plain(value: str) -> str:
    """Return the value as YAML wants it on one line: bare where it stays the same, else in quotes."""
    if value and len(value) < LONGEST:
        try:
            if load(f"- a: {value}") == [{"a": value}]:
                return value
        except yaml.YAMLError:
            pass
    return json.dumps(value, ensure_ascii=False)


def read_header(lines: Sequence[str], known: Sequence[str]) -> Header:
    """Return the header of a text given as lines, with a remark for each thing wrong in it."""
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if not lines or not RULE.fullmatch(lines[first].strip()):
        missing = f"Thêm ở đầu tệp một dòng ---, các dòng {', '.join(known[:5])}, rồi một dòng --- nữa."
        return Header({}, {}, 0, (Remark(1, "error", "Thiếu phần đầu bài giữa hai dòng ---.", missing),))
    last = next((n for n in range(first + 1, len(lines)) if RULE.fullmatch(lines[n].strip())), None)
    if last is None:
        message = "Phần đầu bài chưa khép lại."
        remark = Remark(first + 1, "error", message, "Thêm dòng --- sau phần đầu bài.")
        return Header({}, {}, first + 1, (remark,))
    return _entries(lines[first + 1 : last], first + 2, last + 1, known)


def write_header(values: Mapping[str, str | Sequence[str]]) -> str:
    """Return the header, dashes included, in the order given."""
    entries = []
    for name, value in values.items():
        if isinstance(value, str):
            entries.append(f"{name}: {plain(value)}\n")
        else:
            entries.append(f"{name}:\n" + "".join(f"  - {plain(one)}\n" for one in value))
    return "---\n" + "".join(entries) + "---\n"


def _entries(inner: Sequence[str], start: int, ends: int, known: Sequence[str]) -> Header:
    places, remarks = _places(inner, start, known)
    text = "\n".join(inner)
    try:
        values = load(text) if len(text) <= LONGEST else None
    except yaml.YAMLError:
        values = _line_by_line(inner)
    if values is None and text.strip():
        remarks.append(Remark(start, "error", "Không đọc được phần đầu bài.", SHAPE_REMEDY))
    values = values if isinstance(values, dict) else {}
    values.update(_with_hash(inner, values))
    values = {str(name): "" if value is None else value for name, value in values.items()}
    return Header(values, places, ends, tuple(remarks))


def _places(inner: Sequence[str], start: int, known: Sequence[str]) -> tuple[dict[str, int], list[Remark]]:
    places: dict[str, int] = {}
    remarks = []
    for number, line in enumerate(inner, start):
        entry = ENTRY.fullmatch(line)
        if entry is None:
            continue
        name = entry[1]
        if name in places:
            remedy = f"Giữ một dòng “{name}”, xóa dòng kia."
            remarks.append(Remark(number, "error", f"Dòng “{name}” có hai lần trong phần đầu bài.", remedy))
        elif name not in known:
            remedy = f"Chỉ dùng các tên: {', '.join(known)}."
            message = f"Phần đầu bài không có dòng nào tên là “{name}”."
            remarks.append(Remark(number, "error", message, remedy))
        places.setdefault(name, number)
    return places, remarks


def _with_hash(inner: Sequence[str], values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each entry that goes on after a hash: "Mẹo #1" is a title whose writer meant all of it."""
    for line in inner:
        entry = ENTRY.fullmatch(line.rstrip())
        if entry and entry[1] in values and HASH.fullmatch((entry[2] or "").strip()):
            yield entry[1], (entry[2] or "").strip()


def _line_by_line(inner: Sequence[str]) -> dict[str, Any] | None:
    """Return the entries of a header that is not YAML, as when a title has a colon or begins with a quote.

    Whoever writes on a phone knows nothing of YAML's rules; one entry a line is clear without them.
    """
    values: dict[str, Any] = {}
    name = ""
    for line in inner:
        entry, item = ENTRY.fullmatch(line.rstrip()), ITEM.fullmatch(line.rstrip())
        if entry is not None:
            name = entry[1]
            values[name] = _unquoted((entry[2] or "").strip())
        elif item is not None and values.get(name) in ("", *_lists(values)):
            values[name] = [*(values[name] or []), _unquoted(item[1])]
        elif line.strip() and not line.lstrip().startswith("#"):
            return None
    return values


def _lists(values: Mapping[str, Any]) -> list[Any]:
    return [value for value in values.values() if isinstance(value, list)]


def _unquoted(value: str) -> str:
    try:
        loaded = load(f"- {value}")
    except yaml.YAMLError:
        return value
    if isinstance(loaded, list) and len(loaded) == 1 and isinstance(loaded[0], str):
        return loaded[0]
    return value
