"""A shared machine, as those who come to it one after another meet it (THREATS T-kiosk, T-session)."""

import pytest
from sqlalchemy import select

from elearn.kit.db import db
from elearn.learning.models import Attempt
from elearn.people import entry, kiosks
from elearn.people.models import Person, Session, SessionKind
from tests.browser import Browser
from tests.ward import CAST, group, person, viewer

LAN, TAI, HOA, QUAN = CAST["lan"], CAST["tai"], CAST["hoa"], CAST["quan"]
LESSON = "/khoa-hoc/thanh-toan-so/quet-ma-qr"
LEFT = ("s", "n", "k", "g", "c", "v", "d-look")


@pytest.fixture
def machine(shelf, browser):
    """A browser that is the shared machine of tổ 5."""
    token = kiosks.set_up_kiosk(1, group("DG05").id, "Nhà văn hóa tổ 5", viewer("hoa"))
    browser.client.set_cookie("elearn-m", token)
    return browser


def cookies(browser):
    found = {letter: browser.client.get_cookie(f"elearn-{letter}") for letter in LEFT}
    return {letter for letter, cookie in found.items() if cookie is not None}


def is_in(browser):
    return "Đang học:" in browser.open("/giup-do").html


def answer_something(browser, path=LESSON):
    """Send the form of a lesson with every question left open on purpose but the first."""
    page = browser.open(f"{path}/cau-hoi")
    ticked = next(one for one in page.every("input") if one.get("type") == "radio")
    slip = next(one["value"] for one in page.every("input") if one.get("name") == "phieu")
    return browser.send(
        f"{path}/luot-lam", expect=303, phieu=slip, **{ticked["name"]: ticked["value"], "bo-trong": "1"}
    )


# -- what is begun there -------------------------------------------------------------------------


def test_whoever_signs_in_gets_a_short_session_and_is_remembered_by_nobody(machine):
    machine.sign_in("lan")
    (session,) = db.session.scalars(select(Session).where(Session.person_id == person("lan").id))
    assert session.kind == SessionKind.KIOSK and "Nhà văn hóa tổ 5" in session.device
    assert (session.expires_at - session.created_at).total_seconds() == 600
    assert "k" not in cookies(machine) and "Max-Age" not in str(machine.client.get_cookie("elearn-s"))
    machine.sign_in("tai")
    assert "Nguyễn Thị Lan" not in machine.open("/nguoi-khac").html


def test_what_was_known_before_is_not_known_there(browser):
    browser.sign_in("lan")
    assert LAN.full_name in browser.open("/nguoi-khac").html
    token = kiosks.set_up_kiosk(1, None, "Trung tâm", viewer("quan"))
    browser.client.set_cookie("elearn-m", token)
    browser.client.delete_cookie("elearn-s")
    assert LAN.full_name not in browser.open("/nguoi-khac").html


@pytest.mark.parametrize("way", ["card", "link", "code", "registration", "pin"])
def test_every_way_in_opens_the_same_short_session(machine, way, app):
    lan = person("lan").id
    if way == "card":
        path = f"/the/{entry.issue_card(lan, None)}"
        machine.open(path)
        machine.send(path, expect=303)
    elif way == "link":
        path = f"/ve/{entry.issue_return_link(lan)}"
        machine.open(path)
        machine.send(path, expect=303)
    elif way == "code":
        code = entry.issue_code(lan, viewer("hoa"))
        machine.open("/dang-nhap/ma-mot-lan")
        machine.follow(machine.send("/dang-nhap/ma-mot-lan", expect=303, who=LAN.phone, code=code))
        machine.send("/dang-nhap/ma-hoc-moi", expect=303, cach="cap")
    elif way == "registration":
        machine.open("/dang-ky")
        machine.send(
            "/dang-ky", expect=303, cach="ten", name="Bà Mận", group="DG05", adult="y", keep_results="y"
        )
    else:
        machine.sign_in("lan")
    kinds = set(db.session.scalars(select(Session.kind).where(Session.came_by.not_in(["", "kept"]))))
    assert kinds == {SessionKind.KIOSK}
    assert "k" not in cookies(machine)


def test_what_is_learnt_there_is_counted_as_learnt_there(machine):
    answer_something(machine)
    (session,) = db.session.scalars(select(Session).where(Session.kiosk_id.is_not(None)))
    assert (
        session.kind == SessionKind.KIOSK and db.session.get(Person, session.person_id).display_name is None
    )
    machine.sign_in("lan")
    answer_something(machine)
    assert db.session.scalars(select(Attempt.how)).all() == ["kiosk", "kiosk"]


def test_roles_sleep_there(machine):
    for name in ("hoa", "quan"):
        machine.sign_in(name)
        page = machine.open("/cua-toi")
        assert page.says("chỉ học được") and "Tổ của tôi" not in page.html and "Quản trị" not in page.html
        machine.open("/to", expect=403)
        machine.open("/quan-tri", expect=403)
        machine.open("/may-dung-chung", expect=403)


def test_the_group_of_the_place_is_offered(machine):
    page = machine.open("/dang-ky")
    assert page.says("Tổ dân phố số 5")


def test_codes_are_shown_there_a_single_time(machine):
    machine.open("/dang-ky")
    answer = machine.send(
        "/dang-ky", expect=303, cach="ten", name="Bà Mận", group="DG05", adult="y", keep_results="y"
    )
    assert "Mã học chỉ hiện lần này" in machine.follow(answer).html
    assert "không hiện lại ở đây" in machine.open("/dang-ky/xong").html


def test_a_name_is_not_erased_there_without_its_secret(machine):
    machine.sign_in("lan")
    lan = person("lan").id
    machine.open("/cua-toi/xoa")
    assert machine.send("/cua-toi/xoa", expect=422).says("điền mã học của bác")
    machine.send("/cua-toi/xoa", expect=303, pin=LAN.secret)
    assert db.session.get(Person, lan).erased_at is not None


def test_going_on_without_a_name_is_not_offered_there(machine):
    machine.sign_in("lan")
    assert "Bỏ tên, học tiếp ẩn danh" not in machine.open("/cua-toi/rut-lai").html
    machine.send("/cua-toi/rut-lai", expect=422)
    assert person("lan").display_name == LAN.full_name


# -- leaving -------------------------------------------------------------------------------------


def test_every_page_says_what_it_is_and_has_the_way_out(machine):
    for path in ("/", LESSON, "/tien-do", "/dang-nhap", "/khong-co", "/cua-toi"):
        page = machine.open(path, expect=404 if path == "/khong-co" else 200)
        assert "Máy dùng chung: Nhà văn hóa tổ 5" in page.html, path
        assert page.html.count('action="/dang-xuat"') >= 2, path
        assert page.response.headers["Cache-Control"] == "no-store", path
        assert page.response.headers["Refresh"] == "1800; url=/may-nay/het-gio", path
    assert "Máy dùng chung" not in Browser(machine.client.application).open("/giup-do").html


def test_a_page_kept_ready_for_visitors_is_not_given_there(machine):
    stranger = Browser(machine.client.application)
    for browser in (stranger, machine, stranger):
        for path in ("/", LESSON):
            assert ("Máy dùng chung:" in browser.open(path).html) == (browser is machine)


def test_leaving_drops_every_cookie_but_the_mark_and_empties_the_browser(machine):
    machine.client.get("/p/khong-co")
    machine.client.get("/hien-thi?nen=dark")
    machine.client.set_cookie("elearn-g", "DG07")
    machine.sign_in("lan")
    machine.open("/")
    answer = machine.send("/dang-xuat", expect=303, ve="/cua-toi/du-lieu")
    assert answer.headers["Location"] == "/"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert cookies(machine) == {"n"} and machine.client.get_cookie("elearn-m") is not None
    page = machine.follow(answer)
    assert "Nguyễn Thị Lan" not in page.html and 'data-theme="dark"' not in page.html
    assert not db.session.scalars(select(Session).where(Session.person_id == person("lan").id)).all()
    machine.open("/cua-toi/du-lieu", expect=302)


def test_a_page_grown_stale_still_lets_one_leave(machine):
    machine.sign_in("lan")
    machine.open("/")
    stale = machine.page.csrf_token
    machine.sign_in("lan")
    machine._forget()
    fields = {"csrf_token": stale}
    answer = machine.client.post("/dang-xuat", data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 303 and not is_in(machine)
    machine.sign_in("lan")
    machine._forget()
    away = machine.client.post("/dang-xuat", data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert away.status_code == 400 and is_in(machine)


@pytest.mark.parametrize("quiet", [True, False], ids=["idle", "half an hour"])
def test_a_session_ends_by_itself(machine, clock, quiet):
    machine.sign_in("lan")
    if quiet:
        clock.move(minutes=9)
        assert is_in(machine)
        clock.move(minutes=10, seconds=1)
    else:
        for _ in range(5):
            clock.move(minutes=5)
            assert is_in(machine)
        clock.move(minutes=5, seconds=1)
    assert not is_in(machine)
    machine.open("/cua-toi/du-lieu", expect=302)


def test_who_learnt_without_a_name_is_gone_too(machine, clock):
    result = answer_something(machine).headers["Location"]
    machine.open(result)
    clock.move(minutes=10, seconds=1)
    machine.open(result, expect=404)
    assert "Đang làm dở" not in machine.open("/cua-toi").html


def test_touching_the_page_is_use_and_the_end_is_told(machine, clock):
    machine.sign_in("lan")
    for _ in range(5):
        clock.move(minutes=5)
        assert machine.client.get("/may-nay/con-hoc").status_code == 204
    clock.move(minutes=5, seconds=1)
    machine._forget()
    assert machine.client.get("/may-nay/con-hoc").status_code == 410


def test_a_page_left_alone_leads_to_the_first_one_with_nothing_left(machine, clock):
    machine.sign_in("lan")
    clock.move(minutes=10, seconds=1)
    before = db.session.scalars(select(Session.token_digest)).all()
    answer = machine.open("/may-nay/het-gio", expect=303)
    assert answer.headers["Location"] == "/" and "storage" in answer.headers["Clear-Site-Data"]
    assert cookies(machine) == {"n"}
    assert machine.follow(answer).says("đã tự thoát")
    db.session.expire_all()
    assert db.session.scalars(select(Session.token_digest)).all() == before, "a look writes nothing"


def test_the_first_page_is_empty_of_who_did_not_say_goodbye(machine, clock):
    machine.sign_in("lan")
    clock.move(minutes=11)
    answer = machine.open("/").response
    assert "storage" in answer.headers["Clear-Site-Data"]
    assert "data-saved" in answer.text, "and the script removes what the header cannot"
    again = machine.client.get("/")
    assert "Clear-Site-Data" in again.headers or "elearn-s" in str(again.headers)


def test_elsewhere_time_does_not_run_out_like_this(browser):
    browser.sign_in("lan")
    browser.open("/may-nay/het-gio", expect=303)
    assert is_in(browser)
    assert "Refresh" not in browser.open("/giup-do").response.headers


# -- a phone that many use, without being a machine of a place -----------------------------------


def test_leaving_and_changing_over_empty_any_browser(browser):
    browser.sign_in("lan")
    browser.open("/nguoi-khac")
    assert "Clear-Site-Data" in browser.send("/dang-xuat", expect=303).headers
    browser.sign_in("lan")
    browser.open("/dang-nhap")
    changed = browser.send("/dang-nhap", expect=303, who=TAI.phone, secret=TAI.secret)
    assert changed.headers["Clear-Site-Data"] == '"cache", "storage"'
    browser.open("/dang-nhap")
    same = browser.send("/dang-nhap", expect=303, who=TAI.phone, secret=TAI.secret)
    assert "Clear-Site-Data" not in same.headers


# -- being a shared machine no longer ------------------------------------------------------------


def test_who_looks_after_it_ends_it_at_the_machine_itself(machine):
    machine.open("/may-nay/thoi")
    for who, sentence in ((LAN, "không phải của tổ"), (CAST["xa"], "không phải của tổ")):
        page = machine.send("/may-nay/thoi", expect=422, who=who.phone, secret=who.secret)
        assert page.says(sentence) and who.secret not in page.html
    assert machine.send("/may-nay/thoi", expect=422, who=HOA.phone, secret="000111").says("chưa đúng")
    assert machine.send("/may-nay/thoi", expect=422).says("Xin điền mã học hoặc mật khẩu")
    answer = machine.send("/may-nay/thoi", expect=303, who=HOA.phone, secret=HOA.secret)
    page = machine.follow(answer)
    assert page.says("không còn là máy dùng chung") and "Máy dùng chung:" not in page.html
    assert not is_in(machine), "ending it signs nobody in"
    machine.open("/may-nay/thoi", expect=302)


def test_wrong_secrets_there_are_counted_like_a_sign_in(machine):
    machine.open("/may-nay/thoi")
    for _ in range(5):
        machine.send("/may-nay/thoi", expect=422, who=HOA.phone, secret="000111")
    page = machine.send("/may-nay/thoi", expect=422, who=HOA.phone, secret=HOA.secret)
    assert page.says("đã bị gõ sai nhiều lần")
