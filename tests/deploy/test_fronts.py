"""The shipped proxies: understood by their own checkers, and doing what docs/server.md promises."""

import contextlib
import gzip
import json
import os
import socket
import ssl

import pytest

import config
from elearn.kit.headers import FIXED
from elearn.server.static import prepare_static_files
from tests.deploy.fronts import FRONTS, NAME, Echo, missing, trusting
from tests.serving import free_port

TOKEN = "tok-8f3kZqSecret"


@pytest.fixture(params=FRONTS)
def front(request, tmp_path):
    """A proxy that is not started yet, before an echo and over ready static files."""
    if sentence := missing(request.param):
        pytest.fail(sentence) if os.environ.get("CI") == "true" else pytest.skip(sentence)
    (tmp_path / "instance").mkdir()
    prepare_static_files(tmp_path / "instance")
    with Echo() as echo:
        front = FRONTS[request.param](tmp_path / "front", tmp_path / "instance", echo.port)
        front.echo = echo
        yield front


def test_the_proxy_understands_its_configuration(front):
    done = front.check()
    assert done.returncode == 0, done.stderr
    assert "warn" not in done.stderr.lower().replace('"level":"info"', ""), done.stderr


def test_static_files_come_ready_compressed_from_disk_and_are_kept_for_a_year(front):
    css = (front.instance / "static" / "app.css").read_bytes()
    with front:
        for encoding, suffix in {"br": ".br", "gzip": ".gz"}.items():
            answer, body = front.ask("/static/app.css?v=abc", Accept_Encoding=encoding)
            assert answer.status == 200 and answer.headers["Content-Encoding"] == encoding
            assert body == (front.instance / "static" / f"app.css{suffix}").read_bytes()
            assert "Accept-Encoding" in answer.headers["Vary"]
        plain, body = front.ask("/static/app.css?v=abc")
        assert body == css and "Content-Encoding" not in plain.headers
        assert plain.headers["Content-Type"].startswith("text/css")
        assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert front.ask("/static/app.css")[0].headers["Cache-Control"] == "no-cache"
        for name, value in FIXED.items():
            assert plain.headers.get_all(name) == [value], name
        assert plain.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert front.echo.heard == []


def test_in_containers_static_files_are_those_of_the_project_packed_on_the_way(front):
    """There the proxy does not see the platform's own folder (deploy/compose.yaml)."""
    if front.secure:
        pytest.skip("the containers have Caddy")
    front.instance = config.ROOT / "elearn"
    with front:
        answer, body = front.ask("/static/app.css?v=abc", Accept_Encoding="br, gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == (config.ROOT / "elearn" / "static" / "app.css").read_bytes()


def test_nothing_but_static_files_is_read_from_the_folder_of_the_platform(front):
    (front.instance / "secret.key").write_text("never to be seen")
    with front:
        for path in (
            "/secret.key",
            "/static/../secret.key",
            "/static/%2e%2e/secret.key",
            "/static%2f..%2fsecret.key",
        ):
            assert b"never to be seen" not in front.ask(path)[1]
        assert front.ask("/static/")[0].status in (403, 404) or "/static/" in front.echo.heard


def test_who_asks_is_told_by_the_proxy_alone(front):
    """ELEARN_PROXIES=1 believes one hop: what a visitor writes there must never reach the platform."""
    with front:
        answer, body = front.ask(
            "/", X_Forwarded_For="1.2.3.4", X_Forwarded_Proto="gopher", X_Forwarded_Host="evil.example",
            X_Forwarded_Prefix="/evil", X_Forwarded_Port="99", Forwarded="for=1.2.3.4", X_Real_IP="1.2.3.4",
        )  # fmt: skip
    told = json.loads(body)["headers"]
    assert answer.status == 200
    assert told["x-forwarded-for"] == "127.0.0.1"
    assert told["x-forwarded-proto"] == ("https" if front.secure else "http")
    assert told["x-forwarded-host"] == told["host"] == NAME
    assert not {"x-forwarded-prefix", "x-forwarded-port", "forwarded", "x-real-ip"} & set(told)
    assert "1.2.3.4" not in body.decode() and "evil" not in body.decode()


def test_what_the_platform_compressed_is_not_compressed_again(front):
    with front:
        answer, _ = front.ask("/", Accept_Encoding="br, gzip")
    assert "Content-Encoding" not in answer.headers


def test_a_slow_form_reaches_the_platform_only_when_it_is_whole(front):
    with front, front.line() as line:
        line.sendall(f"POST /nop HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 6\r\n\r\nabc".encode())
        assert front.ask("/khac")[0].status == 200
        assert front.echo.heard == ["/khac"]
        line.sendall(b"def")
        assert line.recv(100).startswith(b"HTTP/1.1 200")
    assert front.echo.heard == ["/khac", "/nop"]


def test_more_than_the_platform_may_take_is_refused_before_it(front):
    with front:
        assert front.ask("/nop", "POST", b"x" * 4_500_000)[0].status == 200  # the platform says no, in words
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it need not hear all of it
            assert front.ask("/nop2", "POST", b"x" * 6_000_000)[0].status == 413
    assert front.echo.heard == ["/nop"]


def test_nothing_that_leads_to_a_person_is_written_down(front):
    """Not while all is well, and not when the platform is away: then a proxy likes to quote the request."""
    paths = [f"/{way}/{TOKEN}" for way in ("the", "ve", "lop", "tien-do/xem")]
    seen = {"User_Agent": "Bphone 3", "Referer": f"https://{NAME}/ve/{TOKEN}", "Cookie": f"elearn-s={TOKEN}"}
    with front:
        for path in paths:
            assert front.ask(path, **seen)[0].status == 200
        front.echo.server.shutdown()
        front.echo.server.server_close()
        for path in paths:
            assert front.ask(path, "POST", TOKEN.encode(), **seen)[0].status == 503
        with front.line() as line:
            line.sendall(f"GET /the/{TOKEN} HTTP/1.1\r\nHost: {NAME}\r\nbad head {TOKEN}\r\n\r\n".encode())
            line.recv(100)
    written = front.written()
    assert written.count('"status":200') == len(paths)
    for secret in (TOKEN, "Bphone", "127.0.0.1:5", '"127.0.0.1"', "client: 127"):
        assert secret not in written


def test_while_the_platform_is_away_a_page_says_so(front):
    front.platform = free_port()
    with front:
        answer, body = front.ask("/khoa-hoc/thanh-toan-so")
        assert answer.status == 503 and answer.headers["Retry-After"] == "20"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Bác chờ nửa phút" in body.decode()
        assert front.ask("/static/app.css")[0].status == 200  # the page is dressed meanwhile


def test_without_tls_a_person_is_led_on_and_a_program_is_refused(front):
    with front:
        front.port, front.secure = front.plain_port, False
        answer, _ = front.ask("/the/x?y=1")
        assert answer.status == 308 and answer.headers["Location"] == f"https://{NAME}/the/x?y=1"
        for path in ("/api/v1/courses.json", "/metrics"):
            answer, _ = front.ask(path, Authorization="Bearer a-token")
            assert answer.status == 403 and "Location" not in answer.headers


def test_other_names_lead_nowhere(front):
    if not front.secure:
        pytest.skip("Caddy does this by itself, with certificates from the internet")
    with front, socket.create_connection(("127.0.0.1", front.port), 5) as line, pytest.raises(ssl.SSLError):
        trusting().wrap_socket(line, server_hostname="evil.example")
