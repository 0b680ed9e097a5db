"""The register of processing: made by the program, completed by the ward; screen, paper and file."""

from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db
from elearn.privacy.actions import save_periods, save_settings
from elearn.privacy.register import ACTIVITIES
from tests.browser import Browser

PAGE = "/quan-tri/so-xu-ly"


@pytest.fixture
def quan(app):
    return Browser(app).come_as("quan")


@pytest.mark.parametrize("path", [PAGE, PAGE + "/in"])
def test_every_activity_stands_in_it_with_its_kinds_and_lengths(quan, path):
    page = quan.open(path)
    for activity in ACTIVITIES.values():
        assert page.says(activity.name) and page.says(activity.why)
    for said in ("họ và tên trên giấy", "12 tháng sau khi gửi", "Không giao cho ai", "SQLite|PostgreSQL"):
        assert any(page.says(one) for one in said.split("|")), said
    assert "{" not in page.text["main"] and "Nguyễn Thị Lan" not in page.html


def test_what_the_ward_sets_shows_in_it(quan, viewer):
    save_periods({"answers": 6}, viewer("quan"))
    save_settings(1, {"processor": "Công ty Máy chủ Hải Phòng"}, viewer("quan"))
    page = quan.open(PAGE)
    assert page.says("6 tháng sau khi gửi") and page.says("Công ty Máy chủ Hải Phòng")


def test_the_file_has_a_line_for_each_activity(quan):
    with quan.client.get(PAGE + ".xlsx") as answer:
        sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    rows = list(sheet.values)
    assert len(rows) == 1 + len(ACTIVITIES) and rows[0][0] == "Hoạt động"
    assert [row[0] for row in rows[1:]] == [one.name for one in ACTIVITIES.values()]


def test_the_ward_puts_its_own_words_for_the_legal_basis(quan):
    page = quan.open(PAGE + "/can-cu")
    assert page.says("Nhờ cán bộ tư pháp xem") and page.says("Để trống thì ghi: Phường ghi căn cứ")
    for _ in range(2):
        quan.send(PAGE + "/can-cu", 303, basis_work="Quyết định số 12/QĐ-UBND")
    page = quan.open(PAGE)
    assert page.says("Quyết định số 12/QĐ-UBND") and page.says("Sự đồng ý của người học")
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "set privacy rules").order_by(AuditEntry.id)
    ).all()
    assert [entry.detail["fields"] for entry in entries] == [["basis_work"]]
    assert quan.send(PAGE + "/can-cu", 422, basis_work="x" * 601).says("Dài quá 1 chữ cái")


@pytest.mark.parametrize("name", ["hoa", "minh", "duc", "lan"])
def test_others_find_a_closed_door(app, name):
    browser = Browser(app).come_as(name)
    for path in (PAGE, PAGE + "/in", PAGE + ".xlsx", PAGE + "/can-cu"):
        browser.open(path, expect=403)
