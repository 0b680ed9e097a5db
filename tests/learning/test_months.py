"""The totals of months: each is closed once, when it is over, and says what the days say."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, insert, select, update

from elearn.kit.clock import day_of
from elearn.kit.db import db, transaction
from elearn.learning import ledger, months
from elearn.learning.models import DailyTally, MonthlyTotal
from elearn.learning.months import COUNTERS, close_months
from elearn.learning.recount import recount
from tests.builders import attempt, make_course
from tests.learning.test_actions import kept
from tests.ward import group

JANUARY, FEBRUARY, MARCH = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)
MIDDLE_OF_MARCH = datetime(2024, 3, 15, 12)


@pytest.fixture
def at(app, monkeypatch):
    """Nobody has done anything yet; let it be this moment: at(datetime(2024, 3, 15))."""
    with transaction():
        db.session.execute(delete(DailyTally))

    def go(moment):
        monkeypatch.setattr(months, "now", lambda: moment)

    go(MIDDLE_OF_MARCH)
    return go


def tally(day, **counts):
    row = {"day": day, "group_id": group("DG07").id, "course_id": 1, "audience": "resident", "how": "alone"}
    with transaction():
        db.session.execute(insert(DailyTally), [row | dict.fromkeys(COUNTERS, 0) | counts])


def totals():
    rows = db.session.execute(select(MonthlyTotal.until, func.sum(MonthlyTotal.lessons)).group_by("until"))
    return {until: int(lessons) for until, lessons in rows}


def test_each_month_that_is_over_is_closed_once_with_all_that_came_before(at):
    for day, lessons in ((date(2023, 12, 5), 1), (FEBRUARY, 2), (date(2024, 3, 1), 4)):
        tally(day, lessons=lessons)
    assert close_months() == 3 and close_months() == 0
    assert totals() == {date(2023, 12, 31): 1, JANUARY: 1, FEBRUARY: 3}
    at(datetime(2024, 4, 15))
    assert close_months() == 1 and totals()[MARCH] == 7


def test_a_month_settles_for_eight_days_first(at):
    tally(FEBRUARY, lessons=1)
    at(datetime(2024, 3, 8, 16))  # still the eighth in Hải Phòng
    assert close_months() == 0
    at(datetime(2024, 3, 8, 18))
    assert close_months() == 1 and totals() == {FEBRUARY: 1}


def test_where_nothing_was_counted_nothing_is_closed(at):
    assert close_months() == 0


def test_a_month_that_comes_to_nothing_is_closed_all_the_same(at):
    tally(JANUARY)
    assert close_months() == 2 and totals() == {JANUARY: 0, FEBRUARY: 0}


def test_counting_again_tells_of_a_wrong_total_and_mends_it(app, monkeypatch):
    monkeypatch.setattr(ledger, "today", lambda: day_of(months.now()) - timedelta(days=70))
    attempt(kept("DG07"), make_course()["revisions"][0])
    recount(repair=True)
    assert len(totals()) >= 2 and recount() == []
    with transaction():
        db.session.execute(update(MonthlyTotal).where(MonthlyTotal.until == min(totals())).values(lessons=9))
    assert any(sentence.startswith("Tổng đến hết ngày") for sentence in recount())
    recount(repair=True)
    assert recount() == []
