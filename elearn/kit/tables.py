"""Rows to CSV and XLSX: numbers stay numbers, dates stay dates, and no cell can become a formula."""

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import IO, Any, NamedTuple
from urllib.parse import quote

from flask import Response, send_file

from elearn.kit.clock import ZONE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS, LONGEST_CELL = 1_048_575, 32_000  # what a sheet can hold, below its heading and in a cell

# A spreadsheet takes a text that begins like this for a formula (the wide forms are what an IME makes).
FORMULA = re.compile(r"\s*[=+\-@\t\r\n＝＋－＠]")
NUMERIC = re.compile(r"[+-]?\d[\d .,]*", re.ASCII)

Row = Sequence[Any]


class Column(NamedTuple):
    """A heading, and how its numbers read: "" as they are, "share" as a percentage; width in letters."""

    heading: str
    style: str = ""
    width: int = 0


def send_csv(name: str, columns: Sequence[Column], rows: Iterable[Row]) -> Response:
    """Return the rows as a CSV file to keep, sent piece by piece."""
    answer = Response(csv_pieces(columns, rows), mimetype="text/csv")
    spelled = quote(f"{name}.csv", safe="")
    answer.headers["Content-Disposition"] = f"attachment; filename=bang.csv; filename*=UTF-8''{spelled}"
    return answer


def send_xlsx(name: str, columns: Sequence[Column], rows: Iterable[Row]) -> Response:
    """Return the rows as an Excel file to keep."""
    workbook = xlsx_file(name, columns, rows)
    size = workbook.seek(0, 2)
    workbook.seek(0)
    answer = send_file(workbook, mimetype=XLSX, as_attachment=True, download_name=f"{name}.xlsx", max_age=0)
    answer.content_length = size
    return answer


def csv_pieces(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[bytes]:
    """Yield the rows as CSV in UTF-8, with the mark at the start by which Excel knows the letters."""
    yield "\ufeff".encode()
    yield _csv_line(column.heading for column in columns)
    for row in rows:
        yield _csv_line(row)


def xlsx_file(title: str, columns: Sequence[Column], rows: Iterable[Row]) -> IO[bytes]:
    """Return a temporary file, at its start, with the rows as an Excel workbook of one sheet.

    A row is on the disk before the next is asked for, so that a large board needs little memory.
    """
    import xlsxwriter  # takes long to load, and few requests ask for it

    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    try:
        with xlsxwriter.Workbook(file, options) as book:
            sheet = book.add_worksheet(_sheet_title(title))
            _write_headings(book, sheet, columns)
            _write_rows(book, sheet, columns, rows)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def safe_text(text: str) -> str:
    """Return the text so that no spreadsheet runs it: an apostrophe before what looks like a formula.

    Phone numbers ("+84…") and negative numbers are left as they are.
    """
    return f"'{text}" if FORMULA.match(text) and not NUMERIC.fullmatch(text) else text


def _csv_line(cells: Iterable[Any]) -> bytes:
    line = StringIO()
    csv.writer(line).writerow([_csv_cell(cell) for cell in cells])
    return line.getvalue().encode()


def _csv_cell(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return _yes_or_no(cell)
        case datetime():
            return f"{_on_the_wall(cell):%Y-%m-%d %H:%M}"
        case int() | float() | Decimal() | date():
            return str(cell)
    return safe_text(str(cell))


def _write_headings(book: Any, sheet: Any, columns: Sequence[Column]) -> None:
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width or max(10, min(40, len(column.heading) + 3)))
        sheet.write_string(0, place, column.heading, bold)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _write_rows(book: Any, sheet: Any, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    styles = {
        name: book.add_format({"num_format": code})
        for name, code in {
            "count": "#,##0",
            "number": "#,##0.##",
            "share": "0.0%",
            "day": "dd/mm/yyyy",
            "moment": "dd/mm/yyyy hh:mm",
        }.items()
    }
    number = 0
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise ValueError("Bảng dài quá một trang tính. Xin chọn kỳ ngắn hơn hoặc ít tổ hơn.")
        for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
            _write_cell(sheet, number, place, cell, column.style, styles)
    sheet.print_area(0, 0, number, len(columns) - 1)


def _write_cell(sheet: Any, row: int, place: int, cell: Any, style: str, styles: dict[str, Any]) -> None:
    match cell:
        case None:
            pass
        case bool():
            sheet.write_string(row, place, _yes_or_no(cell))
        case int():
            sheet.write_number(row, place, cell, styles[style or "count"])
        case float() | Decimal():
            sheet.write_number(row, place, cell, styles[style or "number"])
        case datetime():
            sheet.write_datetime(row, place, _on_the_wall(cell), styles["moment"])
        case date():
            sheet.write_datetime(row, place, cell, styles["day"])
        case _:
            sheet.write_string(row, place, _fitting(str(cell)))


def _yes_or_no(cell: bool) -> str:
    return "có" if cell else "không"


def _on_the_wall(moment: datetime) -> datetime:
    """A moment with a zone is shown as the clock in Hải Phòng shows it; one without is taken as shown."""
    return moment.astimezone(ZONE).replace(tzinfo=None) if moment.tzinfo else moment


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def _sheet_title(title: str) -> str:
    """Excel refuses these signs in the title of a sheet, and more than 31 letters."""
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "Bảng"
