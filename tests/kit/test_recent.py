"""What was read a moment ago is read again in time, and nothing is remembered without end."""

import pytest
from flask import Flask

from elearn.kit import recent as room
from elearn.kit.recent import recent


@pytest.fixture
def app():
    app = Flask("remembers")
    app.config["FRESH_SECONDS"] = 3600.0
    with app.app_context():
        yield app


class Shelf:
    """Something to read, which counts how often it was read."""

    def __init__(self):
        self.said, self.reads = {"a": 1}, 0

    def read(self, name, *, twice=False):
        self.reads += 1
        return self.said.get(name)


def test_the_same_question_is_read_once(app):
    shelf = Shelf()
    read = shelf.read
    assert [recent(read, "a"), recent(read, "a"), recent(read, "a", twice=True)] == [1, 1, 1]
    assert shelf.reads == 2


def test_what_was_not_found_is_looked_for_again(app):
    shelf = Shelf()
    read = shelf.read
    assert recent(read, "b") is None
    shelf.said["b"] = 2
    assert recent(read, "b") == 2 and shelf.reads == 2


def test_when_the_moment_is_over_it_is_read_anew(app):
    app.config["FRESH_SECONDS"] = 0.0
    shelf = Shelf()
    read = shelf.read
    recent(read, "a")
    shelf.said["a"] = 3
    assert recent(read, "a") == 3


def test_there_is_a_bound_to_what_is_remembered(app, monkeypatch):
    monkeypatch.setattr(room, "MOST", 2)
    shelf = Shelf()
    read = shelf.read
    shelf.said = dict.fromkeys("abcdef", 1)
    for name in "abcdef":
        recent(read, name)
        assert len(app.extensions["recent"]) <= 2


def test_each_app_remembers_for_itself(app):
    shelf = Shelf()
    read = shelf.read
    recent(read, "a")
    other = Flask("other")
    other.config["FRESH_SECONDS"] = 3600.0
    with other.app_context():
        recent(read, "a")
    assert shelf.reads == 2
