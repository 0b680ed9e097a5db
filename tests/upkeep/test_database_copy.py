"""A database server's copy: of one moment, counted, and put back whole."""

import shutil

import pytest
from sqlalchemy import create_engine, text

import config
from elearn.upkeep import database_copy, files, restore
from elearn.upkeep.backup import backup
from elearn.upkeep.files import BackupFault
from elearn.upkeep.migrate import migrate
from elearn.upkeep.restore import put_postgres, refuse_another_engine, unpack
from tests.upkeep.conftest import held

pytestmark = pytest.mark.postgres


@pytest.fixture
def address(postgres_url):
    """A database of one's own on the server, with every table."""
    root = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS kept"))
        connection.execute(text("CREATE DATABASE kept"))
    address = postgres_url.rpartition("/")[0] + "/kept"
    engine = create_engine(address)
    migrate(engine, config.ROOT / "migrations")
    engine.dispose()
    yield address
    with root.connect() as connection:
        connection.execute(text("DROP DATABASE kept WITH (FORCE)"))
    root.dispose()


def leases(address, *more):
    engine = create_engine(address)
    with engine.begin() as connection:
        for name in more:
            connection.execute(text("INSERT INTO lease VALUES (:name, now())"), {"name": name})
        found = connection.execute(text("SELECT name FROM lease ORDER BY name")).scalars().all()
    engine.dispose()
    return found


def test_it_comes_back_whole_and_what_a_newer_program_made_goes(address, tmp_path):
    leases(address, "a")
    told = backup(address, tmp_path / "a.zip")
    assert told.rows["lease"] == 1 and told.engine.startswith("PostgreSQL ") and told.revision
    engine = create_engine(address)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE wish (id integer PRIMARY KEY)"))
    engine.dispose()
    leases(address, "b")
    assert restore.is_occupied(address)
    with files.scratch(tmp_path) as folder:
        put_postgres(address, unpack(tmp_path / "a.zip", folder))
    assert leases(address) == ["a"]
    assert database_copy.inside_postgres(address).rows == told.rows


def test_what_is_counted_is_of_the_moment_that_is_dumped(address, tmp_path, monkeypatch):
    """Somebody writes between the counting and the dump: the dump does not have it either."""
    real = database_copy._run

    def late(where, program, *arguments):
        leases(address, "late")
        return real(where, program, *arguments)

    monkeypatch.setattr(database_copy, "_run", late)
    assert backup(address, tmp_path / "a.zip").rows["lease"] == 0
    monkeypatch.undo()
    with files.scratch(tmp_path) as folder:
        put_postgres(address, unpack(tmp_path / "a.zip", folder))
    assert leases(address) == []


def test_a_dump_that_cannot_be_loaded_changes_nothing(address, tmp_path):
    leases(address, "a")
    (tmp_path / "elearn.dump").write_bytes(b"no dump")
    with pytest.raises(BackupFault, match="pg_restore báo lỗi"):
        database_copy.load_dump(address, tmp_path / "elearn.dump", tmp_path)
    assert leases(address) == ["a"]


def test_the_other_kind_of_database_is_refused(address, tmp_path):
    backup(address, tmp_path / "a.zip")
    with files.scratch(tmp_path) as folder, pytest.raises(BackupFault, match="loại cơ sở dữ liệu khác"):
        refuse_another_engine(unpack(tmp_path / "a.zip", folder), "sqlite:///x.db")


def test_a_machine_without_the_program_says_so(address, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(BackupFault, match="postgresql-client"):
        backup(address, tmp_path / "a.zip")
    assert held(tmp_path) == []


def test_what_a_killed_rehearsal_left_goes_with_the_next(address, postgres_url):
    root = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.execute(text("CREATE DATABASE elearn_dien_tap_0a1b2c3d"))
        with database_copy.scratch_database(address) as place:
            assert "elearn_dien_tap_" in place
            left = connection.scalars(
                text("SELECT datname FROM pg_database WHERE datname LIKE 'elearn_dien%'")
            )
            assert len(left.all()) == 1, "its own"
    root.dispose()
