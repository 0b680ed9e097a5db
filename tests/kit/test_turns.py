"""Who comes first writes first: the threads of a process, and several processes, over one SQLite file."""

import multiprocessing
import sqlite3
import threading
import time
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from elearn.kit import db as database
from elearn.kit import turns
from elearn.kit.db import add_up, db, transaction
from elearn.kit.throttle import Tries
from elearn.kit.turns import Turns

THREADS = 12
A_MOMENT = datetime(2026, 11, 24)


@pytest.fixture
def over_a_file(another_app, tmp_path, monkeypatch):
    """An app over a file, as it is served; another process would wait for it no longer than a moment."""
    monkeypatch.setattr(database, "PRAGMAS", (*database.PRAGMAS[:-1], "PRAGMA busy_timeout = 1"))
    app = another_app(f"sqlite:///{tmp_path / 'elearn.db'}")
    yield app
    with app.app_context():
        db.engine.dispose()


def wait_until(true):
    for _ in range(2_000):
        if true():
            return
        time.sleep(0.005)
    raise AssertionError("it does not come to that")


def test_threads_write_in_the_order_in_which_they_came(tmp_path):
    line, wrote, threads = Turns(tmp_path / "turn"), [], []

    def write(number):
        assert line.take()
        wrote.append(number)
        line.give_back()

    assert line.take()
    for number in range(THREADS):
        threads.append(threading.Thread(target=write, args=(number,)))
        threads[-1].start()
        wait_until(lambda count=number + 1: len(line._queue) == count)
    line.give_back()
    for thread in threads:
        thread.join(10)
    assert wrote == list(range(THREADS))


def test_whoever_waits_too_long_is_told_so_and_holds_up_nobody(tmp_path, monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.01)
    line, told = Turns(tmp_path / "turn"), []
    assert line.take()
    thread = threading.Thread(target=lambda: told.append(line.take()))
    thread.start()
    thread.join(10)
    assert told == [False]
    line.give_back()
    assert line.take()


def test_a_file_that_cannot_be_locked_leaves_it_to_sqlite(tmp_path):
    line = Turns(tmp_path / "no such folder" / "turn")
    assert line.take()
    line.give_back()
    assert line.take()


def _hold(file, begun, ended):
    line = Turns(file)
    line.take()
    begun.set()
    ended.wait(20)  # and goes without giving it back, as one that is killed


def test_another_process_has_its_turn_and_a_dead_one_has_none(tmp_path):
    if turns.fcntl is None:
        pytest.skip("Windows: one process")
    fork = multiprocessing.get_context("fork")
    begun, ended, mine = fork.Event(), fork.Event(), threading.Event()
    other = fork.Process(target=_hold, args=(tmp_path / "turn", begun, ended))
    other.start()
    assert begun.wait(20)
    thread = threading.Thread(target=lambda: Turns(tmp_path / "turn").take() and mine.set())
    thread.start()
    assert not mine.wait(0.05)
    ended.set()
    other.join(20)
    thread.join(20)
    assert mine.is_set()


def test_behind_another_process_too_nobody_waits_longer_than_is_patient(tmp_path, monkeypatch):
    if turns.fcntl is None:
        pytest.skip("Windows: one process")
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    fork = multiprocessing.get_context("fork")
    begun, ended = fork.Event(), fork.Event()
    other = fork.Process(target=_hold, args=(tmp_path / "turn", begun, ended))
    other.start()
    assert begun.wait(20)
    line, told = Turns(tmp_path / "turn"), []
    threads = [threading.Thread(target=lambda: told.append(line.take())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert told == [False, False]
    ended.set()
    other.join(20)
    monkeypatch.setattr(turns, "PATIENCE", 15.0)
    assert line.take()  # what was given up holds nobody up when it comes after all
    line.give_back()


def test_many_who_write_at_once_all_get_their_turn(over_a_file):
    """By SQLite's own waiting, which is a moment here, most of them would be refused."""
    begin, faults = threading.Barrier(THREADS), []

    def write():
        begin.wait(20)
        try:
            with over_a_file.app_context():
                for _ in range(5):
                    with transaction():
                        add_up(Tries, {"key": "a", "slice": A_MOMENT}, count=1)
                        time.sleep(0.002)
        except OperationalError as fault:
            faults.append(fault)

    threads = [threading.Thread(target=write) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    with over_a_file.app_context():
        assert db.session.scalar(select(Tries.count)) == THREADS * 5


def test_a_locked_database_is_one_that_is_away_for_a_moment(over_a_file, tmp_path):
    """What SQLite says at BEGIN is told as everything else it says: who meets it gets 503, not 500."""
    holder = sqlite3.connect(tmp_path / "elearn.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        with over_a_file.app_context(), pytest.raises(OperationalError) as fault, transaction():
            pass
        assert database.is_away(fault.value)
        with over_a_file.app_context():  # nothing is left behind: the next one has its turn
            holder.execute("ROLLBACK")
            with transaction():
                add_up(Tries, {"key": "a", "slice": A_MOMENT}, count=1)
    finally:
        holder.close()
