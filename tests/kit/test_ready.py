"""Ready answers: given again without asking, asked about in time, and never to whom they do not belong."""

import json
import logging

import pytest

from elearn.kit import log, ready
from elearn.kit.log import REQUEST_ID, RULE
from elearn.kit.ready import ReadyAnswers


class App:
    """A WSGI app that says what it is told to, and counts how often it was asked."""

    def __init__(self):
        self.asked, self.tag, self.body, self.closed = 0, 'W/"one"', b"page", 0
        self.status, self.more = "200 OK", [("Cache-Control", "public, max-age=60")]

    def __call__(self, environ, start):
        self.asked += 1
        environ[RULE] = "/page"
        known = self.status == "200 OK" and environ.get("HTTP_IF_NONE_MATCH") == self.tag
        headers = [("ETag", self.tag), ("Content-Length", str(len(self.body))), *self.more]
        start("304 NOT MODIFIED" if known else self.status, [*headers, (REQUEST_ID, f"asked-{self.asked}")])
        return Body(self, b"" if known else self.body)


class Body(list):
    def __init__(self, app, body):
        super().__init__([body])
        self.app = app

    def close(self):
        self.app.closed += 1


class Front:
    """What stands in front: asks as a browser does, and reads what came."""

    def __init__(self, app, seconds=60.0):
        self.ready = ReadyAnswers(app, lambda environ: environ.get("key"), seconds)

    def get(self, key="a", **environ):
        said = []
        parts = self.ready({"key": key, "REQUEST_METHOD": "GET"} | environ, lambda *head: said.append(head))
        body = b"".join(parts)
        getattr(parts, "close", lambda: None)()
        return said[0][0], dict(said[0][1]), body


@pytest.fixture
def lines(monkeypatch):
    kept = []

    class Keeper(logging.Handler):
        def emit(self, record):
            kept.append(json.loads(record.getMessage()))

    log._open()
    monkeypatch.setattr(log.LOG, "handlers", [Keeper()])
    return kept


def test_a_public_answer_is_given_again_without_asking():
    app = App()
    front = Front(app)
    first, second = front.get(), front.get()
    assert app.asked == 1 and app.closed == 1
    assert first[0] == second[0] == "200 OK" and first[2] == second[2] == b"page"
    assert first[1].pop(REQUEST_ID) == "asked-1" != second[1].pop(REQUEST_ID)
    assert first[1] == second[1]


def test_who_has_it_already_gets_304_without_a_body_or_its_headers():
    front = Front(App())
    for _ in range(2):  # asked first, then from what is kept
        status, headers, body = front.get(HTTP_IF_NONE_MATCH='W/"old", W/"one"')
        assert (status, body) == ("304 NOT MODIFIED", b"")
        assert "Content-Length" not in headers and headers["ETag"] == 'W/"one"'
    assert front.get(HTTP_IF_NONE_MATCH='W/"old"')[0] == front.get(HTTP_IF_NONE_MATCH="one")[0] == "200 OK"


def test_when_the_moment_is_over_the_app_is_asked_whether_it_still_holds():
    app = App()
    front = Front(app, seconds=0.0)
    front.get()
    assert (
        front.get()[2] == b"page" and app.asked == app.closed == 2
    )  # 304 from the app, the page for the browser
    app.tag, app.body = 'W/"two"', b"other"
    assert front.get(HTTP_IF_NONE_MATCH='W/"one"')[::2] == ("200 OK", b"other")


def test_a_page_that_is_gone_is_forgotten():
    app = App()
    front = Front(app, seconds=0.0)
    front.get()
    app.status, app.body = "404 NOT FOUND", b"gone"
    assert front.get()[::2] == ("404 NOT FOUND", b"gone") and not front.ready._kept
    assert front.ready._bytes == 0


@pytest.mark.parametrize(
    ("status", "more"),
    [
        ("200 OK", [("Cache-Control", "no-store")]),
        ("200 OK", [("Cache-Control", "public"), ("Set-Cookie", "s=1")]),
        ("404 NOT FOUND", [("Cache-Control", "public")]),
        ("302 FOUND", [("Cache-Control", "public")]),
    ],
)
def test_what_is_not_for_everybody_is_never_kept(status, more):
    app = App()
    app.status, app.more = status, more
    front = Front(app)
    for count in (1, 2):
        assert front.get()[::2] == (status, b"page") and app.asked == app.closed == count
    assert not front.ready._kept


def test_each_key_has_an_answer_of_its_own_and_no_key_none():
    app = App()
    front = Front(app)
    for key in ("a", "b", "a", "b"):
        front.get(key)
    assert app.asked == 2
    front.get(None)
    front.get(None)
    assert app.asked == 4


def test_there_is_a_bound_to_what_is_kept(monkeypatch):
    monkeypatch.setattr(ready, "MOST_BYTES", 10)
    app = App()
    front = Front(app)
    for key in "abc":
        front.get(key)
    assert list(front.ready._kept) == ["b", "c"] and front.ready._bytes == 8
    monkeypatch.setattr(ready, "LARGEST", 3)
    front.get("d")
    assert list(front.ready._kept) == ["b", "c"]


def test_every_request_is_one_line_of_the_log(lines):
    front = Front(App())
    front.get()  # the app itself writes that one
    assert not lines
    number = front.get()[1][REQUEST_ID]
    front.get(HTTP_IF_NONE_MATCH='W/"one"')
    assert [(line["rule"], line["status"], line["bytes"]) for line in lines] == [
        ("/page", 200, 4),
        ("/page", 304, 0),
    ]
    assert lines[0]["request"] == number and lines[0]["event"] == "request" and lines[0]["method"] == "get"


def test_no_more_answers_are_kept_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(ready, "MOST_ANSWERS", 3)
    front = Front(App())
    for key in "abcde":
        front.get(key)
    assert list(front.ready._kept) == ["c", "d", "e"]
