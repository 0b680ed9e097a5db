"""Nothing that is sent ever stands in a statement given to the database (THREATS T-sql).

A tool that tries addresses can only guess from answers; here every statement is read. What a box, a name of
an address or a part of it brings travels beside the statement, as a value.
"""

from urllib.parse import quote, urlencode

import pytest
from sqlalchemy import event

from elearn.kit.db import db
from tests.security.fields import LIKELY
from tests.security.figures import tell, told

SIGN = "zqx"
TRIED = (f"5'{SIGN}", f"5) OR 1=1 --{SIGN}", f"5 desc, {SIGN}")


@pytest.fixture
def statements(lively):
    """Every statement that reaches the database, from now on; without its values."""
    seen = []

    def note(_connection, _cursor, statement, *_):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def test_what_is_sent_stands_in_no_statement(listener, statements, request):
    faults, sent, read = [], 0, 0

    def look(said):
        nonlocal sent, read
        faults.extend(f"{said}\n{one[:300]}" for one in statements if SIGN in one.lower())
        sent, read = sent + 1, read + len(statements)
        statements.clear()
        listener.put_back()

    for form in listener.forms():
        statements.clear()
        for name in form.names:
            for text in TRIED[:2]:
                listener.send(form, **{name: [text]})
                look(f"POST {form.door.path}, {name}={text!r}")
    for door in listener.doors:
        if door.method == "GET":
            who = next((who for who in LIKELY if listener.ask(who, "GET", door.path).status == 200), "quan")
            names = listener.ask(who, "GET", door.path).asked["args"] - {"v"}
            for text in TRIED:
                listener.ask(who, "GET", f"{door.path}?{urlencode([(name, text) for name in names])}")
                look(f"GET {door.path} as {who}, {sorted(names)}={text!r}")
            listener.ask(who, "GET", "/".join([*door.path.split("/")[:-1], quote(TRIED[0])]))
            look(f"GET {door.path} as {who}, its last part {TRIED[0]!r}")
    tell(request, "T-sql", f"{sent} requests, {read} statements read: what was sent stands in none")
    assert not faults, told(faults)
    assert read > 2 * sent


def test_the_look_at_statements_works(listener, statements):
    db.session.connection().exec_driver_sql(f"SELECT '{SIGN}'")
    db.session.rollback()
    assert any(SIGN in one for one in statements)
