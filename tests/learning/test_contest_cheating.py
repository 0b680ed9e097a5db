"""One counted go a person, whatever a cheat tries: other phones, other rows, erasing and coming again."""

import pytest
from sqlalchemy import func, select

from elearn.kit.db import db, transaction
from elearn.kit.refused import Refused
from elearn.learning.actions import claim_results, erase, keep_results, merge_people
from elearn.learning.contest_models import ContestEntry
from elearn.learning.contest_queries import counted_of, entry_of, find_contest
from elearn.learning.contests import begin_entry, hand_in, keep_answers
from elearn.people.models import Grant
from tests import ward
from tests.builders import kept, make_contest, make_course, nameless
from tests.learning.test_contests import answers_of, take_part
from tests.ward import group

SLUG = "cong-dan-so"


@pytest.fixture
def card(app):
    courses = [make_course(slug, lessons=2)["course"] for slug in ("mot", "hai")]
    make_contest(SLUG, courses, questions=6)
    return find_contest(1, SLUG)


def group_only(code="DG05"):
    person = nameless()
    keep_results(person, keeping="group", group_id=group(code).id, consents=["keep_results"])
    return person


def test_helped_half_way_is_helped(card):
    person = kept()
    entry = begin_entry(person, card, how="alone")
    keep_answers(person, card, answers_of(entry, 6), how="assisted", assisted_by_id=ward.person("hoa").id)
    hand_in(person, card, answers_of(entry, 6), how="alone")
    (one,) = counted_of(card.id)
    assert one.helped


def test_erased_and_come_again_one_has_one_counted_go(card):
    person = kept()
    take_part(person, card, right=1)
    erase(person)
    again = kept()
    take_part(again, card, right=6)
    assert [one.right for one in counted_of(card.id)] == [6]


def test_erased_half_way_nothing_of_it_is_left(card):
    person = kept()
    begin_entry(person, card, how="alone")
    erase(person)
    assert db.session.scalar(select(func.count()).select_from(ContestEntry)) == 0


def give_role(person, role):
    with transaction():
        db.session.add(Grant(person_id=person, role=role, ward_id=1))


@pytest.mark.parametrize("role", ["author", "editor", "administrator"])
def test_who_knows_the_answers_does_not_bring_an_entry_in_by_a_device(card, role):
    device, author = group_only(), kept()
    give_role(author, role)
    take_part(device, card, right=6)
    claim_results(device, author)
    assert counted_of(card.id) == [] and entry_of(author, card.id) is None


def test_what_somebody_did_before_they_got_to_know_the_answers_counts(card):
    person = kept()
    take_part(person, card, right=2)
    give_role(person, "author")
    claim_results(nameless(), person)
    assert [one.right for one in counted_of(card.id)] == [2]


def test_who_gets_to_know_the_answers_half_way_does_not_hand_in(card):
    person = kept()
    entry = begin_entry(person, card, how="alone")
    give_role(person, "author")
    with pytest.raises(Refused, match="không dự thi"):
        hand_in(person, card, answers_of(entry, 6), how="alone")
    assert counted_of(card.id) == []


def test_two_rows_of_one_person_with_a_role_in_the_other(card):
    person, twin = kept(), kept(name="Bà Mận Hai")
    give_role(person, "author")
    merge_people(twin, person, actor=None)
    with pytest.raises(Refused):
        begin_entry(twin, card, how="alone")
