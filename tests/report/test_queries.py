"""The report counts what the board counts, whatever happened, for the same filter."""

from datetime import timedelta

import pytest
from hypothesis import strategies as st
from sqlalchemy import update

from elearn.kit.clock import now, today
from elearn.kit.db import db, transaction
from elearn.learning.months import close_months
from elearn.learning.recount import recount
from elearn.movement.activities import Done, note_activity
from elearn.movement.difficulties import Told, tell_difficulty
from elearn.outreach.actions import make_poster, record_arrival, retire_poster
from elearn.outreach.models import Arrival, Poster
from elearn.people.models import How
from elearn.people.permissions import Role, Scope, Viewer
from elearn.progress import queries as boards
from elearn.progress import rules as board_rules
from elearn.progress.rules import AUDIENCES, WAYS, Filter, Period
from elearn.report import queries
from elearn.report.figures import (
    COUNTED,
    Activity,
    Counts,
    Difficulty,
    Posters,
    as_text,
    corrections,
    from_text,
)
from elearn.report.rules import previous_of
from tests.builders import attempt, kept, make_course
from tests.happenings import STEPS, Story, scene, step, tell
from tests.ward import card, group

READER = Viewer(scopes=(Scope(Role.VIEWER, 1),))
MONTH = Filter(Period("khoang", today() - timedelta(days=29), today()))


@pytest.fixture(autouse=True)
def _counted(app):
    recount(repair=True)  # the cast is registered without credits


def figures(asked=MONTH, viewer=READER):
    return queries.figures_seen_by(viewer, card(), asked, today())


def _sum(parts):
    return tuple(sum(getattr(one.now, name) for one in parts) for name in COUNTED)


PERIODS = st.one_of(
    st.just(("tat-ca", None, 0)),
    st.tuples(st.integers(0, 79), st.integers(0, 79)).map(lambda days: ("khoang", max(days), min(days))),
)
LOOKS = step(
    "somebody_reports", period=PERIODS, audience=st.sampled_from(["", *AUDIENCES]),
    how=st.sampled_from(["", *WAYS]), course=st.sampled_from([None, 0, 1]),
)  # fmt: skip


class Reported(Story):
    """Whatever happened, a report of any period with any filter says what the board says."""

    def months_are_closed(self):
        close_months()

    def somebody_reports(self, period, audience, how, course):
        word, first, last = period
        since = None if first is None else today() - timedelta(days=first)
        asked = Filter(
            Period(word, since, today() - timedelta(days=last)), audience=audience, how=how,
            course="" if course is None else f"khoa-{course}",
        )  # fmt: skip
        _compare(asked, None if course is None else self.scene.courses[course])

    def holds_in_the_end(self):
        _compare(MONTH, None)


@pytest.mark.hypothesis
def test_whatever_happens_the_report_says_what_the_board_says(made_once, on_day):
    more = st.one_of(STEPS, STEPS, STEPS, STEPS, LOOKS, step("months_are_closed"))
    tell(Reported, lambda: made_once(scene), on_day, more)


def _compare(asked, course_id):
    said = figures(asked)
    rows = boards.board_seen_by(READER, 1, asked, course_id, today())
    total = board_rules.total_of(rows)
    whole = tuple(getattr(total, name) for name in COUNTED)
    assert tuple(getattr(said.total.now, name) for name in COUNTED) == whole
    assert (said.total.people, said.total.finished, said.total.coverage) == (
        total.people, total.finished, total.coverage,
    )  # fmt: skip
    by_code = {one.key: one for one in said.groups}
    for row in rows:
        one = by_code[row.code]
        assert one.now == Counts(*(getattr(row, name) for name in COUNTED))
        assert (one.people, one.finished, one.adults, one.coverage) == (
            row.people, row.finished, row.adults, row.coverage,
        )  # fmt: skip
    assert _sum(said.groups) == _sum(said.audiences) == _sum(said.ways) == whole
    assert _sum(said.courses)[1:] == whole[1:], "registering is about no course"
    for way in said.ways:
        assert way.now.lessons == getattr(total, way.key)
    assert sum(one.people for one in said.audiences) == total.people
    assert sum(one.finished for one in said.audiences) == total.finished
    before = previous_of(asked.period)
    if before is None:
        assert said.total.before is None
    else:
        former = Filter(before, audience=asked.audience, how=asked.how)
        then = board_rules.total_of(boards.board_seen_by(READER, 1, former, course_id, today()))
        assert said.total.before == Counts(*(getattr(then, name) for name in COUNTED))
    ever = Filter(Period("", None, asked.period.until), audience=asked.audience, how=asked.how)
    all_of_it = board_rules.total_of(boards.board_seen_by(READER, 1, ever, course_id, today()))
    assert said.ever == Counts(*(getattr(all_of_it, name) for name in COUNTED))
    assert from_text(as_text(said)) == said and corrections(said, said) == []


def test_what_was_done_to_reach_people_is_in_it(viewer):
    course = make_course()
    hoa, here, long_ago = viewer("hoa"), group("DG05").id, timedelta(days=40)
    old = make_poster(hoa, 1, group_id=here, course_id=course["course"], place="Chợ")
    new = make_poster(hoa, 1, group_id=here, course_id=course["course"])
    with transaction():
        db.session.execute(update(Poster).where(Poster.id == old).values(made_at=now() - long_ago))
        db.session.add(Arrival(poster_id=old, day=today() - long_ago, count=1))
    for _ in range(3):
        record_arrival(new)
    retire_poster(hoa, 1, old)
    note_activity(hoa, 1, "a", Done(today(), "group_meeting", 2, 45, group_id=here))
    note_activity(hoa, 1, "b", Done(today() - long_ago, "loudspeaker", 9, group_id=here))
    tell_difficulty(hoa, 1, "c", Told("equipment", "Sóng yếu", group_id=here))
    found = figures()
    assert found.posters == Posters(made=1, hanging=1, came=3, came_before=1)
    assert found.activities == (Activity("Họp tổ dân phố", 2, "buổi", 1, 45),)
    assert found.difficulties == (Difficulty("Tổ dân phố số 5 (Đằng Giang)", "Sóng yếu", "new"),)


def test_what_knows_no_filter_is_left_out_of_a_filtered_report():
    found = figures(Filter(MONTH.period, audience="doan-vien"))
    assert (found.posters, found.activities, found.difficulties) == (None, None, None)
    assert found.only == ("đối tượng “Đoàn viên thanh niên”",)


def test_whoever_may_not_see_the_counts_gets_none(viewer):
    attempt(kept("DG05"), make_course()["revisions"][0], how=How.KIOSK)
    assert figures().total.now.lessons == 1
    for name in ("lan", "xa"):
        assert figures(viewer=viewer(name)).total.now == Counts()
