"""What was typed survives a session that ended and a form that grew stale (RULINGS 38 and 52)."""

import json
from io import BytesIO

import pytest
from flask import request
from sqlalchemy import delete

from elearn.kit.access import public, signed_in
from elearn.kit.db import db, transaction
from elearn.kit.forms import Form, SecretField
from elearn.people import held
from elearn.people.models import Session
from tests.browser import Browser, Page
from tests.ward import CAST

LAN, THU = CAST["lan"], CAST["thu"]
TYPED = {"title": "Quét mã  QR", "text": "Dòng một\r\n\r\n  Dòng hai: <b>&amp;\"'</b> đ  ế", "code": "DG05"}
OURS = {"Origin": "http://localhost"}


@pytest.fixture(scope="module")
def app(another_app):
    """An app with two pages that take what is typed: one for people who have signed in, one for anyone."""
    app = another_app()
    app.extensions["taken"] = []

    def take():
        app.extensions["taken"].append(request.form.to_dict())
        return "taken", 200, {"Content-Type": "text/plain"}

    app.add_url_rule("/thu-cua-toi", "own", signed_in(lambda: take()), methods=["POST"])
    app.add_url_rule("/thu-chung", "common", public(lambda: take()), methods=["POST"])
    return app


@pytest.fixture
def desk(app):
    """What the two pages have taken."""
    with app.app_context():
        with transaction():
            db.session.execute(delete(Session))
        app.extensions["taken"].clear()
        yield app.extensions["taken"]


@pytest.fixture
def browser(app, desk):
    return Browser(app)


def post(browser, path, headers=OURS, **fields):
    browser._forget()
    return browser.client.post(path, data=fields, headers=headers)


def fields_of(html, response):
    """Return the action and the hidden fields of the form that sends again."""
    page = Page(html, response)
    action = next(form["action"] for form in page.every("form") if form.get("method") == "post")
    return action, {one["name"]: one.get("value") or "" for one in page.every("input") if one.get("name")}


def send_again(browser, response):
    action, fields = fields_of(response.text, response)
    return post(browser, action, **fields)


def told(fields):
    return {name: fields.get(name, "").replace("\r\n", "\n") for name in TYPED}


EXPECTED = {name: value.replace("\r\n", "\n") for name, value in TYPED.items()}


def test_a_session_that_ended_asks_to_sign_in_and_offers_to_send_again(browser, desk, clock):
    browser.sign_in("thu")
    browser.open("/giup-do")
    browser.open("/nguoi-khac")
    token = browser.page.csrf_token
    clock.move(minutes=31)
    answer = post(browser, "/thu-cua-toi?ban=3", csrf_token=token, secret="bi mat", **TYPED)
    assert answer.status_code == 409 and "vẫn còn" in answer.text and "bi mat" not in answer.text
    browser._check(answer, 409)
    _, fields = fields_of(answer.text, answer)
    wrong = browser.send(
        "/dang-nhap", expect=422, who=THU.phone, secret="khong phai the", held=fields["held"]
    )
    _, fields = fields_of(wrong.html, wrong.response)
    again = browser.send("/dang-nhap", expect=200, who=THU.phone, secret=THU.secret, held=fields["held"])
    assert desk == [] and again.says("Phạm Thị Thu")
    action, fields = fields_of(again.html, again.response)
    assert action == "/thu-cua-toi?ban=3" and "secret" not in fields
    assert post(browser, action, **fields).text == "taken"
    assert told(desk[0]) == EXPECTED


def test_a_form_from_before_another_signed_in_comes_back_and_says_who_is_here(browser, desk):
    browser.sign_in("lan")
    browser.open("/nguoi-khac")
    stale = browser.page.csrf_token
    browser.sign_in("tai")
    answer = post(browser, "/thu-chung", csrf_token=stale, **TYPED)
    assert answer.status_code == 409 and "Đỗ Văn Tài" in answer.text and desk == []
    browser._check(answer, 409)
    assert send_again(browser, answer).text == "taken"
    assert told(desk[0]) == EXPECTED


def test_a_cookie_that_was_lost_meanwhile_loses_nothing(browser, desk):
    browser.open("/dang-nhap")
    stale = browser.page.csrf_token
    browser.client.delete_cookie("elearn-s")
    answer = post(browser, "/thu-chung", csrf_token=stale, **TYPED)
    assert answer.status_code == 409 and "Mở bằng Chrome" not in answer.text
    assert send_again(browser, answer).text == "taken"


def test_a_browser_that_keeps_no_cookies_is_told_so(browser, desk):
    browser.open("/dang-nhap")
    answer = post(browser, "/thu-chung", csrf_token=browser.page.csrf_token, **TYPED)
    browser.client.delete_cookie("elearn-s")
    answer = post(browser, "/thu-chung", csrf_token="x", **TYPED)
    browser.client.delete_cookie("elearn-s")
    answer = send_again(browser, answer)
    assert answer.status_code == 409 and "Mở bằng Chrome" in answer.text


def test_signed_out_in_another_tab(browser, desk):
    browser.sign_in("lan")
    browser.open("/nguoi-khac")
    stale = browser.page.csrf_token
    browser.send("/dang-xuat", expect=303)
    answer = post(browser, "/thu-cua-toi", csrf_token=stale, **TYPED)
    assert answer.status_code == 409
    browser._check(answer, 409)
    _, fields = fields_of(answer.text, answer)
    again = browser.send("/dang-nhap", expect=200, who=LAN.phone, secret=LAN.secret, held=fields["held"])
    action, fields = fields_of(again.html, again.response)
    assert post(browser, action, **fields).text == "taken" and told(desk[0]) == EXPECTED


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Referer": "https://evil.example/http://localhost"},
    ],
)
def test_a_form_from_elsewhere_is_refused_plainly(app, browser, desk, headers):
    browser.sign_in("lan")
    answer = post(browser, "/thu-chung", headers=headers, csrf_token="x", **TYPED)
    assert answer.status_code == 400 and "DG05" not in answer.text and desk == []
    answer = post(Browser(app), "/thu-cua-toi", headers=headers, csrf_token="x", **TYPED)
    assert answer.status_code == 400 and "DG05" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [OURS, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
     {"Referer": "http://localhost/soan-bai"}],
)  # fmt: skip
def test_a_form_of_ours_is_known_by_what_the_browser_says(browser, desk, headers):
    assert post(browser, "/thu-chung", headers=headers, csrf_token="x", **TYPED).status_code == 409


def test_secrets_are_never_carried(browser, desk):
    names = ["secret", "password", "new_password", "pin", "new-pin", "pin_again", "csrf_token"]
    fields = {name: f"hidden {number}" for number, name in enumerate(names)}
    answer = post(browser, "/thu-chung", **fields, opinion="visible")
    assert "visible" in answer.text and "hidden " not in answer.text
    assert "hinted" in post(browser, "/thu-chung", pinned="hinted").text  # a word that only begins like one


def test_no_secret_that_a_form_of_ours_asks_for_is_carried(app):
    """A form may call it what it likes: "old", "new", "again"."""
    forms, asked = [Form], set()
    while forms:
        forms += (one := forms.pop()).__subclasses__()
        for name in dir(one):
            field = getattr(one, name)
            kind, options = getattr(field, "field_class", None), getattr(field, "kwargs", {})
            if kind is SecretField or "password" in options.get("autocomplete", ""):
                asked.add(name)
    assert {"secret", "password", "old", "new", "again"} <= asked
    carried = held.Held("/x", [(name, "482915") for name in sorted(asked)], [])
    assert held.unpack(carried.packed()).fields == []


def test_a_late_sign_in_form_asks_again_and_a_second_tap_is_already_in(browser):
    browser.open("/dang-nhap")
    stale = browser.page.csrf_token
    browser.client.delete_cookie("elearn-s")
    answer = post(browser, "/dang-nhap", csrf_token=stale, who=LAN.phone, secret=LAN.secret, ve="/giup-do")
    assert answer.status_code == 409 and LAN.secret not in answer.text
    answer = send_again(browser, answer)
    assert answer.status_code == 422 and LAN.phone in answer.text
    browser.sign_in("lan")
    answer = post(browser, "/dang-nhap", csrf_token=stale, who=LAN.phone, secret=LAN.secret, ve="/giup-do")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/giup-do")


def test_a_file_is_said_to_be_lost(browser, desk):
    browser._forget()
    answer = browser.client.post(
        "/thu-chung", data={"title": "x", "list": (BytesIO(b"a,b"), "to.csv")}, headers=OURS
    )
    assert answer.status_code == 409 and "chọn tệp một lần nữa" in answer.text


@pytest.mark.parametrize(
    "text",
    [
        None, "", "x", "{}", "[]", "[1,2,3]", '["//evil.example",[],[]]', '["/",[],[]]',
        '["https://evil.example/x",[],[]]', '["/a",[["x"]],[]]', '["/a",3,[]]', '["/a",[["a",null,"b"]],[]]',
        "[" * 100_000, "x" * 2_000_000,
    ],
    ids=lambda text: repr(text)[:20],
)  # fmt: skip
def test_what_nobody_packed_is_nothing(text):
    assert held.unpack(text) is None


def test_packing_keeps_what_was_typed_but_no_secret():
    one = held.Held("/soan-bai/x?ban=2", [("text", TYPED["text"]), ("a", "1"), ("a", "2")], ["tệp"])
    assert held.unpack(one.packed()) == one
    sly = json.dumps(["/x", [["secret", "s"], ["csrf_token", "t"], ["b", "c"]], []])
    assert held.unpack(sly).fields == [("b", "c")]
