"""Taking part in a contest: once, on one clock, whatever is tapped; and when people change."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select, update

from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.kit.refused import Refused
from elearn.learning import contests
from elearn.learning.actions import claim_results, erase, keep_results, merge_people, move_to_group, unmerge
from elearn.learning.contest_models import ContestEntry, SealedContest
from elearn.learning.contest_queries import counted_of, entry_of, find_contest, slip_of
from elearn.learning.contests import begin_entry, hand_in, keep_answers
from elearn.learning.copy_queries import facts_of
from elearn.learning.groups import merge_groups
from elearn.learning.own import go_on_without_name
from elearn.learning.retention import drop_due
from tests import ward
from tests.builders import days_of, kept, make_contest, make_course, nameless
from tests.ward import group

SLUG = "cong-dan-so"


@pytest.fixture
def card(app):
    courses = [make_course(slug, lessons=2)["course"] for slug in ("mot", "hai")]
    make_contest(SLUG, courses, questions=6)
    return find_contest(1, SLUG)


def answers_of(entry, right):
    """Answer so many of the entry's questions rightly, the others wrongly."""
    return {key: ["r"] if place < right else ["w"] for place, key in enumerate(entry.asked)}


def take_part(person_id, card, right=4, how="alone", seconds=0):
    entry = begin_entry(person_id, card, how=how)
    entry = hand_in(person_id, card, answers_of(entry, right), how=how)
    with transaction():
        db.session.execute(update(ContestEntry).where(ContestEntry.id == entry.id).values(seconds=seconds))
    return entry.id


def entries():
    return db.session.scalar(select(func.count()).select_from(ContestEntry))


def test_an_entry_is_marked_and_counts_for_the_group(card):
    person = kept("DG05")
    take_part(person, card, right=4, seconds=90)
    (one,) = counted_of(card.id)
    assert (one.root, one.group_id, one.right, one.seconds, one.helped) == (
        person, group("DG05").id, 4, 90, False
    )  # fmt: skip


def test_the_questions_come_evenly_from_the_courses(card):
    entry = begin_entry(kept(), card, how="alone")
    revisions = [int(key.partition(":")[0]) for key in entry.asked]
    assert len(entry.asked) == len(set(entry.asked)) == 6
    assert sum(one <= 2 for one in revisions) == 3  # the first course has the first two


def test_begun_twice_it_is_the_same_go_on_the_same_clock(card):
    person = kept()
    first = begin_entry(person, card, how="alone")
    was = (first.id, first.slip, list(first.asked), first.started_at)
    again = begin_entry(person, card, how="assisted")
    assert (again.id, again.slip, again.asked, again.started_at) == was
    assert list(slip_of(again).shown) == again.asked
    assert entries() == 1


def test_handed_in_twice_the_first_time_stays(card):
    person = kept()
    entry = begin_entry(person, card, how="alone")
    hand_in(person, card, answers_of(entry, 3), how="alone")
    hand_in(person, card, answers_of(entry, 6), how="alone")
    keep_answers(person, card, answers_of(entry, 6), how="alone")
    again = entry_of(person, card.id)
    assert again.right == 3 and again.answers == answers_of(entry, 3)


def test_what_is_kept_half_way_is_not_handed_in(card):
    person = kept()
    entry = begin_entry(person, card, how="alone")
    two = dict(list(answers_of(entry, 6).items())[:2])
    keep_answers(person, card, two | {"9:fremd": ["r"]}, how="alone")
    again = entry_of(person, card.id)
    assert len(again.answers) == 2 and again.handed_in_at is None
    assert counted_of(card.id) == []


def test_helped_at_the_start_or_at_the_end_is_helped(card):
    one, two = kept("DG05", "Bà Một"), kept("DG05", "Bà Hai")
    entry = begin_entry(one, card, how="assisted", assisted_by_id=ward.person("hoa").id)
    hand_in(one, card, answers_of(entry, 1), how="alone")
    entry = begin_entry(two, card, how="alone")
    hand_in(two, card, answers_of(entry, 1), how="meeting")
    assert [line.helped for line in counted_of(card.id)] == [True, True]


@pytest.mark.parametrize(("begins", "ends"), [(1, 2), (-5, -1)])
def test_nobody_begins_outside_the_days(card, begins, ends):
    days_of(card.id, begins, ends)
    with pytest.raises(Refused):
        begin_entry(kept(), find_contest(1, SLUG), how="alone")
    assert entries() == 0


def test_who_has_begun_may_hand_in_for_an_hour_after_the_end(card, monkeypatch):
    person = kept()
    entry = begin_entry(person, card, how="alone")
    end = contests.rules.ends_at(card.until)
    monkeypatch.setattr(contests, "now", lambda: end + timedelta(minutes=59))
    with pytest.raises(Refused):
        begin_entry(kept("DG05", "Bà Muộn"), card, how="alone")
    assert hand_in(person, card, answers_of(entry, 2), how="alone").right == 2


def test_after_that_hour_nothing_is_taken(card, monkeypatch):
    person = kept()
    entry = begin_entry(person, card, how="alone")
    monkeypatch.setattr(contests, "now", lambda: contests.rules.last_call(card.until))
    for late in (
        lambda: hand_in(person, card, answers_of(entry, 2), how="alone"),
        lambda: keep_answers(person, card, answers_of(entry, 2), how="alone"),
    ):
        with pytest.raises(Refused, match="hết giờ nộp lúc 01:00"):
            late()
    assert entry_of(person, card.id).answers == {}


def test_a_clock_that_was_put_back_takes_no_time(card, monkeypatch):
    person = kept()
    entry = begin_entry(person, card, how="alone")
    monkeypatch.setattr(contests, "now", lambda: now() - timedelta(minutes=5))
    assert hand_in(person, card, answers_of(entry, 2), how="alone").seconds == 0


def test_who_keeps_nothing_is_asked_to_keep_first(card):
    with pytest.raises(Refused, match="giữ kết quả trước"):
        begin_entry(nameless(), card, how="alone")


def test_who_keeps_the_group_alone_takes_part(card):
    person = nameless()
    keep_results(person, keeping="group", group_id=group("DG05").id, consents=["keep_results"])
    take_part(person, card)
    assert [one.group_id for one in counted_of(card.id)] == [group("DG05").id]


def test_who_waits_to_be_looked_at_takes_part_and_counts_afterwards(card):
    person = nameless()
    keep_results(person, keeping="group", group_id=group("DG05").id, consents=["keep_results"], waits=True)
    take_part(person, card)
    assert counted_of(card.id) == []
    with transaction():
        row = db.session.get_one(contests.Person, person)
        row.registered_at, row.waits_since = now(), None
    assert len(counted_of(card.id)) == 1


@pytest.mark.parametrize("name", ["thu", "duc"])
def test_who_can_read_the_answers_does_not_take_part(card, name):
    with pytest.raises(Refused, match="xem được đáp án"):
        begin_entry(ward.person(name).id, card, how="alone")


def test_only_people_of_the_chosen_groups_take_part(app):
    course = make_course()["course"]
    make_contest(SLUG, [course], groups=[group("DG05").id, group("LT03").id])
    card = find_contest(1, SLUG)
    take_part(kept("DG05"), card)
    with pytest.raises(Refused, match="những tổ mà phường đã chọn"):
        begin_entry(kept("DG07", "Ông Bảy"), card, how="alone")


def test_a_chosen_group_that_was_merged_goes_on_belonging_to_it(app):
    course = make_course()["course"]
    make_contest(SLUG, [course], groups=[group("LT03").id])
    merge_groups([group("LT03").id], group("DG07").id, actor=ward.viewer("quan"))
    take_part(kept("DG07", "Ông Bảy"), find_contest(1, SLUG))
    assert entries() == 1


def test_of_two_rows_of_one_person_the_first_handed_in_counts_and_unmerging_gives_both_back(card):
    one, two = kept("DG05", "Bà Mận"), kept("DG07", "Bà Mận")
    begin_entry(one, card, how="alone")
    take_part(two, card, right=2)
    hand_in(one, card, answers_of(entry_of(one, card.id), 6), how="alone")
    merge_people(two, one, actor=ward.viewer("quan"))
    assert [(line.root, line.right) for line in counted_of(card.id)] == [(one, 2)]
    assert entry_of(one, card.id).right == 2
    assert begin_entry(one, card, how="alone").right == 2
    unmerge(two, actor=ward.viewer("quan"))
    assert sorted(line.right for line in counted_of(card.id)) == [2, 6]


def test_an_unfinished_row_of_the_same_person_hides_no_finished_one(card):
    one, two = kept("DG05", "Bà Mận"), kept("DG05", "Bà Mận")
    begin_entry(one, card, how="alone")
    take_part(two, card, right=5)
    merge_people(one, two, actor=ward.viewer("quan"))
    assert entry_of(two, card.id).right == 5
    hand_in(two, card, {}, how="alone")
    assert [line.right for line in counted_of(card.id)] == [5]


@pytest.mark.parametrize("device_first", [True, False])
def test_claiming_a_device_keeps_the_entry_that_was_handed_in_first(card, device_first):
    person, device = kept("DG05"), nameless()
    keep_results(device, keeping="group", group_id=group("DG07").id, consents=["keep_results"])
    for one in (device, person) if device_first else (person, device):
        take_part(one, card, right=3 if one == device else 4)
    claim_results(device, person)
    assert entries() == 1
    assert [(one.root, one.right) for one in counted_of(card.id)] == [(person, 3 if device_first else 4)]


def test_a_device_gives_its_entry_to_an_account_that_has_none(card):
    person, device = kept("DG05"), nameless()
    keep_results(device, keeping="group", group_id=group("DG07").id, consents=["keep_results"])
    take_part(device, card)
    claim_results(device, person)
    assert [one.root for one in counted_of(card.id)] == [person]


def test_what_was_done_stays_with_the_old_group_but_leaves_an_unknown_one(card):
    moved, assigned = kept("DG05", "Bà Đi"), kept("GV-KR", "Bà Chưa Rõ")
    for one in (moved, assigned):
        take_part(one, card)
        move_to_group(one, group("DG07").id)
    found = {one.root: one.group_id for one in counted_of(card.id)}
    assert found == {moved: group("DG05").id, assigned: group("DG07").id}


def test_erased_after_the_seal_it_counts_under_nobody_and_the_answers_are_gone(card):
    person = kept("DG05")
    take_part(person, card, right=4)
    with transaction():
        db.session.add(
            SealedContest(contest_id=card.id, number=1, figures="{}", seal="", sealed_by_id=person)
        )
    erase(person)
    (one,) = counted_of(card.id)
    assert (one.right, one.group_id) == (4, group("DG05").id)
    entry = db.session.get_one(ContestEntry, one.entry_id)
    assert (entry.answers, entry.shown, entry.right_keys) == ({}, {}, [])


def test_who_goes_on_without_a_name_counts_no_more_and_cannot_begin_again(card):
    person = kept("DG05")
    take_part(person, card, right=4)
    go_on_without_name(person)
    assert counted_of(card.id) == []
    keep_results(person, keeping="group", group_id=group("DG07").id, consents=["keep_results"])
    assert begin_entry(person, card, how="alone").right == 4
    assert [one.group_id for one in counted_of(card.id)] == [group("DG07").id]


def test_ones_own_file_tells_which_answers_were_right_only_once_it_is_over(card):
    person = kept("DG05")
    take_part(person, card, right=2)
    (told,) = facts_of(person)["contest_entries"]
    assert told["contest"] == card.name and told["right"] == 2 and len(told["answers"]) == 6
    assert "right_keys" not in told
    days_of(card.id, -9, -2)
    (told,) = facts_of(person)["contest_entries"]
    assert len(told["right_keys"]) == 2


def test_answers_go_after_their_time_and_the_count_stays(card):
    person = kept("DG05")
    take_part(person, card, right=2)
    with transaction():
        db.session.execute(update(ContestEntry).values(started_at=now() - timedelta(days=400)))
    assert drop_due("contests", 365) == 1
    entry = entry_of(person, card.id)
    assert (entry.answers, entry.shown, entry.right) == ({}, {}, 2)


def test_all_entries_of_a_large_contest_are_read_in_two_statements(card, statements):
    one, two = kept("DG05", "Bà Mận"), kept("DG07", "Bà Mận")
    take_part(two, card)
    merge_people(two, one, actor=ward.viewer("quan"))
    statements.clear()
    assert len(counted_of(card.id)) == 1
    assert len(statements) == 2


@pytest.mark.parametrize("app", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_many_taps_at_once_are_one_entry_on_postgres(app):
    _tap_at_once(app)


def test_many_taps_at_once_are_one_entry_on_sqlite(another_app, tmp_path):
    _tap_at_once(another_app(f"sqlite:///{tmp_path / 'ward.db'}"))


def _tap_at_once(app):
    """Let one person begin and hand in from eight threads at the same moment."""
    with app.app_context():
        make_contest(SLUG, [make_course("mot-luc")["course"]])
        card, person = find_contest(1, SLUG), kept("DG05")
        db.session.remove()
    gate, seen, faults = Barrier(8), set(), []

    def tap(number):
        with app.app_context():
            try:
                gate.wait()
                entry = begin_entry(person, card, how="alone")
                gate.wait()
                done = hand_in(person, card, answers_of(entry, number % 6), how="alone")
                seen.add((entry.id, entry.slip, done.right))
            except BaseException as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [Thread(target=tap, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert not faults
    with app.app_context():
        assert len({one[:2] for one in seen}) == 1, "one go, one slip"
        assert len({one[2] for one in seen}) == 1, "and one outcome"
        assert len(counted_of(card.id)) == entries() == 1
