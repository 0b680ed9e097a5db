"""Where a visit helps most: what weighs more is never lower, equal ones stay, nothing is made up."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.movement.rules import ASKED, BUSY, Place, saturday_after, weight_of, where_to_go


def place(code="DG05", adults=400, people=100, lessons=5, waiting=0, **more):
    return Place(code, code, "", adults, people, lessons, waiting, **more)


numbers = st.integers(0, 2000)
places = st.builds(
    place, code=st.text("ABC0", min_size=1, max_size=3), adults=st.none() | numbers, people=numbers,
    lessons=st.integers(0, 60), waiting=st.integers(0, 9), doubtful=st.booleans(),
)  # fmt: skip
known = st.builds(
    place, adults=numbers, people=numbers, lessons=st.integers(0, 60), waiting=st.integers(0, 9)
)


def position(one, among):
    return where_to_go([*among, one]).weighed.index(one)


@given(st.lists(known, max_size=8), known, st.integers(1, 500))
def test_more_adults_not_reached_never_lower_a_group(others, one, more):
    assert weight_of(one._replace(adults=one.adults + more)) >= weight_of(one)
    assert weight_of(one._replace(people=one.people + more)) <= weight_of(one)
    one = one._replace(code="it")
    assert position(one._replace(adults=one.adults + more), others) <= position(one, others)


@given(known, st.integers(1, 60))
def test_more_lessons_of_late_never_raise_a_group_and_more_requests_never_lower_it(one, more):
    assert weight_of(one._replace(lessons=one.lessons + more)) <= weight_of(one)
    assert weight_of(one._replace(waiting=one.waiting + more)) > weight_of(one)


@given(st.lists(places, max_size=12))
def test_every_group_stands_there_once_and_nothing_is_made_up_for_those_without_a_number(some):
    found = where_to_go(some)
    assert sorted(map(str, [*found.weighed, *found.unknown])) == sorted(map(str, some))
    assert all(one.adults is not None and not one.doubtful for one in found.weighed)
    assert all(weight_of(one) == 0 for one in found.unknown)
    weights = [weight_of(one) for one in found.weighed]
    assert weights == sorted(weights, reverse=True)


@given(st.lists(st.sampled_from(["A", "B", "C", "D", "E"]), unique=True))
def test_equal_groups_stay_in_the_order_in_which_they_came(codes):
    assert [one.code for one in where_to_go([place(code) for code in codes]).weighed] == codes
    unknown = [place(code, adults=None) for code in codes]
    assert [one.code for one in where_to_go(unknown).unknown] == codes


def test_a_request_weighs_as_much_as_twenty_adults_and_quiet_half_as_much_again():
    busy = place(people=0, adults=100, lessons=BUSY)
    assert weight_of(busy) == 100
    assert weight_of(busy._replace(lessons=0)) == 150
    assert weight_of(busy._replace(waiting=2)) == 100 + 2 * ASKED


def test_groups_that_cannot_be_weighed_come_by_who_asks_and_how_quiet_it_is():
    unknown = [
        place("a", adults=None, lessons=9), place("b", adults=None, lessons=1),
        place("c", adults=50, people=60, doubtful=True, waiting=1),
    ]  # fmt: skip
    assert [one.code for one in where_to_go(unknown).unknown] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (
            place(waiting=2),
            "300 trên 400 người lớn chưa ghi tên học; 4 tuần qua xong 5 bài; 2 người đang nhờ giúp.",
        ),
        (
            place(adults=1250, people=0, lessons=0),
            "Chưa ai trong 1.250 người lớn ghi tên học.",
        ),
        (place(adults=100, people=100), "Cả 100 người lớn đã ghi tên hoặc ghi tổ; 4 tuần qua xong 5 bài."),
        (place(adults=None), "100 người học, chưa có số người lớn; 4 tuần qua xong 5 bài."),
        (
            place(adults=50, doubtful=True),
            "100 người học, số người lớn cần xem lại; 4 tuần qua xong 5 bài.",
        ),
    ],
)
def test_a_sentence_says_why_with_its_figures(one, says):
    assert one.why == says


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_the_saturday_that_comes_is_within_the_week(day):
    found = saturday_after(day)
    assert found.weekday() == 5 and timedelta(0) <= found - day < timedelta(7)
