"""The floor's bare pages (bench/floor/app.py)."""

import itertools
import os
import subprocess
import sys
from pathlib import Path

from bench.browser import Browser
from bench.cases import ANSWER, FORM, OPEN, Case, same
from bench.load import Ask, NextAsk
from bench.servers import ROOT, Server, granian

NAME, HELLO = "floor", "floor: hello"


def server(place: Path) -> Server:
    """Return the floor, with a database of its own: made before two processes would do so at once."""
    settings = {"FLOOR_DATABASE": str(place / "floor.db")}
    make = "from bench.floor.app import make_app; make_app()"
    subprocess.run([sys.executable, "-c", make], cwd=ROOT, env={**os.environ, **settings}, check=True)
    return granian("bench.floor.app:make_app", "/report", settings, name=NAME)


def cases(server: Server) -> list[Case]:
    """Return the floor's cases, signed in."""
    cookie = signed_in(server).cookie
    hello = Ask("/hello", headers=(cookie,), marker="Chào")
    lesson = Ask("/lesson", headers=(cookie,), marker="Nguyễn Thị Lan")
    return [
        Case(NAME, "hello", same(hello)),
        Case(NAME, "lesson", same(lesson), HELLO, jobs=(OPEN,), probe=lesson),
        Case(NAME, "progress", lambda: _progress(cookie), HELLO, jobs=(ANSWER,), probe=lesson),
        Case(NAME, "report", same(Ask("/report", headers=(cookie,), marker="Báo cáo")), HELLO),
    ]


def signed_in(server: Server) -> Browser:
    """Return a browser that has signed in. The session is renewed once here, so that no case does it."""
    browser = Browser(server.port)
    browser.get("/sign-in")
    browser.get("/hello")
    return browser


def _progress(cookie: tuple[str, str]) -> NextAsk:
    numbers = itertools.cycle(range(1, 21))
    return lambda: Ask(
        "/progress", "POST", (cookie, FORM), f"lesson={next(numbers)}&answers=a,b,c", marker="kept"
    )
