"""Staff give their password again before they act on people; nothing that was typed is lost (T-session)."""

import json
from datetime import UTC

import pyotp
import pytest
from sqlalchemy import select
from webauthn import base64url_to_bytes

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now
from elearn.kit.db import db
from elearn.kit.secrets import digest
from elearn.people import passkeys, second_keys
from elearn.people.models import Session, SessionKind
from elearn.people.passkeys import Site
from elearn.people.wrong_tries import write_down_wrong_tries
from tests.browser import Browser
from tests.people.authenticator import Authenticator
from tests.people.test_held import fields_of
from tests.ward import CAST, group, person, viewer

QUAN, HOA = CAST["quan"], CAST["hoa"]


def cookie(browser):
    return browser.client.get_cookie("elearn-s").value


def stale(browser, clock, name="quan"):
    """Let somebody be signed in for a while."""
    browser.sign_in(name)
    clock.move(minutes=10, seconds=1)
    return browser


def prove(browser, expect=303, secret=QUAN.secret, **more):
    return browser.send("/xac-nhan", expect=expect, secret=secret, **more)


def lan():
    db.session.expire_all()
    return person("lan")


def form_of(page):
    """Return what a form on the page would send."""
    return {one["name"]: one.get("value") or "" for one in page.every("input") if one.get("name")}


def test_who_has_just_come_in_is_not_asked(browser, clock):
    browser.sign_in("quan")
    clock.move(minutes=9, seconds=50)
    browser.open(f"/quan-tri/nguoi/{person('lan').id}/sua")


def test_a_form_is_asked_for_before_it_is_filled_in(browser, clock):
    path = f"/quan-tri/nguoi/{person('lan').id}/sua?x=1"
    answer = stale(browser, clock).open(path, expect=302)
    page = browser.follow(answer)
    assert page.says("Xin nhập lại mật khẩu") or "Xin nhập lại mật khẩu" in page.text["h1"]
    answer = prove(browser, ve=form_of(page)["ve"])
    assert answer.headers["Location"] == path
    browser.open(path)
    clock.move(minutes=10, seconds=1)
    browser.open(path, expect=302)


def test_what_was_typed_is_kept_and_sent_with_one_tap(browser, clock):
    path = f"/quan-tri/nguoi/{person('lan').id}/sua"
    browser.sign_in("quan")
    browser.open(path)
    clock.move(minutes=11)
    typed = {
        "name": "Nguyễn Thị  Lan Anh",
        "phone": CAST["lan"].phone,
        "birth_year": "",
        "household": "hộ 12 <b>",
    }
    page = browser.send(path, expect=409, audience="resident", group=group("DG05").id, **typed)
    assert page.says("Những gì vừa điền vẫn còn") and lan().display_name == CAST["lan"].full_name
    wrong = prove(browser, expect=422, secret="khong phai mat khau", held=form_of(page)["held"])
    assert wrong.says("Mật khẩu chưa đúng") and "khong phai" not in wrong.html
    again = prove(browser, expect=200, held=form_of(wrong)["held"])
    action, fields = fields_of(again.html, again.response)
    assert action == path and fields["household"] == "hộ 12 <b>"
    fields.pop("csrf_token")
    browser.send(action, expect=303, **fields)
    assert lan().display_name == "Nguyễn Thị Lan Anh"


def test_what_is_sent_without_proof_does_nothing(browser, clock):
    who = person("lan").id
    stale(browser, clock)
    browser.open("/nguoi-khac")
    for path in (
        f"/quan-tri/nguoi/{who}/xoa",
        f"/quan-tri/nguoi/{who}/ngung",
        f"/to/DG05/nguoi/{who}/ma-hoc",
    ):
        browser.send(path, expect=409)
    assert lan().erased_at is None and lan().disabled_at is None


def test_no_secret_is_carried_over(browser, clock):
    stale(browser, clock)
    browser.open("/nguoi-khac")
    page = browser.send(
        "/quan-tri/vai-tro/nguoi-moi",
        expect=409,
        name="Cô Mới",
        password="mat khau cua co moi",
        again="x y z",
    )
    assert "Cô Mới" in form_of(page)["held"] and "mat khau cua co moi" not in page.html


def test_proof_comes_under_a_new_token_and_the_old_one_opens_nothing(browser, app, clock):
    stale(browser, clock)
    thief = Browser(app)
    thief.client.set_cookie("elearn-s", cookie(browser))
    begun = db.session.scalars(select(Session.created_at)).one()
    browser.open("/xac-nhan")
    before = cookie(browser)
    prove(browser)
    assert cookie(browser) != before
    thief.open("/quan-tri", expect=302)
    browser.open("/quan-tri")
    (row,) = db.session.scalars(select(Session)).all()
    assert row.token_digest == digest(cookie(browser)) and row.created_at == begun
    assert row.kind == SessionKind.STAFF, "the eight hours go on from where they began"


def test_proof_of_one_session_is_none_in_another(browser, app, clock):
    stale(browser, clock)
    other = Browser(app).sign_in("quan")
    clock.move(minutes=11)
    browser.open("/xac-nhan")
    prove(browser)
    other.open("/quan-tri/vai-tro/giao", expect=302)
    browser.open("/quan-tri/vai-tro/giao")


def test_wrong_passwords_are_counted_like_a_sign_in(browser, clock):
    stale(browser, clock)
    browser.open("/xac-nhan")
    for _ in range(10):
        prove(browser, expect=422, secret="khong phai mat khau")
    assert prove(browser, expect=429).says("gõ sai nhiều lần")
    browser.open("/quan-tri/vai-tro/giao", expect=302)


def test_the_password_of_somebody_else_proves_nothing(browser, clock):
    stale(browser, clock)
    browser.open("/xac-nhan")
    prove(browser, expect=422, secret=CAST["minh"].secret)
    assert prove(browser, expect=422, secret="").says("Xin điền mật khẩu")
    browser.open("/quan-tri/vai-tro/giao", expect=302)


def test_a_helper_is_not_asked_at_the_own_desk(browser, clock):
    stale(browser, clock, "hoa")
    clock.move(hours=5)
    browser.open("/to/DG05/dang-ky")
    browser.open("/to/DG05/in")


def test_staff_are_asked_at_a_helpers_desk_too(browser, clock):
    """Else what the office asks for could be done next door without it."""
    stale(browser, clock)
    browser.open("/to/DG05")
    browser.open("/to/DG05/dang-ky", expect=302)
    browser.open("/to/DG05/in", expect=302)


def test_who_may_not_is_told_so_and_not_asked(browser, clock):
    stale(browser, clock, "minh")
    browser.open("/quan-tri/vai-tro/giao", expect=403)


@pytest.mark.parametrize("hostile", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_way_back_stays_on_this_site(browser, hostile):
    browser.sign_in("quan")
    browser.open("/xac-nhan")
    assert prove(browser, ve=hostile).headers["Location"] == "/"


def test_staff_may_rest_half_an_hour_whenever_they_were_seen(browser, clock):
    """What they do is noted every minute, so that a rest is counted from the last thing they did."""
    browser.sign_in("thu")
    clock.move(minutes=9)
    browser.open("/giup-do")
    clock.move(minutes=29, seconds=50)
    assert "Đang học:" in browser.open("/giup-do").html
    clock.move(minutes=30, seconds=1)
    assert "Đang học:" not in browser.open("/giup-do").html


# -- the second key ------------------------------------------------------------------------------

THU, KEYS, KEY = CAST["thu"], "/cua-toi/khoa", "/xac-nhan/lop-hai"


def keys_of(name):
    return [key.label for key in second_keys.keys_of(person(name).id)]


def test_who_has_a_second_key_gives_it_too_before_touching_keys(browser, code, clock):
    """Whoever has seen the password typed, and found the machine open, gets no further."""
    browser.come_as("thu")
    answer = browser.open(f"{KEYS}/ung-dung", expect=302)
    page = browser.follow(answer)
    assert page.says("trang hỏi thêm lớp khóa thứ hai") and keys_of("thu") == ["Điện thoại"]
    browser.open("/nguoi-khac")
    for path in ("/ung-dung", "/passkey", "/passkey/thach-do", "/ma-du-phong", "/1/bo"):
        browser.send(KEYS + path, expect=409)
    browser.follow(answer)
    assert browser.send(KEY, expect=422, code="000000" if code() != "000000" else "111111").says(
        "Mã chưa đúng"
    )
    browser.open(KEYS, expect=302)
    before = cookie(browser)
    answer = browser.send(KEY, expect=303, code=code(), ve=f"{KEYS}/ung-dung")
    assert answer.headers["Location"] == f"{KEYS}/ung-dung" and cookie(browser) != before
    browser.open(f"{KEYS}/ung-dung")
    clock.move(minutes=10, seconds=1)
    prove(browser_at(browser, "/xac-nhan"), secret=THU.secret)
    browser.open(f"{KEYS}/ung-dung", expect=302)


def browser_at(browser, path):
    browser.open(path)
    return browser


def test_the_password_comes_before_the_second_key(browser, code, clock):
    stale_thu = browser.come_as("thu")
    clock.move(minutes=11)
    assert "/xac-nhan?" in stale_thu.open(KEYS, expect=302).headers["Location"]
    assert browser.open(KEY, expect=303).headers["Location"].startswith("/xac-nhan?")
    browser.open("/nguoi-khac")
    assert browser.send(KEY, expect=303, code=code()).headers["Location"].startswith("/xac-nhan?")
    prove(browser_at(browser, "/xac-nhan"), secret=THU.secret)
    browser.open(KEYS, expect=302)


def test_a_printed_code_does_where_the_phone_is_lost(browser, code):
    """So the lost key is taken away by its owner, with nobody's help."""
    printed = second_keys.make_recovery_codes(viewer("thu"))
    (key,) = second_keys.keys_of(person("thu").id)
    browser.come_as("thu")
    page = browser.follow(browser.open(f"{KEYS}/{key.id}/bo", expect=302))
    assert page.says("Mã dự phòng")
    browser.send(KEY, expect=303, printed=printed[0], ve=f"{KEYS}/{key.id}/bo")
    assert browser.open(f"{KEYS}/{key.id}/bo").says("còn 9 mã")
    browser.send(f"{KEYS}/{key.id}/bo", expect=303)
    assert keys_of("thu") == []
    browser.open(KEYS)


def test_a_passkey_proves_too(browser, app, monkeypatch):
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://localhost")
    phone, site = Authenticator(), Site("localhost", "https://localhost", "x")
    passkeys.add_passkey(viewer("thu"), phone.made("a challenge"), "a challenge", site, "Máy")
    browser.come_as("thu").open(KEY)
    answer = browser.client.post(f"{KEY}/thach-do", data={"csrf_token": browser.page.csrf_token})
    asked = base64url_to_bytes(json.loads(answer.text)["challenge"]).decode()
    signed = phone.signed(asked)
    browser.send(KEY, expect=303, passkey=signed, ve=KEYS)
    browser.open(KEYS)
    browser.open(KEY)
    browser.send(KEY, expect=422, passkey=signed)


def test_what_was_typed_is_kept_past_the_second_key(browser):
    give_app("quan")
    browser.come_as("quan").open("/nguoi-khac")
    page = browser.send(
        "/quan-tri/vai-tro/nguoi-moi", expect=409, name="Cô Mới", password="mat khau cua co moi"
    )
    held = form_of(page)["held"]
    assert "Cô Mới" in held and "mat khau" not in page.html
    printed = second_keys.make_recovery_codes(viewer("quan"))
    again = browser.send(KEY, expect=200, printed=printed[0], held=held)
    action, fields = fields_of(again.html, again.response)
    assert action == "/quan-tri/vai-tro/nguoi-moi" and fields["name"] == "Cô Mới"


def give_app(name):
    secret = second_keys.fresh_secret()
    code = pyotp.TOTP(secret).at(int(now().replace(tzinfo=UTC).timestamp()))
    second_keys.add_app(viewer(name), secret, code, "Máy bàn")


def test_an_administrator_gives_it_before_acting_on_the_ways_in_of_others(browser):
    give_app("quan")
    browser.come_as("quan")
    who = person("thu").id
    for path in (f"nguoi/{who}/mat-khau", f"nguoi/{who}/lop-hai", "vai-tro/giao", "vai-tro/nguoi-moi"):
        assert KEY in browser.open(f"/quan-tri/{path}", expect=302).headers["Location"]
    browser.open(f"/quan-tri/nguoi/{who}/sua")


def test_who_has_no_second_key_is_not_asked_for_one(browser):
    browser.come_as("thu").open(KEYS)
    assert browser.open(f"{KEY}?ve=/soan-bai", expect=303).headers["Location"] == "/soan-bai"
    browser.open("/nguoi-khac")
    assert browser.send(KEY, expect=303, code="123456").headers["Location"] == "/"
    browser._forget()
    token = browser.page.csrf_token
    assert browser.client.post(f"{KEY}/thach-do", data={"csrf_token": token}).status_code == 410


def test_wrong_second_keys_are_counted_here_as_at_the_door(browser, code, clock):
    browser.come_as("thu").open(KEY)
    wrong = "000000" if code() != "000000" else "111111"
    for _ in range(5):
        browser.send(KEY, expect=422, code=wrong)
    assert browser.send(KEY, expect=429, code=code()).says("gõ sai nhiều lần")
    clock.move(hours=1)
    write_down_wrong_tries()
    told = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "wrong sign-ins").order_by(AuditEntry.id)
    ).all()
    assert {one.detail.get("second_keys") for one in told if one.object_kind == "ward"} == {6}
