"""A link to another site: the page in between says where it leads, and leads nowhere else (T-redirect)."""

from urllib.parse import quote

import pytest
from sqlalchemy import select, update

from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.library.actions import retire_lesson
from elearn.library.lesson_queries import find_lesson_page
from elearn.library.models import Course, Lesson, Revision, RevisionPage, RevisionSource
from elearn.library.publishing import publish
from elearn.library.ready_pages import refresh_pages
from elearn.library.revisions import new_draft, save_draft
from tests.kit.test_addresses import ELSEWHERE

COURSE, LESSON = "thanh-toan-so", "quet-ma-qr"
PLACE = f"/khoa-hoc/{COURSE}/{LESSON}"
GOOD = "https://dichvucong.haiphong.gov.vn/nop?a=1&b=2#c+d"
LINKS = f"[nộp hồ sơ]({GOOD}) [xem](http://xn--vietcombnk-6qi.com/) [gọi](tel:113)"


def way(address: str, place: str = f"{COURSE}/{LESSON}") -> str:
    return f"/roi-trang?bai={place}&toi={quote(address, safe='')}"


def with_links(text: str) -> str:
    return text.replace("## Nhớ nhé\n", f"## Nhớ nhé\n{LINKS}\n\n")


@pytest.fixture
def linked(shelf, person):
    """The lesson with links to other sites, published by an editor; returns its id."""
    lesson_id = db.session.scalar(select(Lesson.id).where(Lesson.slug == LESSON))
    _publish(lesson_id, person, with_links)
    db.session.remove()
    return lesson_id


def _write(lesson_id, person, change):
    draft = new_draft(lesson_id, person("thu").id)
    text = db.session.scalar(select(RevisionSource.text).where(RevisionSource.revision_id == draft.id))
    return save_draft(draft.id, change(text), draft.saves, person("thu").id)


def _publish(lesson_id, person, change):
    draft = _write(lesson_id, person, change)
    publish(draft.id, person("duc").id, draft.saves, warnings_read=True)


def test_the_lesson_leads_outwards_by_the_page_in_between_alone(linked, browser):
    page = browser.open(PLACE)
    outwards = [attrs for attrs in page.every("a") if attrs.get("rel") == "nofollow noopener"]
    assert [attrs["href"] for attrs in outwards] == [
        f"/roi-trang?bai={COURSE}/{LESSON}&toi=https://dichvucong.haiphong.gov.vn/nop%3Fa%3D1%26b%3D2%23c%2Bd",
        f"/roi-trang?bai={COURSE}/{LESSON}&toi=http://xn--vietcombnk-6qi.com/",
        "tel:113",
    ]
    assert page.says("(dichvucong.haiphong.gov.vn)")


def test_the_page_in_between_says_which_name_opens_and_leads_both_ways(linked, browser):
    href = next(a["href"] for a in browser.open(PLACE).every("a") if "roi-trang" in a.get("href", ""))
    page = browser.open(href)
    assert "dichvucong.<strong>haiphong.gov.vn</strong>" in page.html
    assert page.says("Trang đó không do phường Gia Viên quản lý") and page.says(
        ".gov.vn, như trang của cơ quan nhà nước"
    )
    (out,) = [a for a in page.every("a") if a.get("href", "").startswith("http")]
    assert out["href"] == GOOD and out["rel"] == "nofollow noopener noreferrer"
    assert any(a.get("href") == PLACE and "data-return" in a for a in page.every("a"))
    assert "Refresh" not in page.response.headers and "http-equiv" not in page.html, "nobody is sent on"


def test_strange_letters_and_an_open_line_are_warned_of(linked, browser):
    page = browser.open(way("http://xn--vietcombnk-6qi.com/"))
    assert page.says("Tên này có chữ lạ") and page.says("chưa mã hóa đường truyền")
    assert "<strong>xn--vietcombnk-6qi.com</strong>" in page.html, "as a browser connects to it"


@pytest.mark.parametrize(
    "target",
    [
        *(
            *ELSEWHERE,
            "https://evil.test/",
            GOOD + "/",
            GOOD.replace("https", "http"),
            GOOD.upper(),
            "tel:113",
        ),
        *(GOOD.replace("&", "&amp;"), "https://dichvucong.haiphong.gov.vn", PLACE, "/", "%", "\u202e"),
    ],
)
def test_an_address_that_is_not_in_the_lesson_opens_nothing(linked, browser, target):
    page = browser.open(way(target), expect=404)
    assert not [a for a in page.every("a") if not a["href"].startswith(("/", "#", "tel:"))]
    assert "evil" not in page.html.replace("toi=", "").split("<main")[1]


@pytest.mark.parametrize(
    "place",
    ["", "/", COURSE, f"{COURSE}/", f"{COURSE}/khong-co", f"khac/{LESSON}", f"{COURSE}/{LESSON}/x"],
)
def test_a_place_that_is_no_lesson_opens_nothing(linked, browser, place):
    assert browser.open(way(GOOD, place), expect=404).response.headers.get("Location") is None
    assert browser.open("/roi-trang", expect=404)
    assert browser.client.get(way(GOOD, "%00")).status_code in (400, 404)


def test_an_own_address_typed_as_a_link_opens_nothing_either(linked, browser, person):
    """Who writes the address of our own page into a text has put no link to that site there."""
    evil = way("https://evil.test")
    _publish(linked, person, lambda text: text.replace("## Nhớ nhé\n", f"## Nhớ nhé\n[x]({evil})\n\n"))
    assert evil.replace("&", "&amp;") in browser.open(PLACE).html
    browser.open(evil, expect=404)


def test_a_link_that_a_newer_text_dropped_is_gone_and_the_page_leads_to_the_lesson(linked, browser, person):
    _publish(linked, person, lambda text: text.replace(LINKS, "Hết."))
    page = browser.open(way(GOOD), expect=404)
    assert page.says("phường đã bỏ đường link ấy") and any(a.get("href") == PLACE for a in page.every("a"))


def test_a_retired_lesson_and_another_wards_lead_nowhere(linked, browser, person):
    course = db.session.scalar(select(Course).where(Course.slug == COURSE))
    with transaction():
        db.session.execute(update(Course).where(Course.id == course.id).values(ward_id=2))
    browser.open(way(GOOD), expect=404)
    with transaction():
        db.session.execute(update(Course).where(Course.id == course.id).values(ward_id=None))
    browser.open(way(GOOD))
    retire_lesson(linked, "Bài đã cũ, có bài mới.", person("duc").id)
    browser.open(way(GOOD), expect=404)


def test_a_draft_that_nobody_has_published_leads_nowhere(shelf, browser, person):
    _write(db.session.scalar(select(Lesson.id).where(Lesson.slug == LESSON)), person, with_links)
    browser.open(way(GOOD), expect=404)


def test_it_takes_one_statement_and_a_phone_may_keep_it(linked, browser, statements):
    browser.open(way(GOOD))
    statements.clear()
    page = browser.open(way(GOOD))
    assert len(statements) == 1, statements
    assert "public" in page.response.headers["Cache-Control"] and "Set-Cookie" not in page.response.headers
    again = browser.client.get(way(GOOD), headers={"If-None-Match": page.response.headers["ETag"]})
    assert again.status_code == 304


def test_what_an_older_program_made_is_made_anew_once(linked, browser):
    with transaction():
        db.session.execute(update(RevisionPage).values(renderer=0, links=[], html="cũ"))
    count = db.session.scalar(select(db.func.count(RevisionPage.revision_id.distinct())))
    assert refresh_pages(today()) == count and refresh_pages(today()) == 0
    page = find_lesson_page(COURSE, LESSON, 1)
    assert page is not None and "/roi-trang?" in page.html
    assert db.session.get(Revision, page.revision_id) is not None
    browser.open(way(GOOD))
