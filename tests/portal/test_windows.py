"""The windows that the ward's portal shows in a frame: no script, no cookie, framed by nobody else."""

import pytest

from elearn.kit.db import db, transaction
from elearn.library.models import Course
from tests.browser import Browser
from tests.portal.conftest import PORTAL

WINDOWS = ("/nhung/tien-do", "/nhung/khoa-hoc", "/nhung/khoa-hoc/khoa", "/nhung/khoa-hoc/khoa/bai-1")


def directives(answer):
    return dict(
        part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";")
    )


@pytest.mark.parametrize("path", WINDOWS)
def test_a_window_has_no_script_and_no_cookie(framed, counted, path):
    page = Browser(framed).open(path)
    policy = directives(page.response)
    assert not page.every("script") and not page.every("form") and "Set-Cookie" not in page.response.headers
    assert policy["default-src"] == "'none'" and "script-src" not in policy
    assert page.response.headers["Cache-Control"] == "public, max-age=600"
    assert page.response.headers["Vary"] == "Accept-Encoding"
    assert all(a["href"].startswith("http://localhost/") and a["rel"] == "noopener" for a in page.every("a"))


@pytest.mark.parametrize("path", WINDOWS)
def test_only_the_portal_that_was_told_may_frame_it(framed, counted, path):
    answer = framed.test_client().get(path)
    assert directives(answer)["frame-ancestors"] == PORTAL and "X-Frame-Options" not in answer.headers
    for other in ("/", "/tien-do", "/khoa-hoc/khoa", "/api/v1/courses.json"):
        answer = framed.test_client().get(other)
        assert directives(answer)["frame-ancestors"] == "'none'"
        assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", WINDOWS)
def test_without_a_portal_nobody_may_frame_it(app, counted, path):
    answer = app.test_client().get(path)
    assert directives(answer)["frame-ancestors"] == "'none'" and answer.headers["X-Frame-Options"] == "DENY"


def test_a_portal_of_one_ward_frames_the_windows_of_that_ward_alone(app, counted, monkeypatch):
    monkeypatch.setitem(app.config, "PORTALS", {"LV": ("https://lv.test",), "": (PORTAL,)})
    here = app.test_client().get("/nhung/tien-do")
    there = app.test_client().get("/nhung/tien-do", base_url="http://ben-canh.test")
    assert directives(here)["frame-ancestors"] == PORTAL
    assert directives(there)["frame-ancestors"] == f"{PORTAL} https://lv.test"


@pytest.mark.parametrize("asked", ["", "?khoa=khoa", "?khoa=khong-co"])
def test_the_window_of_the_board_shows_the_numbers_of_the_board(framed, counted, asked):
    page = Browser(framed).open(f"/nhung/tien-do{asked}")
    assert (
        page.says("làm tròn, chốt thứ Hai; chỉ cộng các tổ đủ số để hiện")
        and page.says("Tổ dân phố số 5")
        and page.says("Các tổ khác")
    )
    figures = page.html.split("<dl")[1].split("</dl>")[0]
    assert all(f"<dd>{count}</dd>" in figures for count in (35, 25, 15))


def test_a_course_that_is_gone_says_so_within_the_frame(framed, counted):
    for path in ("/nhung/khoa-hoc/khong-co", "/nhung/khoa-hoc/khoa/khong-co"):
        page = Browser(framed).open(path, expect=404)
        assert page.says("ngừng dùng") and directives(page.response)["frame-ancestors"] == PORTAL
        assert page.response.headers["Cache-Control"] == "no-store"


def test_an_empty_ward_has_windows_that_say_so(framed):
    assert Browser(framed).open("/nhung/khoa-hoc").says("Phường chưa có khóa học nào")
    assert Browser(framed).open("/nhung/tien-do").says("Số liệu đến")


def test_a_course_that_the_ward_has_not_approved_says_so(framed, counted):
    with transaction():
        db.session.get(Course, counted["course"]).shipped = True
    for path in WINDOWS[1:]:
        assert Browser(framed).open(path).says("Bản của dự án, phường chưa duyệt")


def test_an_invented_ward_says_that_it_is_one(framed, counted, monkeypatch):
    monkeypatch.setitem(framed.config, "DEMO", True)
    assert "Bản chạy thử" in Browser(framed).open("/nhung/tien-do").html
    assert framed.test_client().get("/api/v1/progress.json").get_json()["demo"] is True


def test_a_copy_from_before_the_portal_was_told_does_not_hold_any_more(app, counted, monkeypatch):
    before = app.test_client().get("/nhung/tien-do")
    monkeypatch.setitem(app.config, "PORTALS", {"": (PORTAL,)})
    after = app.test_client().get("/nhung/tien-do", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200 and directives(after)["frame-ancestors"] == PORTAL
