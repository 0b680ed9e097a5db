"""Coming in on a real phone: the token is renewed, two tabs lose nothing, no script is needed."""

import pytest

from elearn.people import entry
from tests.ward import CAST, group, person, viewer

LAN, TAI, HOA = CAST["lan"], CAST["tai"], CAST["hoa"]


@pytest.fixture
def town(site):
    """The ward behind the pages."""
    with site.app.app_context():
        yield site.app


def come(page, part, ve="/giup-do"):
    page.goto(f"/dang-nhap?ve={ve}")
    page.fill("#who", part.phone)
    page.fill("#secret", part.secret)
    page.get_by_role("button", name="Đăng nhập").click()


def who(page):
    return page.locator(".who strong").inner_text()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_resident_signs_in_changes_over_and_leaves(visit, script):
    page = visit(script=script)
    come(page, TAI)
    come(page, LAN)
    assert page.url.endswith("/giup-do") and who(page) == LAN.full_name
    page.get_by_role("link", name="Người khác học").click()
    page.get_by_label(TAI.full_name).check()
    page.fill("#secret", TAI.secret)
    page.get_by_role("button", name="Vào học").click()
    assert who(page) == TAI.full_name
    page.goto("/nguoi-khac")
    page.get_by_role("button", name=f"Thoát tên {TAI.full_name}").click()
    assert page.locator(".who").count() == 0


def test_a_wrong_secret_is_told_and_what_was_typed_stays(visit):
    page = visit()
    page.goto("/dang-nhap")
    page.fill("#who", LAN.phone)
    page.fill("#secret", "640917")
    page.get_by_role("button", name="Hiện chữ đã gõ").click()
    assert page.locator("#secret").get_attribute("type") == "text"
    page.get_by_role("button", name="Đăng nhập").click()
    assert "chưa đúng" in page.get_by_role("alert").inner_text()
    assert (page.input_value("#who"), page.input_value("#secret")) == (LAN.phone, "")


def test_a_form_in_another_tab_survives_a_change_of_person(visit):
    """The browser says itself that the form is ours: that is what the page rests on."""
    page = visit()
    come(page, LAN)
    page.goto("/nguoi-khac")
    other = page.context.new_page()
    come(other, TAI)
    other.goto("/dang-nhap?ve=/giup-do")
    third = page.context.new_page()
    come(third, LAN)
    other.fill("#who", TAI.phone)
    other.fill("#secret", TAI.secret)
    other.get_by_role("button", name="Đăng nhập").click()
    assert other.locator("h1").inner_text() == "Chưa gửi được, chạm gửi lại"
    other.get_by_role("button", name="Gửi lại").click()
    assert other.input_value("#who") == TAI.phone
    other.fill("#secret", TAI.secret)
    other.get_by_role("button", name="Đăng nhập").click()
    assert who(other) == TAI.full_name and other.url.endswith("/giup-do")


def test_a_card_a_link_and_a_class_open_with_one_tap(visit, town):
    card = entry.issue_card(person("lan").id, None)
    link = entry.issue_return_link(person("tai").id)
    ticket = entry.issue_class_ticket(group("DG05").id, 30, viewer("hoa"))
    page = visit(script=False)
    page.goto(f"/lop/{ticket}")
    page.get_by_role("button", name="Vào lớp").click()
    assert "Bác đã vào lớp" in page.get_by_role("status").inner_text()
    page.goto(f"/the/{card}")
    page.get_by_role("button", name="Vào học").click()
    assert who(page) == LAN.full_name
    page.goto(f"/ve/{link}")
    page.get_by_role("button", name="Vào học").click()
    assert who(page) == TAI.full_name
    page.goto(f"/ve/{link}")
    assert page.locator("h1").inner_text() == "Đường link này đã dùng rồi"


def test_two_quick_taps_without_script_are_one_use(visit, town):
    link = entry.issue_return_link(person("tai").id)
    page = visit(script=False)
    page.goto(f"/ve/{link}")
    page.get_by_role("button", name="Vào học").dblclick(no_wait_after=True)
    page.wait_for_url(lambda url: "/ve/" not in url)
    assert who(page) == TAI.full_name
