"""A helper at the door: registers a neighbour, lends the phone, helps them in again, holds a class."""

import re

from sqlalchemy import select

from elearn.kit.audit import AuditEntry, broken_links
from elearn.kit.db import db
from elearn.learning.models import Attempt, LessonCompletion
from elearn.people.entry import card_token
from elearn.people.entry_queries import find_card
from elearn.people.models import Person
from tests.browser import Browser
from tests.learning.test_quiz import go
from tests.ward import CAST, group, person

FIRST, SECOND = "/khoa-hoc/thanh-toan-so/quet-ma-qr", "/khoa-hoc/thanh-toan-so/chuyen-khoan-dung-nguoi"
HOA = CAST["hoa"].secret


def register(browser, name="Bà Mận", **more):
    """Register a neighbour who says yes to everything; return their personal code and mã học."""
    page = browser.open("/to/DG05/dang-ky")
    form_id = next(one["value"] for one in page.every("input") if one.get("name") == "form_id")
    agreed = {"over_16": "y", "keep_results": "y", "seen_by_helper": "y"}
    page = browser.send("/to/DG05/dang-ky", form_id=form_id, name=name, audience="unsaid", **agreed, **more)
    code, pin = re.findall(r'<span class="secret">([^<]*)</span>', page.html)
    return code.replace(" ", ""), pin


def sign_in(browser, who, secret, expect=303):
    browser.open("/dang-nhap")
    return browser.send("/dang-nhap", expect=expect, who=who, secret=secret)


def find(name="Bà Mận"):
    return db.session.scalar(select(Person).where(Person.display_name == name))


def test_a_neighbour_learns_on_the_phone_of_the_helper_and_goes_on_at_home(shelf, browser):
    # chị Hoa comes in and finds her group
    sign_in(browser, CAST["hoa"].phone, HOA)
    assert browser.follow(browser.open("/to", expect=302)).says("Tổ dân phố số 5")
    code, pin = register(browser, phone="0912345678")
    who = find().id

    # bà Mận has the phone: it is hers, and nothing of the helper's is in it
    browser.send(f"/to/DG05/nguoi/{who}/dua-may", expect=303)
    assert "Đang học: <strong>Bà Mận</strong>" in browser.open("/").html
    browser.open("/to/DG05", expect=403)
    browser.open(f"/to/DG05/nguoi/{who}", expect=403)
    go(browser, place=FIRST)
    (attempt,) = db.session.scalars(select(Attempt))
    assert (attempt.person_id, attempt.how, attempt.assisted_by_id) == (who, "assisted", person("hoa").id)

    # it goes back by the helper's secret alone
    browser.open("/tra-may")
    browser.send("/tra-may", expect=422, secret=pin)
    browser.open("/to/DG05", expect=403)
    browser.open("/tra-may")
    browser.send("/tra-may", expect=303, secret=HOA)
    assert browser.open("/to/DG05?loc=do-dang").says("Bà Mận")
    assert browser.open(f"/to/DG05/nguoi/{who}").says("có người hướng dẫn (Trần Thị Hoa)")

    # at home she goes on by herself
    home = Browser(shelf)
    sign_in(home, code, pin)
    go(home, place=SECOND)
    ways = db.session.scalars(select(LessonCompletion.how).order_by(LessonCompletion.completed_at))
    assert list(ways) == ["assisted", "alone"]
    assert list(broken_links()) == []


def test_who_forgot_the_code_gets_in_by_a_one_time_code_and_reads_who_gave_it(shelf, browser):
    browser.come_as("hoa")
    register(browser, phone="0912345678")
    who = find().id
    browser.open(f"/to/DG05/nguoi/{who}")
    page = browser.send(f"/to/DG05/nguoi/{who}/ma-mot-lan")
    (once,) = re.findall(r'<span class="secret">([^<]*)</span>', page.html)
    home = Browser(shelf)
    home.open("/dang-nhap/ma-mot-lan")
    answer = home.send("/dang-nhap/ma-mot-lan", expect=303, who="0912 345 678", code=once)
    assert "Trần Thị Hoa đã cấp mã một lần cho bác" in home.follow(answer).html
    stranger = Browser(shelf)
    stranger.open("/dang-nhap/ma-mot-lan")
    stranger.send("/dang-nhap/ma-mot-lan", expect=422, who="0912 345 678", code=once)


def test_a_printed_card_opens_the_door_until_it_is_lost(shelf, browser):
    browser.come_as("hoa")
    register(browser)
    who = find().id
    browser.open(f"/to/DG05/nguoi/{who}")
    assert "svg" in browser.send(f"/to/DG05/nguoi/{who}/the").html
    card = card_token(find_card(who))
    home = Browser(shelf)
    assert home.open(f"/the/{card}").says("B. M.")
    home.send(f"/the/{card}", expect=303)
    assert "Bà Mận" in home.open("/").html
    browser.open(f"/to/DG05/nguoi/{who}/thu-the")
    browser.send(f"/to/DG05/nguoi/{who}/thu-the", expect=303)
    Browser(shelf).open(f"/the/{card}", expect=410)


def test_a_class_learns_by_one_code_and_counts_as_a_meeting_of_the_group(shelf, browser):
    browser.come_as("hoa")
    browser.open("/to/DG05/lop")
    sheet = browser.send("/to/DG05/lop", expect=303, attendance="3")
    ticket = sheet.headers["Location"].rpartition("/")[2]
    assert f"/lop/{ticket}" in browser.follow(sheet).html
    for _ in range(3):
        learner = Browser(shelf)
        assert learner.open(f"/lop/{ticket}").says("Tổ dân phố số 5")
        learner.send(f"/lop/{ticket}", expect=303)
        go(learner, place=FIRST)
    assert [one.how for one in db.session.scalars(select(Attempt))] == ["meeting"] * 3
    ended = next(
        one["action"] for one in browser.open("/to/DG05/lop").every("form") if "ket-thuc" in one["action"]
    )
    browser.send(ended, expect=303)
    Browser(shelf).open(f"/lop/{ticket}", expect=410)


def test_ong_tai_of_the_next_group_is_nobody_s_business(shelf, browser):
    browser.come_as("hoa")
    tai = person("tai").id
    browser.open("/to/DG05")
    browser.open("/to/DG05/dang-ky")
    for code in ("DG05", "DG07"):
        browser.open(f"/to/{code}/nguoi/{tai}", expect=404)
        browser.send(f"/to/{code}/nguoi/{tai}/ma-mot-lan", expect=404)
        browser.send(f"/to/{code}/nguoi/{tai}/dua-may", expect=404)
    assert "Tài" not in browser.open("/to/DG05?tim=tai").text["main"].replace("Tài khoản", "")
    assert group("DG07").id == person("tai").group_id
    acts = db.session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == str(tai)))
    assert set(acts) <= {"sign in"}


def test_a_second_tap_on_handing_over_leaves_nothing_of_the_helper_open(shelf, browser):
    browser.come_as("hoa")
    register(browser)
    who = find().id
    browser.open(f"/to/DG05/nguoi/{who}")
    before = browser.client.get_cookie("elearn-s").value
    browser.send(f"/to/DG05/nguoi/{who}/dua-may", expect=303)
    second = Browser(shelf)
    second.client.set_cookie("elearn-s", before)
    second.open("/to/DG05", expect=302)
    assert "Bà Mận" in browser.open("/").html
