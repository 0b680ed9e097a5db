"""A difficulty is told, taken in hand, answered; by whom, and what the report reads of it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from elearn.kit import clock
from elearn.kit.audit import AuditEntry
from elearn.kit.clock import today
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.learning.groups import merge_groups
from elearn.movement.difficulties import Told, answer_difficulty, tell_difficulty
from elearn.movement.difficulty_queries import (
    count_by_state,
    difficulties_in,
    difficulties_seen_by,
    find_difficulty_seen_by,
)
from elearn.movement.models import Difficulty
from tests.ward import group


@pytest.fixture
def told(app, viewer):
    """The helper of tổ 5 has told that there is no network in the house of culture."""
    return tell_difficulty(viewer("hoa"), 1, "phiếu", about(group("DG05").id))


def about(group_id=None, **more):
    return Told("equipment", "Nhà văn hóa không có mạng.", "Lắp Wi-Fi.", group_id=group_id, **more)


def answered(viewer, told, state="done", answer="Đã lắp Wi-Fi.", seen=0, by="duc"):
    return answer_difficulty(viewer(by), 1, told, state=state, answer=answer, seen=seen)


def row(told):
    db.session.expire_all()
    return db.session.get(Difficulty, told)


def audited(action):
    return db.session.scalar(select(func.count()).where(AuditEntry.action == action))


def test_a_difficulty_is_kept_once_however_often_it_is_sent(viewer, told):
    again = tell_difficulty(viewer("hoa"), 1, "phiếu", about(group("DG05").id))
    assert again == told
    assert db.session.scalar(select(func.count()).select_from(Difficulty)) == 1
    assert row(told).state == "new" and audited("tell difficulty") == 1


def test_a_helper_speaks_for_the_own_group_alone(viewer, app):
    for place in (about(group("DG07").id), about(None, workplace="Đoàn phường")):
        with pytest.raises(Refused, match="tổ mình phụ trách"):
            tell_difficulty(viewer("hoa"), 1, "f", place)


def test_staff_speak_for_workplaces_and_the_next_ward_for_nobody_here(viewer, app):
    assert tell_difficulty(viewer("minh"), 1, "f", about(None, workplace="Đoàn phường"))
    with pytest.raises(Refused):
        tell_difficulty(viewer("xa"), 1, "f", about(None, workplace="Phường bên"))


@pytest.mark.parametrize(
    ("name", "sees"), [("hoa", True), ("duc", True), ("quan", True), ("minh", False), ("xa", False)]
)
def test_it_is_read_by_who_told_it_and_by_the_office(viewer, told, name, sees):
    assert (find_difficulty_seen_by(viewer(name), 1, told) is not None) == sees
    assert len(difficulties_seen_by(viewer(name), 1)) == sees
    assert sum(count_by_state(viewer(name), 1).values()) == sees


def test_the_helper_reads_what_others_told_of_the_group_and_of_those_merged_into_it(viewer, app):
    """ông Tài's group becomes part of tổ 5."""
    other = tell_difficulty(viewer("minh"), 1, "a", about(group("DG07").id))
    assert find_difficulty_seen_by(viewer("hoa"), 1, other) is None
    merge_groups([group("DG07").id], group("DG05").id, actor=None)
    assert find_difficulty_seen_by(viewer("hoa"), 1, other) is not None


def test_an_answer_stands_with_its_day_and_twice_is_once(viewer, told):
    assert answered(viewer, told, "in_hand", "")
    assert row(told).in_hand_at and not row(told).done_at
    assert answered(viewer, told, seen=1)
    first = row(told).done_at
    assert first and row(told).answer == "Đã lắp Wi-Fi."
    assert answered(viewer, told, seen=1), "the same tap again"
    assert row(told).done_at == first and audited("answer difficulty") == 2
    assert answered(viewer, told, "new", "", seen=2)
    assert (row(told).in_hand_at, row(told).done_at) == (None, None)


def test_two_who_answer_at_once_do_not_hide_each_others_words(viewer, told):
    answered(viewer, told, by="quan")
    with pytest.raises(Refused, match="Vừa có người khác"):
        answered(viewer, told, answer="Chưa lắp được.", seen=0)
    assert row(told).answer == "Đã lắp Wi-Fi."


@pytest.mark.parametrize("name", ["hoa", "minh", "thu", "xa"])
def test_only_the_office_of_the_ward_answers(viewer, told, name):
    assert not answered(viewer, told, by=name)
    assert row(told).changes == 0


def test_filters_keep_a_state_a_kind_a_group(viewer, told):
    duc = viewer("duc")
    assert difficulties_seen_by(duc, 1, state="new", kind="equipment", group_id=group("DG05").id)
    assert not difficulties_seen_by(duc, 1, state="done")
    assert not difficulties_seen_by(duc, 1, kind="funds")
    assert not difficulties_seen_by(duc, 1, group_id=group("DG07").id)


# -- the report


def test_the_report_reads_how_far_each_was_at_the_end_of_the_period(viewer, told, monkeypatch):
    day, real = today(), clock.now
    answered(viewer, told, "in_hand", "Đang xin kinh phí.")
    for module in ("elearn.movement.difficulties.now",):
        monkeypatch.setattr(module, lambda: real() + timedelta(days=10))
    answered(viewer, told, "done", "Đã lắp Wi-Fi.", seen=1)
    [then] = difficulties_in(1, day, day)
    assert (then.state, then.done_at, then.answer) == ("in_hand", None, "")
    assert (then.place, then.told_on) == ("Tổ dân phố số 5 (Đằng Giang)", day)
    later = day + timedelta(days=10)
    [now] = difficulties_in(1, day + timedelta(days=5), later)
    assert (now.state, now.answer) == ("done", "Đã lắp Wi-Fi."), "carried over from the period before"
    assert difficulties_in(1, later + timedelta(days=1), later + timedelta(days=9)) == []
    assert difficulties_in(1, None, day - timedelta(days=1)) == []
    assert difficulties_in(2, None, later) == [], "the ward next door"
