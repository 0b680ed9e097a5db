"""PostgreSQL goes away under requests and comes back: 503 meanwhile, then normal work without a hand."""

import threading
import time

import pytest
from sqlalchemy import func, select

from elearn.kit.db import db
from elearn.people.models import Person
from tests import ward
from tests.conftest import _build
from tests.postgres import Cluster, find_postgres
from tests.security.doors import open_session_of
from tests.sizes import size

pytestmark = [pytest.mark.faults, pytest.mark.postgres]
ASKERS, RESTARTS = 6, size(2, 20)
OWN = "/cua-toi"  # a page of one's own is never kept ready: the database is asked each time


@pytest.fixture
def cluster(postgres_url):  # it says what is missing
    with Cluster(find_postgres()) as cluster:
        yield cluster


class Asker(threading.Thread):
    """Opens her own page again and again until told to stop; remembers what she was answered."""

    def __init__(self, app, token, done):
        super().__init__(daemon=True)
        self.client, self.done, self.answers, self.faults = app.test_client(), done, [], []
        self.client.set_cookie("elearn-s", token)

    def run(self):
        while not self.done.is_set():
            try:
                self.answers.append(self.ask())
            except Exception as fault:
                self.faults.append(repr(fault))

    def ask(self):
        answer = self.client.get(OWN)
        if answer.status_code == 503 and "Retry-After" not in answer.headers:
            self.faults.append("503 without a time to come back")
        return answer.status_code


def newest(askers):
    return [asker.answers[-1] for asker in askers]


def until(true, askers):
    for _ in range(600):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError(f"it does not come to that: {newest(askers)}")


def test_requests_survive_a_restart_of_the_database(cluster):
    app, done = _build(cluster.url), threading.Event()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        token = open_session_of("lan")
    askers = [Asker(app, token, done) for _ in range(ASKERS)]
    for asker in askers:
        asker.start()
    try:
        for _ in range(RESTARTS):
            until(lambda: all(asker.answers for asker in askers) and set(newest(askers)) == {200}, askers)
            cluster.stop()
            until(lambda: set(newest(askers)) == {503}, askers)
            cluster.start()
            until(lambda: set(newest(askers)) == {200}, askers)
    finally:
        done.set()
        for asker in askers:
            asker.join(30)
    assert [fault for asker in askers for fault in asker.faults] == []
    assert {status for asker in askers for status in asker.answers} == {200, 503}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Person)) >= len(ward.CAST)
        db.session.remove()
        db.engine.dispose()
