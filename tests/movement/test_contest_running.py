"""Running a contest: made once, changed by the rules people read, sealed once, named only who agrees."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.kit.refused import Refused
from elearn.learning import own
from elearn.learning.actions import erase, keep_results, merge_people, unmerge
from elearn.learning.contest_models import Contest, ContestEntry, SealedContest
from elearn.learning.contest_queries import find_contest_by_id, key_of, place_in, sealed_figures
from elearn.learning.contests import begin_entry, hand_in
from elearn.learning.groups import merge_groups
from elearn.movement.contest_running import change_contest, drop_contest, make_contest, seal_contest
from elearn.movement.result_queries import find_sealed, lines_of, people_of, sealed_of
from elearn.movement.result_rules import Terms, differences
from elearn.people.consents import NAMED_IN_CONTEST
from elearn.privacy.guardians import Guardian
from tests import builders
from tests.builders import days_of, kept, make_course, nameless
from tests.ward import group, viewer


@pytest.fixture
def course(app):
    return make_course()["course"]


def terms(course, begins=1, ends=5, **more):
    day = today()
    return Terms(
        "Công dân số", 5, day + timedelta(days=begins), day + timedelta(days=ends), (course,)
    )._replace(**more)


@pytest.fixture
def contest(course):
    """A contest that runs."""
    return builders.make_contest("thi", [course])


def enter(contest, person, right, seconds, how="alone"):
    card = find_contest_by_id(1, contest)
    entry = begin_entry(person, card, how=how)
    right_ones = key_of(entry.asked, 1, today())
    answers = {
        key: right_ones[key]["right"] if place < right else ["w"] for place, key in enumerate(entry.asked)
    }
    entry = hand_in(person, card, answers, how=how)
    with transaction():
        db.session.execute(update(ContestEntry).where(ContestEntry.id == entry.id).values(seconds=seconds))
    return entry.id


def sealed(contest):
    """Let the contest be over and sealed; return its card and the copy."""
    days_of(contest, -9, -2)
    number = seal_contest(viewer("quan"), 1, contest)
    return find_contest_by_id(1, contest), find_sealed(contest, number)


def acts():
    rows = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.object_kind == "contest").order_by(AuditEntry.id)
    )
    return list(rows)


# -- setting it up -------------------------------------------------------------------------------


def test_it_is_made_once_with_an_address_of_its_own(course):
    first = make_contest(viewer("duc"), 1, terms(course))
    assert make_contest(viewer("duc"), 1, terms(course)) == first
    other = make_contest(viewer("duc"), 1, terms(course, ends=6))
    slugs = list(db.session.scalars(select(Contest.slug).order_by(Contest.id)))
    assert other != first and slugs == ["cong-dan-so", "cong-dan-so-2"]
    assert acts() == ["make contest"] * 2


@pytest.mark.parametrize("name", ["hoa", "minh", "thu", "xa", "lan"])
def test_only_who_runs_contests_of_the_ward_makes_changes_drops_or_seals_one(course, name):
    contest = make_contest(viewer("duc"), 1, terms(course))
    who = viewer(name)
    assert make_contest(who, 1, terms(course, name="Khác")) is None
    assert not change_contest(who, 1, contest, terms(course, name="Khác"))
    assert not drop_contest(who, 1, contest)
    days_of(contest, -9, -2)
    assert seal_contest(who, 1, contest) is None


def test_before_it_begins_everything_can_be_changed_and_it_can_be_dropped(course):
    contest = make_contest(viewer("duc"), 1, terms(course))
    assert change_contest(
        viewer("quan"), 1, contest, terms(course, name="Mới", questions=7, groups=(group("DG05").id,))
    )
    card = find_contest_by_id(1, contest)
    assert (card.name, card.questions, card.group_ids) == ("Mới", 7, (group("DG05").id,))
    detail = db.session.scalar(select(AuditEntry.detail).where(AuditEntry.action == "change contest"))
    assert detail["fields"] == ["name", "questions", "groups"]
    assert drop_contest(viewer("quan"), 1, contest)
    assert find_contest_by_id(1, contest) is None
    assert not drop_contest(viewer("quan"), 1, contest)


def test_once_it_has_begun_only_its_name_and_end_change_and_it_stays(course, contest):
    card = find_contest_by_id(1, contest)
    now = Terms(card.name, card.questions, card.since, card.until, (course,))
    for other in (
        now._replace(questions=7),
        now._replace(since=card.since - timedelta(days=1)),
        now._replace(groups=(group("DG05").id,)),
        now._replace(until=today() - timedelta(days=1)),
    ):
        with pytest.raises(Refused):
            change_contest(viewer("quan"), 1, contest, other)
    longer = now._replace(name="Gia hạn", until=card.until + timedelta(days=3))
    assert change_contest(viewer("quan"), 1, contest, longer)
    enter(contest, kept("DG05", "Bà Mận"), 3, 60)
    with pytest.raises(Refused):
        drop_contest(viewer("quan"), 1, contest)


def test_made_by_mistake_it_can_be_dropped_on_its_first_day_while_nobody_has_begun(course, contest):
    card = find_contest_by_id(1, contest)
    assert drop_contest(viewer("quan"), 1, contest)
    assert find_contest_by_id(1, contest) is None
    with pytest.raises(Refused, match="vừa bỏ cuộc thi"):
        begin_entry(kept("DG05", "Bà Mận"), card, how="alone")


def test_a_contest_that_was_sealed_empty_stays(course, contest):
    days_of(contest, -9, -2)
    assert seal_contest(viewer("quan"), 1, contest)
    with pytest.raises(Refused):
        drop_contest(viewer("quan"), 1, contest)


def test_once_the_answers_are_shown_it_is_not_made_longer(course, contest):
    days_of(contest, -9, -2)
    card = find_contest_by_id(1, contest)
    longer = Terms(card.name, card.questions, card.since, today() + timedelta(days=2), (course,))
    with pytest.raises(Refused, match="không kéo dài được"):
        change_contest(viewer("quan"), 1, contest, longer)


# -- the results ---------------------------------------------------------------------------------


def test_groups_are_counted_with_helped_ones_apart(contest):
    for number in range(5):
        enter(contest, kept("DG05", f"Bà {number}"), 4, 60)
    enter(contest, kept("DG05", "Bà Giúp"), 1, 60, how="assisted")
    enter(contest, kept("DG07", "Ông Bảy"), 5, 60)
    lines = {one.code: one for one in lines_of(find_contest_by_id(1, contest), today())}
    assert (lines["DG05"].own, lines["DG05"].helped, lines["DG05"].average) == (5, 1, 3.5)
    assert (lines["DG05"].rank, lines["DG07"].rank, lines["LT03"].entrants) == (1, None, 0)
    assert lines["DG05"].share == round(6 / 420, 3)
    assert "GV-KR" not in lines


def test_it_is_sealed_only_once_nothing_more_can_come(contest):
    days_of(contest, -9, 0)
    with pytest.raises(Refused, match="Còn nhận bài đến 01:00"):
        seal_contest(viewer("quan"), 1, contest)
    assert sealed_of(contest) == []


def test_sealed_twice_it_is_one_copy_and_names_are_not_in_it(contest):
    enter(contest, kept("DG05", "Bà Mận"), 4, 60)
    _, copy = sealed(contest)
    assert copy.fits and copy.number == 1
    assert seal_contest(viewer("duc"), 1, contest) == 1
    assert "Mận" not in db.session.get_one(SealedContest, (contest, 1)).figures
    assert copy.figures["own"][0][:3] == [1, 4, 60]
    assert acts() == ["seal contest"]


def test_a_seal_notices_that_somebody_changed_the_text(contest):
    enter(contest, kept("DG05", "Bà Mận"), 4, 60)
    sealed(contest)
    with transaction():
        row = db.session.get_one(SealedContest, (contest, 1))
        row.figures = row.figures.replace("[1,4,60", "[1,5,60")
    assert not find_sealed(contest, 1).fits


def test_only_who_agreed_is_named_and_only_while_they_agree(contest):
    an, binh = kept("DG05", "Bà An"), kept("DG07", "Ông Bình")
    first, second = enter(contest, an, 5, 60), enter(contest, binh, 4, 60)
    own.let_be_named(an, NAMED_IN_CONTEST)
    card, copy = sealed(contest)
    names = [line.name for line in people_of(card, copy)["own"]]
    assert names == ["Bà An", None]
    own.let_be_named(binh, NAMED_IN_CONTEST)
    assert [line.name for line in people_of(card, copy)["own"]] == ["Bà An", "Ông Bình"]
    own.be_named_no_longer(an, NAMED_IN_CONTEST)
    erase(binh)
    (line,) = people_of(card, copy)["own"]
    assert (line.name, line.first, line.last, line.people) == (None, 1, 2, 2)
    figures = sealed_figures(contest)
    assert (place_in(figures, first).rank, place_in(figures, second).among) == (1, 2)


def test_a_consent_for_campaigns_names_nobody_here(contest):
    an = kept("DG05", "Bà An")
    enter(contest, an, 5, 60)
    own.let_be_named(an)
    card, copy = sealed(contest)
    assert [line.name for line in people_of(card, copy)["own"]] == [None]


def test_a_minor_is_not_named_even_when_they_had_agreed(contest):
    em = kept("DG05", "Em Chi")
    enter(contest, em, 5, 60)
    own.let_be_named(em, NAMED_IN_CONTEST)
    own.put_under_guardian(em, Guardian("Trần Thị Mẹ", "parent", "spoken"), witness_id=None)
    card, copy = sealed(contest)
    assert [line.name for line in people_of(card, copy)["own"]] == [None]
    with pytest.raises(Refused):
        own.let_be_named(em, NAMED_IN_CONTEST)


def test_a_guardian_of_whichever_row_of_a_person_keeps_the_name_off(contest):
    em, row = kept("DG05", "Em Chi"), kept("DG05", "Em Chi")
    enter(contest, em, 5, 60)
    own.put_under_guardian(row, Guardian("Trần Thị Mẹ", "parent", "spoken"), witness_id=None)
    own.let_be_named(em, NAMED_IN_CONTEST)
    merge_people(row, em, actor=viewer("quan"))
    card, copy = sealed(contest)
    assert [line.name for line in people_of(card, copy)["own"]] == [None]


def test_who_keeps_the_group_alone_is_ranked_and_never_named(contest):
    person = nameless()
    keep_results(person, keeping="group", group_id=group("DG05").id, consents=["keep_results"])
    enter(contest, person, 5, 60)
    card, copy = sealed(contest)
    assert [(line.first, line.name) for line in people_of(card, copy)["own"]] == [(1, None)]


def test_somebody_merged_later_is_named_as_they_are_called_now(contest):
    one, two = kept("DG05", "Bà Mận"), kept("DG05", "Bà Mận Già")
    enter(contest, two, 3, 60)
    own.let_be_named(one, NAMED_IN_CONTEST)
    card, copy = sealed(contest)
    merge_people(two, one, actor=viewer("quan"))
    assert [line.name for line in people_of(card, copy)["own"]] == ["Bà Mận"]


def test_what_is_corrected_later_shows_and_a_merger_of_groups_is_no_correction(contest):
    one, two = kept("DG05", "Bà Mận"), kept("DG07", "Bà Mận")
    enter(contest, one, 5, 60)
    enter(contest, two, 4, 60)
    card, copy = sealed(contest)
    yesterday = today() - timedelta(days=1)
    merge_people(two, one, actor=viewer("quan"))
    changed = differences(copy.figures["groups"], lines_of(card, yesterday))
    assert [(one.group, one.then, one.now) for one in changed] == [
        ("Tổ dân phố số 7", 1, 0), ("Tổ dân phố số 7", 4, 0),
    ]  # fmt: skip
    unmerge(two, actor=viewer("quan"))
    assert differences(copy.figures["groups"], lines_of(card, yesterday)) == []
    merge_groups([group("DG07").id], group("DG05").id, actor=viewer("quan"))
    assert differences(copy.figures["groups"], lines_of(card, yesterday)) == []
    assert {line.code: line.entrants for line in lines_of(card, today())}["DG05"] == 2
