"""What changed between two texts, line by line, and which facts want somebody's attention first."""

from collections.abc import Sequence
from datetime import date, timedelta
from difflib import SequenceMatcher
from typing import NamedTuple

from elearn.library.facts import Fact

AROUND = 2  # unchanged lines shown on either side of a change
SOON = timedelta(days=30)


class DiffLine(NamedTuple):
    """A line of a comparison: kept (" "), taken out ("-"), put in ("+"), or a gap ("…")."""

    sign: str
    number: int | None  # in the new text; in the old one for a line taken out
    text: str


class Pair(NamedTuple):
    """A line of two texts side by side; None where one has no such line."""

    left: str | None
    right: str | None
    same: bool


def changed_lines(old: str, new: str) -> list[DiffLine]:
    """Return what changed from the old text to the new one, with a little of what stands around it."""
    before, after = old.splitlines(), new.splitlines()
    lines: list[DiffLine] = []
    end = 0
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(AROUND):
        if group[0][3] > end:
            lines.append(DiffLine("…", None, ""))
        for tag, old_from, old_to, new_from, new_to in group:
            if tag == "equal":
                lines.extend(DiffLine(" ", at + 1, after[at]) for at in range(new_from, new_to))
            else:
                lines.extend(DiffLine("-", at + 1, before[at]) for at in range(old_from, old_to))
                lines.extend(DiffLine("+", at + 1, after[at]) for at in range(new_from, new_to))
        end = group[-1][4]
    if lines and end < len(after):
        lines.append(DiffLine("…", None, ""))
    return lines


def side_by_side(mine: str, theirs: str) -> list[Pair]:
    """Return both texts whole, line beside line, so that nothing either wrote is out of sight."""
    left, right = mine.splitlines(), theirs.splitlines()
    pairs: list[Pair] = []
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        for step in range(max(b - a, d - c)):
            one = left[a + step] if a + step < b else None
            other = right[c + step] if c + step < d else None
            pairs.append(Pair(one, other, tag == "equal"))
    return pairs


def standing(fact: Fact, today: date) -> str:
    """Return how a fact stands: overdue, unsure (never verified), soon (due within 30 days) or good."""
    if fact.status != "verified":
        return "unsure"
    if today > fact.review_by:
        return "overdue"
    return "soon" if today + SOON > fact.review_by else "good"


def most_urgent_first(facts: Sequence[Fact], today: date) -> list[Fact]:
    """Return the facts, those that need a look first."""
    order = ("overdue", "unsure", "soon", "good")
    return sorted(facts, key=lambda fact: (order.index(standing(fact, today)), fact.review_by))
