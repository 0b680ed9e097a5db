"""What changed between two texts, where the checker's remarks stand, which facts want a look first."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from itertools import accumulate, groupby
from typing import NamedTuple

from elearn.library.document.model import Remark
from elearn.library.facts import Fact
from elearn.library.rules import moved
from elearn.people.permissions import Permission, Viewer

AROUND = 2  # unchanged lines shown on either side of a change or a remark
SOON = timedelta(days=30)
JUST_NOW = timedelta(minutes=15)
MOST_LISTED, MOST_LINES = 20_000, 600  # letters, lines; of more only the lines with remarks are listed
MOST_REMARKS = 60
MOST_COMPARED, MOST_MATCHES = 2_000, 100_000  # lines, pairs of equal lines; more would take seconds
MOST_SHOWN = 600  # lines of a comparison on one page
MOST_OF_A_LINE = 500  # letters of a line in a text of which not all is listed


def orders_after_a_step(order: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return for each lesson the whole order after it went one up and one down; empty at an end."""
    steps = {}
    for place, which in enumerate(order):
        up, down = (",".join(map(str, moved(order, which, by))) for by in (-1, 1))
        steps[which] = (up if place else "", down if place < len(order) - 1 else "")
    return steps


def ward_at(viewer: Viewer, permission: Permission, here: int) -> int:
    """Return the ward that this viewer works for: the one whose pages these are, or else their own."""
    if viewer.may_in(permission, ward_id=here):
        return here
    return next((scope.ward_id for scope in viewer.reach(permission) if scope.ward_id), here)


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


class ListedLine(NamedTuple):
    """A numbered line of a text with what the checker says about it."""

    number: int
    text: str
    remarks: tuple[Remark, ...]
    after_gap: bool  # lines in between are not listed


# -- two texts -----------------------------------------------------------------------------------


def changed_lines(old: str, new: str) -> list[DiffLine]:
    """Return what changed from the old text to the new one, with a little of what stands around it."""
    before, after = _lines(old), _lines(new)
    lines: list[DiffLine] = []
    end = 0
    for group in _groups(_steps(before, after)):
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
    left, right = _lines(mine), _lines(theirs)
    pairs: list[Pair] = []
    for tag, a, b, c, d in _steps(left, right):
        for step in range(max(b - a, d - c)):
            one = left[a + step] if a + step < b else None
            other = right[c + step] if c + step < d else None
            pairs.append(Pair(one, other, tag == "equal"))
    return pairs


def shown_of(lines: Sequence[DiffLine]) -> Sequence[DiffLine]:
    """Return as many lines of a comparison, from the first, as one page shows; at least one."""
    sums = accumulate(len(line.text) for line in lines[:MOST_SHOWN])
    return lines[: max(1, sum(letters <= MOST_LISTED for letters in sums))]


def fits_one_page(pairs: Sequence[Pair]) -> bool:
    """Return whether two texts side by side are short enough to be shown whole."""
    letters = sum(len(pair.left or "") + len(pair.right or "") for pair in pairs[:MOST_SHOWN])
    return len(pairs) <= MOST_SHOWN and letters <= 2 * MOST_LISTED


Step = tuple[str, int, int, int, int]


def _lines(text: str) -> list[str]:
    """Return the lines as the checker counts them: only a line feed ends one."""
    return text.removesuffix("\n").split("\n") if text else []


def _steps(before: Sequence[str], after: Sequence[str]) -> list[Step]:
    """Return how to come from one text to the other; a text that repeats itself is replaced in one piece."""
    head = next((n for n, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), None)
    head = min(len(before), len(after)) if head is None else head
    rest = list(zip(reversed(before[head:]), reversed(after[head:]), strict=False))
    tail = next((n for n, pair in enumerate(rest) if pair[0] != pair[1]), len(rest))
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    steps: list[Step] = [("equal", 0, head, 0, head)] if head else []
    steps.extend((tag, a + head, b + head, c + head, d + head) for tag, a, b, c, d in _compared(old, new))
    if tail:
        steps.append(("equal", len(before) - tail, len(before), len(after) - tail, len(after)))
    return steps


def _compared(old: Sequence[str], new: Sequence[str]) -> list[Step]:
    often = Counter(new)
    if not old and not new:
        return []
    if max(len(old), len(new)) > MOST_COMPARED or sum(often[line] for line in old) > MOST_MATCHES:
        return [("replace", 0, len(old), 0, len(new))]
    return list(SequenceMatcher(None, old, new, autojunk=False).get_opcodes())


def _groups(steps: Sequence[Step]) -> Iterator[list[Step]]:
    """Yield the changes that stand near each other, as difflib's grouped opcodes do."""
    matcher = SequenceMatcher(None, "", "", autojunk=False)
    matcher.opcodes = list(steps)  # type: ignore[attr-defined]
    yield from matcher.get_grouped_opcodes(AROUND)


# -- remarks beside the lines --------------------------------------------------------------------


def listed(text: str, remarks: Sequence[Remark]) -> list[ListedLine]:
    """Return the lines of a text with their remarks; of a long text only those around a remark, cut short."""
    lines = _lines(text) or [""]
    said = {
        number: tuple(group)
        for number, group in groupby(sorted(remarks), key=lambda one: min(max(one.line, 1), len(lines)))
    }
    shown: Sequence[int] = range(1, len(lines) + 1)
    if len(text) > MOST_LISTED or len(lines) > MOST_LINES:
        near = {at for number in said for at in range(number - AROUND, number + AROUND + 1)}
        shown = sorted(near.intersection(shown))
        lines = [_cut(line) for line in lines]
    return [
        ListedLine(number, lines[number - 1], said.get(number, ()), number > 1 and number - 1 != before)
        for before, number in zip([0, *shown], shown, strict=False)
    ]


def _cut(line: str) -> str:
    return line if len(line) <= MOST_OF_A_LINE else f"{line[:MOST_OF_A_LINE]}…"


def worst_first(remarks: Sequence[Remark]) -> list[Remark]:
    """Return the remarks in the order in which to deal with them: what stops a publication comes first."""
    return sorted(remarks, key=lambda one: (one.severity != "error", one))


def saved_just_now(saved_at: datetime, moment: datetime) -> bool:
    """Return whether a colleague may still be writing: they saved a few minutes ago."""
    return abs(moment - saved_at) < JUST_NOW


# -- facts ---------------------------------------------------------------------------------------

URGENCY = ("overdue", "unsure", "soon", "good")


def standing(fact: Fact, today: date) -> str:
    """Return how a fact stands: overdue, unsure (never verified), soon (due within 30 days) or good."""
    if fact.status != "verified":
        return "unsure"
    if today > fact.review_by:
        return "overdue"
    return "soon" if today + SOON > fact.review_by else "good"


def urgency(fact: Fact, today: date) -> tuple[int, date]:
    """Return the key that puts first what needs a look first."""
    return URGENCY.index(standing(fact, today)), fact.review_by
