"""Marking and progress, on plain values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.learning.rules import Mark, is_right, mark, next_lesson, share, shuffled

IDS = st.lists(st.text("abcdef0123456789", min_size=1, max_size=4), min_size=1, max_size=6, unique=True)


@pytest.mark.parametrize(
    "typed",
    [
        "187.000",
        "187000 đồng",
        "187 nghìn",
        "187 000 VNĐ",
        "187k",
        "187.000đ",
        "0,187 triệu",
        " 187 NGAN dong ",
    ],
)
def test_an_amount_is_right_however_it_is_typed(typed):
    assert is_right("type", ["187.000 đồng"], [typed])


@pytest.mark.parametrize("typed", ["", " ", "18700", "187", "187 triệu", "1870000", "187 000 000", "một"])
def test_another_amount_is_wrong(typed):
    assert not is_right("type", ["187.000 đồng"], [typed])


def test_words_are_right_without_marks_and_capitals():
    assert is_right("type", ["Dịch vụ công"], ["dich  vu CONG."])
    assert not is_right("type", ["Dịch vụ công"], ["dịch vụ"])


@pytest.mark.parametrize(("asked", "needed"), [(1, 1), (2, 1), (3, 2), (4, 3), (5, 4), (6, 4), (10, 8)])
def test_how_many_must_be_right(asked, needed):
    assert Mark(needed, asked).passed() and not Mark(needed - 1, asked).passed()


def test_nothing_asked_is_not_passed():
    assert not Mark(0, 0).passed()


@given(IDS, st.sampled_from(["one", "several", "order", "match"]))
def test_only_the_whole_answer_is_right(ids, kind):
    assert is_right(kind, ids, ids)
    assert not is_right(kind, ids, []) and not is_right(kind, [*ids, "x"], ids)
    assert is_right("order", ids, ids[::-1]) == (len(ids) == 1)


@given(IDS, st.text(), st.text())
def test_shuffling_keeps_everything_and_repeats_itself(ids, seed, key):
    assert sorted(shuffled(ids, seed, key)) == sorted(ids)
    assert shuffled(ids[::-1], seed, key) == shuffled(ids, seed, key)


@given(st.lists(st.integers(1, 9)), st.sets(st.integers(1, 9)))
def test_progress_lies_between_nothing_and_all(outline, completed):
    assert 0 <= share(outline, completed) <= 1
    ahead = next_lesson(outline, completed)
    assert (ahead is None) == (set(outline) <= completed)
    assert ahead is None or (ahead in outline and ahead not in completed)


@given(st.lists(st.integers(1, 9)), st.sets(st.integers(1, 9)), st.sets(st.integers(1, 9)))
def test_what_is_skipped_is_suggested_only_when_nothing_else_is_left(outline, completed, skipped):
    ahead = next_lesson(outline, completed, skipped)
    assert (ahead is None) == (set(outline) <= completed)
    assert ahead not in skipped or set(outline) <= completed | skipped


@given(st.sets(st.sampled_from("abcdef")), st.sets(st.sampled_from("abcdefgh")))
def test_a_mark_never_passes_what_was_asked(questions, right):
    found = mark(questions, right)
    assert 0 <= found.right <= found.asked == len(questions)


@given(st.text(max_size=60))
def test_any_typed_text_is_marked(text):
    assert is_right("type", [text], [text]) in (True, False)
