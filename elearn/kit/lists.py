"""A long list in pages, and the rows of it that a search means."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from elearn.kit.words import matches

ROWS_A_PAGE = 50


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
