"""Asking for help in the browser: one tap where there is a helper, else the number of the office."""

import pytest
from sqlalchemy import select

from elearn.kit.db import db
from elearn.kit.secrets import digest, random_token
from elearn.learning.actions import keep_results
from elearn.learning.models import HelpRequest
from elearn.people.actions import open_session
from elearn.people.models import SessionKind
from tests.browser import Browser
from tests.builders import nameless
from tests.life import answer
from tests.ward import group, person

PATH = "/nho-giup"


def rows():
    db.session.rollback()
    return list(db.session.scalars(select(HelpRequest)))


def test_one_tap_asks_and_one_takes_it_back(browser, app):
    page = browser.come_as("lan").open(PATH)
    assert page.says("tên bác trong danh sách cần giúp") and rows() == []
    for _ in range(2):
        answer = browser.send(PATH, expect=303)
    page = browser.follow(answer)
    assert page.says("Bác đã nhờ lúc") and len(rows()) == 1
    browser.send(PATH, expect=303, viec="phone")
    browser.send(PATH, expect=303, viec="<script>")
    assert [one.about for one in rows()] == ["phone"]
    assert browser.open("/cua-toi").says("Bác đã nhờ người hướng dẫn của tổ")
    browser.open(PATH)
    for _ in range(2):
        browser.send(f"{PATH}/thoi", expect=303)
    assert rows() == [] and browser.open(PATH).says("tên bác trong danh sách cần giúp")


def test_where_the_group_has_no_helper_the_office_is_called(browser, app):
    page = browser.come_as("tai").open(PATH)
    assert page.says("chưa có người hướng dẫn nhận lời nhờ") and "tel:02250000000" in page.html
    browser.open("/nguoi-khac")
    browser.send(PATH, expect=303)
    assert rows() == []
    assert "tel:02250000000" in browser.open("/cua-toi").html


def test_a_stranger_is_told_how_and_nothing_is_kept(browser, app):
    page = browser.open(PATH)
    assert page.says("Bác ghi mình ở tổ nào") and "tel:" in page.html
    browser.open("/dang-nhap")
    browser.send(PATH, expect=303)
    assert rows() == []


@pytest.mark.parametrize("where", ["khong/co", "../..", "a", "<b>/x", "a/b/c", "/", "//"])
def test_an_odd_lesson_is_left_out(browser, app, where):
    browser.come_as("lan").open(PATH)
    browser.send(PATH, expect=303, bai=where)
    assert [one.lesson_id for one in rows()] == [None]


def test_a_lesson_goes_along_and_the_page_leads_back_to_it(lively):
    """bà Lan is stuck in a lesson: the questions lead to the page, the result asks at once."""
    browser = Browser(lively).come_as("lan")
    browser.open(PATH)
    browser.send(f"{PATH}/thoi", expect=303)
    where = "thanh-toan-so/quet-ma-qr"
    page = browser.open("/khoa-hoc/thanh-toan-so/quet-ma-qr/cau-hoi")
    assert f"{PATH}?bai={where}".replace("/q", "%2Fq") in page.html or f"{PATH}?bai={where}" in page.html
    page = browser.open(f"{PATH}?bai={where}")
    page = browser.follow(browser.send(PATH, expect=303, bai=where))
    assert page.says("Bài bác đang học") and "/khoa-hoc/thanh-toan-so/quet-ma-qr" in page.html


def test_the_result_has_the_button(lively):
    attempt = answer(person("lan").id, "thanh-toan-so", "quet-ma-qr", wrong=2)
    page = Browser(lively).come_as("lan").open(f"/khoa-hoc/thanh-toan-so/quet-ma-qr/ket-qua/{attempt}")
    assert [one for one in page.every("form") if one.get("action") == PATH]


def test_somebody_without_a_name_is_told_what_the_helper_sees(browser, app):
    who, token = nameless(), random_token()
    keep_results(who, keeping="group", group_id=group("DG05").id, consents=["keep_results"])
    open_session(digest(token), who, SessionKind.NAMELESS)
    browser.client.set_cookie("elearn-s", token)
    assert browser.open(PATH).says("có một người của tổ đang cần giúp")
    page = browser.follow(browser.send(PATH, expect=303))
    assert page.says("Bác chưa ghi tên") and len(rows()) == 1
