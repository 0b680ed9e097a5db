"""What visitors are given ready-made: the same bytes, for the same ward, host and looks, and nobody else."""

import pytest
from sqlalchemy import update

from elearn.kit.db import db, transaction
from elearn.kit.headers import FIXED, STYLE
from elearn.library.actions import approve_course
from elearn.library.models import Revision
from elearn.library.queries import published_courses
from elearn.people.visitors import MOST_HOSTS
from tests.browser import Browser

LESSON = "/khoa-hoc/thanh-toan-so/quet-ma-qr"
PAGES = ["/", "/khoa-hoc/thanh-toan-so", LESSON, "/giup-do", "/rieng-tu", "/tien-do"]


@pytest.fixture
def lasting(shelf, monkeypatch):
    """The app, which gives what is ready for an hour."""
    before = shelf.wsgi_app
    monkeypatch.setattr(before, "_fresh_seconds", 3600.0)
    before._kept.clear()
    yield shelf
    before._kept.clear()


@pytest.mark.parametrize("path", PAGES)
def test_a_second_visitor_costs_no_statement(lasting, browser, statements, path):
    first = browser.open(path)
    statements.clear()
    second = Browser(lasting).open(path)
    assert not statements and second.html == first.html
    ours, theirs = dict(first.response.headers), dict(second.response.headers)
    assert ours.pop("X-Request-ID") != theirs.pop("X-Request-ID") and ours == theirs
    assert set(FIXED) <= set(theirs)


def test_who_has_come_in_gets_a_page_of_their_own(lasting, browser):
    browser.open(LESSON)
    page = browser.come_as("lan").open(LESSON)
    assert "Nguyễn Thị Lan" in page.html and page.response.headers["Cache-Control"] == "no-store"
    assert "Nguyễn Thị Lan" not in Browser(lasting).open(LESSON).html


@pytest.mark.parametrize(
    ("came_from", "holds"), [("none", 1), ("cross-site", 1), ("same-origin", 0), (None, 0)]
)
def test_who_comes_from_elsewhere_gets_the_style_sheet_in_the_page(lasting, browser, came_from, holds):
    """Else a phone on slow data shows nothing until it has asked a second time."""
    asked = {"Sec-Fetch-Site": came_from} if came_from else {}
    first, again = (browser.client.get(LESSON, headers=asked).text for _ in range(2))
    assert first == again and first.count(f"<style>{STYLE}</style>") == holds
    head, body = first.split("</head>")
    assert ('rel="stylesheet"' in head, 'rel="stylesheet"' in body) == (not holds, bool(holds))


def test_who_has_been_here_asks_for_the_style_sheet_that_they_have(lasting, browser):
    lan = browser.come_as("lan")
    assert "<style>" not in lan.client.get(LESSON, headers={"Sec-Fetch-Site": "none"}).text


def test_a_notice_for_one_is_seen_by_nobody_else(lasting, browser):
    browser.open("/giup-do")
    with browser.client.session_transaction() as kept:
        kept["_flashes"] = [("message", "Đã lưu rồi.")]
    assert browser.open("/giup-do").says("Đã lưu rồi.")
    assert not browser.open("/giup-do").says("Đã lưu rồi.")


def test_looks_hosts_schemes_and_ways_of_packing_are_kept_apart(lasting, browser):
    plain = browser.client.get(LESSON)
    packed = browser.client.get(LESSON, headers={"Accept-Encoding": "br"})
    assert packed.headers["Content-Encoding"] == "br" and "Content-Encoding" not in plain.headers
    assert "Strict-Transport-Security" in browser.client.get(LESSON, base_url="https://hoc.test").headers
    assert "phường Bên Cạnh" in browser.client.get("/giup-do", base_url="http://ben-canh.test").text
    assert "phường Bên Cạnh" not in browser.client.get("/giup-do").text
    browser.client.get("/hien-thi?nen=dark")
    assert 'data-theme="dark"' in browser.client.get(LESSON).text
    assert 'data-theme="dark"' not in Browser(lasting).client.get(LESSON).text


def kept_of(app):
    return list(app.wsgi_app._kept)


def test_a_made_up_look_is_no_page_of_its_own(lasting, browser):
    browser.client.get(LESSON)
    kept = len(kept_of(lasting))
    for number in range(5):
        browser.client.get(LESSON, headers={"Cookie": f"elearn-d-look=1-junk{number}"})
    assert len(kept_of(lasting)) == kept


def test_however_a_browser_spells_what_it_takes_it_is_one_of_three(lasting, browser):
    def packed(spelt):
        return browser.client.get(LESSON, headers={"Accept-Encoding": spelt}).headers.get("Content-Encoding")

    for spelt in ("br", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8, *;q=0.1", "zstd,br , gzip"):
        assert packed(spelt) == "br"
    for spelt in ("gzip", "br;q=0, gzip", "GZIP;q=0.5"):
        assert (
            browser.client.get(LESSON, headers={"Accept-Encoding": spelt}).headers["Content-Encoding"]
            == "gzip"
        )
    for spelt in ("", "identity", "x" * 500, "gzip;q=0"):
        assert (
            "Content-Encoding" not in browser.client.get(LESSON, headers={"Accept-Encoding": spelt}).headers
        )
    assert len(kept_of(lasting)) == 3


def test_a_name_that_is_not_the_sites_is_not_kept(lasting, browser, monkeypatch):
    browser.open("/giup-do")  # the wards are known from the first page on
    monkeypatch.setitem(lasting.config, "PUBLIC_URL", "https://hoc.phuong.vn")
    lasting.wsgi_app.forget()
    ours = {"hoc.phuong.vn", "ben-canh.test"}
    for host in ("evil.test", "hoc.phuong.vn.evil.test", "hoc.phuong.vn:8443", "ben-canh.test:1", *ours):
        assert browser.client.get(LESSON, base_url=f"http://{host}").status_code == 200
    assert {key[1] for key in kept_of(lasting)} == ours


def test_without_a_name_of_its_own_a_site_is_kept_under_a_few(lasting, browser, monkeypatch):
    for number in range(12):
        browser.client.get(LESSON, base_url=f"http://10.0.0.{number}")
    assert len({key[1] for key in kept_of(lasting)}) <= MOST_HOSTS


def test_a_question_in_the_address_a_head_and_a_form_are_answered_by_the_app(lasting, browser, statements):
    browser.open(LESSON)
    for path, method in ((f"{LESSON}?x=1", "GET"), (LESSON, "HEAD"), (f"{LESSON}?to=GV05", "GET")):
        statements.clear()
        browser.client.open(path, method=method)
        assert statements, (path, method)
    assert browser.client.post("/giup-do").status_code == 405


def test_what_is_published_is_seen_a_moment_later(lasting, browser, person, monkeypatch):
    assert browser.open("/").html.count("phường chưa duyệt") == 1
    approve_course(published_courses(1)[0].id, person("duc").id)
    assert browser.open("/").html.count("phường chưa duyệt") == 1
    for ready in lasting.wsgi_app._kept.values():
        ready.until = 0.0
    assert browser.open("/").html.count("phường chưa duyệt") == len(published_courses(1)) - 1


# -- who has come in -----------------------------------------------------------------------------


@pytest.fixture
def remembering(shelf, monkeypatch):
    monkeypatch.setitem(shelf.config, "FRESH_SECONDS", 3600.0)
    yield shelf
    shelf.extensions.pop("recent", None)


def retitle(title):
    with transaction():
        db.session.execute(update(Revision).values(title=title))


def test_a_resident_reads_what_the_shelf_said_a_moment_ago(remembering, browser, statements):
    browser.come_as("lan").open(LESSON)
    statements.clear()
    retitle("Tên mới")
    statements.clear()
    page = browser.open(LESSON)
    assert len(statements) == 1 and "Nguyễn Thị Lan" in page.html and not page.says("Tên mới")


def test_staff_and_visitors_read_what_it_says_now(remembering, browser):
    thu = Browser(remembering).come_as("thu")
    for one in (browser, thu, Browser(remembering).come_as("lan")):
        one.open(LESSON)
    retitle("Tên mới")
    for one in (browser, thu):
        assert one.open(LESSON).text["h1"] == "Tên mới"
