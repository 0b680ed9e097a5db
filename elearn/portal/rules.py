"""The entries of a feed and their order, their ids, and the size of a window: plain functions."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

MOST_ENTRIES = 50
SINCE = 2026  # in the ids of entries: the year from which our names are ours (RFC 4151)
SIZES = {"board": (600, 480), "courses": (600, 640), "course": (600, 440), "lesson": (600, 300)}  # CSS pixels


class Entry(NamedTuple):
    """One entry of a feed. Its id stays when the thing is revised; `updated` tells that it was."""

    id: str
    url: str
    title: str
    summary: str
    published: datetime
    updated: datetime


def newest_first(entries: Iterable[Entry], always: Sequence[Entry] = ()) -> list[Entry]:
    """Return the newest entries, those of one moment in the order of their ids.

    Those that are `always` there have a place even on the day when a whole shelf is new.
    """
    newest = _in_order(entries)[: MOST_ENTRIES - len(always)]
    return _in_order([*newest, *always])


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(sorted(entries, key=lambda one: one.id), key=lambda one: one.updated, reverse=True)


def entry_id(host: str, path: str) -> str:
    """Return an id that no other site gives: a tag URI over the site's name and a path in it."""
    return f"tag:{host},{SINCE}:{path}"


def fitting(kind: str, max_width: int | None, max_height: int | None) -> tuple[int, int]:
    """Return width and height of a window in CSS pixels, no larger than asked for."""
    width, height = SIZES[kind]
    return min(width, max_width or width), min(height, max_height or height)
