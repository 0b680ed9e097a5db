"""My codes: who issued them, and "Tôi không nhờ cấp mã"."""

import re

import pytest
from sqlalchemy import select

from elearn.kit.db import db
from elearn.people import entry
from elearn.people.kiosks import set_up_kiosk
from elearn.people.models import Session, SignInCode
from tests.browser import Browser
from tests.ward import CAST, person

CODES = "/cua-toi/ma-da-cap"


@pytest.fixture
def lan(browser):
    browser.come_as("lan").open("/cua-toi/du-lieu")
    return browser


def issue(viewer, name="lan"):
    return entry.issue_code(person(name).id, viewer("hoa"))


def only_code():
    return db.session.scalars(select(SignInCode)).one()


def test_without_codes_the_page_says_so(lan):
    assert lan.open(CODES).says("Trong 90 ngày qua không ai cấp mã một lần cho bác")
    assert not lan.open("/cua-toi").says("đã cấp mã")


def test_a_phone_that_never_signs_in_again_is_told_too(lan, viewer):
    issue(viewer)
    page = lan.open("/cua-toi")
    assert page.says("Trần Thị Hoa đã cấp mã một lần cho bác lúc") and page.says("Bác có nhờ không?")
    page = lan.open(CODES)
    assert page.says("Trần Thị Hoa") and page.says("Chưa ai gõ mã này")
    assert only_code().told_at is None, "reading writes nothing"
    lan.send(CODES, expect=303)
    assert only_code().told_at and only_code().objected_at is None
    assert not lan.open("/cua-toi").says("đã cấp mã")
    assert not lan.open(CODES).says("Tôi có nhờ")


def test_who_did_not_ask_says_so_and_stays_here(lan, app, viewer):
    other = Browser(app).come_as("lan")
    issue(viewer)
    lan.open(CODES)
    page = lan.follow(lan.send(CODES, expect=303, **{"khong-nho": only_code().id}))
    assert page.says("Đã ghi là bác không nhờ") and page.says("Bác đã nói không nhờ")
    assert lan.open("/cua-toi/du-lieu") and other.open("/cua-toi/du-lieu", expect=302)
    assert only_code().objected_at


def test_where_the_code_was_used_a_fresh_ma_hoc_is_shown_once(lan, viewer):
    code = issue(viewer)
    assert entry.use_code(CAST["lan"].phone, code, "a browser")
    assert lan.open(CODES).says("Có người đã gõ mã này lúc")
    page = lan.follow(lan.send(CODES, expect=303, **{"khong-nho": only_code().id}))
    fresh = re.findall(r'class="secret">([^<]+)<', page.html)[-1]
    assert page.says("Mã đó đã có người gõ")
    assert entry.come_in(CAST["lan"].phone, fresh, entry.Place(1)).person_id == person("lan").id
    assert len(db.session.scalars(select(Session).where(Session.person_id == person("lan").id)).all()) == 1
    lan.open("/cua-toi/du-lieu")


@pytest.mark.parametrize("code_id", ["0", "999999", "x", "", "-1"])
def test_a_code_that_is_not_mine_changes_nothing(lan, app, viewer, code_id):
    issue(viewer, "lan")
    theirs = only_code().id
    tai = Browser(app).come_as("tai")
    tai.open("/cua-toi/du-lieu")
    tai.send(CODES, expect=303, **{"khong-nho": theirs})
    lan.send(CODES, expect=303, **{"khong-nho": code_id})
    assert (only_code().objected_at, only_code().told_at) == (None, None)


def test_saying_it_twice_is_saying_it_once(lan, viewer):
    issue(viewer)
    for _ in range(2):
        lan.send(CODES, expect=303, **{"khong-nho": only_code().id})
    assert only_code().objected_at


def test_on_a_phone_that_the_helper_handed_over_it_stays_closed(browser, viewer):
    issue(viewer)
    browser.come_as("lan", "handed")
    assert "tra-may" in browser.open(CODES, expect=303).headers["Location"]
    assert not browser.open("/cua-toi").says("đã cấp mã")


def test_a_browser_that_came_in_by_the_code_is_not_asked(browser, viewer):
    code = issue(viewer)
    browser.open("/dang-nhap/ma-mot-lan")
    browser.send("/dang-nhap/ma-mot-lan", expect=303, who=CAST["lan"].phone, code=code)
    browser.open("/dang-nhap/ma-hoc-moi")
    browser.send("/dang-nhap/ma-hoc-moi", expect=303, cach="cap")
    browser.open("/rieng-tu")
    assert not browser.open("/cua-toi").says("Bác có nhờ không?")
    assert only_code().told_at is None, "its owner hears of it at the next sign-in"


def test_at_a_shared_machine_no_fresh_ma_hoc_is_shown(browser, viewer):
    """Whoever finds bà Lan's name open there could else take it along for good."""
    code = issue(viewer)
    assert entry.use_code(CAST["lan"].phone, code, "a browser")
    browser.client.set_cookie("elearn-m", set_up_kiosk(1, None, "Trung tâm", viewer("quan")))
    browser.come_as("lan", "kiosk")
    assert browser.open(CODES).says("mã học mới không hiện ở đây")
    page = browser.follow(browser.send(CODES, expect=303, **{"khong-nho": only_code().id}))
    assert page.says("Mã học mới không hiện trên máy dùng chung") and page.says("Bác đã nói không nhờ")
    assert 'class="secret"' not in page.html + browser.open("/cua-toi/ma-hoc").html
    assert only_code().objected_at
    assert entry.come_in(CAST["lan"].phone, CAST["lan"].secret, entry.Place(1)).person_id is None
