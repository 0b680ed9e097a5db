"""People who answer while things break, as phones do, and the ledger of what was confirmed to them.

Each learner opens the questions, sends the answers, and sends them again until the server says where the
result is. Only then does the answer go into the learner's own ledger, which the database is held against.
"""

import http.client
import itertools
import re
import threading
import time
from urllib.parse import urlencode

from sqlalchemy import func, select

from elearn.kit.db import db
from elearn.kit.secrets import digest
from elearn.learning.models import Attempt
from elearn.learning.recount import recount
from elearn.people.models import Person, Session

COURSE = "/khoa-hoc/thanh-toan-so/tien-trong-dien-thoai"
ANSWERS_EACH = 8
PATIENCE = 300  # seconds after which a learner gives up: then the test has failed


class Learner(threading.Thread):
    """A phone with a bad line: what it was not told is kept, it sends again, to the next place that serves.

    `places` are addresses and ports; after a 503 it waits for `pause` seconds.
    """

    def __init__(self, places, done, pause=0.03):
        super().__init__(daemon=True)
        self.places, self.done, self.pause = itertools.cycle(places), done, pause
        self.ledger = []  # (digest of the session's token, attempt id), as the server acknowledged them
        self.confirmed_at = []  # when, by the machine's own count
        self.resent, self.busy, self.fault, self.cookie, self.connection = 0, 0, None, "", None
        self.odd = set()  # answers that say of a fault what none may: 500, or 503 without a time to come back

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
        self.confirmed_at.append(time.monotonic())

    def hang_up(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def ask(self, method, path, body=None):
        """Send, and send again while the line or the server fails; 5xx counts as that."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            pause = 0.03
            try:
                if self.connection is None:
                    self.connection = http.client.HTTPConnection(*next(self.places), timeout=20)
                self.connection.request(method, path, body, headers | {"Cookie": self.cookie})
                response = self.connection.getresponse()
                page = response.read().decode()
                if response.status < 500:
                    for kept in response.headers.get_all("Set-Cookie") or []:
                        if kept.startswith("elearn-s="):
                            self.cookie = kept.partition(";")[0]
                    return response.status, response.headers.get("Location", ""), page
                pause = self.pause
                self.note_busy(response)
            except (OSError, http.client.HTTPException):
                pass
            self.hang_up()
            self.resent += 1
            time.sleep(pause)
        raise AssertionError(f"{method} {path} is not answered")

    def note_busy(self, response):
        self.busy += 1
        if response.status != 503 or "Retry-After" not in response.headers:
            self.odd.add((response.status, response.headers.get("Retry-After")))


def hidden(name, page):
    return re.search(rf'name="{name}" (?:type="hidden" )?value="([^"]+)"', page)[1]


def confirmed(learners):
    """Return how many answers are acknowledged so far; a learner who is at a loss ends it."""
    assert [one.fault for one in learners if one.fault] == []
    return sum(len(one.ledger) for one in learners)


def hold_against(ledger):
    """Fail where the database (that of the app whose context this is) has lost, doubled or miscounted."""
    kept = [
        tuple(row)
        for row in db.session.execute(
            select(Session.token_digest, Attempt.id).where(Session.person_id == Attempt.person_id)
        )
    ]
    nameless = select(func.count()).select_from(Person).where(Person.display_name.is_(None))
    assert set(ledger) - set(kept) == set(), "an acknowledged answer is lost"
    assert sorted(kept) == sorted(set(ledger)), "something is there twice, or was never acknowledged"
    visitors = len({token for token, _ in ledger})
    assert db.session.scalar(nameless) == visitors, "a visitor became two people"
    assert recount() == []
