"""Many at the same moment, on one real file and on PostgreSQL: once is once, and no budget is outrun."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from elearn.kit.db import db, transaction
from elearn.people import actions, credentials, entry
from elearn.people.entry import Outcome, Place
from elearn.people.models import Person
from tests import conftest
from tests.ward import CAST, person, viewer

MANY = 12


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def town(request, tmp_path):
    """The app over a database that many may use at once."""
    if request.param == "postgres":
        app = request.getfixturevalue("postgres_app")
        with app.app_context():
            db.session.remove()
            conftest._restore(app.extensions["pristine"])
        yield app
        return
    app = request.getfixturevalue("another_app")(f"sqlite:///{tmp_path / 'ward.db'}")
    yield app
    with app.app_context():
        db.engine.dispose()


def at_once(town, act):
    """Do something many times at once, each with its number and a context of its own."""

    def do(number):
        with town.app_context():
            try:
                return act(number)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(do, range(MANY)))


def before(town, act):
    with town.app_context():
        made = act()
        db.session.remove()
    return made


def test_a_link_that_many_open_signs_one_in(town):
    token = before(town, lambda: entry.issue_return_link(person("lan").id))
    found = at_once(town, lambda number: entry.use_return_link(token, f"browser {number}"))
    assert sum(one is not None for one in found) == 1


def test_a_code_that_many_type_signs_one_in(town):
    code = before(town, lambda: entry.issue_code(person("lan").id, viewer("hoa")))
    found = at_once(town, lambda number: entry.use_code(CAST["lan"].phone, code, f"browser {number}"))
    assert sum(one is not None for one in found) == 1


def test_a_code_is_not_guessed_by_many_at_once(town):
    code = before(town, lambda: entry.issue_code(person("lan").id, viewer("hoa")))
    at_once(town, lambda number: entry.use_code(CAST["lan"].phone, f"{number:08d}", "b"))
    assert before(town, lambda: entry.use_code(CAST["lan"].phone, code, "b")) is None


def test_first_answers_that_arrive_together_are_one_person(town):
    found = at_once(town, lambda number: actions.learner_of("f" * 64, 1))
    assert len(set(found)) == 1
    nameless = select(func.count()).select_from(Person).where(Person.display_name.is_(None))
    assert before(town, lambda: db.session.scalar(nameless)) == 1


def test_many_guesses_at_once_do_not_outrun_the_budget(town):
    found = at_once(town, lambda number: entry.come_in(CAST["lan"].phone, "640917", Place(1)))
    assert Counter(found) == {Outcome(): 5, Outcome(refusal="account"): MANY - 5}


def test_many_devices_of_a_neighbour_on_the_number_have_one_budget_together(town, monkeypatch):
    """ông Tài learns on bà Lan's number too, and has come in on many devices. All at once they try her
    mã học, each before the first has been judged: no more than a stranger's five a day may succeed."""
    tai, lan = before(town, lambda: (person("tai").id, person("lan").id))
    before(town, lambda: share_phone("tai", "lan"))
    all_in_flight, slow = threading.Barrier(MANY), credentials.slow

    def slow_together(secret):
        all_in_flight.wait(20)
        return slow(secret)

    monkeypatch.setattr(credentials, "slow", slow_together)
    found = at_once(
        town,
        lambda number: entry.come_in(
            CAST["lan"].phone, CAST["lan"].secret, Place(1, f"device {number}", frozenset([tai]))
        ),
    )
    assert Counter(one.person_id for one in found) == {lan: 5, None: MANY - 5}


def share_phone(name, owner):
    with transaction():
        person(name).phone = CAST[owner].phone
