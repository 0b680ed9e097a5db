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
    if script:
        page.get_by_text("Bác nhận đúng rồi.").wait_for()
        assert page.locator("[data-seen]:visible").count() == 1
        assert barriers(page, "the answer") == []
    page.get_by_role("link", name="Tiếp theo").tap()
    page.wait_for_url("**/that-hay-gia/bao-so-du")
    assert not page.locator("#loi-giai").is_visible()


def test_a_wrong_guess_is_told_kindly(site, visit):
    page = visit()
    page.goto("/that-hay-gia/khoa-tai-khoan")
    page.locator("label[for=v-real]").tap()
    page.get_by_role("link", name="Xem lời giải").tap()
    page.get_by_text("Lần này bác tin nhầm. Không sao, đây là chỗ để tập.").wait_for()
