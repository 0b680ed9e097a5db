"""A restore is rehearsed: what would fail on the day it is needed fails now."""

import sqlite3

import pytest
from sqlalchemy import create_engine, text

import config
from elearn.app import create_app
from elearn.kit.audit import record
from elearn.kit.db import db
from elearn.upkeep.backup import backup
from elearn.upkeep.files import BackupFault
from elearn.upkeep.migrate import migrate
from elearn.upkeep.rehearsal import UNLOADED, WHOLE, rehearse
from tests.upkeep.conftest import close, held, keep, names


def change(file, *statements):
    close()
    with sqlite3.connect(file) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_good_backup_is_restored_and_nothing_is_left_of_it(ward, kept):
    keep("Bà Lan")
    record("look", "ward", 1, actor_id=1)
    file, place = kept(), ward.config["INSTANCE"]
    before = held(place)
    assert rehearse(file, ward.config) == WHOLE
    assert held(place) == before and names() == {"Ngô Văn Quản", "Bà Lan"}


def test_an_older_one_is_migrated_in_the_rehearsal(ward, kept, newer, monkeypatch):
    file = kept()
    newer()
    ward.config["MIGRATIONS"] = config.ROOT / "migrations"
    assert rehearse(file, ward.config) == WHOLE
    migration = next((config.ROOT / "migrations" / "versions").glob("9000*"))
    migration.write_text(migration.read_text() + '    op.execute("INSERT INTO nowhere VALUES (1)")\n')
    with pytest.raises(Exception, match="nowhere"):
        rehearse(file, ward.config)
    assert not list(ward.config["INSTANCE"].glob(".scratch*"))


def test_an_audit_that_was_broken_before_the_backup(ward, kept):
    record("look", "ward", 1, actor_id=1)
    change(
        ward.config["INSTANCE"] / "elearn.db",
        "DROP TRIGGER audit_entry_no_update", "UPDATE audit_entry SET actor_id = 2 WHERE action = 'look'",
    )  # fmt: skip
    with pytest.raises(BackupFault, match="đã bị sửa"):
        rehearse(kept(), ward.config)


def test_an_audit_in_use_that_no_longer_holds_what_the_backup_does(ward, kept):
    """The whole chain was written anew, without one act: only the backup knows."""
    record("look", "ward", 1, actor_id=1)
    file = kept()
    record("look", "ward", 2, actor_id=1)
    assert rehearse(file, ward.config) == WHOLE
    change(
        ward.config["INSTANCE"] / "elearn.db",
        "DROP TRIGGER audit_entry_no_update", "UPDATE audit_entry SET hash = 'x' || hash",
    )  # fmt: skip
    with pytest.raises(BackupFault, match="không nối tiếp bản sao lưu"):
        rehearse(file, ward.config)


def test_counts_that_do_not_fit_the_facts(ward, kept):
    keep("Bà Lan")
    change(
        ward.config["INSTANCE"] / "elearn.db", "DROP TRIGGER IF EXISTS credit_no_delete", "DELETE FROM credit"
    )
    with pytest.raises(BackupFault, match="khác dữ kiện"):
        rehearse(kept(), ward.config)


@pytest.fixture
def server(postgres_url):
    """A database of one's own on a server, open for a test: its app and its address."""
    root = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS rehearsed"))
        connection.execute(text("CREATE DATABASE rehearsed"))
        connection.execute(text("DROP ROLE IF EXISTS poor"))
        connection.execute(text("CREATE ROLE poor LOGIN"))
        connection.execute(text("ALTER DATABASE rehearsed OWNER TO poor"))
    address = postgres_url.rpartition("/")[0] + "/rehearsed"

    def as_(name):
        return address.replace("//elearn@", f"//{name}@")

    yield as_
    with root.connect() as connection:
        connection.execute(text("DROP DATABASE rehearsed WITH (FORCE)"))
        connection.execute(text("DROP ROLE poor"))
        made = connection.scalars(
            text("SELECT datname FROM pg_database WHERE datname LIKE 'elearn_dien_tap%'")
        )
        assert made.all() == [], "a scratch database is left"
    root.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize(("who", "said"), [("elearn", WHOLE), ("poor", UNLOADED)])
def test_on_a_server_it_is_loaded_into_a_database_of_its_own_or_read_to_its_end(
    instance, server, tmp_path, who, said
):
    settings = config._settings({}, instance, "for the tests only, forty characters long", server(who))
    with create_app(
        settings | {"DEMO": False, "SECURE_COOKIES": False, "HALL": False}
    ).app_context() as context:
        migrate(db.engine, config.ROOT / "migrations")
        record("look", "ward", 1, actor_id=1)
        told = backup(server(who), tmp_path / "a.zip")
        assert told.rows["audit_entry"] == 1
        assert rehearse(tmp_path / "a.zip", context.app.config) == said
        close()
