"""The forms of our quizzes, filled in from the page as a phone would: all right, or all wrong."""

import html
import itertools
import re
import urllib.parse
from collections.abc import Iterator

from bench.browser import Browser, hidden
from bench.course import RIGHT
from bench.servers import Server
from bench.shelf import SLUG, lesson_slug

SHARE = {"lesson": 70, "course": 10, "answer": 15, "complete": 4, "board": 1}  # percent of an evening
CHOICE = re.compile(r'<input type="radio"[^>]*name="([^"]+)"[^>]*value="([^"]+)"[^>]*>(.*?)</label>', re.S)


def lesson_page(number: int) -> str:
    """Return the address of a lesson."""
    return f"/khoa-hoc/{SLUG}/{lesson_slug(number)}"


def filled_in(
    server: Server, page: str, cookie: tuple[str, str], count: int, *, right: bool = False
) -> Iterator[str]:
    """Yield filled forms: all right, or all wrong and no two the same, so that each is another attempt."""
    browser = Browser(server.port, server.host)
    text = browser.get(f"{page}/cau-hoi", Cookie=cookie[1]).body.decode()
    fixed = [(name, html.unescape(value)) for name, value in hidden(text).items()]
    offered: dict[str, list[str]] = {}
    for name, value, label in CHOICE.findall(text):
        if (RIGHT in html.unescape(label)) == right:
            offered.setdefault(name, []).append(value)
    assert offered, f"no questions at {page}"
    for chosen in itertools.islice(itertools.product(*offered.values()), count):
        yield urllib.parse.urlencode([*fixed, *zip(offered, chosen, strict=True)])
