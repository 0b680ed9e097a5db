"""Tables: what was counted is what the ward opens in Excel, and no name can run there as a formula."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from flask import Flask
from openpyxl import load_workbook

from elearn.kit import tables
from elearn.kit.tables import Column, csv_pieces, safe_text, send_csv, send_xlsx, xlsx_file

COLUMNS = [Column("Tổ dân phố", width=30), Column("Đã học"), Column("Độ phủ", "share"), Column("Ngày")]
ROWS = [("Tổ 5", 1234, 0.125, date(2026, 12, 31)), ("Tổ 7 “chợ”", 0, None, None)]
HOSTILE = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "＝1",
    '=HYPERLINK("http://example.org","xem")',
    "https://example.org",
    "{=1}",
]
HARMLESS = ["+84912345678", "+84 912 345 678", "-5", "-1.234,5", "bà Lan", "'", "0912345678", "A=1"]


def read_csv(columns, rows):
    return list(csv.reader(StringIO(b"".join(csv_pieces(columns, rows)).decode("utf-8-sig"), newline="")))


def read_xlsx(columns, rows):
    with xlsx_file("Tiến độ", columns, rows) as file:
        return load_workbook(file).active


def test_a_csv_begins_with_the_mark_that_excel_needs_and_reads_back():
    assert b"".join(csv_pieces(COLUMNS, ROWS)).startswith(b"\xef\xbb\xbf")
    assert read_csv(COLUMNS, ROWS) == [
        ["Tổ dân phố", "Đã học", "Độ phủ", "Ngày"],
        ["Tổ 5", "1234", "0.125", "2026-12-31"],
        ["Tổ 7 “chợ”", "0", "", ""],
    ]


def test_a_csv_asks_for_a_row_only_when_it_sends_it():
    asked = []
    pieces = csv_pieces([Column("a")], (asked.append(n) or (n,) for n in range(3)))
    next(pieces), next(pieces)
    assert asked == []
    next(pieces)
    assert asked == [0]


def test_an_xlsx_keeps_numbers_dates_and_shares_as_what_they_are():
    sheet = read_xlsx(COLUMNS, ROWS)
    assert [cell.value for cell in sheet[2]][:3] == ["Tổ 5", 1234, 0.125]
    assert sheet["D2"].value.isoformat() == "2026-12-31T00:00:00"
    assert [cell.number_format for cell in sheet[2]][1:] == ["#,##0", "0.0%", "dd/mm/yyyy"]
    assert [cell.value for cell in sheet[3]] == ["Tổ 7 “chợ”", 0, None, None]
    assert sheet.freeze_panes == "A2"
    assert sheet.print_area == "'Tiến độ'!$A$1:$D$3" and sheet.print_title_rows == "$1:$1"
    assert read_xlsx(COLUMNS, []).print_area == "'Tiến độ'!$A$1:$D$1", "an empty table prints its heading"
    assert sheet.column_dimensions["A"].width >= 30


@pytest.mark.parametrize("text", HOSTILE + HARMLESS)
def test_no_text_becomes_a_formula_or_a_link_in_xlsx(text):
    cell = read_xlsx([Column("Tên")], [(text,)])["A2"]
    assert (cell.data_type, cell.hyperlink) == ("s", None)
    assert cell.value.replace("_x000D_", "\r") == text


@pytest.mark.parametrize("text", HOSTILE[:-2])
def test_what_looks_like_a_formula_is_written_as_text_in_csv(text):
    [cell] = read_csv([Column("Tên")], [(text,)])[1]
    assert cell == "'" + text


@pytest.mark.parametrize("text", HARMLESS)
def test_phones_and_negative_numbers_are_left_alone_in_csv(text):
    assert read_csv([Column("Tên")], [(text,)])[1] == [text]
    assert safe_text(text) == text


def test_a_hostile_heading_is_text_too():
    assert read_csv([Column("=1+1")], [])[0] == ["'=1+1"]
    assert read_xlsx([Column("=1+1")], [])["A1"].data_type == "s"


def test_quotes_commas_and_line_breaks_come_back():
    text = 'Tổ 5, "ngõ 12"\nphường'
    assert read_csv([Column("Nơi")], [(text,)])[1] == [text]


def test_moments_are_shown_as_the_clock_in_the_ward_shows_them():
    moment = datetime(2026, 12, 31, 20, 30, tzinfo=UTC)
    assert read_csv([Column("Lúc")], [(moment,)])[1] == ["2027-01-01 03:30"]
    assert read_xlsx([Column("Lúc")], [(moment,)])["A2"].value.isoformat() == "2027-01-01T03:30:00"


def test_yes_no_and_exact_numbers():
    row = (True, False, Decimal("12.50"), -3)
    columns = [Column(name) for name in "abcd"]
    assert read_csv(columns, [row])[1] == ["có", "không", "12.50", "-3"]
    assert [cell.value for cell in read_xlsx(columns, [row])[2]] == ["có", "không", 12.5, -3]


def test_a_text_too_long_for_a_cell_is_cut_where_one_sees_it():
    value = read_xlsx([Column("Ghi chú")], [("a" * 40_000,)])["A2"].value
    assert value.endswith("a…")
    assert len(value) == tables.LONGEST_CELL


def test_more_rows_than_a_sheet_holds_are_refused_with_a_sentence(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 2)
    with pytest.raises(ValueError, match="kỳ ngắn hơn"):
        xlsx_file("Bảng", [Column("a")], [(n,) for n in range(3)])


@pytest.mark.parametrize("title", ["Tổ 5/2026: [tuần]", "x" * 50, "'?*"])
def test_any_title_makes_a_sheet(title):
    with xlsx_file(title, [Column("a")], []) as file:
        assert load_workbook(file).sheetnames[0]


def test_the_files_are_sent_to_be_kept_under_a_vietnamese_name():
    app = Flask("tables")
    app.add_url_rule("/csv", view_func=lambda: send_csv("Tiến độ", COLUMNS, ROWS), endpoint="csv")
    app.add_url_rule("/xlsx", view_func=lambda: send_xlsx("Tiến độ", COLUMNS, ROWS), endpoint="xlsx")
    client = app.test_client()
    for kind in ("csv", "xlsx"):
        answer = client.get(f"/{kind}")
        assert (
            f"filename*=UTF-8''Ti%E1%BA%BFn%20%C4%91%E1%BB%99.{kind}" in answer.headers["Content-Disposition"]
        )
        assert answer.headers["Content-Disposition"].startswith("attachment")
        body = answer.data
        answer.close()
        if kind == "xlsx":
            assert answer.content_length == len(body)
            assert load_workbook(BytesIO(body)).active["B2"].value == 1234
        else:
            assert answer.content_type == "text/csv; charset=utf-8"
            assert "Tổ 5,1234" in body.decode()
