"""Staff give their password again before they act on people; nothing that was typed is lost (T-session)."""

import pytest
from sqlalchemy import select

from elearn.kit.db import db
from elearn.kit.secrets import digest
from elearn.people.models import Session, SessionKind
from tests.browser import Browser
from tests.people.test_held import fields_of
from tests.ward import CAST, group, person

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
