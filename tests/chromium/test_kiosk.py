"""A shared machine in a real browser: the second person finds nothing of the first (THREATS T-kiosk)."""

import pytest
from sqlalchemy import select

from elearn.kit.db import db
from elearn.learning.models import Attempt
from elearn.people import kiosks
from tests.chromium.test_every_page import barriers
from tests.ward import CAST, group, viewer

LAN, HOA = CAST["lan"], CAST["hoa"]
LESSON = "/khoa-hoc/thanh-toan-so/quet-ma-qr"
ASK = f"{LESSON}/cau-hoi"
NAMES = (LAN.full_name, "Bà Mận", LAN.phone.removeprefix("+84"))


@pytest.fixture
def machine(site, visit):
    """Open the window of a shared machine: machine(script=False)."""

    def window(**options):
        with site.app.app_context():
            token = kiosks.set_up_kiosk(1, group("DG05").id, "Nhà văn hóa tổ 5", viewer("hoa"))
        page = visit(**options)
        page.context.add_cookies([{"name": "elearn-m", "value": token, "url": site.root, "httpOnly": True}])
        return page

    return window


def come(page, ve="/cua-toi/du-lieu"):
    page.goto(f"/dang-nhap?ve={ve}")
    page.fill("#who", LAN.phone)
    page.fill("#secret", LAN.secret)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(f"**{ve}")


def leave(page):
    page.get_by_role("button", name="Thoát").first.click()
    page.wait_for_url(lambda url: url.endswith("/"))


def finds_nothing(page):
    """Does the window show nothing of bà Lan, in its text or in a field?"""
    shown = page.inner_text("body") + typed_in(page)
    return not any(one in shown for one in NAMES)


def typed_in(page):
    return page.evaluate(
        "[...document.querySelectorAll('input, select, textarea')].map(f => f.value).join(' ')"
    )


def kept_in(page):
    return page.evaluate("Object.keys(localStorage)")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_going_back_after_leaving_shows_nothing_of_the_first(machine, script):
    page = machine(script=script)
    page.goto("/")
    come(page)
    for path in ("/cua-toi", ASK, "/cua-toi/phien"):
        page.goto(path)
    assert not finds_nothing(page)
    leave(page)
    assert finds_nothing(page)
    for _ in range(6):
        page.go_back()
        assert finds_nothing(page), page.url
    page.goto("/cua-toi/du-lieu")
    assert "/dang-nhap" in page.url and finds_nothing(page)
    assert [
        one["name"] for one in page.context.cookies() if one["name"] not in ("elearn-s", "elearn-m")
    ] == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_what_was_typed_into_a_form_is_not_found_by_going_back(machine, script):
    page = machine(script=script)
    page.goto("/dang-ky")
    page.locator("#name").fill("Bà Mận")
    page.locator("summary").first.click()
    page.locator("#phone").fill(LAN.phone)
    page.locator("#adult").check()
    page.goto("/dang-nhap")
    page.fill("#who", LAN.phone)
    leave(page)
    for _ in range(3):
        page.go_back()
        left = typed_in(page)
        assert "Mận" not in left and "90000" not in left, page.url
        assert page.locator("input:checked:not([type=radio])").count() == 0, page.url


def test_ticks_of_a_half_done_lesson_go_with_the_first(machine):
    page = machine()
    page.goto(ASK)
    page.locator("fieldset.question label").first.click()
    assert kept_in(page)
    page.goto(ASK)
    assert page.locator("label.choice:has(:checked)").count() == 1, "they are still here for the same person"
    leave(page)
    assert kept_in(page) == []
    page.go_back()
    assert page.locator("label.choice:has(:checked)").count() == 0


def test_what_is_learnt_there_is_counted_as_learnt_there(site, machine):
    page = machine()
    page.goto(ASK)
    page.locator("fieldset.question label").first.click()
    page.locator("form[data-kept] button.big").click()
    page.get_by_text("Gửi luôn, để trống").click()
    page.wait_for_url("**/ket-qua/*")
    with site.app.app_context():
        assert db.session.scalars(select(Attempt.how).order_by(Attempt.sent_at.desc())).first() == "kiosk"


def test_a_page_that_nobody_touches_goes_away_after_a_warning(machine):
    page = machine()
    come(page)
    page.clock.install()
    page.goto("/cua-toi/du-lieu")
    page.clock.run_for(9 * 60_000 + 6_000)
    assert page.get_by_role("alert").inner_text().startswith("Chưa đầy một phút nữa")
    page.locator("h1").click()
    page.clock.run_for(6_000)
    assert page.get_by_role("alert").count() == 0, "a touch is enough"
    page.clock.run_for(10 * 60_000)
    page.wait_for_url(lambda url: url.endswith("/"))
    assert finds_nothing(page) and page.get_by_text("đã tự thoát").is_visible()
    assert kept_in(page) == []
    page.go_back()
    assert finds_nothing(page)


def test_without_script_the_browser_itself_leaves_the_page(machine):
    page = machine(script=False)
    come(page)
    answer = page.goto("/cua-toi/du-lieu")
    assert answer.headers["refresh"] == "1800; url=/may-nay/het-gio"
    page.route("**/cua-toi/du-lieu", lambda route: in_two_seconds(route))
    page.goto("/cua-toi/du-lieu")
    page.wait_for_url(lambda url: url.endswith("/"))
    assert finds_nothing(page)


def in_two_seconds(route):
    """Answer as the server does, with a shorter time in the page."""
    answer = route.fetch()
    assert 'content="600;url=/may-nay/het-gio"' in answer.text()
    route.fulfill(response=answer, body=answer.text().replace('content="600;', 'content="2;'))


def test_on_a_phone_that_many_use_ticks_go_when_one_leaves(visit):
    page = visit()
    come(page, "/cua-toi")
    page.goto(ASK)
    page.locator("fieldset.question label").first.click()
    assert kept_in(page)
    page.goto("/nguoi-khac")
    page.get_by_role("button", name="Thoát tên").click()
    page.wait_for_url(lambda url: url.endswith("/"))
    assert kept_in(page) == []


def test_a_helper_makes_the_machine_on_a_tablet_and_ends_it_there(visit):
    page = visit()
    page.goto("/dang-nhap?ve=/may-dung-chung")
    page.fill("#who", HOA.phone)
    page.fill("#secret", HOA.secret)
    page.get_by_role("button", name="Đăng nhập").click()
    page.fill("#place", "Nhà văn hóa tổ 5")
    page.get_by_role("button", name="Đặt máy này").click()
    page.get_by_text("Máy dùng chung: Nhà văn hóa tổ 5").wait_for()
    assert page.get_by_role("button", name="Thoát").count() == 2
    assert barriers(page, "the first page of a shared machine") == []
    page.goto("/may-nay/thoi")
    assert barriers(page, "/may-nay/thoi") == []
    page.fill("#who", HOA.phone)
    page.fill("#secret", HOA.secret)
    page.get_by_role("button", name="Thôi dùng máy chung").click()
    page.get_by_text("không còn là máy dùng chung").wait_for()
    assert page.get_by_role("button", name="Thoát").count() == 0
