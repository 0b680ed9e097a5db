"""Chị Hoa registers a neighbour at the door, lends her phone, gets it back, and sees what was done."""

import pytest
from sqlalchemy import select

from elearn.kit.db import db
from elearn.learning.models import Attempt
from elearn.people.models import Person
from tests.chromium.test_first_lesson import LESSON, RIGHT
from tests.ward import CAST, person

HOA = CAST["hoa"]


def tap(page, role, name):
    """Touch what is called so, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.get_by_role(role, name=name).first.tap()


def is_narrow(page):
    return page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_neighbour_learns_on_the_helpers_phone_and_the_roster_shows_it(site, visit, script):
    page = visit(script=script)

    # chị Hoa comes in and is at her group with one tap
    page.goto("/dang-nhap")
    page.get_by_label("Số điện thoại").fill(HOA.phone)
    page.get_by_label("Mã học").first.fill(HOA.secret)
    tap(page, "button", "Đăng nhập")
    tap(page, "link", "Tổ của tôi")
    assert page.inner_text("h1") == "Tổ dân phố số 5"

    # bà Mận is registered: her name, three boxes, one button
    tap(page, "link", "Ghi tên một người hàng xóm")
    tap(page, "button", "Ghi tên")
    assert page.locator("#can-sua").is_visible(), "what is missing is said"
    page.get_by_label("Tên", exact=False).first.fill("Bà Mận")
    for box in page.locator("input[type=checkbox]").all():
        box.check()
    tap(page, "button", "Ghi tên")
    assert page.inner_text("h1") == "Đã ghi tên Bà Mận" and is_narrow(page)
    pin = page.locator(".secret").nth(1).inner_text()

    # the phone is hers, and nothing of the helper's is in it
    tap(page, "button", "Đưa máy cho bác học ngay")
    assert "Bà Mận" in page.locator(".who").inner_text()
    assert page.get_by_role("link", name="Tổ của tôi").count() == 0
    assert page.goto("/to/DG05").status == 403
    page.goto("/")
    tap(page, "link", "Thanh toán số")
    tap(page, "link", "Quét mã QR trả tiền ở chợ")
    assert page.url.endswith(LESSON)
    tap(page, "link", "Trả lời 5 câu hỏi")
    for words in RIGHT:
        page.locator("label.choice", has_text=words).tap()
    tap(page, "button", "Gửi câu trả lời")
    assert page.inner_text("h1") == "Bác đúng 5 trên 5 câu"
    assert page.get_by_text("Giữ kết quả này").count() == 0, "she has been registered"

    # the helper's mã học alone brings the phone back
    tap(page, "link", "Trả máy cho người hướng dẫn")
    assert page.inner_text("h1") == f"Trả máy cho {HOA.full_name}"
    page.locator("#secret").fill(pin)
    tap(page, "button", "Nhận lại máy")
    assert page.get_by_role("alert").is_visible() and "Bà Mận" in page.locator(".who").inner_text()
    page.locator("#secret").fill(HOA.secret)
    tap(page, "button", "Nhận lại máy")
    assert HOA.full_name in page.locator(".who").inner_text()

    # and the roster shows what was done, and how
    page.goto("/to/DG05")
    line = page.locator("ul.lines li", has_text="Bà Mận").first
    assert "1 bài" in line.inner_text() and "Dở dang" in line.inner_text() and is_narrow(page)
    tap(page, "link", "Bà Mận")
    page.get_by_text("Từng bài").first.tap()
    assert page.get_by_text(f"có người hướng dẫn ({HOA.full_name})").is_visible()
    with site.app.app_context():
        man = db.session.scalars(select(Person.id).where(Person.display_name == "Bà Mận")).one()
        (done,) = db.session.scalars(select(Attempt).where(Attempt.person_id == man))
        assert (done.how, done.assisted_by_id) == ("assisted", person("hoa").id)
