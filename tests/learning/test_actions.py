"""An attempt is kept once, counts once, and follows its person."""

import pytest
from sqlalchemy import func, select

from elearn.kit.db import db
from elearn.learning.actions import (
    claim_results,
    erase,
    keep_results,
    merge_people,
    move_to_group,
    unmerge,
)
from elearn.learning.models import Attempt, Credit, LessonCompletion
from elearn.people.models import Consent, Person
from tests.builders import attempt, kept, make_course, nameless, standing, tallies
from tests.ward import group


def test_a_passed_attempt_completes_the_lesson_once(app):
    course = make_course()
    who = kept()
    first = attempt(who, course["revisions"][0], right=4)
    again = attempt(who, course["revisions"][0], right=5)
    assert (first.passed, first.lesson_completed, again.lesson_completed) == (True, True, False)
    assert tallies("DG05") == (1, 1, 1, 0)
    assert db.session.scalar(select(func.count()).select_from(LessonCompletion)) == 1


def test_sending_the_same_answers_twice_is_one_attempt(app):
    course, who = make_course(), kept()
    one = attempt(who, course["revisions"][0], attempt_id="x" * 32)
    two = attempt(who, course["revisions"][0], attempt_id="x" * 32)
    assert (two.attempt_id, two.passed, two.is_new) == (one.attempt_id, one.passed, False)
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 1


def test_other_answers_under_the_same_id_are_another_attempt(app):
    course, who = make_course(), kept()
    attempt(who, course["revisions"][0], attempt_id="x", right=1)
    other = attempt(who, course["revisions"][0], attempt_id="x", right=5)
    again = attempt(who, course["revisions"][0], attempt_id="x", right=5)
    assert other.is_new and other.passed and other.attempt_id == again.attempt_id != "x"
    assert not again.is_new
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 2


def test_right_answers_add_up_over_attempts(app):
    course, who = make_course(), kept()
    assert not attempt(who, course["revisions"][0], right=3).passed
    retry = attempt(who, course["revisions"][0], asked=("d", "e"), right=1)
    assert (retry.right, retry.asked, retry.passed) == (4, 5, True)


def test_the_last_lesson_completes_the_course_once(app):
    course, who = make_course(), kept()
    attempt(who, course["revisions"][0])
    assert attempt(who, course["revisions"][1]).course_completed
    assert not attempt(who, course["revisions"][1]).course_completed
    assert tallies("DG05") == (1, 1, 2, 1)
    assert standing("DG05") == (1, 1, 1) and standing("DG05", course["course"]) == (0, 1, 1)


def test_nobody_counts_before_keeping_and_all_counts_after(app):
    course, who = make_course(), nameless()
    attempt(who, course["revisions"][0])
    assert tallies("DG05") == (0, 0, 0, 0)
    for _ in range(2):
        keep_results(who, keeping="group", group_id=group("DG05").id, consents=["keep_results"])
    assert tallies("DG05") == (1, 1, 1, 0) and standing("DG05") == (1, 1, 0)
    assert db.session.scalar(select(func.count()).select_from(Consent)) == 1


def test_claimed_results_count_once(app):
    course, who, device = make_course(), kept(), nameless()
    attempt(who, course["revisions"][0], attempt_id="x")
    attempt(device, course["revisions"][0], attempt_id="x")
    attempt(device, course["revisions"][1])
    claim_results(device, who)
    claim_results(device, who)
    assert tallies("DG05") == (1, 1, 2, 1)
    assert db.session.get(Person, device).erased_at is not None


def test_moving_leaves_the_past_and_assigning_takes_it_along(app):
    course, who, lost = make_course(), kept("DG05"), kept("GV-KR")
    for one in (who, lost):
        attempt(one, course["revisions"][0])
        move_to_group(one, group("DG07").id)
    assert tallies("DG05") == (1, 1, 1, 0) and standing("DG05") == (0, 0, 0)
    assert tallies("GV-KR") == (0, 0, 0, 0)
    assert tallies("DG07") == (1, 1, 1, 0) and standing("DG07") == (2, 2, 0)


def test_who_moves_to_the_ward_next_door_belongs_to_it(app):
    course, who, beside = make_course(), kept("DG05"), group("BC01")
    attempt(who, course["revisions"][0])
    move_to_group(who, beside.id)
    person = db.session.get(Person, who)
    assert (person.ward_id, person.group_id) == (beside.ward_id, beside.id)
    assert tallies("DG05") == (1, 1, 1, 0) and standing("BC01") == (1, 1, 0)


def test_merging_counts_once_and_unmerging_gives_back(app, person):
    course, one, two = make_course(), kept("DG05"), kept("DG07")
    attempt(one, course["revisions"][0])
    attempt(two, course["revisions"][0])
    admin = person("quan").id
    merge_people(one, two, actor=admin)
    assert tallies("DG05") == (0, 0, 0, 0) and tallies("DG07") == (1, 1, 1, 0)
    attempt(one, course["revisions"][1])
    assert tallies("DG07") == (1, 1, 2, 1)
    unmerge(one, actor=admin)
    assert tallies("DG05") == (1, 1, 1, 0) and tallies("DG07") == (1, 1, 2, 1)
    assert standing("DG05") == (1, 1, 0) and standing("DG07") == (1, 1, 1)


def test_erasing_leaves_the_count_and_nobody(app):
    course, who = make_course(), kept()
    attempt(who, course["revisions"][0])
    erase(who)
    assert tallies("DG05") == (1, 1, 1, 0) and standing("DG05") == (0, 0, 0)
    row = db.session.get(Person, who)
    assert (row.display_name, row.phone, row.group_id, row.search) == (None, None, None, "")
    assert set(map(str, db.session.scalars(select(Attempt.answers)))) == {"{}"}


@pytest.mark.parametrize("right", [0, 3])
def test_a_failed_attempt_starts_the_course_and_completes_nothing(app, right):
    course, who = make_course(), kept()
    assert not attempt(who, course["revisions"][0], right=right).passed
    assert tallies("DG05") == (1, 1, 0, 0)
    assert db.session.scalar(select(func.sum(Credit.amount))) == 2
