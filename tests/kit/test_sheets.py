"""Sheets: what an officer saves in Excel is read as it looks; what is hostile is refused in a sentence."""

import tracemalloc
import zipfile
import zlib
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from openpyxl import Workbook

from elearn.kit import sheets
from elearn.kit.sheets import SheetProblem, read_sheet
from elearn.kit.tables import Column, csv_pieces

COLUMNS = {"name": ("Họ và tên", "Họ tên"), "phone": ("Số điện thoại", "Di động"), "group": ("Tổ",)}
TEXT = "Họ và tên,Số điện thoại,Tổ\r\nbà Lan,0912 345 678,5\r\n\r\n“ông, Tài”,,7\r\n"


def xlsx(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def rewritten(content, change):
    """The same archive with each entry passed through change(name, data)."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return file.getvalue()


def names(sheet):
    return [(row.number, row.cells["name"]) for row in sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_however_excel_saved_it(encoding, delimiter):
    text = (
        TEXT.replace("“ông, Tài”", '"ông, Tài"') if delimiter == "," else TEXT.replace("ông, Tài", "ông Tài")
    )
    text = text if delimiter == "," else text.replace(",", delimiter)
    sheet = read_sheet(text.encode(encoding), COLUMNS, ["name"])
    assert [row.number for row in sheet.rows] == [2, 4]
    assert sheet.rows[0].cells == {"name": "bà Lan", "phone": "0912 345 678", "group": "5"}
    assert "Tài" in sheet.rows[1].cells["name"]
    assert sheet.rows[1].cells["phone"] == ""


def test_headings_may_be_written_in_any_way_below_a_title():
    text = "DANH SÁCH NGƯỜI HỌC,,\nNăm 2026,,\n HO  TEN ,to,Ghi chú\nbà Lan,5,x\n"
    sheet = read_sheet(text.encode(), COLUMNS, ["name", "group"])
    assert sheet.rows == [(4, {"name": "bà Lan", "group": "5"})]
    assert sheet.ignored == ["Ghi chú"]


def test_without_names_of_columns_the_folded_headings_serve():
    assert read_sheet("Tổ dân phố;Số hộ\nTổ 5;120".encode()).rows == [
        (2, {"to dan pho": "Tổ 5", "so ho": "120"})
    ]


def test_excel_cells_come_as_a_person_would_type_them():
    moment = datetime(2026, 12, 31, 8, 30, tzinfo=UTC).replace(tzinfo=None)
    content = xlsx(
        ["Họ và tên", "Số", "Lẻ", "Ngày", "Lúc", "Đã học", "Điện thoại"],
        ["bà Lan", 5.0, 0.1 + 0.2, date(2026, 12, 31), moment, True, 912345678],
    )
    assert list(read_sheet(content).rows[0].cells.values()) == [
        "bà Lan",
        "5",
        "0.3",
        "31/12/2026",
        "31/12/2026 08:30",
        "có",
        "912345678",
    ]


def test_excel_rows_keep_their_numbers():
    content = xlsx(["Họ tên", "Di động"], [], ["bà Lan", "0912345678"], [None, " "], ["ông Tài", None])
    assert names(read_sheet(content, COLUMNS, ["name"])) == [(3, "bà Lan"), (5, "ông Tài")]


def test_what_our_own_tables_wrote_comes_back():
    rows = [("=Lan", "+84912345678"), ("-x", "")]
    content = b"".join(csv_pieces([Column("Họ tên"), Column("Di động")], rows))
    assert [tuple(row.cells.values()) for row in read_sheet(content, COLUMNS).rows] == [
        ("=Lan", "+84912345678"),
        ("-x", ""),
    ]


def test_the_hint_of_excel_about_the_delimiter_is_followed():
    sheet = read_sheet("sep=;\nHọ tên;Tổ\nLan, bà;5\n".encode(), COLUMNS)
    assert sheet.rows == [(3, {"name": "Lan, bà", "group": "5"})]


def bomb():
    return rewritten(xlsx(["a"]), lambda name, data: data + b" " * (60_000_000 if "sheet1" in name else 0))


def many_entries():
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(600):
            archive.writestr(f"xl/{number}.xml", "")
    return file.getvalue()


def with_entity():
    def change(name, data):
        return (
            data.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)
            if "sheet1" in name
            else data
        )

    return rewritten(xlsx(["a"]), change)


HOSTILE = {
    "empty": (b"", "không có dòng nào"),
    "blank": (b" ,\n,,\n", "không có dòng nào"),
    "old excel": (b"\xd0\xcf\x11\xe0rest", "kiểu cũ"),
    "windows-1258": ("Họ tên\nNguyễn".encode()[:-2] + b"\xea", "UTF-8"),
    "nul": (b"a,b\n\0,1", "UTF-8"),
    "pdf": (b"%PDF-1.7 \xe2", "PDF"),
    "no zip": (b"PK\x03\x04 and then nothing", "hỏng"),
    "too large": (b"a," * 2_700_000, "5 MB"),
    "long cell": (b"a\n" + b"b" * 3_000, "Dòng 2 có một ô dài"),
    "huge cell": (b'a\n"' + b"b" * 200_000, "không phải bảng CSV"),
    "many columns": (b"a\n" + b"b," * 70, "60 cột"),
    "twice": ("Tổ,tổ\n1,2".encode(), "hai cột"),
    "error cell": (xlsx(["a"], ["#REF!"]), "báo lỗi #REF!"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_cannot_be_read_is_refused_in_a_sentence(kind):
    content, because = HOSTILE[kind]
    with pytest.raises(SheetProblem, match=because):
        read_sheet(content)


@pytest.mark.parametrize(
    ("make", "because"),
    [
        (bomb, "quá lớn"),
        (many_entries, "quá lớn"),
        (with_entity, "hỏng"),
        (lambda: xlsx(["a"], ["b"])[:-200], "hỏng"),
        (lambda: rewritten(xlsx(["a"]), lambda name, data: data[: len(data) // 2]), "hỏng"),
    ],
)
def test_a_hostile_archive_is_refused_before_it_is_read(make, because):
    with pytest.raises(SheetProblem, match=because):
        read_sheet(make())


def test_an_archive_that_is_no_workbook_is_refused():
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("../../etc/passwd", "x")
    with pytest.raises(SheetProblem, match="không phải bảng Excel"):
        read_sheet(file.getvalue())


def test_a_row_that_lies_about_its_number_does_not_keep_us_busy():
    content = rewritten(
        xlsx(["Họ tên"], ["bà Lan"]),
        lambda name, data: data.replace(b'<row r="2"', b'<row r="99999999999"') if "sheet1" in name else data,
    )
    assert read_sheet(content, COLUMNS).rows == []


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    with pytest.raises(SheetProblem, match="hơn 3 dòng"):
        read_sheet(b"a\n1\n2\n3\n")


def test_a_missing_column_is_named():
    with pytest.raises(SheetProblem, match="“Họ và tên”, “Tổ”"):
        read_sheet("Di động,Ghi chú\n0912345678,x".encode(), COLUMNS, ["name", "group"])
    with pytest.raises(SheetProblem, match="“Họ và tên”"):
        read_sheet(b"a,b\n1,2", COLUMNS)


def test_an_entry_that_unpacks_to_more_than_it_says_is_refused_before_it_is_unpacked():
    """The size is a claim in the archive's list; zipfile believes it only after unpacking everything."""
    said, real = 100, 40 * sheets.MEGABYTE
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/more.xml", b" " * real)
    lying = file.getvalue().replace(real.to_bytes(4, "little"), said.to_bytes(4, "little"))
    crc = [(zlib.crc32(b" " * size)).to_bytes(4, "little") for size in (real, said)]
    lying = lying.replace(*crc)
    with zipfile.ZipFile(BytesIO(lying)) as archive:
        assert len(archive.read("xl/more.xml")) == said, "nothing else tells that it lies"
    tracemalloc.start()
    with pytest.raises(SheetProblem, match="hỏng"):
        read_sheet(lying)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * sheets.MEGABYTE, f"{peak} bytes at once for {len(lying)}"
