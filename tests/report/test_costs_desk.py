"""Figures for a proposal of costs: from the counts, with what the ward pays, and no price of our own."""

import csv
from io import BytesIO, StringIO

import openpyxl
import pytest
from sqlalchemy import select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db
from elearn.learning.recount import recount
from elearn.report import actions, queries
from elearn.report.costs import Costs, cost_lines
from tests.builders import attempt, kept, make_course
from tests.report.conftest import some_figures

PAGE = "/bao-cao/kinh-phi"


@pytest.fixture(autouse=True)
def _counted(app):
    recount(repair=True)  # the cast is registered without credits


def lines(costs=None):
    return {one.what: one for one in cost_lines(some_figures(), costs or Costs(), 12_345_678)}


def test_no_price_is_built_in():
    found = lines()
    assert found["Tiền máy chủ mỗi tháng"].now is None
    assert found["Tiền máy chủ mỗi tháng"].note == "phường chưa ghi"
    assert "Tiền máy chủ mười hai tháng" not in found and "Chi khác" not in found
    assert (found["Tin nhắn SMS"].now, found["Tin nhắn SMS"].before) == (0, 0)


def test_what_the_ward_pays_is_reckoned_by_month_year_and_learner():
    found = lines(Costs("Thuê ngoài", 770_000, "In áp phích", 500_000))
    assert found["Tiền máy chủ mười hai tháng"].now == 9_240_000
    assert found["Bình quân mỗi người đang học mỗi tháng"].now == 1000
    assert (found["Chi khác"].now, found["Chi khác"].note) == (500_000, "In áp phích")
    assert found["Dung lượng cơ sở dữ liệu"].now == 12.3
    assert found["Hộ kinh doanh, doanh nghiệp đang học"].now == 40


def test_page_csv_and_xlsx_say_the_same(browser):
    attempt(kept("DG05"), make_course()["revisions"][0])
    browser.come_as("duc").open(PAGE)
    browser.send(PAGE, expect=303, hosting="=1+1", hosting_monthly="200.000", other="", other_total="")
    page = browser.open(f"{PAGE}?ky=thang-nay")
    assert page.says("200.000") and page.says("2.400.000")
    rows = list(csv.reader(StringIO(browser.client.get(f"{PAGE}.csv").get_data().decode("utf-8-sig"))))
    with browser.client.get(f"{PAGE}.xlsx") as answer:
        book = openpyxl.load_workbook(BytesIO(answer.get_data()))
    cells = [list(row) for row in book.active.iter_rows(values_only=True)]
    by_name, in_book = {row[0]: row for row in rows}, {row[0]: row for row in cells}
    assert list(by_name) == list(in_book)
    assert by_name["Bài học làm xong"][2] == "1" and in_book["Bài học làm xong"][2] == 1
    assert by_name["Tiền máy chủ mỗi tháng"][2] == "200000"
    assert by_name["Tiền máy chủ mỗi tháng"][4] == "'=1+1", "no spreadsheet runs it"
    assert book.active.freeze_panes == "A2"
    assert queries.database_bytes() > 10_000


def test_what_was_set_is_noted_and_can_be_emptied(browser):
    browser.come_as("duc").open(PAGE)
    browser.send(PAGE, expect=303, hosting="Máy có sẵn", hosting_monthly="0", other="", other_total="")
    assert queries.costs_of(1) == Costs("Máy có sẵn", 0, "", None)
    browser.open(PAGE)
    browser.send(PAGE, expect=303, hosting="", hosting_monthly="", other="", other_total="")
    assert queries.costs_of(1) == Costs()
    assert [entry.detail["fields"] for entry in db.session.scalars(select(AuditEntry))] == [
        ["hosting", "hosting_monthly"]
    ] * 2


def test_a_sum_that_is_none_is_asked_for_again(browser):
    browser.come_as("duc").open(PAGE)
    page = browser.send(PAGE, expect=422, hosting="Thuê", hosting_monthly="nhiều", other="", other_total="-3")
    assert "hosting_monthly-error" in page.html and 'value="nhiều"' in page.html
    assert queries.costs_of(1) == Costs()


def test_who_sees_the_counts_reads_and_who_compiles_reports_sets(browser, viewer):
    for name in ("minh", "thu"):
        page = browser.come_as(name).open(PAGE)
        assert "Phần phường ghi" not in page.html
    for name in ("lan", "hoa"):
        browser.come_as(name).open(PAGE, expect=403)
    for path in (PAGE, f"{PAGE}.csv"):
        browser.come_as("xa").open(path, expect=404)
    assert not actions.set_costs(viewer("minh"), 1, Costs("x"))
