"""The log: enough to find a fault, nothing that leads to a person."""

import json
import logging

import pytest
from flask import Flask

from elearn.kit import log
from elearn.kit.log import keep_log, note, request_id

SECRETS = ["Nguyễn Thị Hoa", "0912345678", "tok-8f3kZq", "bà Lan"]


@pytest.fixture
def lines(monkeypatch):
    kept = []

    class Keeper(logging.Handler):
        def emit(self, record):
            kept.append(record.getMessage())

    monkeypatch.setattr(log.LOG, "handlers", [Keeper()])
    return kept


@pytest.fixture
def client(lines):
    app = Flask("logged")
    keep_log(app)

    @app.get("/the/<token>")
    def card(token):
        return request_id()

    @app.post("/hong/<name>")
    def broken(name):
        raise ValueError(f"row of {name}")

    return app.test_client()


def test_a_request_is_one_line_with_its_rule_and_not_its_secret(client, lines):
    answer = client.get("/the/tok-8f3kZq?ten=b%C3%A0%20Lan")
    [text] = lines
    line = json.loads(text)
    assert (line["event"], line["method"], line["rule"], line["status"]) == (
        "request",
        "get",
        "/the/<token>",
        200,
    )
    assert line["milliseconds"] >= 0
    assert line["at"].endswith("Z")
    assert line["request"] == answer.text == answer.headers["X-Request-ID"]
    assert not any(secret in text for secret in SECRETS)


def test_an_error_tells_its_kind_and_place_but_not_its_words(client, lines, capfd):
    assert client.post("/hong/Nguyễn Thị Hoa").status_code == 500
    error, request = map(json.loads, lines)
    assert (error["event"], error["kind"], error["rule"]) == ("error", "ValueError", "/hong/<name>")
    assert error["where"].startswith("test_log.py:")
    assert error["request"] == request["request"]
    written = "".join(lines) + "".join(capfd.readouterr())
    assert "Hoa" not in written
    assert "row of" not in written


def test_an_unknown_address_is_not_repeated(client, lines):
    client.get("/thhe/tok-8f3kZq")
    assert json.loads(lines[0])["rule"] == "no.such.page"
    assert "tok" not in lines[0]


def test_an_act_is_a_line_of_ids(lines):
    note("people.register", person=7, group=None, how="assisted", first=True)
    line = json.loads(lines[0])
    assert {name: line[name] for name in ("event", "person", "group", "how", "first")} == {
        "event": "people.register",
        "person": 7,
        "group": None,
        "how": "assisted",
        "first": True,
    }
    assert "request" not in line


@pytest.mark.parametrize("secret", SECRETS)
def test_what_a_person_typed_is_blanked_even_by_mistake(lines, secret):
    note("people.register", name=secret)
    assert json.loads(lines[0])["name"] == "…"


def test_two_requests_have_two_numbers(client, lines):
    client.get("/the/a"), client.get("/the/b")
    first, second = (json.loads(line)["request"] for line in lines)
    assert first != second
