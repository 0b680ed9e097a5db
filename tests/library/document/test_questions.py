"""What is asked never tells what is right; the key does (T-quiz)."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from elearn.learning.rules import is_right
from elearn.library.document.model import Choice, Kind, Pair, Question
from elearn.library.document.questions import answer_key, as_asked
from elearn.library.document.read import read
from tests.library.document.made import LESSONS, QUESTIONS

ONE = Question(
    "a",
    Kind.ONE,
    "Gì?",
    (Choice("Một", False, "Chưa"), Choice("Hai", True), Choice("Ba", False)),
    explanation="Vì.",
)


def ids(asked, field="choices"):
    return [one["id"] for one in asked.get(field, ())]


@given(QUESTIONS, st.randoms())
def test_what_is_asked_is_the_same_whatever_is_right(questions, chance):
    """Nothing of the key, not even an order, can be seen in the question."""
    for question in questions:
        pairs = list(question.pairs)
        rights = [pair.right for pair in pairs]
        chance.shuffle(rights)
        other = replace(
            question,
            choices=tuple(Choice(one.text, not one.right, "khác") for one in question.choices),
            steps=tuple(chance.sample(question.steps, len(question.steps))),
            pairs=tuple(Pair(pair.left, right) for pair, right in zip(pairs, rights, strict=True)),
            accepted=("khác",) if question.accepted else (),
            explanation="Lời khác.",
            facts=question.rests_on,
        )
        same = replace(question, facts=other.rests_on)
        if set(same.rests_on) == set(other.rests_on):
            one, two = as_asked(same, {}), as_asked(other, {})
            one.pop("facts"), two.pop("facts")
            assert one == two


@given(QUESTIONS)
def test_the_right_answer_is_right_and_no_other(questions):
    for question in questions:
        key = answer_key(question, {})
        assert json.loads(json.dumps([as_asked(question, {}), key])) == [as_asked(question, {}), key]
        if question.kind is Kind.TYPE:
            assert all(is_right("type", key["right"], [text]) for text in question.accepted)
        elif key["right"]:
            assert is_right(key["kind"], key["right"], key["right"])
            assert not is_right(key["kind"], key["right"], [])


def test_a_question_carries_no_word_of_its_explanation():
    asked = json.dumps(as_asked(ONE, {}), ensure_ascii=False)
    assert "Vì" not in asked and "Chưa" not in asked and "right" not in asked
    key = answer_key(ONE, {})
    assert key["explanation"] == "Vì." and key["spoken"] == "Hai"
    assert key["right"] == [ids(as_asked(ONE, {}))[1]]
    assert key["notes"] == {ids(as_asked(ONE, {}))[0]: "Chưa"}


def test_an_id_stays_when_other_choices_change_and_differs_in_another_question():
    before, after = (
        as_asked(ONE, {}),
        as_asked(replace(ONE, choices=(*ONE.choices[::-1], Choice("Bốn", False))), {}),
    )
    assert set(ids(before)) < set(ids(after))
    assert not set(ids(before)) & set(ids(as_asked(replace(ONE, key="b"), {})))


def test_the_marker_of_several_is_shown_and_facts_are_filled_in():
    several = replace(ONE, kind=Kind.SEVERAL, prompt="Số {F-A}?", explanation="Gọi {F-A}.")
    prompt = as_asked(several, {"F-A": "113"})["prompt"]
    assert Markup(prompt).striptags() == "Số 113? (chọn nhiều)"
    assert answer_key(several, {"F-A": "113"})["explanation"] == "Gọi 113."
    assert as_asked(several, {})["facts"] == ["F-A"]


def test_each_kind_says_its_answer_as_a_person_would_read_it():
    order = Question("a", Kind.ORDER, "Xếp", steps=("Mở", "Quét"))
    match = Question("a", Kind.MATCH, "Nối", pairs=(Pair("OTP", "mã"), Pair("QR", "ô")))
    typed = Question("a", Kind.TYPE, "Gõ", accepted=("<35.000>", "35"))
    assert answer_key(order, {})["spoken"] == "<ol><li>Mở</li><li>Quét</li></ol>"
    assert answer_key(match, {})["spoken"] == "<ul><li>OTP → mã</li><li>QR → ô</li></ul>"
    assert answer_key(typed, {})["spoken"] == "&lt;35.000&gt;"
    assert as_asked(typed, {})["choices"] == []
    assert sorted(ids(as_asked(match, {}), "left")) == ids(as_asked(match, {}), "left")


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "**đậm**", "[x](javascript:alert(1))", "a & b"]
)
def test_hostile_words_are_only_words(text):
    asked = as_asked(replace(ONE, prompt=text, choices=(Choice(text, True), Choice("b", False))), {})
    key = answer_key(replace(ONE, explanation=text, choices=(Choice(text, True, text),)), {})
    for html in (
        asked["prompt"],
        asked["choices"][0]["html"],
        key["explanation"],
        key["spoken"],
        *key["notes"].values(),
    ):
        assert "<script" not in html and "javascript" not in html.replace("(javascript:alert(1))", "")


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name)
def test_every_shipped_question_can_be_answered_rightly_and_wrongly(path):
    for question in read(path.read_text()).questions:
        asked, key = as_asked(question, {}), answer_key(question, {})
        assert key["right"] and key["explanation"]
        offered = [one for field in ("choices", "left", "right") for one in ids(asked, field)]
        assert len(set(offered)) == len(offered)
        if question.kind in (Kind.ONE, Kind.SEVERAL):
            assert len(offered) in (3, 4)
        if question.kind is Kind.ONE:
            assert [is_right("one", key["right"], [one]) for one in offered].count(True) == 1
