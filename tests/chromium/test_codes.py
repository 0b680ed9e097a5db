"""A one-time code as all sides meet it: the phone that uses it, its owner's phone, the ward's list."""

import re

from elearn.people import entry
from tests import ward
from tests.chromium.conftest import DESK, PHONE
from tests.chromium.test_every_page import barriers
from tests.security.doors import open_session_of


def issued(site, name="lan", by="hoa"):
    with site.app.app_context():
        return entry.issue_code(ward.person(name).id, ward.viewer(by))


def come(page, site, name, path):
    with site.app.app_context():
        token = open_session_of(name)
    page.context.add_cookies([{"name": "elearn-s", "value": token, "url": site.root}])
    page.goto(path)


def fits(page):
    """No barrier, and nothing wider than the window."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert barriers(page, page.url) == []


def test_a_forgotten_ma_hoc_a_code_and_an_objection(site, visit):
    come(own := visit(), site, "lan", "/cua-toi/du-lieu")
    code = issued(site)
    other = visit(size=PHONE, script=True)
    other.goto("/dang-nhap/ma-mot-lan")
    other.get_by_label("Số điện thoại, hoặc mã cá nhân").fill("0900 000 001")
    other.get_by_label("Mã một lần").fill(code)
    other.get_by_role("button", name="Vào học").click()
    other.wait_for_url("**/dang-nhap/ma-hoc-moi*")
    fits(other)
    drawn = other.locator(".secret").last.inner_text()
    assert re.fullmatch(r"\d{6}", drawn)
    other.get_by_role("button", name="Tôi đã ghi lại").click()
    other.wait_for_url("**/cua-toi")
    come(own, site, "lan", "/cua-toi")
    fits(own)
    own.get_by_role("link", name="Bác có nhờ không?").click()
    fits(own)
    own.get_by_role("button", name="Tôi không nhờ cấp mã").click()
    own.wait_for_url("**/cua-toi/ma-hoc")
    assert own.locator(".secret").last.inner_text() != drawn
    other.goto("/cua-toi/du-lieu")
    assert "/dang-nhap" in other.url


def test_the_wards_list_fits_a_phone_and_a_desk(site, visit):
    issued(site, "tai", "quan")
    issued(site)
    for size, dark in ((PHONE, False), (DESK, True)):
        page = visit(size=size, dark=dark)
        come(page, site, "quan", "/quan-tri/ma-da-cap")
        fits(page)
        page.get_by_role("link", name="Bản in").click()
        fits(page)
