"""The figures of a report: plain values that are kept as they were, with a digest, and compared later."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Counts:
    """What was done in some days."""

    registered: int = 0
    started: int = 0
    lessons: int = 0
    courses: int = 0
    mastered: int = 0


COUNTED = tuple(field.name for field in fields(Counts))
HEADINGS = {
    "registered": "người ghi tên mới",
    "started": "lượt bắt đầu khóa học",
    "lessons": "bài học làm xong",
    "courses": "lượt học xong cả khóa",
    "mastered": "câu hỏi đã nắm vững",
}


@dataclass(frozen=True)
class Part:
    """A part of the whole (a group, a course, an audience, a way of learning): in the period, in the period
    before it (None: there is none), and how people stand on the day the report is made."""

    key: str
    name: str
    now: Counts
    before: Counts | None = None
    people: int = 0
    finished: int = 0
    adults: int | None = None
    coverage: float | None = None
    kind: str = ""
    note: str = ""


@dataclass(frozen=True)
class Posters:
    """Posters with a code, and how often a lesson was opened by one."""

    made: int = 0
    hanging: int = 0
    came: int = 0
    came_before: int | None = None


@dataclass(frozen=True)
class Activity:
    """What was done by one channel: meetings, the loudspeaker …"""

    channel: str
    count: int
    unit: str  # what is counted: "buổi", "lượt phát" …
    groups: int = 0  # in how many residential groups
    attendees: int | None = None  # None: nobody wrote down how many came


@dataclass(frozen=True)
class Difficulty:
    """A difficulty (vướng mắc) that a unit reported, and what became of it."""

    unit: str
    what: str
    state: str
    answer: str = ""


@dataclass(frozen=True)
class Figures:
    """Everything that a report counts. Days are written 2026-11-26; None means not known."""

    ward: str
    since: str | None
    until: str
    made_on: str
    previous_since: str | None
    previous_until: str | None
    only: tuple[str, ...]  # what the figures leave everything else out of, in words
    total: Part
    ever: Counts
    offered: int  # courses that can be learnt
    groups: tuple[Part, ...]
    courses: tuple[Part, ...]
    audiences: tuple[Part, ...]
    ways: tuple[Part, ...]
    posters: Posters | None = None  # None, as of the next two: a filter was asked for that they do not have
    activities: tuple[Activity, ...] | None = None
    difficulties: tuple[Difficulty, ...] | None = None


class Correction(NamedTuple):
    """A figure that differs from that of the former version of the report."""

    what: str
    before: int | None
    after: int | None


def as_text(kept: Any) -> str:
    """Return a dataclass as text: the same values give the same bytes."""
    return json.dumps(asdict(kept), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """Return the digest by which a kept text proves that it is as it was."""
    return hashlib.sha256(text.encode()).hexdigest()


def from_text(text: str) -> Figures:
    """Return kept figures; what a later program counts besides is as if it had not been counted."""
    kept = json.loads(text)
    parts = {name: tuple(map(_part, kept[name])) for name in ("groups", "courses", "audiences", "ways")}
    seen = {
        name: None if kept.get(name) is None else tuple(kind(**_known(kind, one)) for one in kept[name])
        for name, kind in (("activities", Activity), ("difficulties", Difficulty))
    }
    whole = {
        "only": tuple(kept["only"]),
        "total": _part(kept["total"]),
        "ever": Counts(**_known(Counts, kept["ever"])),
        "posters": Posters(**_known(Posters, posters)) if (posters := kept.get("posters")) else None,
    }
    return Figures(**_known(Figures, kept) | parts | seen | whole)


def corrections(former: Figures, later: Figures) -> list[Correction]:
    """Return what differs between two versions of the report of one period, in the order of the report."""
    before, after = dict(_named(former)), dict(_named(later))
    return [
        Correction(what, before.get(what), after.get(what))
        for what in dict.fromkeys([*before, *after])
        if (before.get(what) or 0) != (after.get(what) or 0)  # a group that came or went with nothing is none
    ]


def _named(figures: Figures) -> Iterator[tuple[str, int]]:
    """Yield every count that a reader may have quoted, with its name. Where people stand on the day itself
    is left out: that grows without anything having been wrong."""
    places = (
        ("Toàn phường", (figures.total,)),
        ("", figures.groups),
        ("Khóa", figures.courses),
        ("Đối tượng", figures.audiences),
        ("Cách học", figures.ways),
    )
    for heading, parts in places:
        for part in parts:
            name = " ".join(
                word for word in (heading, part.name if part is not figures.total else "") if word
            )
            for counter in COUNTED:
                yield f"{name}: {HEADINGS[counter]}", getattr(part.now, counter)


def _part(kept: dict[str, Any]) -> Part:
    before = kept.get("before")
    counts = {"now": Counts(**_known(Counts, kept["now"])), "before": None}
    if before is not None:
        counts["before"] = Counts(**_known(Counts, before))
    return Part(**_known(Part, kept) | counts)


def _known(kind: Any, kept: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in kept.items() if name in names}
