"""Whom it is worth looking in on: who asked, is stuck, has stopped; and nobody else, of no other group."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from elearn.desk.queries import find_my_group
from elearn.desk.rules import Asked, Stopped, Stuck, worth_a_visit
from elearn.desk.visit_queries import visits_of
from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.learning.actions import keep_results, merge_people
from elearn.learning.helping import ask_for_help
from elearn.learning.models import Attempt
from elearn.people.consents import KEEP_RESULTS, SEEN_BY_HELPER
from tests.builders import attempt, make_course, nameless
from tests.ward import group


def seen(code="DG05", name="Bà Mận"):
    """Make somebody of the group whom its helper may see by name."""
    made = nameless()
    keep_results(
        made, keeping="name", group_id=group(code).id, name=name, consents=[KEEP_RESULTS, SEEN_BY_HELPER]
    )
    return made


def back(person_id, days):
    """Let everything somebody did have been so many days ago."""
    with transaction():
        db.session.execute(
            update(Attempt).where(Attempt.person_id == person_id).values(sent_at=now() - timedelta(days=days))
        )


@pytest.fixture
def course(app):
    return make_course("quet-ma")


@pytest.fixture
def visits(app, viewer):
    return lambda name="hoa", code="DG05": visits_of(viewer(name), find_my_group(viewer(name), code), now())


def said(found):
    return [(one.name, one.why) for one in found]


def test_four_tries_at_a_lesson_are_many_and_three_are_not(course, visits):
    man, na = seen(name="Bà Mận"), seen(name="Bà Na")
    for who, times in ((man, 4), (na, 3)):
        for _ in range(times):
            attempt(who, course["revisions"][0], right=0)
    assert said(visits()) == [("Bà Mận", ["Làm bài “Bài 1” 4 lần chưa qua."])]


def test_who_got_through_in_the_end_is_not_stuck(course, visits):
    man = seen()
    for _ in range(5):
        attempt(man, course["revisions"][0], right=0)
    attempt(man, course["revisions"][0], right=5)
    assert visits() == []


@pytest.mark.parametrize(("days", "found"), [(13, 0), (15, 1)])
def test_who_has_tried_nothing_for_14_days_with_a_course_begun_has_stopped(course, visits, days, found):
    man = seen()
    attempt(man, course["revisions"][0])
    back(man, days)
    last = now() - timedelta(days=days)
    assert len(visits()) == found
    assert not found or (visits()[0].why[0].startswith("Học dở khóa “quet-ma”, dừng từ ") and last)


def test_who_has_finished_the_course_or_learns_another_has_not_stopped(course, visits):
    man, na = seen(name="Bà Mận"), seen(name="Bà Na")
    for revision in course["revisions"]:
        attempt(man, revision)
    attempt(na, course["revisions"][0])
    back(man, 30)
    back(na, 30)
    attempt(na, make_course("mua-hang")["revisions"][0])
    assert visits() == []


def test_tries_under_a_row_that_was_merged_count_for_the_person(course, visits):
    man, twin = seen(name="Bà Mận"), seen(name="Bà Mạn")
    for who in (man, man, twin, twin):
        attempt(who, course["revisions"][0], right=0)
    assert visits() == []
    merge_people(twin, man, actor=None)
    assert said(visits()) == [("Bà Mận", ["Làm bài “Bài 1” 4 lần chưa qua."])]


def test_the_neighbours_and_who_hides_are_not_listed_but_who_asks_is(course, visits, person):
    """bà Lan hides her name from the helper; by asking she shows it, for that."""
    other, hidden = seen("DG07", "Ông Bảy"), nameless()
    keep_results(hidden, keeping="name", group_id=group("DG05").id, name="Bà Ẩn", consents=[KEEP_RESULTS])
    for who in (other, hidden):
        for _ in range(4):
            attempt(who, course["revisions"][0], right=0)
    assert visits() == []
    ask_for_help(hidden, about="phone", lesson_id=course["lessons"][0])
    [one] = visits()
    assert one.name == "Bà Ẩn" and one.request_id
    assert one.why[0].endswith(": chưa quen dùng điện thoại, khi học bài “Bài 1”.") and len(one.why) == 1
    assert len(visits("quan")) == 1, "who looks after the ward sees the list of each group"


def test_who_asked_comes_first_by_name_then_who_is_stuck_then_who_stopped():
    day = datetime(2026, 11, 1).date()
    found = worth_a_visit(
        [Asked(1, 9, None, "", None, day), Asked(2, 8, "Na", "", None, day + timedelta(days=3))],
        [Stuck(7, "Mận", "Bài 1", 4), Stuck(6, "Đào", "Bài 2", 9), Stuck(8, "Na", "Bài 1", 5)],
        [Stopped(5, "Lê", "Khóa", day), Stopped(6, "Đào", "Khóa", day)],
    )
    assert [one.person_id for one in found] == [8, 9, 6, 7, 5]
    assert found[0].why == ["Nhờ giúp ngày 04/11/2026.", "Làm bài “Bài 1” 5 lần chưa qua."]


people = st.integers(1, 6)
days = st.dates(datetime(2026, 1, 1).date(), datetime(2026, 12, 1).date())
asked = st.builds(Asked, st.integers(), people, st.none() | st.just("A"), st.just(""), st.none(), days)
stuck = st.builds(Stuck, people, st.just("A"), st.just("Bài"), st.integers(4, 20))
stopped = st.builds(Stopped, people, st.just("A"), st.just("Khóa"), days)


@given(st.lists(asked, max_size=6), st.lists(stuck, max_size=6), st.lists(stopped, max_size=6))
def test_everybody_stands_there_once_with_every_reason(some, stuck_ones, stopped_ones):
    found = worth_a_visit(some, stuck_ones, stopped_ones)
    everybody = {one.person_id for one in (*some, *stuck_ones, *stopped_ones)}
    assert sorted(one.person_id for one in found) == sorted(everybody)
    assert sum(len(one.why) for one in found) == len(some) + len(stuck_ones) + len(stopped_ones)
