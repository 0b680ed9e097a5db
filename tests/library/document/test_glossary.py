"""A hard word tells its meaning where it is first used, once, and never where it would be in the way."""

import re

from hypothesis import given

from elearn.library.document.glossary import GLOSSARY, with_meanings
from elearn.library.document.read import read
from elearn.library.document.render import render_page
from tests.library.document.made import DOCUMENTS, LESSONS, SHELF


def meanings(html):
    return re.findall(r'<span class="meaning" id="tu-\d+"> \(([^<]*)\)</span>', html)


def test_the_first_use_of_a_word_opens_its_meaning_and_the_second_does_not():
    html = with_meanings("<p>Nhập mã OTP. Mã OTP chỉ dùng một lần.</p>")
    assert html.startswith('<p>Nhập <a class="gloss" href="#tu-1">mã OTP</a><span class="meaning" id="tu-1">')
    assert meanings(html) == [GLOSSARY["mã OTP"]]


def test_it_stays_out_of_links_headings_and_words_that_are_explained_already():
    for html in (
        '<a href="/x">ví điện tử</a>',
        "<h2>Ví điện tử</h2>",
        "<p>mã OTP (mã dùng một lần)</p>",
        "<p>mã QRS, đường linka</p>",
        '<img src="a.svg" alt="mã QR">',
    ):
        assert with_meanings(html) == html
    assert meanings(with_meanings("<h2>Mã QR</h2><p>Quét mã QR.</p>")) == [GLOSSARY["mã QR"]]


def test_the_longest_word_is_the_one_that_is_meant():
    assert meanings(with_meanings("<p>Giữ mã hồ sơ, rồi nộp hồ sơ.</p>")) == [
        GLOSSARY["mã hồ sơ"],
        GLOSSARY["hồ sơ"],
    ]


@given(DOCUMENTS)
def test_without_the_meanings_the_page_is_as_it_was(document):
    html = with_meanings(render_page(document, {}))
    plain = re.sub(r'<span class="meaning".*?</span>', "", html)
    assert re.sub(r'<a class="gloss" href="#tu-\d+">([^<]*)</a>', r"\1", plain) == render_page(document, {})
    assert len(set(re.findall(r'id="(tu-\d+)"', html))) == len(meanings(html))


def test_every_word_is_used_somewhere_on_the_shelf_and_said_in_few_words():
    shelf = "\n".join(path.read_text().lower() for path in [*LESSONS, SHELF / "facts.yaml"])
    assert [word for word in GLOSSARY if word.lower() not in shelf] == []
    assert [word for word, meaning in GLOSSARY.items() if len(meaning.split()) > 16] == []


def test_a_shipped_lesson_explains_its_words():
    lesson = next(path for path in LESSONS if path.stem == "3-quet-ma-qr")
    assert GLOSSARY["mã QR"] in meanings(with_meanings(render_page(read(lesson.read_text()), {})))
