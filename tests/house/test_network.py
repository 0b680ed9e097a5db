"""No look at the network: the platform answers who comes, and opens no connection to anyone (T-ssrf)."""

import ast
import socket
from pathlib import Path

import pytest

from tests.security.doors import EVERYONE, as_person, doors

ROOT = Path(__file__).parents[2]
CLIENTS = {
    *("requests", "httpx", "aiohttp", "urllib3", "pycurl", "websocket", "websockets", "paramiko", "boto3"),
    *("smtplib", "ftplib", "imaplib", "poplib", "nntplib", "telnetlib", "xmlrpc", "socketserver", "asyncio"),
    *("urllib.request", "http.client", "socket"),
}  # fmt: skip
MAY = {f"elearn/server/{name}.py": {"socket"} for name in ("doors", "listen", "shared")}  # these are called


def test_nothing_that_calls_out_is_imported():
    for path in [*(ROOT / "elearn").rglob("*.py"), ROOT / "config.py", ROOT / "wsgi.py"]:
        name = str(path.relative_to(ROOT))
        for node in ast.walk(ast.parse(path.read_text())):
            found = set()
            if isinstance(node, ast.Import):
                found = {part for alias in node.names for part in prefixes(alias.name)}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found = {part for alias in node.names for part in prefixes(f"{node.module}.{alias.name}")}
            assert not found & CLIENTS - MAY.get(name, set()), f"{name} imports {found & CLIENTS}"


def prefixes(name):
    """Return "a", "a.b", "a.b.c" of "a.b.c"."""
    parts = name.split(".")
    return {".".join(parts[:length]) for length in range(1, len(parts) + 1)}


@pytest.fixture
def cut_off(monkeypatch):
    """Cut the line: whoever looks for a host or connects to one is caught."""

    def refuse(*what, **_):
        raise AssertionError(f"a look at the network: {what[1:]}")

    for name in ("connect", "connect_ex", "sendto", "sendmsg"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, lambda *what, **_: refuse(None, *what))


@pytest.mark.faults
@pytest.mark.parametrize("name", EVERYONE)
def test_every_page_is_made_without_a_look_at_the_network(lively, cut_off, name):
    browser, opened = as_person(lively, name), 0
    for door in doors(lively):
        if door.method == "GET":
            response = browser.get(door.path)
            assert response.status_code < 500, door.path
            opened += response.status_code == 200
            response.close()
    assert opened > 10


def test_a_line_that_is_cut_is_noticed(cut_off):
    """The guard itself works."""
    with pytest.raises(AssertionError, match="network"):
        socket.create_connection(("127.0.0.1", 9))
    with socket.socket() as line, pytest.raises(AssertionError, match="network"):
        line.connect(("127.0.0.1", 9))
