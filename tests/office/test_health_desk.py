"""How the machine is: whoever looks after all of it sees it, and what to do; nobody else does."""

from collections import namedtuple
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from elearn.kit import findings
from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.kit.lease import TICK, Lease, give_back, take_lease
from elearn.kit.throttle import note_try
from elearn.kit.upkeep_notes import BACKUP, REHEARSAL, SECOND_PLACE, UpkeepNote, note_upkeep
from elearn.office import health_desk
from elearn.people.models import Grant

HEALTH = "/quan-tri/suc-khoe"


@pytest.fixture
def chief(browser, person):
    """Let ông Quản look after the whole installation, where all is well."""
    with transaction():
        db.session.execute(update(Grant).where(Grant.person_id == person("quan").id).values(ward_id=None))
    for name in (BACKUP, REHEARSAL):
        note_upkeep(name, "Làm được.")
    take_lease(TICK, timedelta(minutes=1))
    give_back(TICK)
    return browser.come_as("quan")


def waiting(page):
    """Return what waits to be seen to, by the page."""
    return page.text["main"].partition("Cần xem (")[2].partition("Đạt")[0]


def test_in_an_installation_of_many_wards_one_wards_administrator_does_not_see_it(browser):
    browser.come_as("quan").open(HEALTH, expect=404)
    assert not browser.open("/quan-tri").says("Sức khỏe hệ thống")
    for name in ("minh", "hoa", "lan", "thu", "duc"):
        browser.come_as(name).open(HEALTH, expect=403)


def test_where_there_is_one_ward_its_administrator_looks_after_all(browser, monkeypatch):
    monkeypatch.setattr("elearn.office.here.wards", lambda: ["one"])
    browser.come_as("quan").open(HEALTH)
    home = browser.open("/quan-tri")
    assert home.says("Máy chủ có 3 điều cần xem: Việc định kỳ, Sao lưu, Diễn tập khôi phục.")
    assert home.says("Xem sức khỏe hệ thống")
    browser.come_as("minh").open(HEALTH, expect=403)


def test_all_is_well(chief):
    page = chief.open(HEALTH)
    assert (
        page.says("Mọi điều dưới đây đều đạt")
        and page.says("Đăng nhập sai trong một giờ")
        and page.says("0 lần")
    )
    assert page.says("8 tài khoản có tên")


def test_a_rehearsal_that_failed_is_told_with_what_to_do(chief):
    note_upkeep(REHEARSAL, "Bản khôi phục thử có lỗi: dòng 3 đã bị sửa.", good=False)
    said = waiting(chief.open(HEALTH))
    assert "Diễn tập khôi phục" in said and "Việc cần làm: Bản khôi phục thử có lỗi: dòng 3" in said
    assert "lần cuối làm được" in said


@pytest.mark.parametrize("name", [BACKUP, REHEARSAL])
@pytest.mark.parametrize("hours", [27, -27])
def test_what_is_older_than_a_day_and_a_bit_is_told(chief, name, hours):
    with transaction():
        moment = now() - timedelta(hours=hours)
        db.session.execute(update(UpkeepNote).where(UpkeepNote.name == name).values(at=moment))
    assert "cần xem" in waiting(chief.open(HEALTH))


def test_a_second_place_that_is_missing_or_on_the_same_disk(chief, app, tmp_path, monkeypatch):
    assert not chief.open(HEALTH).says("Nơi cất thứ hai")
    monkeypatch.setitem(app.config, "BACKUPS_SECOND", str(tmp_path))
    assert "chưa chép lần nào" in waiting(chief.open(HEALTH))
    note_upkeep(SECOND_PLACE, "Đã chép.", same_disk=True)
    assert "cùng một ổ đĩa" in waiting(chief.open(HEALTH))
    note_upkeep(SECOND_PLACE, "Đã chép.", same_disk=False)
    assert waiting(chief.open(HEALTH)) == ""


def test_a_full_disk_and_a_wrong_clock(chief, monkeypatch):
    usage = namedtuple("usage", "total used free")(10**12, 10**12, 10**8)
    monkeypatch.setattr(findings.shutil, "disk_usage", lambda _: usage)
    assert "còn trống 0,1 GB" in waiting(chief.open(HEALTH))
    monkeypatch.undo()
    with transaction():
        db.session.execute(update(UpkeepNote).values(at=now() + timedelta(hours=1)))
    assert "sớm hơn điều đã ghi" in waiting(chief.open(HEALTH))


def test_many_wrong_tries_and_many_accounts(chief, monkeypatch):
    for _ in range(3):
        note_try("pin:somebody")
        note_try("ward:1")
    assert chief.open(HEALTH).says("3 lần")
    monkeypatch.setattr(health_desk, "MANY_WRONG", 3)
    monkeypatch.setattr(health_desk, "LEVEL_3", 8)
    said = waiting(chief.open(HEALTH))
    assert "Đăng nhập sai" in said and "Nghị định 85/2016" in said


def test_a_regular_work_that_never_ran_or_stopped(chief):
    with transaction():
        db.session.execute(update(Lease).values(until=datetime(2026, 11, 1)))
    assert "Việc định kỳ" in waiting(chief.open(HEALTH))
