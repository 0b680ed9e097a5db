"""T-kill: workers and the whole server are killed again and again while people answer; nothing is lost.

Each learner does as a phone does: opens the questions, sends the answers, and sends them again until the
server says where the result is. Only then does the answer go into the learner's own ledger, which the
database is held against afterwards.
"""

import http.client
import os
import random
import re
import signal
import sqlite3
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest

import config
from elearn.app import create_app
from elearn.kit.db import db
from elearn.kit.secrets import digest
from elearn.learning.recount import recount
from tests.serving import Server
from tests.sizes import size

ANSWERS = size(5_000, 20_000)
LEARNERS, ANSWERS_EACH = 12, 8
SECONDS_BETWEEN_KILLS = 4  # granian gives up when the same worker dies twice within 5.5 seconds
WHOLE_EVERY = 4  # every fourth kill takes the whole server
COURSE = "/khoa-hoc/thanh-toan-so/tien-trong-dien-thoai"

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux, to find the workers"),
]


class Learner(threading.Thread):
    """A phone with a bad line: what it was not told is kept, it sends again."""

    def __init__(self, port, done):
        super().__init__(daemon=True)
        self.port, self.done = port, done
        self.ledger = []  # (digest of the session's token, attempt id), as the server acknowledged them
        self.resent, self.fault, self.cookie, self.connection = 0, None, "", None

    def run(self):
        try:
            while not self.done.is_set():
                self.visit()
        except Exception as fault:
            self.fault = fault
        finally:
            self.hang_up()

    def visit(self):
        """Come as a new visitor, open the questions, and answer them several times, each time otherwise."""
        self.cookie = ""
        status, _, page = self.ask("GET", f"{COURSE}/cau-hoi")
        assert status == 200, status
        choices = re.findall(r'type="radio" id="[^"]+" name="([^"]+)" value="([^"]+)"', page)
        fields = {name: hidden(name, page) for name in ("csrf_token", "phieu")} | {"bo-trong": "1"}
        for name, value in choices[:ANSWERS_EACH]:
            self.answer(fields | {name: value})

    def answer(self, fields):
        """Send an answer until it is acknowledged, then write it down."""
        status, where, _ = self.ask("POST", f"{COURSE}/luot-lam", urlencode(fields))
        assert status == 303 and "/ket-qua/" in where, (status, where)
        token = re.search(r"elearn-s=([^;]+)", self.cookie)[1]
        self.ledger.append((digest(token), where.rpartition("/")[2]))

    def hang_up(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def ask(self, method, path, body=None):
        """Send, and send again while the line or the server fails; 5xx counts as that."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        for _ in range(2_000):
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                self.connection.request(method, path, body, headers | {"Cookie": self.cookie})
                response = self.connection.getresponse()
                page = response.read().decode()
                if response.status < 500:
                    for kept in response.headers.get_all("Set-Cookie") or []:
                        if kept.startswith("elearn-s="):
                            self.cookie = kept.partition(";")[0]
                    return response.status, response.headers.get("Location", ""), page
            except (OSError, http.client.HTTPException):
                pass
            self.hang_up()
            self.resent += 1
            time.sleep(0.03)
        raise AssertionError(f"{method} {path} is not answered")


def test_no_acknowledged_answer_is_lost_or_counted_twice(installed, tmp_path, request, capfd):
    chance, done = random.Random(7), threading.Event()
    with (tmp_path / "log").open("w") as log:
        server = Server(log)
        learners = [Learner(server.port, done) for _ in range(LEARNERS)]
        try:
            for learner in learners:
                learner.start()
            kills = 0
            while answered(learners) < ANSWERS:
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
    with capfd.disabled():
        tell(request, kills, server.outages, len(ledger), resent)
    assert kills >= WHOLE_EVERY and len(ledger) >= ANSWERS and resent > 0
    hold_against(installed / "elearn.db", ledger)


def answered(learners):
    """Return how many answers are acknowledged so far; a learner who is at a loss ends it."""
    assert [one.fault for one in learners if one.fault] == []
    return sum(len(one.ledger) for one in learners)


def hold_against(file, ledger):
    """Fail where the database has lost, doubled or broken something."""
    connection = sqlite3.connect(file)
    kept = connection.execute(
        "SELECT session.token_digest, attempt.id FROM attempt "
        "JOIN session ON session.person_id = attempt.person_id"
    ).fetchall()
    people = connection.execute("SELECT count(*) FROM person WHERE display_name IS NULL").fetchone()[0]
    integrity = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    assert integrity == "ok"
    assert set(ledger) - set(kept) == set(), "an acknowledged answer is lost"
    assert sorted(kept) == sorted(set(ledger)), "something is there twice, or was never acknowledged"
    assert people == len({token for token, _ in ledger}), "a visitor became two people"
    with create_app(config.from_environment()).app_context():
        assert recount() == []
        db.session.remove()
        db.engine.dispose()


def tell(request, kills, outages, answers, resent):
    """Report what happened; times are told, never asserted."""
    worst = max(outages, default=0)
    words = (
        f"{answers} answers, {kills} kills, {len(outages)} of them whole; sent again {resent} times; "
        f"serving again after {worst:.1f} s at most"
    )
    request.node.user_properties.append(("T-kill", words))
    request.config.pluginmanager.get_plugin("terminalreporter").write_line(f"\nT-kill: {words}")


def hidden(name, page):
    return re.search(rf'name="{name}" (?:type="hidden" )?value="([^"]+)"', page)[1]


def test_workers_do_not_outlive_the_process_that_started_them(installed, tmp_path):
    """Else they would hold the port for ever, and answer from an old program after an upgrade."""
    with (tmp_path / "log").open("w") as log:
        server = Server(log)
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        for _ in range(200):
            if not server.answers():
                break
            time.sleep(0.1)
        assert not server.answers()
        server.start()
        server.stop()
