"""What a reader meets: the text of a lesson, the page of a course, the number from the loudspeaker."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import brotli
import pytest
from sqlalchemy import update

from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.library.actions import approve_course, retire_lesson
from elearn.library.models import (
    EVERYWHERE,
    Course,
    CourseImage,
    FactRow,
    Lesson,
    Revision,
    RevisionPage,
)
from elearn.library.queries import find_course, published_courses
from elearn.people.models import Ward
from elearn.people.session import forget_wards
from tests.library.document.made import LESSONS

LESSON = "/khoa-hoc/thanh-toan-so/quet-ma-qr"
SHOPPING = "/khoa-hoc/thuong-mai-dien-tu"
BROTLI = {"Accept-Encoding": "br"}


def lesson_paths():
    return [
        f"/khoa-hoc/{card.slug}/{line.slug}"
        for card in published_courses(1)
        for line in find_course(card.slug, 1).lessons
    ]


# -- the text of a lesson ------------------------------------------------------------------------


def test_every_shipped_lesson_opens_and_is_light(shelf, browser):
    paths = lesson_paths()
    assert len(paths) == len(LESSONS)
    for path in paths:
        page = browser.open(path)
        assert len(gzip.compress(page.html.encode(), 6)) <= 14_000, path
        assert f"{path}/cau-hoi" in page.html, path


def test_a_lesson_tells_its_name_to_those_who_share_it(shelf, browser):
    page = browser.open(LESSON)
    shown = {attrs.get("property"): attrs.get("content") for attrs in page.every("meta")}
    assert shown["og:title"] == page.text["h1"] == "Quét mã QR trả tiền ở chợ"
    assert shown["og:description"].startswith("Quét, kiểm tra tên")
    assert page.says("Bản của dự án, phường chưa duyệt") and page.says("Bài 3 trên 8")


def test_every_visitor_gets_the_same_bytes_and_no_cookie(shelf, browser):
    first = browser.client.get(LESSON)
    browser.client.get("/khoa-hoc/thanh-toan-so/quet-ma-qr/cau-hoi")  # now there is a token against forgery
    second = browser.client.get(LESSON)
    assert first.data == second.data and first.headers["ETag"] == second.headers["ETag"]
    assert "Set-Cookie" not in first.headers and "Set-Cookie" not in second.headers
    assert first.headers["Cache-Control"] == "public, max-age=60" and "Cookie" in first.headers["Vary"]


@pytest.mark.parametrize("headers", [{}, BROTLI])
def test_who_has_the_page_already_gets_304(shelf, browser, headers):
    tag = browser.client.get(LESSON, headers=headers).headers["ETag"]
    again = browser.client.get(LESSON, headers=headers | {"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag and "max-age" in again.headers["Cache-Control"]
    browser.client.get("/hien-thi?nen=dark")
    assert browser.client.get(LESSON, headers=headers | {"If-None-Match": tag}).status_code == 200


def test_the_validator_knows_the_ward_the_host_and_the_whole_address(shelf, browser):
    tags = {
        browser.client.get(path, base_url=host).headers["ETag"]
        for path in (LESSON, f"{LESSON}?x=1")
        for host in ("http://localhost", "http://hoc.test")
    }
    with transaction():
        db.session.execute(update(Ward).values(office_phone="0225 111 1111"))
    forget_wards()
    assert len(tags | {browser.client.get(LESSON).headers["ETag"]}) == 5


def test_the_day_on_which_a_fact_lapses_changes_the_validator(shelf, browser, monkeypatch):
    with transaction():
        values = {"html": "<p>Cũ</p>", "good_until": today() + timedelta(days=1)}
        db.session.execute(update(RevisionPage).values(**values))
    tag = browser.client.get(LESSON).headers["ETag"]
    monkeypatch.setattr("elearn.learning.views.today", lambda: today() + timedelta(days=1))
    assert browser.client.get(LESSON, headers={"If-None-Match": tag}).status_code == 200


def test_another_text_has_another_validator(shelf, browser):
    tag = browser.client.get(LESSON).headers["ETag"]
    with transaction():
        db.session.execute(update(RevisionPage).values(html="<p>Khác.</p>"))
    again = browser.client.get(LESSON, headers={"If-None-Match": tag})
    assert again.status_code == 200 and "Khác." in again.text


def test_a_visitor_costs_one_statement(shelf, browser, statements):
    browser.open(LESSON)
    statements.clear()
    browser.open(LESSON)
    assert len(statements) == 1


def test_a_signed_in_resident_costs_two_statements(shelf, browser, statements):
    browser.come_as("lan").open(LESSON)
    statements.clear()
    page = browser.open(LESSON)
    assert len(statements) == 2 and "Nguyễn Thị Lan" in page.html
    assert page.response.headers["Cache-Control"] == "no-store" and "ETag" not in page.response.headers


def test_the_first_visit_is_four_requests_and_thirty_kilobytes(shelf, browser):
    """Everything that the page loads, compressed as it is sent; the lesson's own pictures aside."""
    first = browser.open(LESSON)
    assert all(one["src"].startswith("/khoa-hoc/thanh-toan-so/images/") for one in first.every("img"))
    own = re.sub(r'<link rel="alternate"[^>]*>', "", first.html)  # for other sites; no phone fetches it
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', own)
    loaded = [attrs["href"] for attrs in first.every("link") if "alternate" not in attrs["rel"]] + [
        attrs["src"] for attrs in first.every("script")
    ]
    files = [Path(shelf.root_path, address.partition("?")[0].lstrip("/")) for address in loaded]
    page = len(browser.client.get(LESSON, headers=BROTLI).data)
    whole = page + sum(len(brotli.compress(file.read_bytes(), quality=5)) for file in files)
    assert len(files) <= 3 and page <= 14_000 and whole <= 30_000


def test_a_notice_is_shown_once_and_kept_by_nobody(shelf, browser):
    with browser.client.session_transaction() as kept:
        kept["_flashes"] = [("message", "Đã lưu rồi.")]
    shown = browser.open(LESSON)
    assert shown.says("Đã lưu rồi.") and shown.response.headers["Cache-Control"] == "no-store"
    assert browser.client.get(LESSON).headers["Cache-Control"] == "public, max-age=60"


def test_a_lesson_of_another_ward_is_not_found(shelf, browser):
    with transaction():
        db.session.execute(update(Course).where(Course.slug == "thanh-toan-so").values(ward_id=2))
    for path in (LESSON, f"{LESSON}/cau-hoi", "/khoa-hoc/thanh-toan-so", "/b/1303"):
        browser.open(path, expect=404)
    there = browser.client.get(LESSON, base_url="http://ben-canh.test")
    assert there.status_code == 200 and "phường Bên Cạnh" in there.text


def test_a_lesson_whose_questions_wait_can_be_read(shelf, browser):
    with transaction():
        db.session.execute(update(RevisionPage).values(held=RevisionPage.quiz, quiz=[], good_until=None))
        db.session.execute(update(RevisionPage).values(held=[]))
    page = browser.open(LESSON)
    assert "/cau-hoi" not in page.html and page.says("Đã đọc, sang bài sau")


def test_a_lapsed_fact_is_not_printed(shelf, browser):
    with transaction():
        db.session.execute(update(RevisionPage).values(html="<p>Giá trị cũ</p>", good_until=today()))
    assert not browser.open(LESSON).says("Giá trị cũ")


def test_who_has_read_the_lesson_is_said(shelf, browser):
    with transaction():
        db.session.execute(update(Revision).values(author_id=1, alone_because="Chưa có người thứ hai"))
    page = browser.open(LESSON)
    assert page.says("chưa có người đọc thứ hai") and not page.says("Bản của dự án")
    with transaction():
        db.session.execute(update(Revision).values(reviewer_id=2, outside_reviewer="Công an phường"))
    page = browser.open(LESSON)
    assert page.says("đã có hai người đọc") and page.says("Người duyệt nội dung: Công an phường")


def test_a_retired_lesson_is_not_found(shelf, browser, person):
    lesson = db.session.query(Lesson).filter_by(slug="quet-ma-qr").one()
    retire_lesson(lesson.id, "Nội dung đã cũ rồi", person("duc").id)
    browser.open(LESSON, expect=404)
    browser.open("/khoa-hoc/thanh-toan-so/khong-co", expect=404)


# -- what the loudspeaker reads out --------------------------------------------------------------


def test_the_text_for_the_loudspeaker_is_shown_as_it_is_said(shelf, browser):
    pages = {card.code: browser.open(f"/khoa-hoc/{card.slug}") for card in published_courses(1)}
    assert len(pages) == 9
    for code, page in pages.items():
        assert "{F-" not in page.html and page.says("Lời đọc trên loa của tổ dân phố"), code
    assert pages["K1"].says("mã ô tê pê") and not pages["K1"].says("mã OTP")
    assert pages["K2"].says(
        "gọi tổng đài người tiêu dùng một tám không không, sáu tám ba tám, không mất tiền"
    )


def test_a_fact_that_lapses_or_is_the_wards_own_changes_the_text_and_its_validator(
    shelf, browser, monkeypatch
):
    before = browser.client.get(SHOPPING)
    values = {"value": "1900 0368", "ward_id": 1, "source": "x"}
    with transaction():
        shared = db.session.get(FactRow, ("F-NTD", EVERYWHERE))
        columns = {one.name: getattr(shared, one.name) for one in FactRow.__table__.columns}
        db.session.add(FactRow(**columns | values))
    own = browser.client.get(SHOPPING, headers={"If-None-Match": before.headers["ETag"]})
    assert "một chín không không, không ba sáu tám" in own.text
    monkeypatch.setattr("elearn.learning.views.today", lambda: today() + timedelta(days=5_000))
    lapsed = browser.client.get(SHOPPING, headers={"If-None-Match": own.headers["ETag"]})
    assert "gọi tổng đài người tiêu dùng của Bộ Công Thương, không mất tiền" in lapsed.text


def test_facts_are_asked_for_only_where_the_loudspeaker_says_one(shelf, browser, statements):
    for address, asked in (("/khoa-hoc/thanh-toan-so", 1), (SHOPPING, 2)):
        browser.open(address)
        statements.clear()
        browser.open(address)
        assert len(statements) == asked


# -- the number from the loudspeaker, and pictures -----------------------------------------------


def test_a_number_leads_to_its_lesson_or_course(shelf, browser):
    assert browser.open("/b/1303", expect=302).headers["Location"] == LESSON
    assert browser.open("/b/1300", expect=302).headers["Location"] == "/khoa-hoc/thanh-toan-so"
    typed = browser.open("/b?so=%201303 ", expect=302)
    assert typed.headers["Location"] == "/b/1303"


@pytest.mark.parametrize(
    "path", ["/b/9999", "/b/1303x", "/b/%D9%A1%D9%A3%D9%A0%D9%A3", "/b/%00", "/b/" + "9" * 900]
)
def test_a_wrong_number_gets_a_page_that_helps(shelf, browser, path):
    page = browser.open(path, expect=404)
    assert page.says("Chưa có khóa hay bài nào mang số ấy") and page.says("Nhập số nghe từ loa")


def test_a_picture_has_its_type_and_is_kept(shelf, browser):
    course = db.session.query(Lesson).filter_by(slug="quet-ma-qr").one().course_id
    with transaction():
        db.session.add(CourseImage(course_id=course, name="qr.svg", data=b"<svg/>"))
    path = "/khoa-hoc/thanh-toan-so/images/qr.svg"
    sent = browser.client.get(path)
    assert (sent.mimetype, sent.data) == ("image/svg+xml", b"<svg/>")
    assert sent.headers["Cache-Control"].startswith("public") and "nosniff" in str(sent.headers)
    assert "sandbox" in sent.headers["Content-Security-Policy"], "opened by itself it runs nothing"
    assert browser.client.get(path, headers={"If-None-Match": sent.headers["ETag"]}).status_code == 304
    browser.open("/khoa-hoc/thanh-toan-so/images/khac.svg", expect=404)


# -- the page of a course ------------------------------------------------------------------------


def test_a_course_shows_its_lessons_and_where_to_begin(shelf, browser):
    page = browser.open("/khoa-hoc/thanh-toan-so")
    assert page.says("Học xong, bác quét QR trả tiền được") and page.says("8 bài")
    assert page.says("Bắt đầu, bài 1: Tiền trong điện thoại") and page.says("Kính thưa bà con")
    assert page.says("Bản của dự án, phường chưa duyệt") and not page.says("Đã xong")
    browser.open("/khoa-hoc/khong-co", expect=404)


def test_every_course_opens(shelf, browser):
    for card in published_courses(1):
        browser.open(f"/khoa-hoc/{card.slug}")


def test_an_approved_course_says_nothing_of_the_project(shelf, browser, person):
    approve_course(find_course("thanh-toan-so", 1).id, person("duc").id)
    assert not browser.open("/khoa-hoc/thanh-toan-so").says("Bản của dự án")
    page = browser.open(LESSON)
    assert page.says("Bản của dự án, phường đã duyệt") and not page.says("chưa duyệt")
