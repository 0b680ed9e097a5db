"""The desk's first page says what needs attention; a new ward is told what to do; other people stay out."""

from datetime import datetime

import pytest
from sqlalchemy import select, update

from elearn.kit import audit
from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.kit.upkeep_notes import BACKUP, REHEARSAL, UpkeepNote, note_upkeep
from elearn.people.models import ResidentialGroup, Ward
from tests.ward import group

PAGES = [
    "", "/nguoi", "/nguoi/chuyen-to", "/to", "/to/moi", "/vai-tro", "/vai-tro/giao", "/vai-tro/nguoi-moi",
    "/phuong", "/nhap-danh-sach", "/nhat-ky", "/ma-da-cap", "/ma-da-cap/in",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_who_may_open_the_desk(app, browser, path):
    browser.come_as("quan").open(f"/quan-tri{path}")
    browser.come_as("xa").open(f"/quan-tri{path}", expect=404)
    for name in ("minh", "hoa", "lan", "thu", "duc"):
        browser.come_as(name).open(f"/quan-tri{path}", expect=403)


def test_a_stranger_is_asked_to_sign_in(browser):
    assert "quan-tri" not in browser.open("/quan-tri", expect=302).headers["Location"].partition("?")[0]


def test_what_needs_attention_is_said_and_leads_there(browser, person):
    with transaction():
        person("tai").group_id = group("GV-KR").id
    page = browser.come_as("quan").open("/quan-tri")
    assert page.says("1 người chưa rõ tổ.") and page.says("1 tổ chưa có số người từ đủ 18 tuổi")
    assert page.says("2 tổ chưa có người hướng dẫn.")
    assert browser.open("/quan-tri/nguoi?xem=chua-ro-to").says("Đỗ Văn Tài")


def test_a_pause_of_codes_is_told(browser):
    assert not browser.come_as("quan").open("/quan-tri").says("mã học sai")
    audit.record("pause pins", "ward", 1, actor_id=None, ward_id=group("DG05").ward_id)
    assert browser.open("/quan-tri").says("quá nhiều mã học sai")


def test_the_last_backup_and_its_rehearsal_are_said(browser):
    page = browser.come_as("quan").open("/quan-tri")
    assert page.says("Sao lưu: chưa có bản nào. Nhờ người trông nom") and page.says(
        "Diễn tập khôi phục: chưa"
    )
    note_upkeep(BACKUP, "Đã sao lưu.")
    note_upkeep(REHEARSAL, "Khôi phục thử được.")
    page = browser.open("/quan-tri")
    assert page.says("Sao lưu gần nhất") and not page.says("Sao lưu: ") and not page.says("Diễn tập")
    with transaction():
        db.session.execute(update(UpkeepNote).values(at=datetime(2026, 1, 1, 1)))
    page = browser.open("/quan-tri")
    assert page.says("Sao lưu: 01/01/2026 08:00") and page.says("Diễn tập khôi phục: 01/01/2026 08:00")
    note_upkeep(REHEARSAL, "Bản khôi phục thử có lỗi.", good=False)
    assert browser.open("/quan-tri").says("chưa làm được")


def test_a_new_ward_is_told_three_steps(browser):
    with transaction():
        for one in db.session.scalars(select(ResidentialGroup).where(ResidentialGroup.kind == "regular")):
            one.valid_until = today()
    page = browser.come_as("quan").open("/quan-tri")
    assert page.says("Ba việc theo thứ tự") and page.says("1. Danh sách tổ dân phố")
    assert page.says("Nhập danh sách tổ") and not page.says("Làm áp phích")


def test_what_the_ward_says_of_itself_is_kept_and_shown(browser):
    browser.come_as("quan").open("/quan-tri/phuong")
    fields = {"name": "phường Gia Viên", "office_phone": "0225 123 4567", "office_name": "Phòng VH-XH"}
    browser.send("/quan-tri/phuong", expect=303, **fields)
    assert "0225 123 4567" in browser.open("/quan-tri/phuong").html
    ward = db.session.get(Ward, group("DG05").ward_id)
    assert (ward.office_name, ward.office_address) == ("Phòng VH-XH", "")
    page = browser.send("/quan-tri/phuong", expect=422, **fields | {"office_phone": "gọi tôi", "name": ""})
    assert page.says("Số điện thoại chỉ gồm chữ số") and 'value="gọi tôi"' in page.html
