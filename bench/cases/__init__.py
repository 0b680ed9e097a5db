"""What is asked of each system: a file a system.

A file has `NAME`; `server(place)`, which returns the Server to start over what was seeded into the folder
`place`; and `cases(server)`, which signs in afresh at the running server and returns its cases. A peer is one
more such file, named in systems.py.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bench.load import Ask, NextAsk

# the work that every system does, under one name
OPEN, HOME, COMPLETE = "open a lesson", "learner home", "mark complete"
QUIZ, ANSWER = "a quiz of ten questions", "one answer (ours: all ten)"
SIGN_IN_PAGE, SIGN_IN, CLASS = "sign-in page", "sign in by password", "class report"
JOBS = (OPEN, QUIZ, ANSWER, COMPLETE, HOME, SIGN_IN_PAGE, SIGN_IN, CLASS)
FORM = ("Content-Type", "application/x-www-form-urlencoded")


@dataclass(frozen=True)
class Case:
    """A kind of request: what comes next to ask, beside which case it is judged, and the aim.

    `each` is how many requests make one operation, where a page asks for more after itself. `jobs` name work
    that other systems do too (JOBS). `probe` must fit before and after: it asks for a page with the name of
    who is signed in. `kept` counts the rows that came of it: one for each answer.
    """

    system: str
    name: str
    prepare: Callable[[], NextAsk]  # makes ready, outside what is measured
    beside: str = ""
    aim: str = ""
    each: int = 1
    jobs: tuple[str, ...] = ()
    probe: Ask | None = None
    kept: Callable[[], int] | None = None

    @property
    def key(self) -> str:
        """Return what no other case is called."""
        return f"{self.system}: {self.name}"


def same(ask: Ask) -> Callable[[], NextAsk]:
    """Ask the same again and again."""
    return lambda: lambda: ask


def turns(asks: list[Ask]) -> Callable[[], NextAsk]:
    """Ask these in turn, again and again."""

    def prepare() -> NextAsk:
        place = -1

        def following() -> Ask:
            nonlocal place
            place = (place + 1) % len(asks)
            return asks[place]

        return following

    return prepare


def once(asks: list[Ask]) -> NextAsk:
    """Ask each of these once."""
    rest = iter(asks)
    return lambda: next(rest, None)
