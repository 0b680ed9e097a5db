"""A message is judged by finger, with script and without: the answer comes when it is asked for."""

import pytest

from tests.chromium.test_every_page import barriers


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_message_is_judged(site, visit, script):
    page = visit(script=script)
    page.goto("/that-hay-gia")
    page.get_by_role("link", name="Bắt đầu từ tin đầu tiên").tap()
    assert not page.get_by_text("Tin này giả").is_visible()
    page.locator("label[for=d-giuc]").tap()
    page.locator("label[for=v-fake]").tap()
    page.get_by_role("link", name="Xem lời giải").tap()
    page.get_by_role("heading", name="Tin này giả").wait_for()
    page.get_by_text("Bác nhận đúng rồi.").wait_for()
    if script:
        assert page.locator("[data-seen]:visible").count() == 1
        assert barriers(page, "the answer") == []
    page.get_by_role("link", name="Tiếp theo").tap()
    page.wait_for_url("**/that-hay-gia/bao-so-du")
    assert not page.locator("#loi-giai").is_visible()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_wrong_guess_is_told_kindly(site, visit, script):
    page = visit(script=script)
    page.goto("/that-hay-gia/khoa-tai-khoan")
    page.locator("label[for=v-real]").tap()
    page.get_by_role("link", name="Xem lời giải").tap()
    page.get_by_text("Lần này bác tin nhầm. Không sao, đây là chỗ để tập.").wait_for()
    assert not page.get_by_text("Bác nhận đúng rồi.").is_visible()


def test_the_inbox_leads_on_to_what_was_not_judged_yet(site, visit):
    page = visit()
    page.goto("/that-hay-gia/khoa-tai-khoan#loi-giai")
    page.goto("/that-hay-gia")
    assert page.locator("[data-next]").text_content() == "Bắt đầu từ tin đầu tiên", "looking is not judging"
    page.goto("/that-hay-gia/khoa-tai-khoan")
    page.locator("label[for=v-real]").tap()
    page.get_by_role("link", name="Xem lời giải").tap()
    page.get_by_role("heading", name="Tin này giả").wait_for()
    page.get_by_role("link", name="Về hộp thư").tap()
    page.wait_for_url("**/that-hay-gia")
    page.locator("[data-seen]:visible").wait_for()
    assert page.locator("[data-seen]:visible").count() == 1
    assert barriers(page, "the inbox") == []
    page.get_by_role("link", name="Tin tiếp theo chưa đoán").tap()
    page.wait_for_url("**/that-hay-gia/bao-so-du")


def test_a_shared_machine_keeps_none_of_it(site, visit):
    page = visit()
    page.goto("/that-hay-gia/khoa-tai-khoan")
    page.evaluate("localStorage.setItem('tin-da-doan', 'khoa-tai-khoan')")
    page.route("**/that-hay-gia", lambda route: with_bar(route))
    page.goto("/that-hay-gia")
    page.locator(".kiosk").wait_for(state="attached")
    assert page.locator("[data-seen]:visible").count() == 0


def with_bar(route):
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("<main", '<p class="kiosk"></p><main', 1))
