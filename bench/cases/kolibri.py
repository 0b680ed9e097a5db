"""Kolibri: what its own pages ask for when a learner signs in, opens a lesson, answers, and a coach looks.

The seven requests of an opened lesson are those that its page sends in a browser, except for fixed files.
"""

import itertools
import json
from pathlib import Path

from bench import peers
from bench.browser import Browser
from bench.cases import (
    ANSWER,
    CLASS,
    COMPLETE,
    HOME,
    OPEN,
    QUIZ,
    SIGN_IN,
    SIGN_IN_PAGE,
    Case,
    same,
    turns,
)
from bench.load import Answer, Ask, NextAsk
from bench.servers import Server, free_port

NAME = "Kolibri"
LIMIT = 512  # MB
JSON = ("Content-Type", "application/json")
SESSION = '{"active":false,"browser":{"name":"Chrome","major":"156"},"os":{"name":"Android","major":"14"}}'


def server(place: Path) -> Server:
    """Return Kolibri as `kolibri start` starts it, over what was seeded into the folder."""
    port, zips = free_port(), free_port()
    program = peers.FOLDER / "kolibri" / "bin" / "kolibri"
    settings = peers.environment("kolibri", place) | {"KOLIBRI_ZIP_CONTENT_PORT": str(zips)}
    command = [str(program), "start", "--foreground", f"--port={port}"]
    return Server(NAME, command, port, "/api/public/info/", settings, folder=place, limit=LIMIT)


class Class:
    """Who is signed in, and the ids of what was seeded."""

    def __init__(self, server: Server) -> None:
        place = Path(server.environment["HOME"])
        self.server, self.told = server, json.loads((place / "told.json").read_text())
        self.learner, self.coach = self.sign_in("lan1"), self.sign_in("admin")
        self.headers = (self.learner.cookie, ("X-CSRFToken", self.learner.cookies["kolibri_csrftoken"]))

    def sign_in(self, name: str) -> Browser:
        """Sign somebody in; raise where that fails."""
        browser = self.newcomer()
        answer = self.send_secret(browser, name)
        if answer.status != 200:
            raise RuntimeError(f"Kolibri lets {name} not in: {answer.status}")
        return browser

    def newcomer(self) -> Browser:
        """Return a browser that has opened the sign-in page: its script asks for a session, with a token."""
        browser = Browser(self.server.port)
        browser.get("/vi/auth/")
        browser.send("/api/auth/session/current/", SESSION, "PUT", **{JSON[0]: JSON[1]})
        return browser

    def send_secret(self, browser: Browser, name: str) -> Answer:
        """Send name and password."""
        token = browser.cookies["kolibri_csrftoken"]
        return browser.send(
            "/api/auth/session/", self.secret(name), **{"Content-Type": JSON[1], "X-CSRFToken": token}
        )

    def secret(self, name: str) -> str:
        """Return what the sign-in page sends."""
        whole = {"username": name, "password": self.told["password"], "facility": self.told["facility"]}
        return json.dumps(whole)


def cases(server: Server) -> list[Case]:
    """Return Kolibri's cases."""
    here = Class(server)
    headers, told = here.headers, here.told
    probe = Ask("/api/auth/session/current/", "PUT", (*headers, JSON), SESSION, marker="Lan 1")
    coach = (here.coach.cookie,)
    report = Ask(f"/coach/api/classsummary/{told['classroom']}/", headers=coach, marker="Nguyễn Thị Lan 299")
    read, answered = lambda: _progress(here, "text"), lambda: _progress(here, "quiz")
    return [
        Case(NAME, "sign-in page", same(Ask("/vi/auth/", marker="<title>")), jobs=(SIGN_IN_PAGE,)),
        Case(NAME, "open a lesson", turns(_lesson(here, probe)), each=7, jobs=(OPEN,), probe=probe),
        Case(NAME, "learner home", turns(_home(here, probe)), each=6, jobs=(HOME,), probe=probe),
        Case(NAME, "record progress", read, jobs=(COMPLETE,), probe=probe),
        Case(NAME, "record an answer", answered, jobs=(ANSWER,), probe=probe),
        Case(NAME, "quiz of ten", answered, each=10, jobs=(QUIZ,), probe=probe),
        Case(NAME, "class of 300", same(report), jobs=(CLASS,), probe=report),
        Case(NAME, "sign in", lambda: _sign_in(here), jobs=(SIGN_IN,)),
    ]


def _lesson(here: Class, session: Ask) -> list[Ask]:
    headers, text = here.headers, here.told["text"]
    start = _start(here, "text")
    return [
        Ask("/vi/learn/", headers=headers, marker="<title>"),
        session,
        Ask("/learn/api/state", headers=headers),
        Ask(f"/api/content/contentnode/{text['id']}/", headers=headers, marker="Bài học 1"),
        Ask("/api/content/channel/?available=true", headers=headers, marker="Thanh toán số"),
        Ask(f"/api/bookmarks/bookmarks/?contentnode_id={text['id']}", headers=headers),
        Ask("/api/logger/trackprogress/", "POST", (*headers, JSON), start, marker="session_id"),
    ]


def _home(here: Class, session: Ask) -> list[Ask]:
    headers = here.headers
    person = json.loads(
        Browser.send(
            here.learner,
            session.path,
            SESSION,
            "PUT",
            **{"Content-Type": JSON[1], headers[1][0]: headers[1][1]},
        ).body
    )["user_id"]
    return [
        Ask("/vi/learn/", headers=headers, marker="<title>"),
        session,
        Ask("/learn/api/state", headers=headers),
        Ask("/api/content/channel/?available=true", headers=headers, marker="Thanh toán số"),
        Ask(f"/api/logger/userprogress/{person}/", headers=headers),
        Ask("/learn/api/homehydrate", headers=headers, marker="Tổ 5"),
    ]


def _start(here: Class, what: str) -> str:
    node = here.told[what]
    whole = {"node_id": node["id"], "content_id": node["content_id"], "channel_id": here.told["channel"]}
    more = {"kind": "html5"}
    if what == "quiz":
        more = {"kind": "exercise", "mastery_model": {"type": "m_of_n", "m": 8, "n": 10}}  # type: ignore[dict-item]
    return json.dumps(whole | more)


def _progress(here: Class, what: str) -> NextAsk:
    """Open the text or the quiz once; the steps that follow are measured."""
    headers = {"Content-Type": JSON[1], here.headers[1][0]: here.headers[1][1]}
    opened = json.loads(here.learner.send("/api/logger/trackprogress/", _start(here, what), **headers).body)
    path, number = f"/api/logger/trackprogress/{opened['session_id']}/", itertools.count(1)

    def following() -> Ask:
        body: dict[str, object] = {"progress_delta": 0.01, "time_spent_delta": 5}
        if what == "quiz":
            item = {"item": f"{next(number):032x}", "correct": 1, "time_spent": 5, "complete": True}
            body = {"interactions": [item | {"answer": {"choice": 1}}], "time_spent_delta": 5}
        return Ask(path, "PUT", (*here.headers, JSON), json.dumps(body), marker="complete")

    return following


def _sign_in(here: Class) -> NextAsk:
    """Come in by name and password, each another learner, each from a new browser."""

    def following() -> Ask:
        name = next(names)
        return Ask("/api/auth/session/", "POST", (*headers, JSON), here.secret(name), marker=name)

    names = itertools.cycle(here.told["learners"])
    browser = here.newcomer()
    headers = browser.cookie, ("X-CSRFToken", browser.cookies["kolibri_csrftoken"])
    return following
