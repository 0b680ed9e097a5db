"""A stranger learns, keeps the result, and finds it everywhere: once, and only their own."""

import re

from sqlalchemy import func, select

from elearn.kit.db import db
from elearn.learning.models import DailyTally
from elearn.people.entry import issue_code
from elearn.people.models import Person
from tests.browser import Browser
from tests.learning.test_quiz import go
from tests.life import finish_course

LESSON = "/khoa-hoc/thanh-toan-so/quet-ma-qr"
AGREED = {"adult": "y", "keep_results": "y", "seen_by_helper": "y"}
MAN = {"cach": "ten", "name": "Bà Mận", "group": "DG05", **AGREED}


def lessons_counted():
    return db.session.scalar(select(func.sum(DailyTally.lessons)))


def man():
    return db.session.scalars(select(Person).where(Person.display_name == "Bà Mận")).one()


def keep(browser, ve=LESSON):
    """Keep the result as bà Mận does; return the codes as the page shows them."""
    browser.open(f"/dang-ky?ve={ve}")
    page = browser.follow(browser.send(f"/dang-ky?ve={ve}", 303, **MAN))
    found = re.search(r"Mã cá nhân\s*(\d{4} \d{4})\s*Mã học\s*(\d{6})", page.text["main"])
    return found[1], found[2], page


def test_from_a_strangers_first_lesson_to_the_same_results_on_another_phone(shelf):
    phone = Browser(shelf)
    phone.open(LESSON)
    result = go(phone, place=LESSON)
    assert result.says("Giữ kết quả này") and lessons_counted() is None, "nobody counts before keeping"
    way = next(one["href"] for one in result.every("a") if one["href"].startswith("/dang-ky"))
    code, pin, page = keep(phone, way.split("ve=", 1)[1])
    onward = next(one["href"] for one in page.every("a") if one.get("class") == "button big")
    assert "/chuyen-khoan-dung-nguoi" in phone.open(onward).response.request.path, "on to the next lesson"
    phone.open("/cua-toi")
    phone.send("/dang-xuat", 303)
    other = Browser(shelf)
    other.open("/dang-nhap")
    other.send("/dang-nhap", 303, who=code, secret=pin)
    assert other.open("/cua-toi").says("1 trên 8 bài")
    assert lessons_counted() == 1


def test_what_another_phone_holds_without_a_name_is_asked_about_and_counts_once(shelf):
    phone, tablet = Browser(shelf), Browser(shelf)
    go(phone, place=LESSON)
    code, pin, _ = keep(phone)
    go(tablet, place=LESSON)
    go(tablet, place="/khoa-hoc/thanh-toan-so/tien-trong-dien-thoai")
    tablet.open("/dang-nhap")
    page = tablet.follow(tablet.send("/dang-nhap", 303, who=code, secret=pin))
    assert page.says("2 bài xong")
    assert lessons_counted() == 1, "nothing without asking"
    tablet.follow(tablet.send("/nhan-ket-qua", 303, **{"cua-ai": "toi"}))
    assert phone.open("/cua-toi").says("2 trên 8 bài") and lessons_counted() == 2


def test_a_forgotten_ma_hoc_is_replaced_after_a_helpers_code(shelf, viewer):
    code, pin, _ = keep(Browser(shelf))
    one_time = issue_code(man().id, viewer("hoa"))
    phone = Browser(shelf)
    phone.open("/dang-nhap/ma-mot-lan")
    page = phone.follow(phone.send("/dang-nhap/ma-mot-lan", 303, who=code, code=one_time))
    fresh = re.findall(r'class="secret">([^<]+)<', page.html)[-1]
    assert fresh != pin
    page = phone.follow(phone.send("/dang-nhap/ma-hoc-moi", 303, cach="cap"))
    assert page.text["h1"] == "Của tôi" and page.says("Đã lưu mã học mới")
    again = Browser(shelf)
    again.open("/dang-nhap")
    again.send("/dang-nhap", 422, who=code, secret=pin)
    again.send("/dang-nhap", 303, who=code, secret=fresh)


def test_the_link_leads_out_of_zalo_once(shelf):
    zalo, chrome, thief = Browser(shelf), Browser(shelf), Browser(shelf)
    keep(zalo)
    zalo.open("/cua-toi/link")
    page = zalo.follow(zalo.send("/cua-toi/link", 303))
    address = next(one["href"] for one in page.every("a") if "/ve/" in one["href"])
    path = "/ve/" + address.rsplit("/", 1)[1]
    chrome.open(path)
    chrome.send(path, 303)
    assert (
        chrome.open("/cua-toi").says("Bác chưa trả lời bài nào") and "Bà Mận" in chrome.open("/cua-toi").html
    )
    thief.open(path, expect=410)


def test_from_the_last_lesson_to_a_paper_that_a_stranger_can_check(shelf):
    phone = Browser(shelf)
    go(phone, place=LESSON)
    keep(phone)
    finish_course(man().id)
    phone.open("/cua-toi/giay/thanh-toan-so")
    page = phone.follow(
        phone.send(
            "/cua-toi/giay/thanh-toan-so", 303, full_name="Lê Thị Mận", name_shown="initials", agree="y"
        )
    )
    assert page.says("Lê Thị Mận")
    address = next(
        one["href"] for one in page.every("a") if "/giay/" in one["href"] and "http" in one["href"]
    )
    stranger = Browser(shelf).open("/giay/" + address.rsplit("/", 1)[1])
    assert stranger.says("L. T. M.") and "Lê Thị Mận" not in stranger.html and stranger.says("Thanh toán số")


def test_the_paper_of_who_has_no_name_begins_with_keeping_the_result(shelf):
    phone = Browser(shelf)
    go(phone, place=LESSON)
    who = db.session.scalars(select(Person.id).where(Person.display_name.is_(None))).one()
    finish_course(who)
    answer = phone.open("/cua-toi/giay/thanh-toan-so", expect=302)
    assert answer.headers["Location"] == "/dang-ky?ve=/cua-toi/giay/thanh-toan-so"
    assert "/dang-nhap" in Browser(shelf).open("/cua-toi/giay/thanh-toan-so", expect=302).headers["Location"]
