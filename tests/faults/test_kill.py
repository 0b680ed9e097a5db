"""T-kill: workers and the whole server are killed again and again while people answer; nothing is lost."""

import os
import random
import signal
import sqlite3
import threading
import time
from pathlib import Path

import pytest

import config
from elearn.app import create_app
from elearn.kit.db import db
from tests.faults.learners import Learner, confirmed, hold_against
from tests.security.figures import tell
from tests.serving import Server
from tests.sizes import size

ANSWERS = size(5_000, 20_000)
LEARNERS = 12
SECONDS_BETWEEN_KILLS = 4  # granian gives up when the same worker dies twice within 5.5 seconds
WHOLE_EVERY = 4  # every fourth kill takes the whole server

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux, to find the workers"),
]


def test_no_acknowledged_answer_is_lost_or_counted_twice(installed, tmp_path, request):
    chance, done = random.Random(7), threading.Event()
    with (tmp_path / "log").open("w") as log:
        server = Server(log)
        learners = [Learner([("127.0.0.1", server.port)], done) for _ in range(LEARNERS)]
        try:
            for learner in learners:
                learner.start()
            kills = 0
            while confirmed(learners) < ANSWERS:
                time.sleep(chance.uniform(0.8, 1) * SECONDS_BETWEEN_KILLS)
                server.keep_up()
                kills += 1
                if kills % WHOLE_EVERY:
                    server.kill_worker()
                else:
                    server.kill_whole()
            done.set()
            while any(learner.is_alive() for learner in learners):
                server.keep_up()
                time.sleep(0.2)
            assert [one.fault for one in learners if one.fault] == []
        finally:
            server.stop()
    ledger = [entry for one in learners for entry in one.ledger]
    resent = sum(one.resent for one in learners)
    tell_all(request, kills, server, len(ledger), resent)
    assert kills >= WHOLE_EVERY and len(ledger) >= ANSWERS and resent > 0
    hold_file_against(installed / "elearn.db", ledger)


def hold_file_against(file, ledger):
    """Fail where the file is broken, or has lost or doubled something."""
    connection = sqlite3.connect(file)
    integrity = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    assert integrity == "ok"
    with create_app(config.from_environment()).app_context():
        hold_against(ledger)
        db.session.remove()
        db.engine.dispose()


def tell_all(request, kills, server, answers, resent):
    """Report what happened; times are told, never asserted."""
    worst = max(server.outages, default=0)
    words = (
        f"{answers} answers, {kills} kills, {len(server.outages)} of them whole; sent again {resent} times; "
        f"serving again after {worst:.1f} s at most; gave up {server.gave_up} times while it started"
    )
    tell(request, "T-kill", words)


def test_workers_do_not_outlive_the_process_that_started_them(installed, tmp_path):
    """Else they would hold the port for ever, and answer from an old program after an upgrade."""
    with (tmp_path / "log").open("w") as log:
        server = Server(log)
        workers = server.workers()
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        for _ in range(600):
            if not any(map(runs, workers)):
                break
            time.sleep(0.1)
        assert not any(map(runs, workers)) and not server.answers()
        server.start()
        server.stop()


def runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
