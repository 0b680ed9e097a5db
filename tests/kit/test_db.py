"""One transaction, whole or not at all."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from elearn.kit.clock import now
from elearn.kit.db import add_up, db, insert_if_absent, is_away, rest, transaction
from elearn.kit.throttle import Tries, note_try, tries_within
from elearn.people.models import Ward


def names():
    return set(db.session.scalars(select(Ward.name)))


def test_each_connection_is_prepared(app):
    """SQLite holds what refers to what; PostgreSQL answers without compiling the question first."""
    asked, answer = {"sqlite": ("PRAGMA foreign_keys", 1), "postgresql": ("SHOW jit", "off")}[
        db.engine.dialect.name
    ]
    assert db.session.scalar(text(asked)) == answer


def test_a_transaction_keeps_nothing_when_it_fails(app):
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.add(Ward(code="X", name="phường X"))
        db.session.flush()
        1 / 0  # noqa: B018
    assert "phường X" not in names()


def test_an_inner_transaction_joins_the_outer_one(app):
    with pytest.raises(ZeroDivisionError), transaction():
        with transaction():
            db.session.add(Ward(code="X", name="phường X"))
        1 / 0  # noqa: B018
    assert "phường X" not in names()


def test_what_need_not_survive_a_power_cut_waits_for_no_disk(app):
    lite = db.engine.dialect.name == "sqlite"
    asked, waits, waits_not = (
        ("PRAGMA synchronous", "2", "1") if lite else ("SHOW synchronous_commit", "on", "off")
    )

    def told():
        return str(db.session.scalar(text(asked)))

    for durable in (True, False, True):
        with transaction(durable=durable):
            assert told() == (waits if durable else waits_not)


def test_nothing_that_must_survive_joins_what_need_not(app):
    with transaction(durable=False), pytest.raises(RuntimeError, match="cannot join"), transaction():
        pass
    with transaction(), transaction(durable=False):
        pass


def test_a_change_outside_a_transaction_is_refused(app):
    db.session.add(Ward(code="X", name="phường X"))
    with pytest.raises(RuntimeError, match="outside"), transaction():
        pass


def test_who_rests_gives_the_connection_back_and_loses_nothing(app):
    ward = db.session.scalars(select(Ward)).first()
    assert db.session().in_transaction()
    rest()
    assert not db.session().in_transaction() and ward.name
    with transaction():
        add_up(Tries, {"key": "x", "slice": now()}, count=1)
        rest()
        assert db.session().in_transaction(), "nothing is given back in the middle of a change"


def test_a_row_is_inserted_once(app):
    with transaction():
        assert insert_if_absent(
            Ward, code="X", name="phường X", city="", office_name="", office_phone="", office_address=""
        )
        assert not insert_if_absent(
            Ward, code="X", name="phường Y", city="", office_name="", office_phone="", office_address=""
        )
    assert "phường X" in names() and "phường Y" not in names()


def test_counters_add_up(app):
    from datetime import datetime, timedelta

    moment = datetime(2026, 11, 24)
    with transaction():
        add_up(Tries, {"key": "a", "slice": moment}, count=2)
        add_up(Tries, {"key": "a", "slice": moment}, count=3)
    assert db.session.scalar(select(Tries.count).where(Tries.key == "a")) == 5
    note_try("b")
    note_try("b")
    assert tries_within("b", timedelta(minutes=5)) == 2


@pytest.mark.postgres
def test_a_connection_to_a_server_that_takes_no_writes_any_more_is_dropped(postgres_app):
    """After another has taken its place: who meets it is told to come back, and then meets the other."""
    with postgres_app.app_context():
        db.session.remove()
        db.engine.dispose()
        db.session.execute(text("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"))
        before = db.session.scalar(text("SELECT pg_backend_pid()"))
        db.session.commit()
        db.session.remove()
        with pytest.raises(DBAPIError) as fault:
            note_try("a try", "hour")
        assert is_away(fault.value)
        db.session.remove()
        note_try("a try", "hour")
        assert db.session.scalar(text("SELECT pg_backend_pid()")) != before
        db.session.remove()
