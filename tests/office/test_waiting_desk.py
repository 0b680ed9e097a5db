"""Somebody looks at the many who came without a name: counted, or turned away after a question."""

import pytest
from sqlalchemy import func, select

from elearn.kit.clock import today
from elearn.kit.db import db
from elearn.learning import crowd
from elearn.learning.models import DailyTally
from elearn.people.models import Person
from tests.learning.test_crowd import come, few
from tests.ward import group

PAGE = "/quan-tri/cho-xem"


@pytest.fixture
def quan(app, browser, monkeypatch):
    few(monkeypatch, 1)
    come(many=4)
    return browser.come_as("quan")


def asked(code="DG05"):
    return {"nhom": code, "ngay": today().isoformat()}


def registered():
    return db.session.scalar(select(func.sum(DailyTally.registered)))


def test_the_desk_says_that_some_wait_and_the_page_says_who_and_how_fast(quan):
    assert quan.open("/quan-tri").says("3 lượt tự ghi chờ xem lại")
    page = quan.open(PAGE)
    assert page.says("Tổ dân phố số 5: 3 lượt") and page.says("giây")


def test_a_script_is_told_from_a_hall(quan, app):
    assert not quan.open(PAGE).says("nhanh hơn tay người"), "three in a second may be three people"
    come(many=4)
    assert quan.open(PAGE).says("nhanh hơn tay người")


def test_one_tap_counts_them_and_a_second_does_nothing(quan):
    quan.open(PAGE)
    page = quan.follow(quan.send(PAGE, expect=303, **asked()))
    assert page.says("Đã tính 3 lượt vào số của Tổ dân phố số 5") and page.says("Không có lượt nào đang chờ")
    assert registered() == 4
    quan.follow(quan.send(PAGE, expect=303, **asked()))
    assert registered() == 4


def test_a_large_crowd_is_counted_some_hundred_at_a_time(quan, monkeypatch):
    monkeypatch.setattr(crowd, "AT_ONCE", 2)
    quan.open(PAGE)
    assert quan.follow(quan.send(PAGE, expect=303, **asked())).says("Còn 1 lượt")


def test_turning_away_is_asked_about_first(quan):
    page = quan.open(f"{PAGE}/khong-tinh?nhom=DG05&ngay={today()}")
    assert page.says("Không tính 3 lượt") and crowd.count_waiting(1) == 3
    page = quan.follow(quan.send(f"{PAGE}/khong-tinh?nhom=DG05&ngay={today()}", expect=303))
    assert page.says("Đã bỏ 3 lượt") and crowd.count_waiting(1) == 0 and registered() == 1


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}/khong-tinh"])
def test_what_is_no_day_or_nobodys_group_changes_nothing(quan, path):
    quan.open(PAGE)
    for day in ("", "x", "2026-99-99", "9" * 30):
        fields = {"nhom": "DG05", "ngay": day, "csrf_token": quan.page.csrf_token}
        quan.client.post(f"{path}?nhom=DG05&ngay={day}", data=fields).close()
    for code in ("", "BC01", "KHONG", "DG07", "' OR 1=1"):
        quan.send(f"{path}?nhom={code}&ngay={today()}", expect=303, **asked(code))
    assert crowd.count_waiting(1) == 3


def test_the_ward_next_door_and_other_roles_have_no_part_in_it(app, quan, browser):
    token = quan.open(PAGE) and quan.page.csrf_token
    browser.come_as("xa").open(PAGE, expect=404)
    browser.send(PAGE, expect=400, csrf_token=token, **asked())
    for name in ("hoa", "lan", "minh"):
        browser.come_as(name).open(PAGE, expect=403)
    assert crowd.count_waiting(1) == 3
    assert db.session.scalar(select(func.count(Person.id)).where(Person.group_id == group("DG05").id)) > 3
