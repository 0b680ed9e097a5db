"""The youth union's week on one sheet, and the picture that may be sent to anyone."""

import struct
from datetime import timedelta

import pytest

from elearn.kit.clock import today
from elearn.learning.recount import recount
from elearn.progress.rules import PublicRow, monday_of
from elearn.report import weekly_desk
from elearn.report.weekly import as_png, week_of, words_of_picture
from tests.builders import attempt, kept, make_course

PAGE = "/bao-cao/tuan"


@pytest.fixture(autouse=True)
def _counted(app):
    recount(repair=True)  # the cast is registered without credits


def size_of(png):
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", png[16:24])


def test_the_week_stands_beside_the_one_before(browser, on_day):
    course = make_course()
    on_day(8)
    attempt(kept("DG07"), course["revisions"][0])
    on_day(0)
    for revision in course["revisions"]:
        attempt(kept("DG05", f"Bà {revision}"), revision)
    page = browser.come_as("minh").open(PAGE)
    assert page.says("Bài học làm xong 2 1 +1") or "<td>2</td><td>1</td><td>+1</td>" in page.html
    assert page.html.index("Tổ dân phố số 5") < page.html.index("Tổ dân phố số 7"), "most lessons first"
    assert "<td>0</td><td>1</td><td>−1</td>" in page.html
    former = browser.open(f"{PAGE}?den={today() - timedelta(days=7)}")
    assert "<td>1</td><td>0</td><td>+1</td>" in former.html


def test_the_two_weeks_touch_and_are_seven_days_long():
    this, before = week_of(today())
    assert (this.until - this.since).days == (before.until - before.since).days == 6
    assert (this.since - before.until).days == 1


def test_a_ward_of_many_groups_still_fits_on_one_sheet(browser, monkeypatch):
    monkeypatch.setattr(weekly_desk, "GROUPS_ON_A_PAGE", 1)
    assert "2 tổ khác" in browser.come_as("minh").open(PAGE).html


def test_the_picture_is_as_large_as_zalo_shows_it_and_tells_what_the_public_may_read(browser, monkeypatch):
    said = []
    monkeypatch.setattr(weekly_desk, "as_png", lambda words: said.append(words) or as_png(words))
    for number in range(3):
        attempt(kept("DG05", f"Bà {number}"), make_course(f"k{number}")["revisions"][0])
    answer = browser.come_as("minh").open(f"{PAGE}.png")
    assert answer.mimetype == "image/png" and size_of(answer.get_data()) == (1200, 630)
    (words,) = said
    assert (words.learners, words.finished, words.more_learners) == ("…", "…", ""), "too few to be told"
    assert words.until == f"{monday_of(today()) - timedelta(days=1):%d/%m/%Y}"


def test_the_picture_says_how_many_more_there_are():
    now, former = PublicRow("", "", "", 1235, None, 40), PublicRow("", "", "", 1200, None, 45)
    words = words_of_picture("phường Gia Viên", today(), now, former, "hoc.vn", is_trial=True)
    assert (words.learners, words.more_learners) == ("1.235", "thêm 35 so với tuần trước")
    assert words.more_finished == "", "fewer is not told on a picture that cheers"
    assert "bịa" in words.note
    assert as_png(words) == as_png(words)


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}.png"])
def test_only_who_sees_the_counts_of_this_ward(browser, path):
    for name in ("lan", "hoa"):
        browser.come_as(name).open(path, expect=403)
    browser.come_as("xa").open(path, expect=404)
    browser.come_as("duc").open(path)
