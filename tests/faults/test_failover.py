"""T-failover: the primary of two PostgreSQL servers is killed again and again while people answer.

Several real servers on several addresses work with the pair of deploy/patroni.yml. Each time the standby
takes over, the platform finds it, and the old primary comes back as the standby; in between one process of
PostgreSQL alone is killed. No confirmed answer may be lost on the way, and none may be there twice.
"""

import os
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest

import config
from elearn.app import create_app
from elearn.cli import main
from elearn.kit.db import db
from tests.faults.learners import Learner, confirmed, hold_against
from tests.faults.patroni import Pair, missing, until
from tests.installation import ANSWERS as OF_INIT
from tests.installation import PASSWORD
from tests.security.figures import tell
from tests.serving import Server
from tests.sizes import size

KILLS, ANSWERS = size(2, 20), size(800, 15_000)
LEARNERS, PAUSE = 12, 0.5  # a learner who is told that the server is busy waits for so many seconds
SERVED_AT = ("127.0.0.1", "127.0.0.2")

pytestmark = [pytest.mark.nightly, pytest.mark.faults, pytest.mark.postgres]


@pytest.fixture
def pair():
    if sentence := missing():
        pytest.fail(sentence) if os.environ.get("CI") == "true" else pytest.skip(sentence)
    with Pair() as pair:
        yield pair


@pytest.fixture
def servers(pair, instance, tmp_path, monkeypatch):
    """Two machines of the platform: a folder and an address each, one secret and one database for both."""
    monkeypatch.setenv("DATABASE_URL", pair.url)
    (tmp_path / "password").write_text(PASSWORD)
    given = [word for name, answer in OF_INIT.items() for word in (f"--{name}", answer)]
    with Path(os.devnull).open() as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        assert main(["init", *given, "--password-file", str(tmp_path / "password")]) == 0
    secret = (instance / config.SECRET).read_text().strip()
    running = []
    with (tmp_path / "log").open("w") as log:
        try:
            for number, host in enumerate(SERVED_AT):
                place = str(tmp_path / f"machine-{number}")
                running.append(Server(log, host=host, ELEARN_INSTANCE=place, ELEARN_SECRET_KEY=secret))
            yield running
        finally:
            for server in running:
                server.close()


def test_no_confirmed_answer_is_lost_when_the_standby_takes_over(pair, servers, request):
    done, watch = threading.Event(), Watch()
    places = [(server.host, server.port) for server in servers]
    learners = [Learner(places[n:] + places[:n], done, PAUSE) for n in (0, 1) * (LEARNERS // 2)]
    try:
        for learner in learners:
            learner.start()
        for number in range(1, KILLS + 1):
            until(lambda: confirmed(learners) >= ANSWERS * number // (KILLS + 1), "enough answers")  # noqa: B023
            with watch.of("backend"):
                pair.leader().kill_backend()
                goes_on(learners, pair)
            with watch.of("primary"):
                take_over(pair, learners)
        until(lambda: confirmed(learners) >= ANSWERS, "enough answers")
        done.set()
        until(lambda: not any(learner.is_alive() for learner in learners), "everybody is answered")
        assert [one.fault for one in learners if one.fault] == []
    finally:
        done.set()
    ledger = [entry for one in learners for entry in one.ledger]
    tell_all(request, learners, watch)
    assert set().union(*(one.odd for one in learners)) == set()
    assert sum(one.busy for one in learners) > 0
    with create_app(config.from_environment()).app_context():
        hold_against(ledger)
        db.session.remove()
        db.engine.dispose()
    kept = str(len(set(ledger)))
    until(lambda: pair.ask(pair.standby(), "SELECT count(*) FROM attempt") == kept, "all is at the standby")


def take_over(pair, learners):
    """Kill the primary with everything on its machine; it comes back when the standby has taken its place."""
    old, new = pair.leader(), pair.standby()
    old.kill()
    until(lambda: pair.leader() is new, "the standby takes over")
    goes_on(learners)
    old.start()
    until(lambda: pair.standby() is old, "the old primary is the standby")


def goes_on(learners, pair=None):
    """Wait until answers are confirmed again, and there is a standby where one is asked for."""
    before = confirmed(learners)
    until(lambda: confirmed(learners) >= before + len(learners), "answers are confirmed again")
    if pair is not None:
        until(lambda: pair.leader() and pair.standby(), "there is a standby again")


class Watch:
    """Remembers when something was broken, and until when that was watched."""

    def __init__(self):
        self.windows = []  # (what, from, until), by the machine's own count

    def of(self, what):
        self.what = what
        return self

    def __enter__(self):
        self.began = time.monotonic()

    def __exit__(self, *_):
        self.windows.append((self.what, self.began, time.monotonic()))

    def longest(self, what, moments):
        """Return the longest time, in seconds, in which nothing was confirmed to anybody."""
        gaps = [0.0]
        for kind, began, ended in self.windows:
            inside = [began, *(one for one in moments if began < one < ended)]
            if kind == what:
                gaps += [later - earlier for earlier, later in pairwise(inside)]
        return max(gaps)


def tell_all(request, learners, watch):
    """Report what happened; times are told, never asserted."""
    moments = sorted(moment for one in learners for moment in one.confirmed_at)
    each = [b - a for one in learners for a, b in pairwise(one.confirmed_at)]
    words = (
        f"{len(moments)} answers, {KILLS} kills of the primary and {KILLS} of one process; "
        f"told to come back {sum(one.busy for one in learners)} times, sent again "
        f"{sum(one.resent for one in learners)} times; nothing confirmed for "
        f"{watch.longest('primary', moments):.1f} s at most "
        f"({watch.longest('backend', moments):.1f} s after the death of one process); "
        f"somebody waited {max(each):.1f} s"
    )
    tell(request, "T-failover", words)
