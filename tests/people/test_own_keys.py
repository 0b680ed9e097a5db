"""The pages where one looks after one's own second keys."""

import json

import pyotp
import pytest
from sqlalchemy import func, select
from webauthn import base64url_to_bytes

from elearn.kit.db import db
from elearn.people import second_keys
from elearn.people.key_models import SecondKey
from tests.browser import Browser
from tests.people.authenticator import Authenticator
from tests.ward import person, viewer

KEYS = "/cua-toi/khoa"


def field(page, name):
    return next(one.get("value") or "" for one in page.every("input") if one.get("name") == name)


def secret_on(page):
    return "".join(page.html.split('class="secret wrap">')[1].split("<")[0].split())


def fill_in(browser, clock, **more):
    """Open the page of an app, and return what its form would send with the code that the app shows."""
    page = browser.open(f"{KEYS}/ung-dung")
    code = pyotp.TOTP(secret_on(page)).at(int(clock.at.timestamp()))
    return {"sealed": field(page, "sealed"), "code": code, "label": "Điện thoại"} | more


def codes_on(page):
    return [one.split("<")[0] for one in page.html.split("<li><code>")[1:]]


def keys_of(name):
    return [key.label for key in second_keys.keys_of(person(name).id)]


# -- an app --------------------------------------------------------------------------------------


def test_an_app_is_added_and_ten_codes_are_shown_once(browser, clock):
    browser.come_as("thu")
    page = browser.send(f"{KEYS}/ung-dung", **fill_in(browser, clock))
    codes = codes_on(page)
    assert len(codes) == 10 and page.says("Chỉ hiện lần này") and keys_of("thu") == ["Điện thoại"]
    page = browser.open(KEYS)
    assert page.says("Điện thoại") and page.says("Còn 10 mã dự phòng") and codes[0] not in page.html
    answer = browser.send(f"{KEYS}/ung-dung", expect=303, **fill_in(browser, clock, label="Máy bàn"))
    assert answer.headers["Location"] == KEYS and keys_of("thu") == ["Điện thoại", "Máy bàn"]


def test_looking_at_the_secret_keeps_nothing(browser):
    browser.come_as("thu")
    first, second = (secret_on(browser.open(f"{KEYS}/ung-dung")) for _ in range(2))
    assert first != second and db.session.scalar(select(func.count()).select_from(SecondKey)) == 0


def test_a_wrong_code_leaves_the_same_secret_on_the_page(browser, clock):
    browser.come_as("thu")
    typed = fill_in(browser, clock)
    page = browser.open(f"{KEYS}/ung-dung")
    fields = {"sealed": field(page, "sealed"), "label": "Máy của tôi"}
    wrong = browser.send(f"{KEYS}/ung-dung", expect=422, code=typed["code"], **fields)
    assert (
        wrong.says("chưa khớp")
        and secret_on(wrong) == secret_on(page)
        and field(wrong, "label") == "Máy của tôi"
    )
    assert field(wrong, "code") == ""
    assert browser.send(f"{KEYS}/ung-dung", expect=422, code="", **fields).says("Xin điền 6 chữ số")
    assert keys_of("thu") == []


def test_sent_twice_it_is_one_key(browser, clock):
    browser.come_as("thu")
    typed = fill_in(browser, clock)
    browser.send(f"{KEYS}/ung-dung", **typed)
    browser.open("/nguoi-khac")
    browser.send(f"{KEYS}/ung-dung", expect=303, **typed)
    assert keys_of("thu") == ["Điện thoại"]


@pytest.mark.parametrize("sealed", ["", "x", "gAAAAABm" + "A" * 80, "khóa"])
def test_a_secret_of_somebody_elses_making_is_not_taken(browser, clock, sealed):
    browser.come_as("thu")
    browser.send(f"{KEYS}/ung-dung", expect=303, **fill_in(browser, clock, sealed=sealed))
    assert keys_of("thu") == []


def test_the_page_of_another_adds_nothing_here(browser, app, clock):
    """Whoever could plant the own secret with a colleague would have a key to their desk."""
    mine = fill_in(Browser(app).come_as("duc"), clock)
    browser.come_as("thu").open(f"{KEYS}/ung-dung")
    browser.send(f"{KEYS}/ung-dung", expect=303, **mine)
    assert keys_of("thu") == []


# -- a passkey -----------------------------------------------------------------------------------


@pytest.fixture
def configured(app, monkeypatch):
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://localhost")


def asked(browser):
    browser._forget()
    answer = browser.client.post(f"{KEYS}/passkey/thach-do", data={"csrf_token": browser.page.csrf_token})
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    return base64url_to_bytes(json.loads(answer.text)["challenge"]).decode()


def test_a_passkey_is_added(browser, configured):
    browser.come_as("thu").open(f"{KEYS}/passkey")
    page = browser.send(f"{KEYS}/passkey", label="Máy bàn", answer=Authenticator().made(asked(browser)))
    assert len(codes_on(page)) == 10 and keys_of("thu") == ["Máy bàn"]
    assert browser.open(KEYS).says("Khóa trên máy (passkey)")


def test_an_answer_is_good_once_and_in_its_own_session(browser, app, configured):
    other = Browser(app).come_as("thu")
    other.open(f"{KEYS}/passkey")
    browser.come_as("thu").open(f"{KEYS}/passkey")
    answer = Authenticator().made(asked(browser))
    other.send(f"{KEYS}/passkey", expect=422, label="x", answer=answer)
    browser.send(f"{KEYS}/passkey", expect=422, label="", answer=answer)
    browser.send(f"{KEYS}/passkey", label="Máy bàn", answer=answer)
    browser.open(f"{KEYS}/passkey")
    assert browser.send(f"{KEYS}/passkey", expect=422, label="x", answer=answer).says("chưa nhận làm khóa")
    assert keys_of("thu") == ["Máy bàn"]


def test_without_script_or_a_name_the_page_says_so(browser, app, monkeypatch):
    browser.come_as("thu")
    assert browser.open(f"{KEYS}/passkey").says("cần trình duyệt cho chạy mã lệnh")
    monkeypatch.setitem(app.config, "PUBLIC_URL", "http://127.0.0.1:8000")
    page = browser.open(f"{KEYS}/passkey")
    assert page.says("không qua https") and not [one for one in page.every("form") if one.get("data-passkey")]
    browser.open("/nguoi-khac")
    browser.send(f"{KEYS}/passkey/thach-do", expect=404)


# -- printed codes, and taking away --------------------------------------------------------------


@pytest.fixture
def holder(browser, clock):
    """Chị Thu, who has an app."""
    browser.come_as("thu")
    browser.send(f"{KEYS}/ung-dung", **fill_in(browser, clock))
    return browser


def test_fresh_codes_are_made_after_a_question(holder):
    assert holder.open(f"{KEYS}/ma-du-phong").says("10 mã cũ còn lại không dùng được nữa")
    assert len(codes_on(holder.send(f"{KEYS}/ma-du-phong"))) == 10
    stranger = Browser(holder.client.application).come_as("duc")
    stranger.open(f"{KEYS}/ma-du-phong", expect=302)
    stranger.open("/nguoi-khac")
    assert stranger.send(f"{KEYS}/ma-du-phong", expect=422).says("Xin thêm khóa trước")


def test_a_key_is_taken_away_after_a_question_and_twice_is_once(holder):
    (key,) = second_keys.keys_of(person("thu").id)
    assert holder.open(f"{KEYS}/{key.id}/bo").says("Đây là khóa cuối cùng")
    for _ in range(2):
        holder.send(f"{KEYS}/{key.id}/bo", expect=303)
    assert keys_of("thu") == []
    holder.open(f"{KEYS}/{key.id}/bo", expect=404)


def test_an_administrator_keeps_one(browser, app, clock, monkeypatch):
    browser.come_as("quan")
    browser.send(f"{KEYS}/ung-dung", **fill_in(browser, clock))
    monkeypatch.setitem(app.config, "ADMINISTRATORS_NEED_A_KEY", True)
    (key,) = second_keys.keys_of(person("quan").id)
    browser.open(f"{KEYS}/{key.id}/bo")
    assert browser.send(f"{KEYS}/{key.id}/bo", expect=422).says("phải có ít nhất một khóa")
    assert keys_of("quan") == ["Điện thoại"]


def test_the_key_of_a_colleague_is_not_found(holder):
    (key,) = second_keys.keys_of(person("thu").id)
    other = Browser(holder.client.application).come_as("duc")
    other.open(f"{KEYS}/{key.id}/bo", expect=404)
    other.open("/nguoi-khac")
    other.send(f"{KEYS}/{key.id}/bo", expect=303)
    assert keys_of("thu") == ["Điện thoại"]


# -- who may -------------------------------------------------------------------------------------


def test_only_who_has_just_given_the_password_touches_keys(browser, clock):
    browser.come_as("thu")
    clock.move(minutes=11)
    for path in ("", "/ung-dung", "/passkey", "/ma-du-phong", "/1/bo"):
        browser.open(KEYS + path, expect=302)
    browser.open("/nguoi-khac")
    for path in ("/ung-dung", "/passkey", "/passkey/thach-do", "/ma-du-phong", "/1/bo"):
        browser.send(KEYS + path, expect=409)


def test_a_resident_has_no_second_key_and_staff_none_on_a_lent_machine(browser, app):
    for name, kind in (("lan", None), ("hoa", None), ("thu", "handed"), ("thu", "kiosk")):
        for path in ("", "/ung-dung", "/passkey", "/ma-du-phong"):
            Browser(app).come_as(name, kind).open(KEYS + path, expect=404)
    assert KEYS not in browser.come_as("lan").open("/cua-toi").html
    assert KEYS in browser.come_as("thu").open("/cua-toi").html


def test_no_secret_is_kept_by_a_cache(holder):
    for path in ("", "/ung-dung", "/ma-du-phong"):
        assert holder.open(KEYS + path).response.headers["Cache-Control"] == "no-store"
    assert viewer("thu").is_staff
