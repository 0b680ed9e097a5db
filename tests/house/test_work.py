"""How much work a request is: what does not depend on the machine, so that no page grows dear unnoticed.

Counted are the statements, the calls of Python functions, and what SQLite plans to do. The counts of calls
that work.txt stores may be passed by five in a hundred. Where a page shall do more, or has come to do less:
delete work.txt, run this file, and show the difference in the review.
"""

import gc
import platform
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask, g
from sqlalchemy import event
from werkzeug.test import EnvironBuilder, run_wsgi_app

from elearn.kit.db import db
from elearn.library.queries import find_course
from elearn.people import entry
from tests.browser import Browser
from tests.learning.test_quiz import right_fields, slip_on
from tests.ward import person

WORK = Path(__file__).with_name("work.txt")
PYTHON = platform.python_version_tuple()[:2]  # each version counts in its own way
SPARE = 1.05
COURSE = "/khoa-hoc/thanh-toan-so"
LESSON = f"{COURSE}/quet-ma-qr"
# These grow with people and days; nothing may look through them from end to end to answer one request
GROWING = (  # noqa: SIM905
    "person session attempt lesson_completion course_start course_completion certificate credit "
    "consent arrival audit_entry tries learning_card mastered_question placement confidence contest_entry"
).split()


class Seen:
    """What one request did."""

    def __init__(self) -> None:
        self.statements: list[tuple[str, object]] = []
        self.calls = 0

    def scanned(self) -> set[str]:
        """Return the growing tables that a statement read from end to end."""
        found = set()
        for statement, parameters in self.statements:
            one = parameters[0] if isinstance(parameters, list) else parameters
            plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", one)
            found |= {row[3].split()[1] for row in plan if row[3].startswith("SCAN")}
        return found.intersection(GROWING)


@contextmanager
def watched() -> Iterator[Seen]:
    """Count what happens inside the block."""
    seen = Seen()

    def note(_connection, _cursor, statement, parameters, *_):
        seen.statements.append((statement, parameters))

    def count(_frame, what, _argument):
        seen.calls += what == "call"

    event.listen(db.engine, "before_cursor_execute", note)
    gc.collect()
    gc.disable()  # what the collector calls while it happens to run is not the request's work
    sys.setprofile(count)
    try:
        yield seen
    finally:
        sys.setprofile(None)
        gc.enable()
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def serving(lively, monkeypatch) -> Iterator[Flask]:
    """The app as it serves: what is ready stays so for an hour."""
    monkeypatch.setitem(lively.config, "FRESH_SECONDS", 3600.0)
    monkeypatch.setattr(lively.wsgi_app, "_fresh_seconds", 3600.0)
    yield lively
    lively.wsgi_app._kept.clear()
    lively.extensions.pop("recent", None)


def looked_at(app: Flask, name: str | None, path: str) -> Seen:
    """Open a page a few times; return what the last time took."""
    cookie = cookie_of(Browser(app).come_as(name)) if name else {}
    for _ in range(4):
        seen = sent(app, 200, path=path, headers=cookie)
    return seen


def answered(app: Flask, name: str, wrong: int = 0, lesson: str = LESSON) -> Seen:
    """Send the answers to a lesson, some of them wrong; return what that took, without the page before."""
    browser = Browser(app).come_as(name)
    page = browser.open(f"{lesson}/cau-hoi")
    fields = right_fields(page, lesson, slip_on(page)[1].asked[:wrong]) | {"csrf_token": page.csrf_token}
    return sent(app, 303, path=f"{lesson}/luot-lam", method="POST", data=fields, headers=cookie_of(browser))


def cookie_of(browser: Browser) -> dict[str, str]:
    return {"Cookie": f"elearn-s={browser.client.get_cookie('elearn-s').value}"}


def sent(app: Flask, status: int, **asked) -> Seen:
    environ = EnvironBuilder(**asked).get_environ()
    vars(g).clear()  # the test's own context outlives each request
    with watched() as seen:
        _, said, _ = run_wsgi_app(app, environ)
    assert said.startswith(str(status)), said
    return seen


def answers(app: Flask, *goes: tuple[str, int]) -> Seen:
    return [answered(app, name, wrong) for name, wrong in goes][-1]


def passed(app: Flask, lessons: int) -> Seen:
    """Pass the first lessons of a course after somebody else has; return what the last of them took."""
    ways = [f"{COURSE}/{line.slug}" for line in find_course(COURSE.rpartition("/")[2], 1).lessons[:lessons]]
    return [answered(app, name, 0, way) for name in ("hoa", "tai") for way in ways][-1]


def by_link(app: Flask) -> Seen:
    token = app.extensions["places"]["progress"]["token"]
    return looked_at(app, "lan", f"/tien-do/xem/{token}")


def by_card(app: Flask) -> Seen:
    """Come in by a card where somebody is still signed in, a few times; return what the last time took."""
    path = f"/the/{entry.issue_card(person('lan').id, None)}"
    browser = Browser(app).come_as("hoa")
    for _ in range(4):
        fields = {"csrf_token": browser.open(path).csrf_token}
        seen = sent(app, 303, path=path, method="POST", data=fields, headers=cookie_of(browser))
        browser = Browser(app).come_as("hoa")
    return seen


CASES: dict[str, tuple[int, Callable[[Flask], Seen]]] = {  # with the most statements that each may need
    "lesson, visitor": (0, lambda app: looked_at(app, None, LESSON)),
    "home, visitor": (0, lambda app: looked_at(app, None, "/")),
    "public board": (0, lambda app: looked_at(app, None, "/tien-do")),
    "sign-in page": (0, lambda app: looked_at(app, None, "/dang-nhap")),
    "lesson, signed in": (1, lambda app: looked_at(app, "lan", LESSON)),
    "course, signed in": (3, lambda app: looked_at(app, "lan", COURSE)),
    "home, signed in": (3, lambda app: looked_at(app, "lan", "/")),
    "questions, signed in": (2, lambda app: looked_at(app, "tai", f"{LESSON}/cau-hoi")),
    "board by a link, signed in": (3, by_link),
    "board": (2, lambda app: looked_at(app, "minh", "/tien-do")),
    # who is here; whose card; one session ends, one begins; codes to tell of, keys; who is here now
    "coming in by a card": (7, by_card),
    # who is here; the learner, what was before; and one for each table in which something changes:
    # attempt, start, completion, credit, tally, standing
    "first answers in a course": (9, lambda app: passed(app, 1)),
    "first answers to a second lesson": (7, lambda app: passed(app, 2)),  # no start, the standing stays
    "answers that finish a course": (9, lambda app: passed(app, 8)),
    "other answers": (4, lambda app: answers(app, ("tai", 1), ("tai", 0), ("tai", 2))),
}


@pytest.mark.parametrize("name", CASES)
def test_a_request_is_no_more_work_than_it_was(serving, name):
    most, do = CASES[name]
    seen = do(serving)
    assert len(seen.statements) <= most, [statement for statement, _ in seen.statements]
    assert not seen.scanned()
    allowed = stored()
    if name not in allowed:
        write(allowed | {name: seen.calls})
    elif written_by() == PYTHON:
        assert seen.calls <= allowed[name] * SPARE, f"{name}: {seen.calls} calls of functions"


def stored() -> dict[str, int]:
    """Read how many calls of functions each case takes."""
    text = WORK.read_text() if WORK.exists() else ""
    return {name: int(calls) for name, calls in re.findall(r"^(\S.*\S) {2,}(\d+)$", text, re.MULTILINE)}


def written_by() -> tuple[str, ...]:
    return tuple(re.findall(r"Python (\d+)\.(\d+)", WORK.read_text())[0])


def write(calls: dict[str, int]) -> None:
    lines = [f"{name:40} {calls[name]:6}" for name in CASES if name in calls]
    WORK.write_text("\n".join([f"Calls of functions, Python {'.'.join(PYTHON)}", *lines]) + "\n")
