"""T-slow: phones that send a byte a second hold up nobody, before the bare server and before the proxies."""

import http.client
import os
import re
import socket
import time
from urllib.parse import urlencode

import pytest

from tests.deploy.fronts import FRONTS, NAME, missing
from tests.faults.slow_phones import SlowPhones
from tests.security.figures import tell
from tests.serving import Server
from tests.sizes import NIGHTLY, size

pytestmark = pytest.mark.faults
LESSON = "/khoa-hoc/thanh-toan-so/tien-trong-dien-thoai"
SECONDS = size(4, 18)
PASS_LINE = 0.5  # seconds of p95; told each day, held at night


class Honest:
    """A phone on a good line: it reads the lesson, opens the questions, answers."""

    def __init__(self, connect):
        self.connect, self.cookie, self.took = connect, "", []
        page = self.ask("GET", f"{LESSON}/cau-hoi")[1]
        choice = re.search(r'type="radio" id="[^"]+" name="([^"]+)" value="([^"]+)"', page)
        fields = {name: re.search(rf'name="{name}" (?:type="hidden" )?value="([^"]+)"', page)[1]
                  for name in ("csrf_token", "phieu")}  # fmt: skip
        self.form = urlencode(fields | {choice[1]: choice[2], "bo-trong": "1"})
        self.took.clear()

    def ask(self, method, path, body=None):
        """Ask once; return the status and the page."""
        began = time.monotonic()
        connection = http.client.HTTPConnection(NAME, timeout=20)
        headers = {"Cookie": self.cookie} | (
            {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{NAME}"} if body else {}
        )
        try:
            connection.sock = self.connect()
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            page = response.read().decode()
        finally:
            connection.close()
        self.took.append(time.monotonic() - began)
        if session := re.search(r"(\S*elearn-s=[^;]+)", response.headers.get("Set-Cookie") or ""):
            self.cookie = session[1]
        return response.status, page

    def go_round(self):
        """Read, open, answer; return what was answered."""
        return [
            self.ask("GET", LESSON)[0],
            self.ask("GET", f"{LESSON}/cau-hoi")[0],
            self.ask("POST", f"{LESSON}/luot-lam", self.form)[0],
        ]


@pytest.fixture
def server(installed, tmp_path):
    with (tmp_path / "log").open("w") as log:
        server = Server(log, ELEARN_PROXIES="1")
        yield server
        server.close()


def hold(request, phones, connect, what):
    """Let the phones be slow while an honest one goes round; tell how it fared."""
    honest, answered = Honest(connect), set()
    phones.start()
    try:
        assert phones.all_there.wait(60)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            answered |= set(honest.go_round())
            time.sleep(0.2)
    finally:
        phones.stop()
    took = sorted(honest.took)
    p95 = took[int(len(took) * 0.95)]
    words = (
        f"{what}: {len(phones.begin)} slow phones, {len(took)} honest requests, "
        f"p50 {took[len(took) // 2]:.3f} s, "
        f"p95 {p95:.3f} s, longest {took[-1]:.3f} s; hung up on {phones.hung_up} times"
    )
    tell(request, "T-slow", words)
    assert answered == {200, 303}
    assert phones.sent > len(phones.begin)
    if NIGHTLY:
        assert p95 < PASS_LINE, words
        assert "heads" not in what or phones.hung_up, "half a head is given ten seconds, no more"


@pytest.mark.parametrize("kind", ["heads", "bodies"])
def test_the_bare_server(server, request, kind):
    def connect():
        return socket.create_connection(("127.0.0.1", server.port), 20)

    hold(request, SlowPhones(size(40, 60), kind, NAME, connect), connect, f"bare, slow {kind}")


@pytest.mark.parametrize("name", FRONTS)
def test_the_shipped_proxies(server, installed, tmp_path, request, name):
    if sentence := missing(name):
        pytest.fail(sentence) if os.environ.get("CI") == "true" else pytest.skip(sentence)
    with FRONTS[name](tmp_path / "front", installed, server.port) as front:
        phones = SlowPhones(size(80, 400), "both", NAME, front.line)
        hold(request, phones, front.line, f"{name}, slow heads and bodies")
