"""A plain form is weighed before it is read."""

from urllib.parse import urlencode

import pytest
from flask import Flask, request

from elearn.kit.form_bodies import WeighedRequest

HEAVIEST, MOST = 1_000, 20
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def ask():
    app = Flask(__name__)
    app.request_class = WeighedRequest
    app.config.from_mapping(
        MAX_CONTENT_LENGTH=50_000, MAX_FORM_MEMORY_SIZE=HEAVIEST, MAX_FORM_PARTS=MOST, TESTING=True
    )

    @app.post("/")
    def here():
        return {name: request.form.getlist(name) for name in request.form}

    return app.test_client().post


def test_what_is_typed_comes_through(ask):
    typed = {"ten": "Bác Hạnh & cháu", "ghi": "", "chon": "một"}
    answer = ask("/", data=typed)
    assert answer.json == {name: [value] for name, value in typed.items()}


@pytest.mark.parametrize(
    ("parts", "status"), [(MOST, 200), (MOST + 1, 413), (10 * MOST, 413)], ids=["most", "one more", "many"]
)
def test_a_form_has_so_many_parts_and_no_more(ask, parts, status):
    assert ask("/", data=urlencode([("a", "")] * parts), content_type=FORM).status_code == status


@pytest.mark.parametrize(
    ("size", "status"), [(HEAVIEST, 200), (HEAVIEST + 1, 413)], ids=["heaviest", "one more"]
)
def test_a_form_is_so_heavy_and_no_more(ask, size, status):
    assert ask("/", data="a=" + "b" * (size - 2), content_type=FORM).status_code == status


def test_who_says_less_than_they_send_is_weighed_too(ask):
    said_nothing = {"content_type": FORM, "headers": {"Transfer-Encoding": "chunked"}}
    answer = ask(
        "/", data="a=" + "b" * HEAVIEST, environ_overrides={"wsgi.input_terminated": True}, **said_nothing
    )
    assert answer.status_code == 413


def test_other_bodies_are_read_as_ever(ask):
    assert ask("/", json={"a": "b" * HEAVIEST}).json == {}
    assert ask("/", data={"a": "b"}, content_type="multipart/form-data").json == {"a": ["b"]}
