"""Texts made to hold a parser for minutes: each is read, checked and laid out soon, or refused in a sentence.

No test here asserts a time: what was quadratic took minutes, and would be stopped by whoever waits for it.
"""

from datetime import date

import pytest

from elearn.kit.markup import TooHeavy
from elearn.library.document.check import check_text
from elearn.library.document.read import parse, with_keys
from elearn.library.document.render import MOST_ANSWERS, MOST_QUESTIONS, MOST_SECTIONS
from elearn.library.leaving import way_out_of
from elearn.library.ready import make_ready

OUT = way_out_of("khoa", "bai")
HEAD = "---\ncode: A-1\ntitle: a\nminutes: 4\nshort: 1234\nobjective: a\n---\n## Các bước\n"
TAIL = "\n## Câu hỏi\n### A? {#a}\n- [ ] a\n- [x] b\n> c\n"
ASK = "\n## Câu hỏi\n### a\n"
SHAPES = {
    "brackets": "[" * 59_000,
    "links that never end": "[a](" * 14_000,
    "capitals": "A" * 59_000,
    "full stops": "." * 59_000,
    "digits": "1" * 59_000,
    "quotations in quotations": "> " * 29_000,
    "lists in lists": "1. " * 19_000,
    "headings": "##a\n" * 14_000,
    "questions": "\n## Câu hỏi\n" + "### a\n" * 9_500,
    "choices": ASK + "- [ ] a\n" * 7_000,
    "answers": ASK + "= a\n" * 14_000,
    "steps": ASK + "1. a\n" * 11_000,
    "pairs": ASK + "- a=>b\n" * 8_000,
    "an arrow without a head": ASK + "- " + "=" * 58_000,
    "a box far away": ASK + "-" + " " * 57_000 + "[",
    "stars before a bracket": "\n## Câu hỏi\n### " + "*" * 58_000 + "(",
    "marks in marks": "\n## Câu hỏi\n### " + "(chọn nhiều " * 2_200 + ")" * 2_200,
    "a paragraph of stops": "\n\n".join(["." * 7_900] * 7),
    "a paragraph of capitals": "\n\n".join(["A" * 7_900] * 7),
}


@pytest.mark.faults
@pytest.mark.parametrize("shape", SHAPES)
def test_a_bomb_is_read_checked_and_laid_out_or_refused(shape):
    text = (HEAD + SHAPES[shape] + TAIL)[:60_000]
    with_keys(text)
    remarks = check_text(text, {})
    assert remarks
    try:
        make_ready(parse(text).document, {}, date(2026, 11, 26), "khoa", OUT)
    except TooHeavy as heavy:
        message, _, remedy = str(heavy).partition(". ")
        assert remedy, f"{message}: nothing to do about it"
        assert any(remark.severity == "error" for remark in remarks)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEAD + "## a\nb\n" * MOST_SECTIONS + TAIL, "Bài có hơn 40 phần."),
        (HEAD + "a" + TAIL + "### b?\n- [x] a\n- [ ] b\n> c\n" * MOST_QUESTIONS, "Bài có hơn 40 câu hỏi."),
        (
            HEAD + "a" + TAIL + "### b?\n- [x] a\n" + "- [ ] b\n" * MOST_ANSWERS,
            "Câu hỏi có hơn 20 phương án.",
        ),
    ],
)
def test_more_parts_than_a_lesson_has_are_an_error_at_the_first_one_too_many(text, sentence):
    found = [remark for remark in check_text(text, {}) if remark.message == sentence]
    assert [remark.severity for remark in found] == ["error"]
    assert text.split("\n")[found[0].line - 1].startswith("#")
    assert found[0].remedy


def test_many_like_questions_get_a_key_each():
    keys = [
        question.key for question in parse(HEAD + "a\n\n## Câu hỏi\n" + "### a?\n" * 30).document.questions
    ]
    assert keys == ["a", *(f"a-{number}" for number in range(2, 31))]


def test_the_header_cannot_smuggle_in_signs_that_no_text_may_hold():
    text = HEAD.replace("title: a", 'title: "a\\0b\\ud800c\\u200bd"') + "a" + TAIL
    assert parse(text).document.title == "abcd"


def test_pairs_are_read_with_every_arrow():
    lines = ["- a => b", "- a ==> b", "- a → b", "• a ->b", "- a =>  b => c"]
    document = parse(HEAD + "a\n" + ASK + "\n".join(lines) + "\n> c\n").document
    pairs = [(pair.left, pair.right) for pair in document.questions[0].pairs]
    assert pairs == [("a", "b"), ("a", "b"), ("a", "b"), ("a", "b"), ("a", "b => c")]
