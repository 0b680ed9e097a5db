"""Keeping a result by finger, by keyboard alone, without script; the list of groups narrows as one types."""

import pytest

from elearn.kit.db import db, transaction
from elearn.people.models import ResidentialGroup


@pytest.fixture
def many(site):
    """The ward with as many groups as it really has."""
    with site.app.app_context(), transaction():
        for ward in ("Lạch Tray", "Cầu Đất", "Đông Khê"):
            for number in range(10, 50):
                db.session.add(
                    ResidentialGroup(
                        ward_id=1, code=f"{ward[0]}{ward[-1]}{number}".upper(), sort_key=f"{ward}{number}",
                        name=f"Tổ dân phố số {number}", former_ward=ward,
                    )
                )  # fmt: skip
    return site


def rows(page):
    return [one.inner_text() for one in page.locator("#group label.choice").all()]


def test_the_list_of_groups_narrows_while_one_types(many, visit):
    page = visit()
    page.goto("/dang-ky")
    assert rows(page) == ["Tôi không biết tổ nào", "Tôi ở nơi khác"]
    page.fill("#find", "12 lach")
    assert rows(page)[0] == "Tổ dân phố số 12 (Lạch Tray cũ)" and len(rows(page)) == 3
    page.fill("#find", "đông kh")
    assert len(rows(page)) == 8 and page.get_by_text("Có 40 tổ hợp").is_visible()
    page.fill("#find", "99")
    assert page.get_by_text("Không có tổ nào hợp").is_visible() and len(rows(page)) == 2
    page.fill("#find", "12")
    page.get_by_text("Tổ dân phố số 12 (Cầu Đất cũ)").click()
    page.fill("#find", "")
    assert page.get_by_label("Tổ dân phố số 12 (Cầu Đất cũ)").is_checked(), "what was chosen stays"
    page.press("#find", "Enter")
    assert page.url.endswith("/dang-ky"), "Enter in the search box sends nothing"


def test_a_refused_form_keeps_the_group_that_was_chosen(many, visit):
    page = visit()
    page.goto("/dang-ky")
    page.fill("#find", "12 cau")
    page.get_by_label("Tổ dân phố số 12 (Cầu Đất cũ)").check()
    page.get_by_role("button", name="Giữ với tên của tôi").click()
    assert page.locator("#can-sua").is_visible()
    assert page.get_by_label("Tổ dân phố số 12 (Cầu Đất cũ)").is_checked()


@pytest.mark.parametrize("script", [True, False])
def test_a_stranger_keeps_a_name_by_finger(many, visit, script):
    page = visit(script=script)
    page.goto("/dang-ky?ve=/khoa-hoc/thanh-toan-so")
    page.fill("#name", "Bà Mận")
    page.fill("#find", "5 dang giang")
    if script:
        page.get_by_label("Tổ dân phố số 5 (Đằng Giang cũ)").check()
    else:
        page.get_by_role("button", name="Tìm trong danh sách").click()
        assert page.input_value("#name") == "Bà Mận" and page.input_value("#group") == "DG05"
    page.check("#adult")
    page.check("#keep_results")
    page.get_by_role("button", name="Giữ với tên của tôi").click()
    page.wait_for_url("**/dang-ky/xong**")
    assert page.get_by_text("Mã học chỉ hiện lần này").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("link", name="Học tiếp").click()
    assert page.url.endswith("/khoa-hoc/thanh-toan-so")


def test_everything_is_reached_by_keyboard_alone(many, visit):
    page = visit(touch=False)
    page.goto("/dang-ky")

    def tab_to(selector):
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                return
        raise AssertionError(f"Tab never reaches {selector}")

    tab_to("#name")
    page.keyboard.type("Bà Mận")
    tab_to("#find")
    page.keyboard.type("7 dang")
    tab_to("#group input")
    page.keyboard.press("Space")
    for box in ("#adult", "#keep_results", "#seen_by_helper"):
        tab_to(box)
        page.keyboard.press("Space")
    tab_to("button[value=ten]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/dang-ky/xong**")
    assert page.get_by_text("Bà Mận, Tổ dân phố số 7").is_visible()
