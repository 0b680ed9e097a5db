"""Anh Minh reads the board on his phone and at his desk, filters, sorts, and takes the same numbers along."""

import csv
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest

from elearn.learning.recount import recount
from tests.chromium.conftest import DESK, PHONE
from tests.life import answer, finish_course
from tests.ward import CAST, person

MINH = CAST["minh"]


@pytest.fixture
def busy(site):
    """The ward after ông Tài of tổ 7 has finished another course, and chị Hoa a lesson."""
    with site.app.app_context():
        recount(repair=True)  # the cast came into the ward without being counted
        finish_course(person("tai").id, "thuong-mai-dien-tu")
        answer(person("hoa").id, "thanh-toan-so", "quet-ma-qr")
    return site


def come_in(page):
    """Sign anh Minh in by his password."""
    page.goto("/dang-nhap?ve=/tien-do")
    page.locator("#who").fill(MINH.phone)
    page.locator("#secret").fill(MINH.secret)
    with page.expect_navigation():
        page.get_by_role("button", name="Đăng nhập").click()
    assert page.url.endswith("/tien-do") and page.locator(".who strong").inner_text() == MINH.full_name


def go(page, name, role="link"):
    with page.expect_navigation():
        page.get_by_role(role, name=name).first.click()


def shown(page):
    """Return the rows of the board as the page shows them, the total last: the name and the numbers."""
    rows = page.locator("table.board tbody tr, table.board tfoot tr").all()
    return [
        [row.locator("th").evaluate("th => (th.querySelector('a') || th).firstChild.textContent.trim()")]
        + [as_number(cell) for cell in row.locator("td").all_inner_texts()]
        for row in rows
    ]


def as_number(text):
    """Return what a cell says: "1.204", "+8", "−3", "0,2 %" or "—"."""
    text = text.strip().replace("\u00a0", " ").replace("−", "-").replace("+", "")
    if text == "—":
        return None
    if text.endswith("%"):
        return round(float(text.rstrip(" %").replace(".", "").replace(",", ".")) / 100, 4)
    return int(text.replace(".", ""))


def in_file(page, link):
    """Take the board along; return its headings, its rows as the page would name them, and its file name."""
    with page.expect_download() as coming:
        page.get_by_role("link", name=link).click()
    path, name = Path(coming.value.path()), coming.value.suggested_filename
    if link == "CSV":
        lines = list(csv.reader(StringIO(path.read_text("utf-8-sig"))))
        rows = [
            [cell if place < 3 else from_csv(cell) for place, cell in enumerate(row)] for row in lines[1:]
        ]
    else:
        lines = list(openpyxl.load_workbook(BytesIO(path.read_bytes())).active.values)
        rows = [list(row) for row in lines[1:]]
        assert all(isinstance(cell, int | float | None) for row in rows for cell in row[3:-2]), "as numbers"
    return lines[0], [[row[1], *map(rounded, row[3:-2])] for row in rows], name


def from_csv(cell):
    try:
        return float(cell) if "." in cell else int(cell)
    except ValueError:
        return cell or None


def rounded(value):
    """Return a share as exact as the page shows it."""
    return round(value, 3) if isinstance(value, float) else value


def same(rows, file_rows):
    """Are the rows of the page those of the file, a share to a tenth of a percent?"""
    return [[rounded(cell) for cell in row] for row in rows] == file_rows


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360 px", "1280 px"])
def test_the_board_is_read_sorted_filtered_opened_and_taken_along(busy, visit, size):
    page = visit(size=size, touch=size is PHONE)
    come_in(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    headings = page.locator("table.board thead th").all_inner_texts()

    # every group stands there with its week, the total below
    everything = shown(page)
    names = [row[0] for row in everything]
    assert names[:2] == ["Tổ dân phố số 5", "Tổ dân phố số 7"] and names[-1] == "Cộng"
    lessons = [" ".join(one.split()).rstrip(" ↑↓") for one in headings].index("Bài đã xong")
    assert [row[lessons] for row in everything[:2]] == [9, 8]
    assert everything[-1][lessons] == sum(row[lessons] for row in everything[:-1])

    # the first column is as wide as a name needs, so that a row is not five lines high
    assert page.locator("table.board tbody th").first.bounding_box()["width"] >= 100

    # the same numbers in both files
    for link, ending in (("Excel (XLSX)", ".xlsx"), ("CSV", ".csv")):
        heads, rows, name = in_file(page, link)
        assert name.endswith(ending) and "Bài đã xong" in heads
        assert same(everything, rows)

    # where least was done comes first, and the file keeps the order
    go(page, "Bài đã xong")
    go(page, "Bài đã xong")
    sorted_rows = shown(page)
    assert [row[lessons] for row in sorted_rows[:-1]] == sorted(row[lessons] for row in everything[:-1])
    assert same(sorted_rows, in_file(page, "CSV")[1])

    # one course alone, and the file with it
    if not page.locator("#khoa").is_visible():
        page.locator("summary", has_text="Lọc").click()
    page.locator("#khoa").select_option(label="Thanh toán số")
    go(page, "Xem", "button")
    assert page.get_by_text("Khóa: Thanh toán số.").is_visible()
    by_course = {row[0]: row[lessons] for row in shown(page)}
    assert (by_course["Tổ dân phố số 5"], by_course["Tổ dân phố số 7"], by_course["Cộng"]) == (9, 0, 9)
    assert same(shown(page), in_file(page, "Excel (XLSX)")[1])

    # a group of its own, and the way back
    go(page, "Tổ dân phố số 5")
    assert page.inner_text("h1") == "Tiến độ của Tổ dân phố số 5"
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert page.get_by_text(CAST["lan"].full_name).count() == 0, "he sees counts, no names"
    go(page, "Tiến độ của phường")
    assert page.url.rstrip("?").endswith("/tien-do")
