"""The text of a lesson as a page: its parts, its facts of today, and nothing that was not meant."""

import re
from datetime import date, timedelta

import pytest
from markupsafe import escape

from elearn.kit.markup import TooHeavy
from elearn.library.document.model import LessonDocument, Section
from elearn.library.document.read import read
from elearn.library.document.render import facts_in, render_page
from elearn.library.facts import Fact, read_facts
from elearn.library.leaving import way_out_of
from elearn.library.ready import make_ready, words_of
from tests.library.document.made import LESSONS, SHELF

TODAY = date(2026, 11, 24)
OUT = way_out_of("khoa", "bai")


def page(*sections, shown=None):
    whole = LessonDocument("A", "B", 3, "1234", "C", sections=tuple(Section(*one) for one in sections))
    return render_page(whole, shown or {})


def test_each_part_has_its_look_and_the_helpers_card_is_folded_away():
    html = page(("Mở bài", "a"), ("Các bước", "1. Mở\n2. Chạm"), ("Riêng", "b"), ("Thẻ người hướng dẫn", "c"))
    looks = re.findall(r'class="section ([a-z-]+)"', html)
    assert looks == ["mo-bai", "cac-buoc", "phan", "the-nguoi-huong-dan"]
    assert "<ol>\n<li>Mở</li>\n<li>Chạm</li>\n</ol>" in html
    assert "<details" in html and "<summary>Thẻ người hướng dẫn</summary>" in html
    assert html.count("<h2>") == 3


def test_a_fact_is_printed_and_its_words_are_text_not_markup():
    html = page(
        ("{F-A}", "Gọi {F-A}, **{F-A}**, [cổng](https://{F-B}) {F-C}"), shown={"F-A": "<b>&", "F-B": "x.vn"}
    )
    assert html.count("&lt;b&gt;&amp;") == 3
    assert 'href="https://x.vn"' in html and "{F-C}" in html
    assert "<b>" not in html


def test_a_fact_cannot_turn_a_link_into_something_else():
    html = page(("A", "[x](https://{F-A})"), shown={"F-A": 'x.vn" onclick="alert(1)'})
    assert not re.search(r"<[^>]*onclick", html)


def test_raw_html_is_shown_as_it_was_typed():
    html = page(("<b>A</b>", "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>"))
    assert not re.findall(r"<(script|img|b)\b", html)
    assert "&lt;script&gt;" in html


def test_a_link_outwards_shows_its_domain():
    html = page(("A", "[ngân hàng](https://lua-dao.example/dichvucong.gov.vn) [mình](/khoa-hoc/a/b)"))
    assert '<span class="domain">(lua-dao.example)</span>' in html
    assert html.count("domain") == 1


def test_the_facts_of_a_page_are_those_that_it_prints():
    whole = LessonDocument("A", "B", 3, "1234", "C", sections=(Section("{F-A}", "x {F-B} [F-C]"),))
    assert facts_in(whole) == {"F-A", "F-B"}


def test_too_many_parts_are_refused():
    with pytest.raises(TooHeavy):
        page(*[("A", "b")] * 41)


def fact(**more):
    values = {
        "value": "1900 1234",
        "status": "verified",
        "fallback": "hỏi phường",
        "checked_on": TODAY,
    } | more
    return Fact(id="F-SO", label="Số", source="TTXVN", review_months=6, **values)


def lesson(body="Gọi {F-SO}.", cited="[F-SO]"):
    return read(
        "---\ncode: A\ntitle: B\nminutes: 3\nshort: 1234\nobjective: C\n---\n"
        f"## Mở bài\n{body}\n\n## Câu hỏi\n\n"
        f"### Số nào? {{#so}}\n- [x] a\n- [ ] b\n> Vì thế. {cited}\n\n"
        "### Khác? {#khac}\n- [x] a\n- [ ] b\n> Vì.\n"
    )


@pytest.mark.parametrize(
    ("of", "shown"),
    [
        (fact(), True),
        (fact(checked_on=TODAY - timedelta(days=150)), True),
        (fact(checked_on=TODAY - timedelta(days=200)), False),
        (fact(status="one-source"), False),
        (fact(status="unverified"), False),
    ],
)
def test_what_nobody_vouches_for_gives_way_to_its_fallback_and_its_question_waits(of, shown):
    made = make_ready(lesson(), {"F-SO": of}, TODAY, "khoa", OUT)
    assert ("1900 1234" in made.html, "hỏi phường" in made.html) == (shown, not shown)
    assert made.held == ([] if shown else ["so"])
    assert [one["key"] for one in made.quiz] == ["so", "khac"]
    assert made.good_until == (of.review_by + timedelta(days=1) if shown else None)


def test_the_last_day_of_a_check_still_counts():
    checked = fact(checked_on=date(2026, 5, 24))
    assert checked.review_by == TODAY
    assert make_ready(lesson(), {"F-SO": checked}, TODAY, "khoa", OUT).held == []
    assert make_ready(lesson(), {"F-SO": checked}, TODAY + timedelta(days=1), "khoa", OUT).held == ["so"]


def test_a_question_on_an_unknown_fact_waits():
    assert make_ready(lesson(body="x", cited="[F-KHAC]"), {}, TODAY, "khoa", OUT).held == ["so"]


def test_each_link_outwards_of_text_and_questions_goes_by_the_page_that_says_where_it_leads():
    document = read(LINKED)
    made = make_ready(document, {}, TODAY, "khoa", OUT)
    everything = made.html + str(made.quiz) + str(made.key)
    assert 'href="http' not in everything
    for address in made.links:
        assert f'href="{escape(OUT + address)}" rel="nofollow noopener"' in everything
    assert made.links == [f"https://{one}.vn/x" for one in ("bai", "cau", "hai", "lo", "mot", "the", "vi")]
    for direct in ('href="tel:113"', 'href="mailto:a@b.vn"', 'href="/khoa-hoc/a/b"'):
        assert direct in everything


LINKED = """---
code: A-1
title: a
minutes: 4
short: "1234"
objective: a
---
## Các bước
[a](https://bai.vn/x) [gọi](tel:113) [thư](mailto:a@b.vn) [bài](/khoa-hoc/a/b)

## Thẻ người hướng dẫn
[a](https://the.vn/x)

## Câu hỏi

### [a](https://cau.vn/x)? {#a}
- [x] [a](https://mot.vn/x)
  > [a](https://lo.vn/x)
- [ ] [b](https://hai.vn/x)
> [a](https://vi.vn/x)
"""


def test_a_picture_of_the_course_is_found_from_any_page():
    made = make_ready(lesson(body="![rau](images/rau.svg)"), {}, TODAY, "khoa", OUT)
    assert 'src="/khoa-hoc/khoa/images/rau.svg"' in made.html and 'alt="rau"' in made.html


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name)
def test_every_shipped_lesson_can_be_laid_out_today_and_when_all_facts_have_lapsed(path):
    facts = {one.id: one for one in read_facts((SHELF / "facts.yaml").read_text())}
    document = read(path.read_text())
    for day in (TODAY, date(2099, 1, 1)):
        made = make_ready(document, facts, day, path.parent.name, OUT)
        assert not re.search(r"\{F-|\[F-|\*\*", made.html + str(made.quiz) + str(made.key))
        told = re.sub(
            r'<span class="meaning".*?</span>|<a class="gloss".*?>|</a>', "", made.html + str(made.practice)
        )
        for name, words in words_of(facts, day).items():
            if name in facts_in(document):
                assert words.replace("&", "&amp;") in told
