"""A lesson in parts to be heard: nothing of it is left out or said twice, and the same words share a key."""

import re
from collections import Counter
from contextlib import contextmanager
from html import unescape

import pytest
from hypothesis import given, settings

from elearn.kit.markup import TooHeavy
from elearn.library.document import parts
from elearn.library.document.model import HELPER_TITLE
from elearn.library.document.parts import (
    KEY,
    part_of,
    part_of_line,
    part_on,
    parts_of_questions,
    parts_on,
    with_parts,
)
from elearn.library.document.questions import as_asked
from elearn.library.document.read import read
from elearn.library.document.render import render_page
from tests.library.document.made import DOCUMENTS, LESSONS
from tests.sizes import size

BLOCK = re.compile(r"</?(?:section|h2|p|ul|ol|li|blockquote|hr|br)\b[^>]*>")


def said(html):
    return [part.said for part in with_parts(html)[1]]


def words(text):
    return Counter(re.findall(r"\w+", text.replace("_", " ")))


def read_by_eye(document):
    """Every word that stands on the page outside the helper's card, without asking parts.py."""
    open_ones = tuple(one for one in document.sections if one.title != HELPER_TITLE)
    html = render_page(type(document)(**vars(document) | {"sections": open_ones}), {})
    return words(unescape(re.sub(r"<[^>]*>", "", BLOCK.sub(" ", html))))


@contextmanager
def as_written():
    """Say every word as it is written, so that words can be counted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "spoken", lambda text: text)
        part_of.cache_clear()
        yield
    part_of.cache_clear()


@given(DOCUMENTS)
@settings(max_examples=size(150, 2_000))
def test_nothing_of_the_reading_is_left_out_or_said_twice(document):
    try:
        html = render_page(document, {})
    except TooHeavy:
        return
    with as_written():
        assert sum((words(one) for one in said(html)), Counter()) == read_by_eye(document)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_nothing_of_a_shipped_lesson_is_left_out(path):
    document = read(path.read_text())
    with as_written():
        assert sum((words(one) for one in said(render_page(document, {}))), Counter()) == read_by_eye(
            document
        )


def test_each_block_carries_the_key_of_what_is_said():
    marked, found = with_parts("<section>\n<h2>A</h2>\n<p>b <strong>c</strong>\n d</p>\n<p>…</p>\n</section>")
    assert [part.said for part in found] == ["A", "b c d"]
    assert re.findall(r'<(\w+) data-part="([^"]+)"', marked) == [("h2", found[0].key), ("p", found[1].key)]
    assert all(KEY.fullmatch(part.key) for part in found)
    assert re.sub(r' data-part="\w+"', "", marked).count("data") == 0


def test_a_list_in_a_list_and_a_loose_list_are_said_item_by_item():
    assert said("<ul>\n<li>a<ul>\n<li>b</li>\n</ul>\n</li>\n<li>\n<p>c</p>\n<p>d</p></li>\n</ul>") == [
        *"abcd"
    ]


def test_what_is_folded_up_and_what_stands_for_a_picture_is_not_said():
    hidden = '<details class="section the-nguoi-huong-dan">\n<summary>T</summary>\n<p>x</p>\n</details>'
    meaning = 'mã <a href="#tu-1">OTP</a><span class="meaning" id="tu-1"> (mã dùng một lần)</span> này'
    assert said(f'<p>{meaning}<img src="images/a.svg" alt="một bàn tay"></p>{hidden}<p>y</p>') == [
        "mã ô tê pê này", "y",
    ]  # fmt: skip


def test_a_new_line_is_a_pause():
    assert said("<p>Số 12<br>\nphố Hàng.<br>Xong</p>") == ["Số mười hai, phố Hàng. Xong"]


def test_the_key_comes_from_what_is_said_alone():
    assert part_of("12.000đ") == part_of(" 12.000  đồng") == part_of("mười hai nghìn đồng")
    assert part_of("mười ba nghìn đồng") != part_of("mười hai nghìn đồng")
    assert part_of(" … ") is None
    assert part_of_line("a &amp; <b>b</b>") == part_of("a & b")


def test_an_edit_of_one_sentence_loses_one_key():
    before, after = (with_parts(f"<p>một</p><p>{two}</p><p>ba</p>")[1] for two in ("hai", "hai nhé"))
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True]


@given(DOCUMENTS)
@settings(max_examples=size(100, 1_000))
def test_every_question_is_said_and_then_what_is_offered_but_not_what_is_right(document):
    with as_written():
        for question in document.questions:
            _all_is_said(question)


def _all_is_said(question):
    asked = as_asked(question, {})
    lines = [asked["prompt"], *(one["html"] for one in asked.get("left", []))]
    lines += [one["html"] for name in ("right", "choices") for one in asked.get(name, [])]
    plain = [words(unescape(re.sub(r"<[^>]*>", "", line))) for line in lines]
    assert [words(part.said) for part in parts_of_questions([asked])] == [one for one in plain if one]
    assert parts_on(lines) == [part.key for part in parts_of_questions([asked])]
    assert [one["part"] for one in asked.get("right", [])] == [
        part_on(one["html"]) for one in asked.get("right", [])
    ]
