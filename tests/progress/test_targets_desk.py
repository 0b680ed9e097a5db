"""What a ward has set itself to reach: who may set it, and where it shows."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.learning.recount import recount
from elearn.people.models import Person, Ward
from elearn.progress.actions import set_quiet_days, set_target
from elearn.progress.models import Target
from elearn.progress.setting_queries import aims_of
from tests.browser import Browser
from tests.builders import kept
from tests.ward import group

AT = "/tien-do/chi-tieu"
TOLD = {"name": "Kế hoạch năm", "measure": "coverage", "value": "80", "due": "31/12/2099"}


def at_the_page(browser, who):
    browser.come_as(who).open(AT)
    return browser


def targets():
    return [(one.name, one.measure, one.value) for one in db.session.scalars(select(Target))]


def test_an_editor_sets_a_target_once_and_the_board_is_held_against_it(browser, app):
    recount(repair=True)
    browser.come_as("duc")
    assert browser.open(AT).says("Phường chưa đặt chỉ tiêu nào")
    assert browser.open("/tien-do").says("Phường chưa đặt chỉ tiêu")
    for _ in range(2):
        assert browser.send(AT, expect=303, **TOLD)
    assert targets() == [("Kế hoạch năm", "coverage", 80)]
    page = browser.open("/tien-do")
    assert page.says("Kế hoạch năm") and page.says("Chỉ tiêu 80,0")
    assert list(db.session.scalars(select(AuditEntry.action))).count("set target") == 1
    assert not browser.come_as("hoa").open("/tien-do").says("Kế hoạch năm"), "it is of the whole ward"
    assert not Browser(app).open("/tien-do").says("Kế hoạch năm"), "the public is told nothing of it"


def test_a_target_is_mended_and_taken_away(browser):
    at_the_page(browser, "quan").send(AT, expect=303, **(TOLD))
    (target,) = db.session.scalars(select(Target.id))
    page = browser.open(f"{AT}/{target}")
    assert page.says("Sửa chỉ tiêu")
    browser.send(f"{AT}/{target}", expect=303, **(TOLD | {"value": "90", "measure": "people"}))
    assert targets() == [("Kế hoạch năm", "people", 90)]
    assert browser.open(f"{AT}/{target}/bo").says("Kế hoạch năm")
    browser.send(f"{AT}/{target}/bo", expect=303)
    assert targets() == []
    browser.send(f"{AT}/{target}/bo", expect=404)


@pytest.mark.parametrize(
    "change",
    [{"name": " "}, {"value": "101"}, {"value": "0"}, {"value": "vài"}, {"due": "mai"}, {"measure": "x"}],
)
def test_a_refused_target_says_why_and_keeps_what_was_typed(browser, change):
    page = at_the_page(browser, "duc").send(AT, expect=422, **(TOLD | change))
    assert (page.says("Chưa lưu được") and 'value="31/12/2099"' in page.html) or "due" in change
    assert targets() == []


def test_more_than_a_hundred_is_a_number_of_people_but_no_share(browser):
    at_the_page(browser, "duc").send(AT, expect=303, **(TOLD | {"measure": "people", "value": "1.500"}))
    assert targets() == [("Kế hoạch năm", "people", 1500)]


def test_targets_of_another_ward_are_out_of_reach(browser, viewer):
    at_the_page(browser, "quan").send(AT, expect=303, **(TOLD))
    (target,) = db.session.scalars(select(Target.id))
    with transaction():
        db.session.get_one(Target, target).ward_id = 2
    for address in (f"{AT}/{target}", f"{AT}/{target}/bo"):
        browser.open(address, expect=404)
        browser.send(address, expect=404, **TOLD)
    assert aims_of(1).targets == () and len(aims_of(2).targets) == 1
    browser.come_as("xa").open(AT, expect=404)
    assert set_target(viewer("xa"), 1, None, "x", "people", 5, today()) is None
    assert not set_quiet_days(viewer("xa"), 1, 3)


@pytest.mark.parametrize("who", ["minh", "thu", "hoa"])
def test_who_only_reads_the_counts_sets_no_target(browser, who):
    browser.come_as(who).open(AT, expect=403)


def test_the_days_after_which_a_group_is_quiet_are_the_wards_own(browser, on_day):
    on_day(10)
    kept("DG05")
    on_day(0)
    kept("DG07")
    at_the_page(browser, "quan")
    assert browser.open("/tien-do").says("14 ngày không có gì mới: 1 tổ")
    browser.send(f"{AT}/im-lang", expect=303, days="10")
    assert db.session.get_one(Ward, 1).quiet_days == 10
    page = browser.open("/tien-do")
    assert page.says("10 ngày không có gì mới: 2 tổ")
    assert page.says(f"từ {today() - timedelta(days=10):%d/%m/%Y}")
    browser.send(f"{AT}/im-lang", expect=422, days="0")


def test_households_are_shown_where_helpers_have_given_labels(browser):
    recount(repair=True)
    browser.come_as("minh")
    assert not browser.open("/tien-do").says("Hộ có người học")
    with transaction():
        for one in db.session.scalars(select(Person).where(Person.group_id == group("DG05").id)):
            one.household = "Hộ bà Lan"
    page = browser.open("/tien-do")
    assert page.says("Hộ có người học") and page.says("Độ phủ hộ")
    assert "Hộ bà Lan" not in page.html


def test_the_page_of_a_group_tells_its_households_as_the_board_does(browser):
    recount(repair=True)
    browser.come_as("minh")
    assert not browser.open("/tien-do/DG05").says("Hộ có người học")
    with transaction():
        here = group("DG05")
        here.households = 400
        for one in db.session.scalars(select(Person).where(Person.group_id == here.id)):
            one.household = f"Hộ {one.id % 2}"
    page = browser.open("/tien-do/DG05")
    assert '<a href="#gt-homes">2</a>' in page.html and page.says("2 (0,5 %)")
    assert page.says("Hộ có người xong khóa") and page.says("theo nhãn hộ mà người hướng dẫn ghi")
    with transaction():
        group("DG05").households = 1
    assert 'gt-homes_share">(' not in browser.open("/tien-do/DG05").html, "more labels than households"


def test_groups_are_compared_under_the_name_of_what_they_are_compared_by(browser, app):
    page = browser.come_as("minh").open("/tien-do?xem=so-sanh")
    assert page.says("so bằng độ phủ") and page.says("Xếp theo độ phủ") and not page.says("Đạt chỉ tiêu")
    browser.come_as("quan").open(AT)
    browser.send(AT, 303, **TOLD)
    page = browser.come_as("minh").open("/tien-do?xem=so-sanh")
    assert page.says("Đạt chỉ tiêu") and not page.says("so bằng độ phủ")
