"""Our pages, over the trial ward: as visitors, as residents who have come in, as the youth union."""

import html
import itertools
import re
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.cases import Case, same
from bench.load import Ask
from bench.seed import session
from bench.servers import Server, granian

PAGE = "/khoa-hoc/thanh-toan-so/quet-ma-qr"
RESIDENTS = 80  # who answer in turn: nobody answers one lesson hundreds of times


def server(place: Path) -> Server:
    """Return our platform over the trial ward in the folder (bench/seed.py makes it)."""
    return granian("elearn.server.apps:demo_app", "/healthz", {"ELEARN_INSTANCE": str(place)})


def cases(server: Server) -> list[Case]:
    """Return our cases, each beside the floor's that it is judged by."""
    place = Path(server.environment["ELEARN_INSTANCE"])
    residents = [{"Cookie": session(place, None, number)} for number in range(RESIDENTS)]
    youth = {"Cookie": session(place, "youth_union")}
    asked = Ask(PAGE, headers=residents[0], marker="Đang học")
    return [
        Case("public lesson", same(Ask(PAGE, marker="Nhớ nhé")), "hello", "P2: at most 1.3"),
        Case("public lesson, unchanged", lambda: _unchanged(server), "hello", "P2: at most 1.2"),
        Case("home", same(Ask("/", marker="Bác muốn học")), "hello", "P3: at most 3"),
        Case("sign-in page", same(Ask("/dang-nhap", marker="Đăng nhập")), "hello", "P3: at most 3"),
        Case("signed-in lesson", same(asked), "floor lesson", "P1: at most 1.0"),
        Case("answer", lambda: _answers(server, residents), "floor progress", "P4: at most 2"),
        Case("board", same(Ask("/tien-do", headers=youth, marker="Cộng")), "floor report", "P5, P6"),
    ]


def _unchanged(server: Server) -> Callable[[], Ask | None]:
    """Ask for what the phone has already: the answer is 304 and carries nothing."""
    with urllib.request.urlopen(server.url(PAGE)) as answer:
        tag = answer.headers["ETag"]
    ask = Ask(PAGE, headers={"If-None-Match": tag}, status=304)
    return lambda: ask


def _answers(server: Server, residents: list[dict[str, str]]) -> Callable[[], Ask | None]:
    """Fill in the questions for each resident, five times otherwise; sending is measured."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    asks = [
        Ask(f"{PAGE}/luot-lam", "POST", cookie | kind, body, status=303, marker="/ket-qua/")
        for cookie in residents
        for body in filled_in(server, cookie, 5)
    ]
    forms = iter(asks)
    return lambda: next(forms, None)


def filled_in(server: Server, cookie: dict[str, str], count: int) -> Iterator[str]:
    """Yield filled forms: choices in every combination, so that no two are the same attempt."""
    page = urllib.request.Request(server.url(f"{PAGE}/cau-hoi"), headers=cookie)
    with urllib.request.urlopen(page) as answer:
        text = answer.read().decode()
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', text))
    offered: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input[^>]*type="radio"[^>]*name="([^"]+)"[^>]*value="([^"]+)"', text):
        offered.setdefault(name, []).append(value)
    ticked = re.findall(r'<input[^>]*type="checkbox"[^>]*name="([^"]+)"[^>]*value="([^"]+)"', text)
    fixed = [(name, html.unescape(value)) for name, value in hidden.items()] + ticked
    for chosen in itertools.islice(itertools.cycle(itertools.product(*offered.values())), count):
        yield urllib.parse.urlencode([*fixed, *zip(offered, chosen, strict=True)])
