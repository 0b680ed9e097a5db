"""From the tap of bà Lan, by way of chị Hoa's roster, to the sheet that anh Minh takes along on Saturday."""

import re

from tests.chromium.conftest import DESK
from tests.life import answer
from tests.security.doors import open_session_of
from tests.ward import person


def come(page, site, name):
    """Let somebody of the cast sit at this window."""
    with site.app.app_context():
        token = open_session_of(name)
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "elearn-s", "value": token, "url": site.root}])


def tap(page, words, role="button"):
    with page.expect_navigation():
        page.get_by_role(role, name=words).first.click()


def test_a_resident_asks_the_helper_hears_and_it_is_done(site, visit):
    """Without script: one tap on the result, one on the roster, one on how."""
    with site.app.app_context():
        attempt = answer(person("lan").id, "thanh-toan-so", "quet-ma-qr", wrong=2)
    page = visit(script=False)
    come(page, site, "lan")
    page.goto("/nho-giup")
    tap(page, "rút lại")  # the ward of the tests has her ask already
    page.goto(f"/khoa-hoc/thanh-toan-so/quet-ma-qr/ket-qua/{attempt}")
    tap(page, "Nhờ người hướng dẫn của tổ")
    assert page.get_by_text("Bác đã nhờ lúc").is_visible()
    come(page, site, "hoa")
    page.goto("/to/DG05")
    tap(page, "Xem lời nhờ, ghi đã giúp", "link")
    page.get_by_text("Đã gặp và giúp tận nơi").click()
    tap(page, "Ghi là đã giúp")
    assert page.get_by_text("Người nhờ thấy ở trang Của tôi").is_visible()
    come(page, site, "lan")
    page.goto("/cua-toi")
    assert page.get_by_text("Người hướng dẫn ghi đã giúp bác").is_visible()


def test_the_saturday_list_is_one_sheet_of_paper(site, visit):
    page = visit(size=DESK, touch=False)
    come(page, site, "minh")
    page.goto("/phong-trao")
    tap(page, "Đi đâu thứ Bảy này?", "link")
    assert page.locator("ol.numbered > li").count() >= 1
    tap(page, "In một tờ A4", "link")
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
