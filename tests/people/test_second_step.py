"""Signing in with a second key: no step is skipped, nothing is replayed, nobody is in before (T-session)."""

import json

import pyotp
import pytest
from sqlalchemy import select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db, transaction
from elearn.kit.secrets import digest
from elearn.people import actions, passkeys, rules, second_keys
from elearn.people.key_models import SecondStep
from elearn.people.models import Session, SessionKind
from elearn.people.passkeys import Site
from elearn.people.wrong_tries import write_down_wrong_tries
from tests.browser import Browser
from tests.people.authenticator import Authenticator
from tests.people.test_held import fields_of
from tests.ward import CAST, person, viewer

THU = CAST["thu"]
STEP = "/dang-nhap/lop-hai"


def give_password(browser, ve="", expect=303, name="thu", **more):
    browser.open("/dang-nhap")
    return browser.send(
        "/dang-nhap", expect=expect, who=CAST[name].phone, secret=CAST[name].secret, ve=ve, **more
    )


def is_in(browser):
    return "Đang học:" in browser.open("/giup-do").html


def cookie(browser, letter="s"):
    found = browser.client.get_cookie(f"elearn-{letter}")
    return found.value if found else None


def sessions():
    return db.session.scalars(select(Session).where(Session.person_id == person("thu").id)).all()


# -- the way in ----------------------------------------------------------------------------------


def test_after_the_password_the_code_is_asked_and_lets_in(browser, code):
    actions.close_sessions_of(person("thu").id)
    answer = give_password(browser, ve="/soan-bai")
    page = browser.follow(answer)
    assert "Lớp khóa thứ hai" in page.text["h1"] and not is_in(browser) and sessions() == []
    browser.open(f"{STEP}?ve=/soan-bai")
    assert browser.send(STEP, expect=422, code="").says("Xin gõ 6 chữ số")
    assert browser.send(STEP, expect=422, code="12345").says("đúng 6 chữ số")
    answer = browser.send(STEP, expect=303, code=code(), ve="/soan-bai")
    assert answer.headers["Location"] == "/soan-bai" and is_in(browser)
    (one,) = sessions()
    assert one.kind == SessionKind.STAFF and one.second_key_at and one.proved_at
    assert cookie(browser, "h") is None and db.session.scalars(select(SecondStep)).all() == []


def test_who_has_no_second_key_comes_in_as_before(browser):
    assert give_password(browser, name="minh").headers["Location"] != STEP
    assert is_in(browser)


def test_a_printed_code_lets_in_once_and_says_how_many_are_left(browser, code):
    printed = second_keys.make_recovery_codes(viewer("thu"))
    give_password(browser)
    browser.open(STEP)
    answer = browser.send(STEP, expect=303, printed=rules.in_two(printed[0]).lower())
    assert browser.follow(answer).says("còn 9 mã")
    other = Browser(browser.client.application)
    give_password(other)
    other.open(STEP)
    assert other.send(STEP, expect=422, printed=printed[0]).says("đã dùng rồi")
    assert not is_in(other)


@pytest.fixture
def phone(app):
    """Chị Thu has a passkey for this site too."""
    phone, site = Authenticator(), Site("localhost", "https://localhost", "x")
    passkeys.add_passkey(
        viewer("thu"), phone.made("a challenge of the server"), "a challenge of the server", site, "Máy"
    )
    return phone


@pytest.fixture
def configured(app, monkeypatch):
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://localhost")


def asked(browser, expect=200):
    browser._forget()
    answer = browser.client.post(f"{STEP}/thach-do", data={"csrf_token": browser.page.csrf_token})
    assert answer.status_code == expect
    return passkeys_challenge(answer)


def passkeys_challenge(answer):
    """Return the challenge as the server keeps it."""
    from webauthn import base64url_to_bytes

    options = json.loads(answer.text)
    return base64url_to_bytes(options["challenge"]).decode() if options else None


def test_a_passkey_lets_in(browser, phone, configured):
    give_password(browser)
    assert "passkey.js" in browser.open(STEP).html
    browser.send(STEP, expect=303, passkey=phone.signed(asked(browser)))
    assert is_in(browser)


def test_what_a_passkey_signed_is_good_for_one_question(browser, phone, configured):
    give_password(browser)
    browser.open(STEP)
    first = phone.signed(asked(browser))
    second = phone.signed(asked(browser))
    assert browser.send(STEP, expect=422, passkey=first).says("chưa nhận được")
    browser.send(STEP, expect=422, passkey=second)  # the question was asked once, and has been answered
    assert not is_in(browser)
    browser.send(STEP, expect=303, passkey=phone.signed(asked(browser)))


def test_a_passkey_of_one_step_is_none_in_another(browser, app, phone, configured):
    thief = Browser(app)
    for one in (browser, thief):
        give_password(one)
        one.open(STEP)
    signed = phone.signed(asked(browser))
    asked(thief)
    thief.send(STEP, expect=422, passkey=signed)
    assert not is_in(thief)


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "https://192.168.1.5", "http://hoc.example.vn"])
def test_without_a_name_and_tls_the_site_offers_no_passkey(browser, app, phone, code, monkeypatch, address):
    monkeypatch.setitem(app.config, "PUBLIC_URL", address)
    give_password(browser)
    page = browser.open(STEP)
    assert "passkey.js" not in page.html and page.says("Mã 6 chữ số")
    asked(browser, expect=410)


# -- nothing is skipped --------------------------------------------------------------------------


def test_the_password_alone_opens_nothing(browser, code):
    give_password(browser)
    for path in ("/soan-bai", "/cua-toi/du-lieu", "/cua-toi/khoa", "/xac-nhan"):
        browser.open(path, expect=302)
    assert not is_in(browser)


def test_without_the_step_no_code_is_looked_at(browser, code):
    browser.open("/dang-nhap")
    assert browser.send(STEP, expect=303, code=code()).headers["Location"].startswith("/dang-nhap")
    assert not is_in(browser)
    browser.open(STEP, expect=302)
    browser.client.set_cookie("elearn-h", "x" * 43)
    browser.open(STEP, expect=302)
    asked(browser, expect=410)


def test_every_way_in_by_a_secret_asks_for_it(browser, code, app):
    """By the names that a device knows, and where a helper takes the own phone back."""
    with transaction():
        person("thu").pin_hash = person("thu").password_hash
    lent = Browser(app).come_as("lan", "handed")
    with transaction():
        db.session.query(Session).filter(Session.person_id == person("lan").id).one().assisted_by_id = person(
            "thu"
        ).id
    lent.open("/tra-may")
    answer = lent.send("/tra-may", expect=303, secret=THU.secret)
    assert answer.headers["Location"] == STEP
    assert THU.full_name not in lent.open("/giup-do").html


def test_on_a_shared_machine_it_is_asked_too(browser, code, app):
    from elearn.people import kiosks

    browser.client.set_cookie("elearn-m", kiosks.set_up_kiosk(1, None, "Trung tâm", viewer("quan")))
    give_password(browser)
    browser.open("/giup-do")
    assert not is_in(browser)
    browser.open(STEP)
    browser.send(STEP, expect=303, code=code())
    browser.open("/soan-bai", expect=403)


# -- fixation and replay -------------------------------------------------------------------------


def test_both_cookies_are_new_and_what_was_planted_opens_nothing(browser, code, app):
    browser.open("/dang-nhap")
    planted = cookie(browser)
    browser.client.set_cookie("elearn-h", "p" * 43)
    give_password(browser)
    half = cookie(browser, "h")
    assert half != "p" * 43
    browser.open(STEP)
    browser.send(STEP, expect=303, code=code())
    assert cookie(browser) not in (planted, half)
    for token in (planted, half):
        thief = Browser(app)
        thief.client.set_cookie("elearn-s", token)
        assert not is_in(thief)


def test_the_step_is_no_session_and_the_session_no_step(browser, code, app):
    give_password(browser)
    thief = Browser(app)
    thief.client.set_cookie("elearn-s", cookie(browser, "h"))
    assert not is_in(thief)
    kept = db.session.scalars(select(SecondStep.token_digest)).one()
    assert kept == digest(cookie(browser, "h")) and kept != cookie(browser, "h")


def test_a_code_that_was_used_lets_nobody_in_again(browser, code, app):
    give_password(browser)
    browser.open(STEP)
    used = code()
    browser.send(STEP, expect=303, code=used)
    thief = Browser(app)
    give_password(thief)
    thief.open(STEP)
    assert thief.send(STEP, expect=422, code=used).says("vừa dùng rồi")
    assert not is_in(thief)


def test_a_step_ends_with_its_first_answer(browser, code, app):
    give_password(browser)
    half = cookie(browser, "h")
    browser.open(STEP)
    browser.send(STEP, expect=303, code=code())
    thief = Browser(app)
    thief.client.set_cookie("elearn-h", half)
    thief.open(STEP, expect=302)
    thief.open("/dang-nhap")
    thief.send(STEP, expect=303, code=code(1))
    assert not is_in(thief)


def test_a_step_of_somebody_kept_out_meanwhile_lets_nobody_in(browser, code):
    give_password(browser)
    browser.open(STEP)
    actions.disable(person("thu").id, viewer("quan"))
    browser.send(STEP, expect=303, code=code())
    assert not is_in(browser)


def test_ten_minutes_are_enough_for_a_step(browser, code, clock):
    give_password(browser)
    browser.open(STEP)
    clock.move(minutes=10, seconds=1)
    answer = browser.send(STEP, expect=303, code=code(), ve="/soan-bai")
    assert answer.headers["Location"] == "/dang-nhap?ve=/soan-bai"
    assert "quá 10 phút" in browser.follow(answer).html and not is_in(browser)


def test_after_five_wrong_codes_the_password_is_asked_and_more_wait(browser, code, app):
    give_password(browser)
    browser.open(STEP)
    for _ in range(5):
        browser.send(STEP, expect=422, code="000000" if code() != "000000" else "111111")
    browser.open(STEP, expect=302)
    other = Browser(app)
    give_password(other)
    other.open(STEP)
    assert other.send(STEP, expect=429, code=code()).says("gõ sai nhiều lần")
    assert not is_in(other)


def test_a_wrong_second_key_is_put_into_the_audit_with_the_hour(browser, code, clock):
    """Whoever comes that far has the password of somebody who works here."""
    give_password(browser)
    browser.open(STEP)
    browser.send(STEP, expect=422, code="000000" if code() != "000000" else "111111")
    clock.move(hours=1)
    write_down_wrong_tries()
    ward, thu = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "wrong sign-ins").order_by(AuditEntry.id)
    ).all()
    assert ward.detail["second_keys"] == 1 and thu.object_id == str(person("thu").id)


def test_what_was_typed_goes_along_past_both_steps(browser, code, clock):
    """A long text of an author, whose session ended meanwhile (RULINGS 52)."""
    browser.open("/dang-nhap")
    page = browser.send("/soan-bai/khoa-moi", expect=409, title="Khóa “mới” <b>")
    held = next(one["value"] for one in page.every("input") if one.get("name") == "held")
    page = browser.send("/dang-nhap", expect=200, who=THU.phone, secret=THU.secret, held=held)
    assert page.says("Những gì vừa điền vẫn còn") and not is_in(browser)
    held = next(one["value"] for one in page.every("input") if one.get("name") == "held")
    page = browser.send(STEP, expect=422, code="", held=held)
    held = next(one["value"] for one in page.every("input") if one.get("name") == "held")
    again = browser.send(STEP, expect=200, code=code(), held=held)
    action, fields = fields_of(again.html, again.response)
    assert action == "/soan-bai/khoa-moi" and fields["title"] == "Khóa “mới” <b>"


@pytest.mark.parametrize("hostile", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_way_back_stays_on_this_site(browser, code, hostile):
    give_password(browser, ve=hostile)
    browser.open(STEP)
    answer = browser.send(STEP, expect=303, code=code(), ve=hostile)
    assert answer.headers["Location"].startswith("/") and "evil" not in answer.headers["Location"]


# -- administrators ------------------------------------------------------------------------------


@pytest.fixture
def obliged(app, monkeypatch):
    """As in a real installation."""
    monkeypatch.setitem(app.config, "ADMINISTRATORS_NEED_A_KEY", True)


def test_an_administrator_without_a_key_reaches_the_page_that_adds_one_and_no_other(browser, obliged):
    answer = give_password(browser, name="quan", ve="/quan-tri/nguoi")
    assert answer.headers["Location"] == "/cua-toi/khoa?ve=/quan-tri/nguoi"
    assert browser.follow(answer).says("cần thêm một khóa trước khi làm việc")
    for path in ("/quan-tri", "/to", "/soan-bai", "/cua-toi/du-lieu", "/tien-do/lien-ket"):
        assert browser.open(path, expect=303).headers["Location"].startswith("/cua-toi/khoa")
    browser.open("/nguoi-khac")
    browser.send(f"/quan-tri/nguoi/{person('lan').id}/xoa", expect=303)
    assert person("lan").erased_at is None
    for path in ("/giup-do", "/tien-do"):  # what anyone may see, they see as anyone does
        assert 'href="/quan-tri"' not in browser.open(path).html
    assert browser.open("/tien-do").says("chốt thứ Hai")
    browser.open("/nguoi-khac")
    browser.send("/dang-xuat", expect=303)


def test_with_the_key_the_work_begins(browser, obliged, clock):
    give_password(browser, name="quan")
    page = browser.open("/cua-toi/khoa/ung-dung?ve=/quan-tri/nguoi")
    secret = "".join(page.html.split('class="secret wrap">')[1].split("<")[0].split())
    sealed = next(one["value"] for one in page.every("input") if one.get("name") == "sealed")
    code = pyotp.TOTP(secret).at(int(clock.at.timestamp()))
    page = browser.send(
        "/cua-toi/khoa/ung-dung?ve=/quan-tri/nguoi", sealed=sealed, code=code, label="Điện thoại"
    )
    assert len(page.html.split("<li><code>")) == 11 and 'href="/quan-tri/nguoi"' in page.html
    browser.open("/quan-tri/nguoi")
    other = Browser(browser.client.application)
    assert give_password(other, name="quan").headers["Location"] == STEP


def test_others_are_only_offered_one(browser, obliged):
    give_password(browser, name="thu")
    browser.open("/soan-bai")
    assert browser.open("/cua-toi/khoa").says("Thêm khóa đầu tiên")


def test_a_session_that_came_before_the_duty_is_closed_until_a_key_is_added(browser, app, monkeypatch):
    give_password(browser, name="quan")
    browser.open("/quan-tri")
    monkeypatch.setitem(app.config, "ADMINISTRATORS_NEED_A_KEY", True)
    browser.open("/quan-tri", expect=303)


def test_whose_keys_were_taken_away_is_told_when_they_come_in(browser, code):
    second_keys.remove_keys_of(person("thu").id, by=viewer("quan"))
    page = browser.follow(give_password(browser))
    assert page.says("Ngô Văn Quản đã gỡ khóa “Điện thoại” của anh chị")
    browser.open("/nguoi-khac")
    assert not browser.follow(give_password(browser)).says("đã gỡ khóa")
