"""NOW-LMS: what a learner does in it. It has no page that shows how a class of its course stands."""

import itertools
import json
import urllib.parse
from pathlib import Path

from bench import peers
from bench.browser import Browser, hidden
from bench.cases import COMPLETE, FORM, HOME, OPEN, QUIZ, SIGN_IN_PAGE, Case, same
from bench.load import Ask, NextAsk
from bench.servers import Server, free_port

NAME = "NOW-LMS"
LIMIT = 512  # MB


def server(place: Path) -> Server:
    """Return NOW-LMS under gunicorn, two processes of four threads, over what was seeded into the folder."""
    port = free_port()
    program = peers.FOLDER / "now-lms" / "bin" / "gunicorn"
    command = [
        str(program), "-b", f"127.0.0.1:{port}", "-k", "gthread", "-w", "2", "--threads", "4",
        "--keep-alive", "30", "--preload", "--no-control-socket", "now_lms:lms_app",
    ]  # fmt: skip
    settings = peers.environment("now-lms", place)
    return Server(NAME, command, port, "/user/login", settings, folder=place, limit=LIMIT)


def cases(server: Server) -> list[Case]:
    """Return NOW-LMS's cases."""
    told, browser = signed_in(server)
    headers, base = (browser.cookie,), f"/course/{told['course']}"
    lesson = Ask(f"{base}/resource/text/{told['texts'][0]}", headers=headers, marker="Bác Hạnh")
    probe = Ask("/home/panel", headers=headers, marker="Lan 1")
    token = hidden(browser.get(lesson.path).body.decode()).get("csrf_token", "")
    page, take = (
        Ask("/user/login", marker="csrf_token"),
        Ask(f"{base}/take", headers=headers, marker="Bài học 1"),
    )
    complete, answers = (
        lambda: _complete(told, base, headers, token),
        lambda: _answers(browser, told, headers),
    )
    return [
        Case(NAME, "sign-in page", same(page), jobs=(SIGN_IN_PAGE,)),
        Case(NAME, "open a lesson", same(lesson), jobs=(OPEN,), probe=probe),
        Case(NAME, "course page", same(take), jobs=(HOME,), probe=probe),
        Case(NAME, "mark complete", complete, jobs=(COMPLETE,), probe=probe),
        Case(NAME, "quiz", answers, jobs=(QUIZ,), probe=probe),
    ]


def signed_in(server: Server) -> tuple[dict, Browser]:  # type: ignore[type-arg]
    """Return what was seeded, and a browser in which the first learner has signed in."""
    told = json.loads((Path(server.environment["HOME"]) / "told.json").read_text())
    return told, _sign_in(server, told["learners"][0], told["password"])


def _sign_in(server: Server, name: str, password: str) -> Browser:
    browser = Browser(server.port)
    fields = hidden(browser.get("/user/login").body.decode())
    answer = browser.send_form("/user/login", fields | {"usuario": name, "acceso": password})
    if answer.status not in (200, 302) or b'name="acceso"' in answer.body:
        raise RuntimeError(f"NOW-LMS lets {name} not in: {answer.status}")
    return browser


def _complete(told: dict, base: str, headers: tuple, token: str) -> NextAsk:  # type: ignore[type-arg]
    texts = itertools.cycle(told["texts"])

    def following() -> Ask:
        path = f"{base}/resource/text/{next(texts)}/complete"
        body = urllib.parse.urlencode({"csrf_token": token})
        return Ask(path, "POST", (*headers, FORM), body, status=302, marker="/resource/")

    return following


def _answers(browser: Browser, told: dict, headers: tuple) -> NextAsk:  # type: ignore[type-arg]
    """Answer the ten questions of the first quiz, all of them wrong."""
    path = f"/evaluation/{told['quiz']}/take"
    fields = hidden(browser.get(path).body.decode())
    fields |= {f"question_{key}": options[1] for key, options in told["questions"].items()}
    ask = Ask(path, "POST", (*headers, FORM), urllib.parse.urlencode(fields), status=302, marker="/result")
    return lambda: ask
