"""What is asked of each server: the floor's bare pages, and ours beside them."""

import html
import itertools
import re
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bench.load import Ask

COURSE, LESSON = "thanh-toan-so", "quet-ma-qr"
PAGE = f"/khoa-hoc/{COURSE}/{LESSON}"


@dataclass(frozen=True)
class Case:
    """A kind of request: which server answers it, what comes next to ask, beside which case it is judged."""

    name: str
    server: str  # "floor" or "ours"
    prepare: Callable[[int], Callable[[], Ask | None]]  # given the port: make ready, outside what is measured
    beside: str
    aim: str


def every_case(cookies: dict[str, Any]) -> list[Case]:
    """Return the cases; `cookies` has a session of the floor, of many residents and of the youth union."""
    floor = {"Cookie": cookies["floor"]}
    residents = [{"Cookie": cookie} for cookie in cookies["residents"]]
    resident, youth = residents[0], {"Cookie": cookies["youth_union"]}
    return [
        Case("hello", "floor", _same(Ask("/hello", headers=floor, marker="Chào")), "hello", ""),
        Case("floor lesson", "floor", _same(Ask("/lesson", headers=floor, marker="Bác Hạnh")), "hello", ""),
        Case("floor progress", "floor", lambda _: _progress(floor), "hello", ""),
        Case("floor report", "floor", _same(Ask("/report", headers=floor, marker="Báo cáo")), "hello", ""),
        Case("public lesson", "ours", _same(Ask(PAGE, marker="Nhớ nhé")), "hello", "P2: at most 1.3"),
        Case("public lesson, unchanged", "ours", _unchanged, "hello", "P2: at most 1.2"),
        Case("home", "ours", _same(Ask("/", marker="Bác muốn học")), "hello", "P3: at most 3"),
        Case("sign-in page", "ours", _same(Ask("/dang-nhap", marker="Đăng nhập")), "hello", "P3: at most 3"),
        Case(
            "signed-in lesson", "ours", _same(Ask(PAGE, headers=resident, marker="Đang học")), "floor lesson",
            "P1: at most 1.0",
        ),
        Case("answer", "ours", lambda port: _answers(port, residents), "floor progress", "P4: at most 2"),
        Case("board", "ours", _same(Ask("/tien-do", headers=youth, marker="Cộng")), "floor report", "P5, P6"),
    ]  # fmt: skip


def _same(ask: Ask) -> Callable[[int], Callable[[], Ask | None]]:
    return lambda _port: lambda: ask


def _unchanged(port: int) -> Callable[[], Ask | None]:
    """Ask for what the phone has already: the answer is 304 and carries nothing."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{PAGE}") as answer:
        tag = answer.headers["ETag"]
    ask = Ask(PAGE, headers={"If-None-Match": tag}, status=304)
    return lambda: ask


def _progress(cookie: dict[str, str]) -> Callable[[], Ask | None]:
    numbers = itertools.cycle(range(1, 21))
    headers = cookie | {"Content-Type": "application/x-www-form-urlencoded"}
    return lambda: Ask("/progress", "POST", headers, f"lesson={next(numbers)}&answers=a,b,c", marker="kept")


def _answers(port: int, residents: list[dict[str, str]]) -> Callable[[], Ask | None]:
    """Fill in the questions for each resident, five times otherwise; sending is measured."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    asks = [
        Ask(f"{PAGE}/luot-lam", "POST", cookie | kind, body, status=303, marker="/ket-qua/")
        for cookie in residents
        for body in _filled_in(port, cookie, 5)
    ]
    forms = iter(asks)
    return lambda: next(forms, None)


def _filled_in(port: int, cookie: dict[str, str], count: int) -> Iterator[str]:
    """Yield filled forms: choices in every combination, so that no two are the same attempt."""
    page = urllib.request.Request(f"http://127.0.0.1:{port}{PAGE}/cau-hoi", headers=cookie)
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
