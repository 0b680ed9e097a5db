"""The platform as the ward gets it: behind the shipped nginx, over TLS, with everything in its place."""

import json
import os
import re
import time

import pytest

from tests.deploy.fronts import NAME, Nginx, missing
from tests.serving import Server

pytestmark = pytest.mark.faults
LESSON = "/khoa-hoc/thanh-toan-so/tien-trong-dien-thoai"


@pytest.fixture
def site(installed, tmp_path):
    """nginx before the platform; the platform believes one hop."""
    if sentence := missing("nginx"):
        pytest.fail(sentence) if os.environ.get("CI") == "true" else pytest.skip(sentence)
    with (tmp_path / "log").open("w") as log:
        server = Server(log, ELEARN_WITHOUT_TLS="0", ELEARN_PROXIES="1", ELEARN_PUBLIC_URL=f"https://{NAME}")
        try:
            with Nginx(tmp_path / "front", installed, server.port) as front:
                front.log = tmp_path / "log"
                yield front
        finally:
            server.close()


def test_a_lesson_comes_whole_safe_and_packed_once(site):
    answer, _ = site.ask(LESSON, Accept_Encoding="br")
    assert answer.status == 200 and answer.headers.get_all("Content-Encoding") == ["br"]
    for name in ("Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options"):
        assert len(answer.headers.get_all(name)) == 1, name
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    page = site.ask(LESSON)[1].decode()
    assert f'content="https://{NAME}/static/share.png' in page and "http://" not in page.replace(
        "http://www.w3", ""
    )
    style = re.search(r'href="(/static/app\.css\?v=[^"]+)"', page)[1]
    kept = site.ask(style, Accept_Encoding="br")[0]
    assert kept.headers["Content-Encoding"] == "br" and "immutable" in kept.headers["Cache-Control"]


def test_cookies_are_for_this_site_over_tls_alone(site):
    answer, _ = site.ask(f"{LESSON}/cau-hoi")
    kept = answer.headers["Set-Cookie"]
    assert kept.startswith("__Host-") and "Secure" in kept and "HttpOnly" in kept


def test_a_visit_is_one_line_there_and_one_here_under_the_same_number(site):
    number = site.ask("/giup-do")[0].headers["X-Request-ID"]
    written = lambda: (site.place / "elearn.log").read_text()  # noqa: E731
    deadline = time.monotonic() + 10
    while number not in written() and time.monotonic() < deadline:  # nginx writes after it has answered
        time.sleep(0.05)
    proxy = [json.loads(line) for line in written().splitlines()]
    platform = [json.loads(line) for line in site.log.read_text().splitlines() if line.startswith("{")]
    assert [line["status"] for line in proxy if line["request"] == number] == [200]
    assert [line["rule"] for line in platform if line.get("request") == number] == ["/giup-do"]
    assert "127.0.0.1" not in "".join(map(json.dumps, proxy + platform))
