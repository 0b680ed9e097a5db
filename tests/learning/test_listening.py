"""A lesson is heard: its page says which parts have a sound; the file comes whole or in pieces."""

import re

import pytest

from elearn.library.lesson_queries import find_lesson_page
from elearn.library.sounds import speech
from elearn.library.speaking import drop_recording, keep_recording
from tests.browser import Browser
from tests.learning.test_quiz import slip_on
from tests.life import COURSE, LESSON
from tests.voicefiles import ogg

HERE = f"/khoa-hoc/{COURSE}/{LESSON}"


@pytest.fixture
def parts(lively):
    """The parts of the lesson, the first three of them read by somebody."""
    page = find_lesson_page(COURSE, LESSON, 1)
    keys = [*page.parts_above, *re.findall(r' data-part="(\w+)"', page.html)]
    for key in keys[:3]:
        keep_recording(key, None, speech(ogg()), actor_id=1)
    return keys


def test_the_page_says_in_its_order_what_can_be_heard(lively, parts):
    html = Browser(lively).open(HERE).html
    bar = re.search(r'data-listen="([^"]*)"', html)[1].split()
    assert [one.partition(":")[0] for one in bar] == parts[:3]
    marked = re.findall(r' data-part="(\w+)"', html)
    assert marked == parts, "the title, what it is for, and every block carry their part"
    sources = re.findall(r'<audio controls preload="none"[^>]* src="([^"]+)"', html)
    assert [source.split("/")[-1].split(".")[0] for source in sources] == parts[:3]
    assert "<noscript><details" in html, "without script the files stand there one by one"


def test_where_nothing_can_be_heard_no_file_is_named(lively, parts):
    for part in parts[:3]:
        drop_recording(part, None, actor_id=1)
    html = Browser(lively).open(HERE).html
    assert 'data-listen=""' in html and "<audio" not in html


def test_a_file_is_kept_for_a_year_under_its_mark_and_comes_in_pieces(lively, parts):
    browser = Browser(lively)
    mark = speech(ogg()).mark
    whole = browser.open(f"/nghe/{parts[0]}.opus?v={mark}")
    assert whole.mimetype == "audio/ogg" and whole.get_data() == ogg()
    assert "immutable" in whole.headers["Cache-Control"]
    assert "sandbox" in whole.headers["Content-Security-Policy"]
    assert "immutable" not in browser.open(f"/nghe/{parts[0]}.opus?v=old").headers["Cache-Control"]
    piece = browser.client.get(f"/nghe/{parts[0]}.opus", headers={"Range": "bytes=10-19"})
    assert (piece.status_code, piece.get_data()) == (206, ogg()[10:20])
    again = browser.client.get(f"/nghe/{parts[0]}.opus", headers={"If-None-Match": whole.headers["ETag"]})
    assert again.status_code == 304
    for wrong in ("zzzzzzzz", "a", "a'b"):
        browser.open(f"/nghe/{wrong}.opus", expect=404)


def test_questions_and_choices_carry_their_parts_and_the_explanation_does_not(lively, parts):
    html = Browser(lively).open(f"{HERE}/cau-hoi").html
    marked = re.findall(r' data-part="(\w+)"', html)
    asked = html.count("<fieldset")
    assert len(marked) > 3 * asked and "data-listen" in html


def test_after_a_fault_and_on_a_second_go_the_bar_names_what_is_asked_in_its_order(lively, parts):
    browser = Browser(lively)
    page = browser.open(f"{HERE}/cau-hoi")
    for key in dict.fromkeys(re.findall(r' data-part="(\w+)"', page.html)):
        keep_recording(key, None, speech(ogg()), actor_id=1)
    first = browser.open(f"{HERE}/cau-hoi")
    again = browser.send(f"{HERE}/luot-lam", expect=422, phieu=slip_on(first)[0])
    for html in (first.html, again.html):
        bar = [one.partition(":")[0] for one in re.search(r'data-listen="([^"]*)"', html)[1].split()]
        asked = re.findall(r' data-part="(\w+)"', html)
        assert len(bar) > 10 and bar == list(dict.fromkeys(asked))
