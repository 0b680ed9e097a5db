"""Tables in: a CSV or XLSX file to rows of text with the numbers that Excel shows, or a sentence why not."""

import csv
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from io import BytesIO, StringIO
from typing import Any, NamedTuple

from elearn.kit.typed import line
from elearn.kit.words import fold

MEGABYTE = 1024 * 1024
MOST_BYTES, MOST_UNZIPPED, MOST_ENTRIES = 5 * MEGABYTE, 48 * MEGABYTE, 500
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 20_000, 60, 2_000
EXCEL_ROWS = 1_048_576
LOOK_FOR_HEADINGS = 20  # offices write a title or two above a table

LOCAL_HEADER = 30  # bytes that stand before the name of an entry
NEW_EXCEL, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
NOT_UTF8 = (
    "Không đọc được chữ trong tệp này: tệp không lưu theo bảng mã UTF-8. "
    "Xin mở bằng Excel, chọn “Lưu dưới dạng”, chọn loại .xlsx rồi gửi lại."
)
BROKEN = "Tệp Excel này bị hỏng. Xin mở bằng Excel, chọn “Lưu dưới dạng”, chọn loại .xlsx rồi gửi lại."

Cells = list[str]


class SheetProblem(ValueError):
    """Why a file cannot be read, in a sentence that says what to do."""


class SheetRow(NamedTuple):
    """One row: the number that Excel shows beside it, and its cells by column."""

    number: int
    cells: dict[str, str]


class Sheet(NamedTuple):
    """What a file holds; `ignored` are the headings that nobody asked for."""

    rows: list[SheetRow]
    ignored: list[str]


def read_sheet(
    content: bytes,
    columns: Mapping[str, Sequence[str]] | None = None,
    required: Iterable[str] = (),
) -> Sheet:
    """Return the rows below the headings; empty rows are left out. Raise SheetProblem when it cannot be.

    `columns` names each column and the headings it may have, {"phone": ("Số điện thoại", "Di động")};
    marks, case and blanks do not matter. Without it every column is named by its folded heading.
    """
    numbered = [(number, cells) for number, cells in enumerate(_rows(content), start=1) if any(cells)]
    if not numbered:
        raise SheetProblem("Tệp này không có dòng nào. Xin chọn tệp khác.")
    known = {heading_key(heading): name for name, headings in (columns or {}).items() for heading in headings}
    place = _find_headings(numbered, known, columns, set(required))
    names, ignored = _name_columns(numbered[place][1], known if columns else None)
    rows = [SheetRow(number, _by_name(cells, names)) for number, cells in numbered[place + 1 :]]
    return Sheet([row for row in rows if any(row.cells.values())], ignored)


def heading_key(heading: str) -> str:
    """Return what makes two headings the same: "  SỐ điện-thoại* " -> "so dien thoai"."""
    return " ".join(re.findall(r"[a-z0-9]+", fold(heading)))


def _rows(content: bytes) -> Iterator[Cells]:
    """Yield each row as clean text, counting what a file may hold."""
    if len(content) > MOST_BYTES:
        raise SheetProblem(f"Tệp lớn quá {MOST_BYTES // MEGABYTE} MB. Xin chia nhỏ rồi gửi từng phần.")
    if content.startswith(OLD_EXCEL):
        raise SheetProblem(
            "Đây là tệp Excel kiểu cũ (.xls) hoặc tệp có mật khẩu. "
            "Xin mở bằng Excel, bỏ mật khẩu, chọn “Lưu dưới dạng”, chọn loại .xlsx rồi gửi lại."
        )
    filled = 0
    raw_rows = _xlsx_rows(content) if content.startswith(NEW_EXCEL) else _csv_rows(content)
    for number, raw in enumerate(raw_rows, start=1):
        if not raw:
            yield raw
            continue
        cells = [_clean(cell, number) for cell in raw]
        filled += any(cells)
        if filled > MOST_ROWS:
            raise SheetProblem(f"Tệp có hơn {MOST_ROWS} dòng. Xin chia nhỏ rồi gửi từng phần.")
        if any(cells[MOST_COLUMNS:]):
            raise SheetProblem(f"Dòng {number} có hơn {MOST_COLUMNS} cột. Xin bỏ bớt cột thừa.")
        yield cells[:MOST_COLUMNS]


def _clean(cell: str, number: int) -> str:
    if len(cell) > LONGEST_CELL:
        raise SheetProblem(f"Dòng {number} có một ô dài quá {LONGEST_CELL} chữ. Xin xem lại dòng này.")
    text = line(cell)
    if text in ERRORS:
        raise SheetProblem(f"Dòng {number} có ô đang báo lỗi {text}. Xin sửa trong Excel rồi gửi lại.")
    return text[1:] if re.match(r"'[=+\-@]", text) else text  # the mark of safety that our own tables put


# --- headings


def _find_headings(
    numbered: list[tuple[int, Cells]],
    known: Mapping[str, str],
    columns: Mapping[str, Sequence[str]] | None,
    required: set[str],
) -> int:
    if not columns:
        return 0
    first_rows = numbered[:LOOK_FOR_HEADINGS]
    found = [{known[key] for cell in cells if (key := heading_key(cell)) in known} for _, cells in first_rows]
    place = max(range(len(found)), key=lambda index: (len(found[index]), -index))
    missing = [columns[name][0] for name in columns if name in required and name not in found[place]]
    if missing or not found[place]:
        lacking = ", ".join(f"“{heading}”" for heading in missing or [next(iter(columns.values()))[0]])
        raise SheetProblem(f"Không thấy cột {lacking}. Xin thêm dòng tiêu đề có cột ấy rồi gửi lại.")
    return place


def _name_columns(headings: Cells, known: Mapping[str, str] | None) -> tuple[list[str], list[str]]:
    """Return the name of each column ("" for one that is not read) and the headings left aside."""
    keys = [heading_key(heading) for heading in headings]
    names = keys if known is None else [known.get(key, "") for key in keys]
    twice = next((headings[i] for i, name in enumerate(names) if name and name in names[:i]), None)
    if twice:
        raise SheetProblem(f"Có hai cột cùng là “{twice}”. Xin bỏ bớt một cột rồi gửi lại.")
    ignored = [heading for heading, name in zip(headings, names, strict=True) if heading and not name]
    return names, ignored


def _by_name(cells: Cells, names: list[str]) -> dict[str, str]:
    padded = cells + [""] * (len(names) - len(cells))
    return {name: cell for name, cell in zip(names, padded, strict=False) if name}


# --- CSV


def _csv_rows(content: bytes) -> Iterator[Cells]:
    text = _decoded(content)
    hint = re.match(r"sep=([,;\t])\r?\n", text)
    delimiter = hint[1] if hint else _delimiter(text)
    if hint:
        yield []  # so that row numbers stay those that Excel shows
        text = text[hint.end() :]
    try:
        yield from csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as problem:
        raise SheetProblem("Tệp này không phải bảng CSV. Xin gửi tệp .csv hoặc .xlsx.") from problem


def _decoded(content: bytes) -> str:
    if content[:4] == b"%PDF" or content[:2] == b"\xff\xd8" or content[:4] == b"\x89PNG":
        raise SheetProblem("Đây là ảnh hoặc tệp PDF. Xin gửi bảng dạng .csv hoặc .xlsx.")
    wide = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as problem:
        raise SheetProblem(NOT_UTF8) from problem
    if "\0" in text:
        raise SheetProblem(NOT_UTF8)
    return text


def _delimiter(text: str) -> str:
    """Return the sign that cuts most of the first rows into the most columns; a comma when none does."""
    start = "".join(text[:20_000].splitlines(keepends=True)[:LOOK_FOR_HEADINGS])

    def columns(delimiter: str) -> int:
        try:
            widths = [
                len(row) for row in csv.reader(StringIO(start, newline=""), delimiter=delimiter) if any(row)
            ]
        except csv.Error:
            return 0
        return max((width * widths.count(width) for width in widths if width > 1), default=0)

    return max(",;\t", key=columns)


# --- XLSX


def _xlsx_rows(content: bytes) -> Iterator[Cells]:
    import openpyxl  # takes long to load, and few requests ask for it

    _guard(content)
    try:
        book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its own size may be a lie
        for row in sheet.iter_rows(values_only=True, max_row=EXCEL_ROWS, max_col=MOST_COLUMNS + 1):
            # a file may hold a million empty rows: they cost next to nothing here
            yield [] if row.count(None) == len(row) else [_as_text(cell) for cell in row]
        book.close()
    except SheetProblem:
        raise
    except Exception as problem:  # the reader raises dozens of kinds on a damaged file
        raise SheetProblem(BROKEN) from problem


def _guard(content: bytes) -> None:
    """Refuse, before anything is unpacked, what would unpack to too much or hides something."""
    try:
        entries = zipfile.ZipFile(BytesIO(content)).infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as problem:
        raise SheetProblem(BROKEN) from problem
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNZIPPED:
        raise SheetProblem(
            "Tệp Excel này mở ra quá lớn nên không nhận. Xin chép bảng sang một tệp mới rồi gửi lại."
        )
    plain = all(entry.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries)
    if len(set(names)) < len(names) or not plain or any(entry.flag_bits & 1 for entry in entries):
        raise SheetProblem(BROKEN)
    if "xl/workbook.xml" not in names:
        raise SheetProblem("Tệp này không phải bảng Excel. Xin gửi bảng dạng .csv hoặc .xlsx.")
    _refuse_declarations(content)


def _refuse_declarations(content: bytes) -> None:
    """Excel never writes a document type; whoever does wants the reader to expand or fetch something."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for entry in archive.infolist():
                _refuse_lies(content, entry)
                if entry.filename.endswith((".xml", ".rels", ".vml")):
                    xml = archive.read(entry)
                    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml or b"\0" in xml:
                        raise SheetProblem(BROKEN)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError, zlib.error) as problem:
        raise problem if isinstance(problem, SheetProblem) else SheetProblem(BROKEN) from problem


def _refuse_lies(content: bytes, entry: zipfile.ZipInfo) -> None:
    """Unpack at most what the entry says of itself: the archive's reader would unpack all of it first."""
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        return
    head = content[entry.header_offset : entry.header_offset + LOCAL_HEADER]
    name, extra = (int.from_bytes(head[at : at + 2], "little") for at in (26, 28))
    start = entry.header_offset + LOCAL_HEADER + name + extra
    unpacked = zlib.decompressobj(-zlib.MAX_WBITS)
    size = len(unpacked.decompress(content[start : start + entry.compress_size], entry.file_size + 1))
    if size > entry.file_size or (size == entry.file_size and not unpacked.eof):
        raise SheetProblem(BROKEN)


def _as_text(cell: Any) -> str:
    """Return a cell as a person would have typed it; a number that lost its first 0 does not get it back."""
    match cell:
        case None:
            return ""
        case bool():
            return "có" if cell else "không"
        case datetime() if cell.time() == time():
            return f"{cell:%d/%m/%Y}"
        case datetime():
            return f"{cell:%d/%m/%Y %H:%M}"
        case date():
            return f"{cell:%d/%m/%Y}"
        case time():
            return f"{cell:%H:%M}"
        case float():
            return _number(cell)
    return str(cell)


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
