"""Plain rules of the helper's desk: how far somebody has come, how a list is shown, what a form offers."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from elearn.kit.words import matches

ROWS_A_PAGE = 50
SIXTEEN = 16
OLDEST, THE_LAST_YEAR = 1900, 2100  # of a year of birth


class State(StrEnum):
    """How far a neighbour has come; the values stand in addresses."""

    NOT_BEGUN = "chua-bat-dau"
    UNDERWAY = "do-dang"
    FINISHED = "da-xong"


STATES = {State.NOT_BEGUN: "Chưa bắt đầu", State.UNDERWAY: "Dở dang", State.FINISHED: "Đã xong"}

AUDIENCES = {
    "unsaid": "Chưa hỏi",
    "resident": "Người dân",
    "official": "Cán bộ, công chức, viên chức",
    "business": "Hộ kinh doanh hoặc doanh nghiệp",
    "youth": "Đoàn viên thanh niên",
}
WAYS = {
    "alone": "tự học",
    "assisted": "có người hướng dẫn",
    "kiosk": "ở máy dùng chung",
    "meeting": "ở lớp",
}


def state_of(started: int, finished: int) -> State:
    """Return how far somebody is who has started and finished so many courses."""
    if finished:
        return State.FINISHED
    return State.UNDERWAY if started else State.NOT_BEGUN


def masked(phone: str | None) -> str:
    """Return a kept phone number as a list shows it: only its end, to tell two namesakes apart."""
    return f"••• ••• {phone[-3:]}" if phone else ""


def is_meant(asked: str, *texts: str | None) -> bool:
    """Do the texts together hold every word that was asked for? Nothing asked means everyone."""
    return matches(asked, " ".join(text or "" for text in texts))


class Part(NamedTuple):
    """One page of a longer list."""

    number: int
    pages: int
    rows: Sequence[Any]


def part_of(rows: Sequence[Any], asked: str | None) -> Part:
    """Return the page of the list that was asked for; what is no page means the nearest one."""
    pages = max(1, -(-len(rows) // ROWS_A_PAGE))
    number = int(asked) if asked and asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    number = min(max(number, 1), pages)
    return Part(number, pages, rows[(number - 1) * ROWS_A_PAGE : number * ROWS_A_PAGE])
