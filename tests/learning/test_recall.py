"""When a question comes back, and when it is mastered."""

from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from elearn.learning.recall import MOST_A_DAY, due_in_order, left_today, next_day, recalls

FIRST = date(2026, 11, 2)


class Went(NamedTuple):
    """One go at the questions of a lesson."""

    day: date
    right_keys: tuple[str, ...]
    asked: tuple[str, ...] = ("a",)
    lesson_id: int = 1


def after(*goes):
    """Return how question "a" stands after goes on these days: (day, right)."""
    return recalls([Went(on(day), ("a",) if right else ()) for day, right in goes]).get((1, "a"))


def on(day):
    return FIRST + timedelta(days=day)


def test_what_was_wrong_comes_back_after_two_seven_and_twenty_one_days():
    assert after((0, False)).due_on == on(2)
    assert after((0, False), (2, True)).due_on == on(9)
    assert after((0, False), (2, True), (9, True)).due_on == on(30)
    assert not after((0, False), (2, True), (9, True)).mastered
    assert after((0, False), (2, True), (9, True), (30, True)).mastered


def test_who_comes_late_is_asked_so_many_days_after_that():
    assert after((0, False), (40, True)).due_on == on(47)


def test_right_before_it_is_due_changes_nothing():
    assert after((0, False), (0, True), (1, True)) == after((0, False))
    assert after((0, False), (2, True), (2, True), (8, True)) == after((0, False), (2, True))


def test_wrong_begins_anew_also_after_it_was_mastered():
    assert after((0, False), (2, True), (9, False)).times_right == 0
    assert after((0, False), (2, True), (9, False)).due_on == on(11)
    assert not after((0, False), (2, True), (9, True), (30, True), (60, False)).mastered


def test_what_was_never_wrong_never_comes_back():
    assert after((0, True), (5, True)) is None


def test_what_was_wrong_the_last_time_is_asked_first_then_what_waits_longest():
    goes = [
        Went(on(0), (), ("a", "b")), Went(on(1), (), ("c",)), Went(on(3), ("a",), ("a",)),
        Went(on(4), (), ("d",), 2),
    ]  # fmt: skip
    states = recalls(goes)
    assert due_in_order(states, on(3)) == [(1, "b"), (1, "c")]
    assert due_in_order(states, on(10)) == [(1, "b"), (1, "c"), (2, "d"), (1, "a")]


def test_three_a_day_are_enough_whoever_asked_them():
    states = recalls([Went(on(0), (), ("a", "b", "c", "d")), Went(on(2), ("a", "b"), ("a", "b"))])
    assert left_today(states, on(2)) == 1 and left_today(states, on(3)) == MOST_A_DAY
    assert next_day(states, on(2)) == on(3) and next_day({}, on(2)) is None


LOGS = st.lists(
    st.tuples(
        st.integers(0, 30), st.sets(st.sampled_from("abc")), st.sets(st.sampled_from("abc"), min_size=1)
    ),
    max_size=12,
)


@given(LOGS)
def test_whatever_was_answered_a_question_is_mastered_by_three_right_answers_and_three_waits(log):
    day, goes = FIRST, []
    for days, right, asked in log:
        day += timedelta(days=days)
        goes.append(Went(day, tuple(right & asked), tuple(asked)))
    states = recalls(goes)
    for (_, key), state in states.items():
        of_it = [go for go in goes if key in go.asked]
        wrong = [place for place, go in enumerate(of_it) if key not in go.right_keys]
        since = of_it[wrong[-1] :]
        assert 0 <= state.times_right <= 3 and state.times_right < len(since)
        assert not state.mastered or since[-1].day - since[0].day >= timedelta(days=30)
        assert state.due_on > since[0].day
    assert 0 <= left_today(states, day) <= MOST_A_DAY
    never_wrong = {key for go in goes for key in go.asked} - {key for _, key in states}
    assert all(key in go.right_keys for go in goes for key in go.asked if key in never_wrong)
