"""A database that is away, full or locked: 503 and a time to come back; nothing typed is lost."""

import json
import logging
import re
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from elearn.kit import log
from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.people.models import Session
from elearn.progress import setting_queries
from tests.browser import Browser
from tests.security.doors import STRANGER, as_person, doors, token_of

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)", re.IGNORECASE)


@pytest.fixture
def fault(monkeypatch):
    """Let the database fail from now on: "away" at everything, "full" at what is written; "" not at all."""
    as_it_was, state = DefaultDialect.do_execute, {"now": ""}

    def execute(self, cursor, statement, *more):
        if state["now"] == "away" or (state["now"] == "full" and WRITES.match(statement)):
            raise self.dbapi.OperationalError("database or disk is full: a secret row")
        return as_it_was(self, cursor, statement, *more)

    monkeypatch.setattr(DefaultDialect, "do_execute", execute)
    monkeypatch.setattr(
        DefaultDialect,
        "do_execute_no_params",
        lambda self, cursor, statement, context=None: execute(self, cursor, statement, (), context),
    )

    def become(what):
        state["now"] = what

    yield become
    state["now"] = ""


@pytest.mark.faults
@pytest.mark.parametrize("state", ["away", "full"])
@pytest.mark.parametrize("name", [STRANGER, "lan", "hoa", "quan"])
def test_no_door_answers_with_an_error(lively, fault, monkeypatch, name, state):
    monkeypatch.setitem(lively.config, "PROPAGATE_EXCEPTIONS", False)  # as it is served
    client, known = as_person(lively, name), doors(lively)
    token, faults, refused = token_of(client), [], 0
    fault(state)
    for door in known:
        data = {"csrf_token": token, "name": "bà Lan"} if door.method == "POST" else None
        answer = client.open(door.path, method=door.method, data=data)
        said = answer.get_data().decode(errors="replace")
        refused += answer.status_code == 503
        if answer.status_code == 503 and door.endpoint != "health.ready":
            whole = "Retry-After" in answer.headers and "Content-Security-Policy" in answer.headers
            if not whole or "a secret row" in said or (door.method == "POST" and "bà Lan" not in said):
                faults.append(f"{door.method} {door.path}: {said[:300]}")
        elif answer.status_code >= 500 and door.endpoint != "health.ready":
            faults.append(f"{door.method} {door.path}: {answer.status_code}")
        answer.close()
    assert not faults, "\n".join(faults)
    assert refused


QUIZ = "/khoa-hoc/thanh-toan-so/quet-ma-qr"


def test_an_answer_that_could_not_be_kept_is_sent_again_with_one_tap(shelf, browser, fault):
    asked = browser.open(f"{QUIZ}/cau-hoi")
    fields = {a["name"]: a["value"] for a in asked.every("input") if a.get("type") == "hidden"}
    choice = next(attrs for attrs in asked.every("input") if attrs.get("type") == "radio")
    fields |= {choice["name"]: choice["value"], "bo-trong": "1"}
    fault("full")
    page = browser.send(f"{QUIZ}/luot-lam", expect=503, **fields)
    assert page.says("Những gì vừa điền vẫn còn ở đây") and page.response.headers["Retry-After"]
    form = next(form for form in page.every("form") if form["action"] == f"{QUIZ}/luot-lam")
    held = {a["name"]: a["value"] for a in page.every("input") if a.get("type") == "hidden"}
    assert form["method"] == "post" and {name: held[name] for name in fields if name != "csrf_token"} == {
        name: value for name, value in fields.items() if name != "csrf_token"
    }
    assert browser.send(f"{QUIZ}/luot-lam", expect=503, **held)  # still full: nothing is lost by tapping
    fault("")
    assert "/ket-qua/" in browser.send(f"{QUIZ}/luot-lam", expect=303, **held).headers["Location"]


def test_secrets_are_not_held_in_the_page(app, browser, fault):
    browser.open("/dang-nhap")
    fault("away")
    page = browser.send("/dang-nhap", expect=503, who="0900000001", secret="con chim bay")
    assert "0900000001" in page.html and "con chim bay" not in page.html
    assert page.says("Mã học và mật khẩu không được giữ")


def test_reading_goes_on_where_only_writing_fails(shelf, browser, fault):
    """Also for who has not been seen for a while, which would be written down."""
    lan = Browser(shelf).come_as("lan")
    with transaction():
        db.session.execute(update(Session).values(seen_at=now() - timedelta(hours=1)))
    fault("full")
    assert "Lan" in lan.open("/cua-toi").html
    browser.open(QUIZ)


def test_what_visitors_read_is_given_as_of_a_moment_ago(shelf, browser, fault, monkeypatch):
    first = browser.open(QUIZ).html
    monkeypatch.setitem(shelf.config, "FRESH_SECONDS", 0)
    fault("away")
    assert browser.open(QUIZ).html == first


def test_a_database_with_no_connection_to_spare_is_busy(app, browser, monkeypatch):
    def refuse(*_):
        raise PoolTimeout("QueuePool limit of size 8 overflow 32 reached")

    monkeypatch.setattr(setting_queries, "set_up_of", refuse)
    assert browser.open("/tien-do", expect=503).response.headers["Retry-After"]


def test_a_refusal_is_a_line_of_its_kind_without_a_word_of_it(app, browser, fault, monkeypatch):
    lines = []

    class Keeper(logging.Handler):
        def emit(self, record):
            lines.append(record.getMessage())

    monkeypatch.setattr(log.LOG, "handlers", [Keeper()])
    fault("away")
    browser.open("/tien-do", expect=503)
    refused = next(json.loads(line) for line in lines if "database.refused" in line)
    assert (refused["rule"], refused["kind"]) == ("/tien-do", "OperationalError")
    assert "secret row" not in "".join(lines)


def test_what_was_answered_stays_answered_when_the_database_goes_away_after_it(app, browser, monkeypatch):
    def refuse():
        raise OperationalError("ROLLBACK", {}, Exception("server closed the connection"))

    monkeypatch.setattr(db.session, "remove", refuse)
    browser.open("/mau")
