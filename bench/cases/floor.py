"""The floor's bare pages (bench/floor/app.py)."""

import itertools
import urllib.request
from collections.abc import Callable
from http.cookies import SimpleCookie
from pathlib import Path

from bench.cases import Case, same
from bench.load import Ask
from bench.servers import Server, granian


def server(place: Path) -> Server:
    """Return the floor, with a database of its own."""
    return granian("bench.floor.app:make_app", "/report", {"FLOOR_DATABASE": str(place / "floor.db")})


def cases(server: Server) -> list[Case]:
    """Return the floor's cases, signed in."""
    cookie = _cookie(server)
    return [
        Case("hello", same(Ask("/hello", headers=cookie, marker="Chào")), "hello"),
        Case("floor lesson", same(Ask("/lesson", headers=cookie, marker="Bác Hạnh")), "hello"),
        Case("floor progress", lambda: _progress(cookie), "hello"),
        Case("floor report", same(Ask("/report", headers=cookie, marker="Báo cáo")), "hello"),
    ]


def _cookie(server: Server) -> dict[str, str]:
    """Sign in, and let the session be renewed once, so that no case does it."""
    cookie: SimpleCookie = SimpleCookie()
    for path in ("/sign-in", "/hello"):
        headers = {"Cookie": f"session={cookie['session'].value}"} if cookie else {}
        with urllib.request.urlopen(urllib.request.Request(server.url(path), headers=headers)) as answer:
            cookie.update(SimpleCookie(answer.headers.get("Set-Cookie", "")))
    return {"Cookie": f"session={cookie['session'].value}"}


def _progress(cookie: dict[str, str]) -> Callable[[], Ask | None]:
    numbers = itertools.cycle(range(1, 21))
    headers = cookie | {"Content-Type": "application/x-www-form-urlencoded"}
    return lambda: Ask("/progress", "POST", headers, f"lesson={next(numbers)}&answers=a,b,c", marker="kept")
