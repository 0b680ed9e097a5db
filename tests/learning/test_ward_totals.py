"""What a ward had counted by the end of a day is totalled when it is over, and again when days change."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update

from elearn.kit.clock import begins, today
from elearn.kit.db import db, transaction
from elearn.learning import ward_totals
from elearn.learning.models import EVERY_COURSE, DailyTally, WardTotal
from elearn.learning.recount import recount
from elearn.learning.ward_totals import EVERYBODY, close_days, total_days_again
from elearn.people.models import ResidentialGroup, Ward
from elearn.people.permissions import Role, Scope, Viewer
from elearn.progress.city_queries import city_board_seen_by
from elearn.progress.rules import Filter, Period
from tests.builders import attempt, kept, make_course
from tests.ward import group

CITY = Viewer(scopes=(Scope(Role.VIEWER),))
EVER = Filter(Period("tat-ca", None, today()))


@pytest.fixture
def learnt(app, made_once, on_day, monkeypatch):
    """Some days of learning, asked for at noon: in the first two hours of a day yesterday is not over yet."""
    made = made_once(some_days, on_day)
    monkeypatch.setattr(ward_totals, "now", lambda: begins(today()) + timedelta(hours=12))
    return made


def some_days(on_day):
    recount(repair=True)
    course = make_course()
    for back, code in ((30, "DG05"), (9, "DG05"), (9, "BC01"), (1, "DG07"), (0, "DG07")):
        on_day(back)
        attempt(kept(code, f"Bà {back} {code}"), course["revisions"][0])
    on_day(0)
    return course


def city(asked=EVER, course_id=None):
    rows = city_board_seen_by(CITY, asked, course_id, today())
    return {row.code: row for row in rows}


def rows():
    return db.session.scalar(select(func.count()).select_from(WardTotal))


def test_days_that_are_over_are_totalled_once(learnt):
    before = city()
    assert close_days() == 3, "today is not over"
    assert close_days() == 0
    whole = select(WardTotal.until, WardTotal.alone_lessons).where(
        WardTotal.ward_id == 1, WardTotal.course_id == EVERY_COURSE, WardTotal.audience == EVERYBODY
    )
    assert [tuple(row)[1] for row in db.session.execute(whole.order_by(WardTotal.until))] == [1, 2, 3]
    assert city() == before and recount() == []


def test_the_city_reads_the_totals_and_not_the_days_under_them(learnt):
    close_days()
    asked = [
        EVER,
        Filter(Period("khoang", today() - timedelta(days=12), today())),
        Filter(EVER.period, how="tu-hoc"),
    ]  # fmt: skip
    before = [city(one, course) for one in asked for course in (None, learnt["course"])]
    with transaction():
        db.session.execute(delete(DailyTally).where(DailyTally.day < today()))
    assert [city(one, course) for one in asked for course in (None, learnt["course"])] == before


def test_a_day_is_not_over_until_two_hours_later(learnt, monkeypatch):
    midnight = begins(today())
    monkeypatch.setattr(ward_totals, "now", lambda: midnight + timedelta(hours=1))
    assert close_days() == 2
    monkeypatch.setattr(ward_totals, "now", lambda: midnight + timedelta(hours=2))
    assert close_days() == 1


def test_joined_wards_are_totalled_like_any_other(learnt):
    with transaction():
        db.session.execute(update(Ward).where(Ward.id == 2).values(joined_from="x"))
    assert close_days() == 3
    assert rows()


def test_wards_whose_past_days_were_replaced_are_totalled_again(learnt):
    close_days()
    beside = city()["LV"]
    with transaction():
        db.session.execute(
            update(DailyTally)
            .where(DailyTally.group_id.in_(select(ResidentialGroup.id).where(ResidentialGroup.ward_id == 1)))
            .values(lessons=DailyTally.lessons * 10)
        )
        total_days_again([1])
    assert city()["GV"].lessons == 31 + 9 and city()["LV"] == beside
    assert not [one for one in recount() if "Tổng của phường" in one]


def test_recount_tells_of_wrong_totals_and_a_repair_drops_them(learnt):
    close_days()
    with transaction():
        db.session.execute(update(WardTotal).where(WardTotal.ward_id == 1).values(alone_lessons=99))
    assert [one for one in recount() if "Tổng của phường số 1" in one]
    recount(repair=True)
    assert rows() == 0 and city()["GV"].lessons == 4
    assert close_days() == 3 and group("DG05")
    assert recount() == []
