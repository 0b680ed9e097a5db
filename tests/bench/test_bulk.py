"""The many people of a measurement are counted as if they had learnt here."""

import pytest
from sqlalchemy import create_engine, text

import config
from bench import board, seed
from bench.sizes import Size
from elearn.app import create_app
from elearn.kit.db import db
from elearn.learning.recount import recount


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request):
    """Where the people go: a file, or a database of one's own on the server of the tests."""
    if request.param == "sqlite":
        yield None
        return
    url = request.getfixturevalue("postgres_url")
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS bench"))
        connection.execute(text("CREATE DATABASE bench"))
    server.dispose()
    yield url.rpartition("/")[0] + "/bench"


def test_the_seeded_counts_follow_from_the_facts(tmp_path, monkeypatch, database):
    for name in ("ELEARN_INSTANCE", "ELEARN_COURSES", "ELEARN_DEMO_DATABASE"):
        monkeypatch.setenv(name, "")
    told = seed.seed(tmp_path, Size("tiny", 2, 3, 24, 4), database)
    assert told["host"] == "bench-1.localhost"
    with create_app(config.for_demo()).app_context():
        assert recount() == []
        rows = db.session.execute(
            text("SELECT count(*) FROM lesson_completion WHERE person_id >= :first"), told
        )
        assert rows.scalar() == 24 * 4
        db.session.remove()
        db.engine.dispose()
    found = board.compared(tmp_path)
    assert found["cells"] > 2 * 3 * 5 and found["unequal"] == 0
