"""The trial city: counts without people, the same for the same seed, and what every board shows of them."""

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.learning.models import DailyTally, MonthlyTotal, Standing, WardTotal
from elearn.learning.months import close_months
from elearn.learning.recount import recount
from elearn.people.models import Grant, Person, ResidentialGroup, Ward
from elearn.people.permissions import Role, Scope, Viewer
from elearn.progress import queries, rules
from elearn.progress.city_queries import city_board_seen_by
from elearn.progress.rules import Filter, Period
from elearn.trial import city
from tests.builders import make_course
from tests.ward import group, person

CITY = Viewer(scopes=(Scope(Role.VIEWER),))


@pytest.fixture
def made(app, monkeypatch):
    """Three wards and ten groups, for a few days."""
    monkeypatch.setattr(city, "DAYS", 45)
    recount(repair=True)
    for number in range(9):
        make_course(f"khoa-{number}")
    with transaction():
        long_ago = today() - timedelta(days=100)
        db.session.add(DailyTally(day=long_ago, group_id=group("DG05").id, audience="unsaid", how="alone"))
    assert close_months(), "those of the trial ward, before there is a city"
    seen = []
    city.make_city(7, 1_003, 3, 10, lambda done, whole: seen.append((done, whole)))
    return seen


def test_a_city_of_counts_stands_around_the_trial_ward(made):
    wards = db.session.scalars(select(Ward).where(Ward.joined_from.is_not(None)).order_by(Ward.id)).all()
    assert [ward.name for ward in wards] == ["phường 2", "phường 3", "phường 4"]
    assert all(ward.demo and ward.host is None for ward in wards)
    ids = select(ResidentialGroup.id).where(ResidentialGroup.ward_id.in_([ward.id for ward in wards]))
    assert len(db.session.scalars(ids).all()) == 10
    people = select(func.sum(Standing.registered)).where(Standing.group_id.in_(ids), Standing.course_id == 0)
    assert db.session.scalar(people) == 1_003
    assert not db.session.scalar(select(func.count()).where(Person.ward_id.in_([ward.id for ward in wards])))
    assert recount() == []
    scopes = select(Grant.ward_id).where(Grant.person_id == person("minh").id)
    assert db.session.scalar(scopes) is None, "who follows the ward follows the city"


def test_every_board_of_the_city_agrees_with_its_wards(made):
    assert db.session.scalar(select(func.count()).select_from(WardTotal))
    assert db.session.scalar(select(func.count()).select_from(MonthlyTotal))
    for asked in (
        Filter(Period("tat-ca", None, today() - rules.DAY)),
        Filter(Period("khoang", today() - rules.WEEK, today() - rules.DAY), audience="nguoi-dan"),
    ):
        for row in city_board_seen_by(CITY, asked, None, today()):
            ward_id = db.session.scalar(select(Ward.id).where(Ward.code == row.code))
            total = rules.total_of(queries.board_seen_by(CITY, ward_id, asked, None, today()))
            assert (row.lessons, row.change, row.people, row.coverage) == (
                total.lessons, total.change, total.people, total.coverage,
            )  # fmt: skip


def test_it_is_the_same_for_the_same_seed_and_shows_how_far_it_is(made):
    columns = [DailyTally.day, DailyTally.how, DailyTally.lessons, DailyTally.group_id]
    first = sorted(map(tuple, db.session.execute(select(*columns))))
    whole = made[0][1]
    assert made[0] == (0, whole) and made[-1] == (whole, whole) and made == sorted(made)
    assert max(later - done for (done, _), (later, _) in pairwise(made)) <= city.STANDING
    with transaction():
        for table in (WardTotal, MonthlyTotal, DailyTally):
            db.session.execute(table.__table__.delete())
    groups = select(ResidentialGroup.id).join(Ward, Ward.id == ResidentialGroup.ward_id)
    ids = list(db.session.scalars(groups.where(Ward.joined_from.is_not(None)).order_by(ResidentialGroup.id)))
    db.session.remove()
    city._count(ids, 7, city.Steps(1, lambda *_: None))
    again = set(map(tuple, db.session.execute(select(*columns))))
    assert again <= set(first) and len(again) > 1_000
