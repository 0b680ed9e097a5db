"""What the tests of the boards share: days that pass, and statements that are counted."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from elearn.kit import clock
from elearn.kit.db import db
from elearn.learning import attempts, groups, ledger, months


@pytest.fixture
def on_day(monkeypatch):
    """Let what follows be credited, and months be closed, so many days before today: on_day(6)."""

    def go(back):
        monkeypatch.setattr(months, "now", lambda: clock.now() - timedelta(days=back))
        for module in (ledger, groups, attempts):
            monkeypatch.setattr(module, "today", lambda: clock.today() - timedelta(days=back))

    return go


@contextmanager
def statements():
    """Collect the statements (and what they were given) that are sent to the database in the block."""
    seen = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
