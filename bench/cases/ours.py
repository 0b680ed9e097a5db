"""Our pages, over the seeded ward: as visitors, as residents who have come in, as helper and youth union."""

import random
import urllib.parse
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import create_engine, text

from bench.browser import Browser, hidden
from bench.bulk import FIRST_PHONE
from bench.cases import (
    ANSWER,
    CLASS,
    COMPLETE,
    FORM,
    HOME,
    OPEN,
    QUIZ,
    SIGN_IN,
    SIGN_IN_PAGE,
    Case,
    once,
    same,
)
from bench.cases.our_forms import SHARE, filled_in, lesson_page
from bench.load import Ask, NextAsk
from bench.seed import PIN, known, session
from bench.servers import Server, granian

NAMES = {"sqlite": "ours, SQLite", "postgresql": "ours, PostgreSQL"}
RESIDENTS = 200  # who read and answer in turn
ANSWERS, COMPLETIONS, SIGN_INS = 500, 300, 60  # how many forms are filled in for a round
HELLO, LESSON, PROGRESS, REPORT = "floor: hello", "floor: lesson", "floor: progress", "floor: report"


def server(place: Path, beside: tuple[int, ...] = (), limit: int = 0) -> Server:
    """Return our platform over what was seeded into the folder; `beside` is its database's process."""
    url = known(place)["database"]
    settings = {
        "ELEARN_INSTANCE": str(place),
        "ELEARN_COURSES": str(place / "courses"),
        "ELEARN_DEMO_DATABASE": "" if url.startswith("sqlite") else url,
    }
    name = NAMES[url.partition(":")[0].partition("+")[0]]
    made = granian("elearn.server.apps:demo_app", "/healthz", settings, name=name, beside=beside, limit=limit)
    made.host = known(place)["host"]
    return made


class Ours:
    """Who is signed in where, and what there is to ask for."""

    def __init__(self, server: Server) -> None:
        self.server, self.name = server, server.name
        self.told = known(Path(server.environment["ELEARN_INSTANCE"]))
        url, first = self.told["database"], self.told["first"]
        count = min(RESIDENTS, self.told["learners"])
        self.residents = [("Cookie", session(url, None, first + number)) for number in range(count)]
        self.youth = ("Cookie", session(url, "youth_union"))
        self.helper = ("Cookie", session(url, "helper"))
        self.lesson, self.engine = lesson_page(1), create_engine(url)
        self.done: set[tuple[int, int]] = set()  # resident, lesson: completed in an earlier round
        self.signed_in: dict[str, int] = {"pin": 0, "card": 0}

    def name_of(self, resident: int) -> str:
        """Return what the page calls a resident."""
        return f"{self.told['name']} {resident + 1}"

    def probe(self) -> Ask:
        """Ask for the page on which the name of the first resident stands."""
        return Ask(self.lesson, headers=(self.residents[0],), marker=self.name_of(0))

    def rows(self, table: str) -> int:
        """Count the rows of a table."""
        with self.engine.connect() as connection:
            return int(connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def cases(server: Server) -> list[Case]:
    """Return our cases, each beside the floor's that it is judged by."""
    ours = Ours(server)
    return [*_reading(ours), *_writing(ours), *_reports(ours)]


def _reading(ours: Ours) -> list[Case]:
    page, first = ours.lesson, ours.residents[0]
    lesson = Ask(page, headers=(first,), marker=ours.name_of(0))
    course = Ask(page.rpartition("/")[0], headers=(first,), marker=ours.name_of(0))
    quiz = Ask(f"{page}/cau-hoi", headers=(first,), marker="Câu 10 của bài 1")
    sign_in, three = Ask("/dang-nhap", marker="Đăng nhập"), "P3: at most 3"
    make = _maker(ours)
    return [
        make("W1 landing", same(Ask("/", marker="Bác muốn học")), HELLO, three),
        make("sign-in page", same(sign_in), HELLO, three, jobs=(SIGN_IN_PAGE,)),
        make("W2 public lesson", same(Ask(page, marker="Bác Hạnh")), HELLO, "P2: at most 1.3"),
        make("W2 unchanged (304)", lambda: _unchanged(ours, page), HELLO, "P2: at most 1.2"),
        make("W3 signed-in lesson", same(lesson), LESSON, "P1: at most 1.0", jobs=(OPEN,), probe=lesson),
        make("W4 course page", same(course), HELLO, jobs=(HOME,), probe=lesson),
        make("W5 quiz page", same(quiz), HELLO, probe=lesson),
    ]


def _writing(ours: Ours) -> list[Case]:
    make, probe = _maker(ours), ours.probe()
    answers = {"jobs": (QUIZ, ANSWER), "probe": probe, "kept": lambda: ours.rows("attempt")}
    complete = {"jobs": (COMPLETE,), "probe": probe, "kept": lambda: ours.rows("lesson_completion")}
    return [
        make("W6 answer", lambda: _answers(ours), PROGRESS, "P4: at most 2", **answers),
        make("W7 mark complete", lambda: _completions(ours), PROGRESS, **complete),
        make("W9 sign in by PIN", lambda: _by_pin(ours), "", "P9", jobs=(SIGN_IN,)),
        make("W9 sign in by card", lambda: _by_card(ours), HELLO, "P9: at most 3"),
        make("W10 evening class", lambda: _evening(ours), HELLO, probe=probe),
    ]


def _reports(ours: Ours) -> list[Case]:
    make, youth, helper = _maker(ours), ours.youth, ours.helper
    group = ours.told["group"]
    board = Ask("/tien-do", headers=(youth,), marker="Cộng")
    of_group = Ask(f"/tien-do/{group}", headers=(youth,), marker="<h1")
    roster = Ask(f"/to/{group}", headers=(helper,), marker=ours.told["name"])
    return [
        make("W8 board", same(board), REPORT, "P5", probe=board),
        make("W8 one group", same(of_group), HELLO, probe=board),
        make("W8 class of 300", same(roster), "", "P6", jobs=(CLASS,), probe=roster),
        make("W8 XLSX", same(Ask("/tien-do.xlsx", headers=(youth,))), HELLO, probe=board),
        make("W8 CSV", same(Ask("/tien-do.csv", headers=(youth,), marker="Cộng")), HELLO, probe=board),
    ]


def _maker(ours: Ours) -> Callable[..., Case]:
    def make(
        name: str, prepare: Callable[[], NextAsk], beside: str = "", aim: str = "", **more: object
    ) -> Case:
        return Case(ours.name, name, prepare, beside, aim, **more)  # type: ignore[arg-type]

    return make


def _unchanged(ours: Ours, page: str) -> NextAsk:
    """Ask for what the phone has already: the answer is 304 and carries nothing."""
    tag = Browser(ours.server.port, ours.server.host).get(page).header("ETag")
    ask = Ask(page, headers=(("If-None-Match", tag),), status=304)
    return lambda: ask


def _answers(ours: Ours, count: int = ANSWERS) -> NextAsk:
    """Fill in the questions otherwise each time, all wrong; sending is measured."""
    return once(_filled(ours, count))


def _filled(ours: Ours, count: int) -> list[Ask]:
    each = -(-count // len(ours.residents))
    asks = [
        Ask(f"{page}/luot-lam", "POST", (cookie, FORM), body, status=303, marker="/ket-qua/")
        for number, cookie in enumerate(ours.residents)
        for page in (lesson_page(1 + number % 5),)  # of those that are completed already
        for body in filled_in(ours.server, page, cookie, each)
    ]
    return asks[:count]


def _completions(ours: Ours, count: int = COMPLETIONS) -> NextAsk:
    """Fill in all right for lessons that the resident has not completed."""
    return once(_right(ours, count))


def _right(ours: Ours, count: int) -> list[Ask]:
    asks: list[Ask] = []
    for lesson in range(20, 10, -1):
        for number, cookie in enumerate(ours.residents):
            if len(asks) == count:
                return asks
            if (number, lesson) not in ours.done:
                ours.done.add((number, lesson))
                page = lesson_page(lesson)
                body = next(filled_in(ours.server, page, cookie, 1, right=True))
                ask = Ask(f"{page}/luot-lam", "POST", (cookie, FORM), body, status=303, marker="/ket-qua/")
                asks.append(ask)
    return asks


def _by_pin(ours: Ours) -> NextAsk:
    """Come in by phone number and PIN, each another learner, each from a new browser."""
    return once([_sign_in(ours, "/dang-nhap", number) for number in _others(ours, "pin")])


def _by_card(ours: Ours) -> NextAsk:
    """Come in by the QR code of a card: the button is measured, the page before it is not."""
    cards = ours.told["cards"]
    return once([_sign_in(ours, f"/the/{cards[number]}", number) for number in _others(ours, "card")])


def _others(ours: Ours, way: str) -> list[int]:
    start = ours.signed_in[way]
    ours.signed_in[way] += SIGN_INS
    return [number % min(300, ours.told["learners"]) for number in range(start, start + SIGN_INS)]


def _sign_in(ours: Ours, path: str, number: int) -> Ask:
    browser = Browser(ours.server.port, ours.server.host)
    fields = hidden(browser.get(path).body.decode())
    if not path.startswith("/the/"):
        fields |= {"who": f"0{FIRST_PHONE + number - 84_000_000_000}", "secret": PIN}
    body = urllib.parse.urlencode(fields)
    return Ask(path, "POST", (browser.cookie, FORM), body, status=303)


def _evening(ours: Ours) -> NextAsk:
    """Mix as on an evening: 70 % lessons, 10 % course pages, 15 % answers, 4 % completions, 1 % boards."""
    chance, whole = random.Random(7), 1000
    counts = {name: share * whole // 100 for name, share in SHARE.items()}
    reading = [
        Ask(
            lesson_page(1 + number % 20),
            headers=(ours.residents[number % len(ours.residents)],),
            marker="<h1",
        )
        for number in range(counts["lesson"])
    ]
    course = Ask(ours.lesson.rpartition("/")[0], headers=(ours.residents[1],), marker=ours.name_of(1))
    board = Ask("/tien-do", headers=(ours.youth,), marker="Cộng")
    asks = [*reading, *[course] * counts["course"], *[board] * counts["board"]]
    asks += _filled(ours, counts["answer"]) + _right(ours, counts["complete"])
    chance.shuffle(asks)
    return once(asks)
