"""An answer that is sent again is confirmed only when the standby has it, like a new one.

PostgreSQL that was killed at the wrong moment knows an answer that it never confirmed and the standby never
got. Whoever sends it again must not hear "kept" before it is in both places.
"""

import threading
import time
from uuid import UUID

import pytest
from sqlalchemy import create_engine, func, select, text

from elearn.kit.db import db
from elearn.learning.models import Attempt
from elearn.library.folder import read_shelf
from elearn.library.shelf import load_shelf
from tests import ward
from tests.conftest import _build
from tests.installation import small_shelf
from tests.life import answer
from tests.postgres import Cluster, find_postgres

pytestmark = [pytest.mark.faults, pytest.mark.postgres]


@pytest.fixture
def cluster(postgres_url):  # it says what is missing
    with Cluster(find_postgres()) as cluster:
        yield cluster


def test_an_answer_that_is_sent_again_waits_for_the_standby_too(cluster, tmp_path, monkeypatch):
    app = _build(cluster.url)
    small_shelf(tmp_path / "courses")
    server = create_engine(cluster.url, isolation_level="AUTOCOMMIT")
    with app.app_context():
        load_shelf(read_shelf(tmp_path / "courses"))
        lan = ward.person("lan").id
        db.session.remove()
    kept = []
    monkeypatch.setattr("tests.life.uuid4", lambda: UUID(int=7))  # the number that its form was given

    def send():
        with app.app_context():
            kept.append(answer(lan, "thanh-toan-so", "tien-trong-dien-thoai"))
            db.session.remove()

    send()
    with server.connect() as owner:
        ask_for(owner, "a standby that is away")
        again = threading.Thread(target=send)
        again.start()
        until(
            lambda: owner.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"))
        )
        assert len(kept) == 1
        ask_for(owner, "")
        again.join(20)
    assert len(kept) == 2 and kept[0] == kept[1]
    server.dispose()
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Attempt)) == 1
        db.session.remove()
        db.engine.dispose()


def ask_for(owner, standby):
    """Let answers be confirmed when this standby has them."""
    owner.execute(text(f"ALTER SYSTEM SET synchronous_standby_names = '\"{standby}\"'" if standby else
                       "ALTER SYSTEM SET synchronous_standby_names = ''"))  # fmt: skip
    owner.execute(text("SELECT pg_reload_conf()"))
    time.sleep(1)  # until every process has read it


def until(true):
    for _ in range(100):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("it does not wait for the standby")
