"""The log of activities: who notes what, once; what the report adds up."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now, today
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.learning.groups import merge_groups
from elearn.movement.activities import Done, drop_activity, mend_activity, note_activity
from elearn.movement.activity_queries import (
    ActivityLine,
    activities_in,
    activities_seen_by,
    activity_lines_in,
    by_channel,
    classes_to_note,
    find_activity_seen_by,
    find_held_class,
)
from elearn.movement.models import Activity
from elearn.movement.words import CHANNELS
from elearn.people import entry
from tests.ward import group


def done(code=None, **more):
    told = {"day": today(), "channel": "group_meeting", "count": 1, "attendees": 30} | more
    return Done(group_id=group(code).id if code else None, **told)


@pytest.fixture
def meeting(app, viewer):
    return note_activity(viewer("hoa"), 1, "phiếu", done("DG05"))


def row(activity_id):
    db.session.expire_all()
    return db.session.get(Activity, activity_id)


def audited(action):
    return db.session.scalar(select(func.count()).where(AuditEntry.action == action))


def test_a_form_sent_twice_is_one_line(viewer, meeting):
    assert note_activity(viewer("hoa"), 1, "phiếu", done("DG05")) == meeting
    assert len(activity_lines_in(1, None, today())) == 1 and audited("note activity") == 1


def test_a_helper_notes_for_the_own_group_alone(viewer, app):
    for place in (done("DG07"), done(None, workplace="Đoàn phường")):
        with pytest.raises(Refused, match="tổ mình phụ trách"):
            note_activity(viewer("hoa"), 1, "f", place)
    with pytest.raises(Refused):
        note_activity(viewer("xa"), 1, "f", done("DG05"))


@pytest.mark.parametrize("name", ["minh", "thu", "duc", "quan"])
def test_staff_note_for_any_group_and_for_workplaces(viewer, app, name):
    assert note_activity(viewer(name), 1, "a", done("DG07"))
    assert note_activity(viewer(name), 1, "b", done(None, workplace="Đoàn phường"))


def test_a_line_is_mended_and_the_same_again_is_not_noted_twice(viewer, meeting):
    for _ in range(2):
        assert mend_activity(viewer("hoa"), 1, meeting, done("DG05", attendees=41))
    assert row(meeting).attendees == 41 and audited("mend activity") == 1


def test_a_helper_cannot_give_a_line_to_another_group(viewer, meeting):
    with pytest.raises(Refused):
        mend_activity(viewer("hoa"), 1, meeting, done("DG07"))
    assert row(meeting).group_id == group("DG05").id


def test_a_line_taken_out_is_gone_and_out_of_reach_it_stays(viewer, meeting):
    others = note_activity(viewer("minh"), 1, "f", done("DG07"))
    assert not drop_activity(viewer("hoa"), 1, others)
    assert not drop_activity(viewer("xa"), 1, others)
    assert drop_activity(viewer("hoa"), 1, meeting) and not drop_activity(viewer("hoa"), 1, meeting)
    assert row(meeting) is None and row(others) and audited("drop activity") == 1


def test_lines_of_a_group_that_became_part_of_the_own_are_the_helpers_too(viewer, app):
    others = note_activity(viewer("minh"), 1, "f", done("DG07"))
    assert find_activity_seen_by(viewer("hoa"), 1, others) is None
    merge_groups([group("DG07").id], group("DG05").id, actor=None)
    assert find_activity_seen_by(viewer("hoa"), 1, others)
    assert mend_activity(viewer("hoa"), 1, others, done("DG07", note="đã nhập vào tổ 5"))


# -- classes


@pytest.fixture
def held(app, viewer, monkeypatch):
    """A class of the helper, held yesterday."""
    yesterday = now() - timedelta(days=1)
    monkeypatch.setattr(entry, "now", lambda: yesterday)
    entry.issue_class_ticket(group("DG05").id, 25, viewer("hoa"))
    monkeypatch.undo()
    [one] = classes_to_note(viewer("hoa"), 1, now())
    return one


def test_a_class_that_is_over_is_offered_until_it_is_noted(viewer, held):
    assert (held.group_code, held.expected) == ("DG05", 25)
    assert classes_to_note(viewer("xa"), 1, now()) == []
    assert find_held_class(viewer("xa"), 1, held.mark) is None
    made = note_activity(viewer("hoa"), 1, "a", done("DG05"), meeting_mark=held.mark)
    assert classes_to_note(viewer("hoa"), 1, now()) == []
    assert note_activity(viewer("minh"), 1, "b", done("DG05"), meeting_mark=held.mark) == made
    drop_activity(viewer("hoa"), 1, made)
    assert classes_to_note(viewer("hoa"), 1, now()) == [held]


def test_a_class_that_goes_on_is_not_offered(viewer, app):
    entry.issue_class_ticket(group("DG05").id, 25, viewer("hoa"))
    assert classes_to_note(viewer("hoa"), 1, now()) == []


# -- what is added up


def test_the_report_adds_up_by_channel_in_the_order_of_the_plan(viewer, meeting):
    minh = viewer("minh")
    note_activity(minh, 1, "a", done("DG07", attendees=None))
    note_activity(minh, 1, "b", done(None, workplace="Đoàn", channel="social", count=4, attendees=None))
    note_activity(minh, 1, "c", done("DG07", day=today() - timedelta(days=9)))
    meetings, posts = activities_in(1, today(), today())
    assert meetings[1:] == ("Họp tổ dân phố", "buổi", 2, 2, 30, 2)
    assert posts[1:] == ("Facebook, Zalo", "tin, bài", 1, 4, None, 0)
    assert activities_in(1, None, today())[0].count == 3
    assert activities_in(2, None, today()) == []
    assert len(activities_seen_by(viewer("hoa"), 1, None, today())) == 1
    assert len(activities_seen_by(minh, 1, None, today(), channel="social")) == 1
    assert len(activities_seen_by(minh, 1, None, today(), group_id=group("DG07").id)) == 2


lines = st.lists(
    st.builds(
        ActivityLine,
        channel=st.sampled_from(sorted(CHANNELS)),
        count=st.integers(1, 1000),
        attendees=st.none() | st.integers(0, 500),
        group_id=st.none() | st.integers(1, 5),
        id=st.integers(), group_code=st.none(), group_name=st.none(), former_ward=st.none(),
        workplace=st.just(""), day=st.dates(), note=st.just(""), meeting_mark=st.none(),
    ),
    max_size=30,
)  # fmt: skip


@given(lines)
def test_nothing_is_lost_and_nothing_counted_twice_by_channel(all_lines):
    sums = by_channel(all_lines)
    assert sum(one.entries for one in sums) == len(all_lines)
    assert sum(one.count for one in sums) == sum(line.count for line in all_lines)
    assert sum(one.attendees or 0 for one in sums) == sum(line.attendees or 0 for line in all_lines)
    assert [one.channel for one in sums] == [key for key in CHANNELS if key in {one.channel for one in sums}]
