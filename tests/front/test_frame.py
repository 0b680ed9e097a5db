"""What stands around every page: who runs it, how the reader wants it, what was just done, and its forms."""

import pytest

from elearn.front.frame import Display, display_here
from elearn.kit.db import db, transaction
from elearn.people.models import Ward
from tests.browser import Browser

DEFAULT = Display(1, "")


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("2-dark", Display(2, "dark")),
        ("4-light", Display(4, "light")),
        ("3-", Display(3, "")),
        ("3", Display(3, "")),
        ("9-dark", Display(1, "dark")),
        ("2-pink", Display(2, "")),
        *((one, DEFAULT) for one in ("", "-", "--", "01-", "²-", "1-dark-dark", "<b>-", "\u0662-", "2 -")),
    ],
)
def test_how_pages_look_is_read_from_the_cookie_and_nonsense_is_the_default(app, kept, shown):
    with app.test_request_context(
        "/", headers={"Cookie": f"elearn-d-look={kept}".encode().decode("latin-1")}
    ):
        assert display_here() == shown


def looks_of(page):
    """Return the addresses that change how pages look."""
    return [a["href"] for a in page.every("a") if a.get("href", "").startswith("/hien-thi?")]


def test_the_links_of_looks_lead_back_to_the_very_page(browser):
    smaller, larger, other = looks_of(browser.open("/mau?line=a%26b%23c&trang=2"))
    assert "chu=nho" in smaller and "chu=to" in larger and "nen=dark" in other
    for link in (smaller, larger, other):
        back = browser.open(link, expect=303).headers["Location"]
        assert browser.client.get(back).request.args.to_dict() == {"line": "a&b#c", "trang": "2"}
    assert "nen=light" in looks_of(browser.open("/giup-do"))[2], "it is dark now"


def test_after_a_form_that_could_not_be_taken_they_lead_to_where_the_form_is(browser):
    browser.open("/dang-nhap")
    page = browser.send("/dang-nhap", expect=422, who="", secret="")
    assert all(link.endswith("ve=/dang-nhap") for link in looks_of(page))


def test_who_runs_the_site_is_said_as_far_as_it_is_known(app, browser):
    foot = browser.open("/giup-do").html.partition("<footer")[2]
    assert "Phòng Văn hóa - Xã hội phường Gia Viên" in foot and 'href="tel:02250000000"' in foot
    with transaction():
        ward = db.session.get(Ward, 1)
        ward.office_name = ward.office_phone = ward.office_address = ward.city = ""
    app.extensions.pop("wards", None)
    foot = browser.open("/giup-do").html.partition("<footer")[2]
    assert "Trang của phường Gia Viên." in foot and "tel:" not in foot and "None" not in foot


def test_invented_people_are_called_invented_on_every_page(app, browser, monkeypatch):
    assert "là bịa" not in browser.open("/giup-do").html
    monkeypatch.setitem(app.config, "DEMO", True)
    assert "Người và số liệu ở đây là bịa" in browser.open("/rieng-tu").html


def test_a_notice_is_shown_once(browser):
    browser.come_as("duc").open("/soan-bai/truoc-khi-mo")
    answer = browser.send("/soan-bai/truoc-khi-mo/trial", expect=303, done="yes")
    shown = '<p class="notice good" role="status">Đã lưu.</p>'
    assert shown in browser.follow(answer).html and shown not in browser.follow(answer).html


def test_a_form_carries_the_token_of_its_own_browser(app, browser):
    ours = browser.open("/dang-nhap").csrf_token
    theirs = Browser(app).open("/dang-nhap").csrf_token
    assert ours != theirs
    assert Browser(app).client.post("/dang-nhap", data={"csrf_token": ours}).status_code in (400, 409)
