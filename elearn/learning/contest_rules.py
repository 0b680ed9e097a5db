"""Plain rules of a contest (cuộc thi): when it is open, what is asked of whom, who stands where."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import blake2s
from itertools import pairwise
from typing import NamedTuple

from elearn.kit.clock import begins

BEFORE, RUNNING, GRACE, OVER = "before", "running", "grace", "over"
GRACE_MINUTES = 60  # who has begun before the end may hand in for so long after it
DAY = timedelta(days=1)
HELPED = frozenset({"assisted", "meeting"})  # somebody sat beside; ranked apart
MOST_QUESTIONS, FEWEST_QUESTIONS = 40, 5
UNITS = ((86_400, "ngày"), (3_600, "giờ"), (60, "phút"), (1, "giây"))


# -- when ----------------------------------------------------------------------------------------


def ends_at(until: date) -> datetime:
    """Return the moment from which nobody can begin any more."""
    return begins(until + DAY)


def last_call(until: date) -> datetime:
    """Return the moment from which nothing is taken any more, and the right answers may be shown."""
    return ends_at(until) + timedelta(minutes=GRACE_MINUTES)


def state_of(since: date, until: date, moment: datetime) -> str:
    """Return "before", "running", "grace" (who has begun may hand in) or "over"."""
    if moment < begins(since):
        return BEFORE
    if moment < ends_at(until):
        return RUNNING
    return GRACE if moment < last_call(until) else OVER


# -- what is asked -------------------------------------------------------------------------------


def drawn(pool: Mapping[int, Sequence[str]], count: int, seed: str) -> list[str]:
    """Return so many of the questions, as evenly from the courses as there are; the seed alone decides
    which, and in which order. Where there are fewer, all of them."""
    left = {course: _shuffled(keys, seed) for course, keys in sorted(pool.items())}
    turn = _shuffled(map(str, left), seed)
    taken: list[str] = []
    while len(taken) < count and any(left.values()):
        for course in turn:
            if left[int(course)] and len(taken) < count:
                taken.append(left[int(course)].pop())
    return _shuffled(taken, f"{seed} order")


def _shuffled(keys: Iterable[str], seed: str) -> list[str]:
    return sorted(set(keys), key=lambda one: (blake2s(f"{seed}\0{one}".encode()).digest(), one))


# -- who stands where ----------------------------------------------------------------------------


class Result(NamedTuple):
    """What one counted go came to."""

    entry_id: int
    right: int
    seconds: int


class Handed(NamedTuple):
    """An entry that was handed in, and who is behind it now (`root`: whoever they were merged into)."""

    entry_id: int
    root: int
    handed_in_at: datetime


class Ranked(NamedTuple):
    """A place in the list. Who had as many right in as many seconds shares it."""

    rank: int
    result: Result


def counted_once(entries: Iterable[Handed]) -> set[int]:
    """Return the ids of the entries that count: of one person's, the one that was handed in first."""
    first: dict[int, Handed] = {}
    for one in entries:
        other = first.get(one.root)
        if other is None or (one.handed_in_at, one.entry_id) < (other.handed_in_at, other.entry_id):
            first[one.root] = one
    return {one.entry_id for one in first.values()}


def ranked(results: Iterable[Result]) -> list[Ranked]:
    """Return everybody in order: most right first, then who took less time; then they stand together."""
    places: list[Ranked] = []
    for number, one in enumerate(sorted(results, key=_order), start=1):
        last = places[-1] if places else None
        shares = last is not None and _order(last.result)[:2] == _order(one)[:2]
        places.append(Ranked(last.rank if last and shares else number, one))
    return places


def _order(one: Result) -> tuple[int, int, int]:
    return -one.right, one.seconds, one.entry_id


def took(seconds: int) -> str:
    """Say how long it took, in the two largest units: "18 phút 5 giây", "2 giờ 4 phút"."""
    seconds = max(seconds, 0)
    for (size, name), (smaller, its_name) in pairwise(UNITS):
        if seconds >= size:
            count, left = divmod(seconds, size)
            return f"{count} {name}" + (f" {left // smaller} {its_name}" if left >= smaller else "")
    return f"{seconds} giây"
