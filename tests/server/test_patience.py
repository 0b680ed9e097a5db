"""Slow phones: forms are waited for before the app, within limits that keep pages coming."""

import io
import threading

import pytest

from elearn.server.apps import ready
from elearn.server.patience import patient

LONGEST = 1_000


class Line:
    """An open line on which a form comes, piece by piece, when the test says so."""

    def __init__(self):
        self.come, self.asked = threading.Event(), threading.Event()

    def read(self, size=-1):
        self.asked.set()
        assert self.come.wait(10)
        return b""


def echo(request, start_response):
    start_response("200 OK", [])
    return [request["wsgi.input"].read(int(request.get("CONTENT_LENGTH") or 0))]


def ask(app, body=b"", **request):
    """Send a request through the app; return the status and the body of the answer."""
    said = []
    line = body if hasattr(body, "read") else io.BytesIO(body)
    answer = app({"wsgi.input": line} | request, lambda status, headers: said.append((status, dict(headers))))
    return said[0][0], b"".join(answer), said[0][1]


def test_the_app_gets_the_whole_form_at_once():
    seen = []

    def app(request, start_response):
        seen.append(type(request["wsgi.input"]))
        return echo(request, start_response)

    assert ask(patient(app, LONGEST), b"abcdef", CONTENT_LENGTH="4")[1] == b"abcd"
    assert ask(patient(app, LONGEST), b"x" * 200_000, CONTENT_LENGTH="150000")[0] == "200 OK"
    assert seen[0] is io.BytesIO


def test_a_form_in_chunks_gets_a_length():
    status, body, _ = ask(patient(echo, LONGEST), b"abc", HTTP_TRANSFER_ENCODING="chunked")
    assert (status, body) == ("200 OK", b"abc")


def test_of_a_form_that_is_too_long_no_more_is_taken_in_than_shows_it():
    lengths = []

    def app(request, start_response):
        lengths.append(int(request["CONTENT_LENGTH"]))
        return echo(request, start_response)

    told = io.BytesIO(b"x" * 5_000)
    ask(patient(app, LONGEST), told, CONTENT_LENGTH="5000")
    untold = io.BytesIO(b"x" * 5_000)
    ask(patient(app, LONGEST), untold, HTTP_TRANSFER_ENCODING="chunked")
    assert lengths == [5_000, LONGEST + 1] and untold.tell() == LONGEST + 1


@pytest.mark.parametrize("length", ["", "0", "no number", "-5"])
def test_a_length_that_is_none_is_taken_as_nothing(length):
    assert ask(patient(echo, LONGEST), b"", CONTENT_LENGTH=length if length != "no number" else "0")[1] == b""


def test_slow_forms_never_take_every_thread():
    app, lines = patient(echo, LONGEST, sending=2, at_work=1), [Line(), Line()]
    slow = [threading.Thread(target=ask, args=(app, line), kwargs={"CONTENT_LENGTH": "9"}) for line in lines]
    for thread in slow:
        thread.start()
    assert all(line.asked.wait(10) for line in lines)
    status, body, headers = ask(app, b"abc", CONTENT_LENGTH="3")
    assert status.startswith("503") and headers["Retry-After"] == "20" and "gửi lại" in body.decode()
    assert headers["Content-Security-Policy"]
    assert ask(app)[0] == "200 OK"  # pages come all the same, although only one is at work at a time
    for line in lines:
        line.come.set()
    for thread in slow:
        thread.join(10)
    assert ask(app, b"abc", CONTENT_LENGTH="3")[1] == b"abc"


def test_no_more_are_at_work_at_once_than_there_are_connections_for():
    here, most, go = [], [], threading.Event()

    def app(request, start_response):
        here.append(1)
        most.append(len(here))
        go.wait(0.05)
        here.pop()
        return echo(request, start_response)

    behind = patient(app, LONGEST, at_work=3)
    threads = [threading.Thread(target=ask, args=(behind,)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(most) == 12 and max(most) <= 3


def test_no_more_are_worked_on_at_once_than_there_are_connections(tmp_path):
    """The others wait for their turn: without a connection they would only fail."""
    (tmp_path / "static").mkdir()
    inside, go, finished = threading.Semaphore(0), threading.Event(), threading.Semaphore(0)

    class Platform:
        def __init__(self):
            self.config = {"CONNECTIONS": 2, "MAX_CONTENT_LENGTH": LONGEST, "INSTANCE": tmp_path}

        def __call__(self, request, start_response):
            inside.release()
            assert go.wait(10)
            return echo(request, start_response)

    app = ready(Platform())
    askers = [
        threading.Thread(target=lambda: (ask(app, PATH_INFO="/"), finished.release())) for _ in range(3)
    ]
    for asker in askers:
        asker.start()
    assert inside.acquire(timeout=10) and inside.acquire(timeout=10)
    assert not inside.acquire(timeout=0.2)
    go.set()
    for asker in askers:
        asker.join(10)
    assert all(finished.acquire(timeout=1) for _ in askers)
