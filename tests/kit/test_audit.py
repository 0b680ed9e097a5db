"""Nobody edits, removes or slips in an entry of the audit unnoticed (THREATS T-audit)."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from elearn.kit import audit
from elearn.kit.clock import now
from elearn.kit.db import db, transaction


@pytest.fixture
def kept(app):
    """Four entries of this month."""
    for number in range(1, 5):
        audit.record("check fact", "fact", f"F-{number}", actor_id=number, ward_id=1, fields=["value"])
    assert not list(audit.broken_links())
    return app


def without_guard(statement, **values):
    """Change the table as somebody would who owns the whole database."""
    db.session.remove()
    with db.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            rows = connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'"
            ).all()
            for name, _ in rows:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        connection.execute(text(statement), values)
        if connection.dialect.name == "sqlite":
            for _, sql in rows:
                connection.exec_driver_sql(sql)
        else:
            connection.exec_driver_sql("ALTER TABLE audit_entry ENABLE TRIGGER USER")
    db.session.remove()


def said():
    db.session.remove()
    return " ".join(audit.broken_links())


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET actor_id = 9", "DELETE FROM audit_entry WHERE object_id = 'F-2'"]
)
def test_the_database_itself_refuses_to_change_or_remove_an_entry(kept, statement):
    db.session.remove()
    with pytest.raises(DBAPIError), db.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert not said()


@pytest.mark.parametrize(
    "change",
    ["actor_id = 9", "action = 'publish'", "object_id = 'F-9'", "ward_id = 2", "detail = '{}'", "hash = 'x'"],
)
def test_an_entry_that_was_changed_is_named(kept, change):
    without_guard(f"UPDATE audit_entry SET {change} WHERE object_id = 'F-2'")
    entry_id = db.session.scalar(text("SELECT id FROM audit_entry ORDER BY id LIMIT 1 OFFSET 1"))
    assert f"dòng {entry_id}" in said()


def test_an_entry_that_was_moved_in_time_is_named(kept):
    without_guard(
        "UPDATE audit_entry SET at = :at WHERE object_id = 'F-3'", at=str(now() - timedelta(minutes=1))
    )
    assert "đã bị sửa" in said()


@pytest.mark.parametrize("which", ["F-1", "F-2", "F-4"])
def test_a_removed_entry_is_noticed_wherever_it_stood(kept, which):
    without_guard("DELETE FROM audit_entry WHERE object_id = :which", which=which)
    assert said()


def test_a_month_that_was_removed_whole_is_noticed(kept):
    without_guard("DELETE FROM audit_entry")
    assert "đã bị xóa" in said()


def test_an_entry_slipped_in_is_noticed(kept):
    without_guard(
        "INSERT INTO audit_entry (at, month, action, object_kind, object_id, detail, previous, hash) "
        "SELECT at, month, action, object_kind, 'F-0', detail, previous, hash FROM audit_entry "
        "WHERE object_id = 'F-4'"
    )
    assert said()


def test_what_is_recorded_belongs_to_the_act_and_goes_with_it(app):
    with pytest.raises(ZeroDivisionError), transaction():
        audit.record("publish", "revision", 1, actor_id=1)
        raise ZeroDivisionError
    assert db.session.scalar(text("SELECT count(*) FROM audit_entry")) == 0
    assert not said()


def test_line_breaks_and_quotes_in_what_is_recorded_stay_one_entry(app):
    audit.record("publish", "revision", '1"\n{"at": "x"}', actor_id=1, reason="a\nb")
    assert db.session.scalar(text("SELECT count(*) FROM audit_entry")) == 1
    assert not said()
