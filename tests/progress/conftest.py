"""What the tests of the boards share: statements that are counted."""

from contextlib import contextmanager

from sqlalchemy import event

from elearn.kit.db import db


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
