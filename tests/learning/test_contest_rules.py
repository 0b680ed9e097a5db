"""The rules of a contest: its days, the draw, the order; on plain values."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.kit.clock import begins
from elearn.learning.contest_rules import (
    Handed,
    Result,
    counted_once,
    drawn,
    last_call,
    ranked,
    state_of,
    took,
)

SINCE, UNTIL = date(2026, 10, 8), date(2026, 10, 25)
RESULTS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 6)), max_size=30).map(
    lambda some: [Result(number, right, seconds) for number, (right, seconds) in enumerate(some)]
)
POOLS = st.dictionaries(st.integers(1, 5), st.integers(0, 12), max_size=5).map(
    lambda sizes: {course: [f"{course}:{one}" for one in range(size)] for course, size in sizes.items()}
)


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        (begins(SINCE) - timedelta(seconds=1), "before"),
        (begins(SINCE), "running"),
        (begins(UNTIL + timedelta(days=1)) - timedelta(seconds=1), "running"),
        (begins(UNTIL + timedelta(days=1)), "grace"),
        (last_call(UNTIL) - timedelta(seconds=1), "grace"),
        (last_call(UNTIL), "over"),
    ],
)
def test_a_contest_runs_whole_days_of_hai_phong_and_one_hour_more_to_hand_in(moment, state):
    assert state_of(SINCE, UNTIL, moment) == state


def test_the_last_call_is_an_hour_past_midnight_on_the_wall():
    assert last_call(UNTIL) == datetime(2026, 10, 25, 18, 0)


@given(POOLS, st.integers(1, 20), st.text(max_size=8))
def test_as_many_are_drawn_as_were_asked_for_or_there_are_and_none_twice(pool, count, seed):
    found = drawn(pool, count, seed)
    everything = [key for keys in pool.values() for key in keys]
    assert len(found) == min(count, len(everything)) == len(set(found))
    assert set(found) <= set(everything)
    assert found == drawn({course: keys[::-1] for course, keys in pool.items()}, count, seed)


@given(POOLS, st.integers(1, 20), st.text(max_size=8))
def test_no_course_gives_two_more_than_one_that_has_some_left(pool, count, seed):
    found = drawn(pool, count, seed)
    given_by = {course: sum(one in keys for one in found) for course, keys in pool.items()}
    left = [given_by[course] for course, keys in pool.items() if given_by[course] < len(keys)]
    assert not left or max(given_by.values()) <= min(left) + 1


def test_another_seed_asks_other_questions_in_another_order():
    pool = {1: [f"1:{one}" for one in range(30)]}
    assert len({tuple(drawn(pool, 10, str(seed))) for seed in range(50)}) == 50


@given(RESULTS, st.randoms())
def test_the_order_does_not_depend_on_how_the_results_come(results, chance):
    other = list(results)
    chance.shuffle(other)
    assert ranked(other) == ranked(results)


@given(RESULTS)
def test_who_stands_above_has_more_right_or_was_faster_and_equals_share(results):
    places = ranked(results)
    assert sorted(one.result for one in places) == sorted(results)
    for one in places:
        better = [
            two for two in results if (-two.right, two.seconds) < (-one.result.right, one.result.seconds)
        ]
        assert one.rank == len(better) + 1


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3)), max_size=12), st.randoms())
def test_of_two_entries_of_one_person_the_first_handed_in_counts(some, chance):
    start = datetime(2026, 10, 8)
    entries = [
        Handed(number, root, start + timedelta(minutes=minute)) for number, (root, minute) in enumerate(some)
    ]
    other = list(entries)
    chance.shuffle(other)
    counted = counted_once(entries)
    assert counted == counted_once(other)
    by_id = {one.entry_id: one for one in entries}
    assert sorted(by_id[one].root for one in counted) == sorted({root for root, _ in some})
    for one in counted:
        mine = [two for two in entries if two.root == by_id[one].root]
        assert by_id[one].handed_in_at == min(two.handed_in_at for two in mine)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 giây"),
        (59, "59 giây"),
        (60, "1 phút"),
        (1105, "18 phút 25 giây"),
        (7440, "2 giờ 4 phút"),
        (3605, "1 giờ"),
        (93_600, "1 ngày 2 giờ"),
        (-4, "0 giây"),
    ],
)
def test_how_long_it_took_reads_as_people_say_it(seconds, words):
    assert took(seconds) == words
