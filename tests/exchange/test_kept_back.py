"""What leaves a ward is of whole weeks and of five or more, so that no two files tell of one person."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.exchange.kept_back import Rest, standings_told, whole_weeks

SUNDAY = date(2026, 11, 22)
PLACE = (SUNDAY, "khoa", "resident", "alone")


@pytest.mark.parametrize(
    ("since", "until", "today", "told"),
    [
        (None, None, date(2026, 11, 26), (None, SUNDAY)),
        (None, None, date(2026, 11, 23), (None, SUNDAY)),
        (None, None, SUNDAY, (None, date(2026, 11, 15))),
        (date(2026, 11, 2), date(2026, 11, 15), date(2026, 11, 26), (date(2026, 11, 2), date(2026, 11, 15))),
        (date(2026, 11, 3), date(2026, 11, 14), date(2026, 11, 26), (date(2026, 11, 9), date(2026, 11, 8))),
    ],
)
def test_only_weeks_that_lie_whole_in_the_days_and_are_over_are_told(since, until, today, told):
    assert whole_weeks(since, until, today) == told


def test_small_counts_go_to_the_rest_of_the_ward_and_smaller_ones_nowhere():
    rest = Rest()
    assert rest.keep(PLACE, [0, 4, 12]) == [0, 0, 12]
    assert rest.keep((SUNDAY, "khoa", "youth", "alone"), [1, 3, 0]) == [0, 0, 0]
    assert list(rest.rows()) == [((SUNDAY, "khoa", "unsaid", "alone"), [0, 7, 0])]


COUNTS = st.lists(st.integers(-8, 40), min_size=2, max_size=2)


@given(st.lists(st.tuples(st.sampled_from(["resident", "youth"]), COUNTS), max_size=12))
def test_nothing_below_five_is_ever_told_and_no_count_is_told_twice(cells):
    rest, told = Rest(), []
    for audience, counts in cells:
        told.append(rest.keep((SUNDAY, "khoa", audience, "alone"), counts))
    told += [counts for _, counts in rest.rows()]
    assert all(count == 0 or abs(count) >= 5 for counts in told for count in counts)
    for at in range(2):
        whole, shown = (sum(counts[at] for counts in some) for some in ([c for _, c in cells], told))
        assert abs(whole - shown) < 5 * len(cells) + 1
        small = sum(counts[at] for _, counts in cells if abs(counts[at]) < 5)
        assert whole - shown == (0 if small >= 5 else small)


def test_standings_are_told_in_steps_of_five_and_small_groups_together():
    groups = {
        "A": {"": [23, 12, 4], "khoa": [0, 12, 4]},
        "B": {"": [9, 9, 9], "khoa": [0, 9, 9]},
        "C": {"": [48, 10, 0]},
    }
    told = list(standings_told(groups, {"A": 400, "B": None, "C": 50}, "*"))
    assert told == [
        ("A", "", [20, 10, 0]), ("A", "khoa", [0, 10, 0]),
        ("*", "", [55, 15, 5]), ("*", "khoa", [0, 5, 5]),
    ]  # fmt: skip
    assert list(standings_told({"B": groups["B"]}, {}, "*")) == []
