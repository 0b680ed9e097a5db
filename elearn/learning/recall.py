"""When a question that was answered wrongly is asked again (ôn lại), and when it is mastered.

Nothing of it is kept: the attempts tell it, so that merging people, handing results over and erasing need no
care for it. A wrong answer brings a question back after 2 days, the first right one after 7 more, the second
after 21 more, and the third masters it. Right before it is due (as in a second go the same day) changes
nothing; wrong at any time begins anew. It is the same whether a lesson or a recall has asked.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple, Protocol

WAITS = tuple(timedelta(days=days) for days in (2, 7, 21))
MOST_A_DAY = 3

Question = tuple[int, str]  # the lesson, and the question's key in it


class Go(Protocol):
    """What somebody answered at once."""

    @property
    def lesson_id(self) -> int: ...
    @property
    def day(self) -> date: ...
    @property
    def asked(self) -> Sequence[str]: ...
    @property
    def right_keys(self) -> Collection[str]: ...


class Recall(NamedTuple):
    """How a question that was once answered wrongly stands with somebody."""

    times_right: int
    due_on: date
    asked_on: date | None  # the last day on which it was asked because it was due

    @property
    def mastered(self) -> bool:
        """Was it right as often as it takes?"""
        return self.times_right >= len(WAITS)

    def is_due(self, day: date) -> bool:
        """Is it to be asked again by that day?"""
        return not self.mastered and self.due_on <= day


def recalls(goes: Iterable[Go]) -> dict[Question, Recall]:
    """Return how every question stands that was once wrong; `goes` in the order in which they were sent."""
    found: dict[Question, Recall] = {}
    for go in goes:
        for key in go.asked:
            before = found.get((go.lesson_id, key))
            if key not in go.right_keys:
                found[go.lesson_id, key] = _after_wrong(before, go.day)
            elif before is not None and before.is_due(go.day):
                found[go.lesson_id, key] = _after_right(before, go.day)
    return found


def _after_wrong(before: Recall | None, day: date) -> Recall:
    was_due = before is not None and before.is_due(day)
    return Recall(0, day + WAITS[0], day if was_due else before and before.asked_on)


def _after_right(before: Recall, day: date) -> Recall:
    times = before.times_right + 1
    return Recall(times, day + WAITS[min(times, len(WAITS) - 1)], day)


def due_in_order(states: Mapping[Question, Recall], day: date) -> list[Question]:
    """Return what is to be asked by that day: first what was wrong the last time, then what waits longest."""
    due = [question for question, state in states.items() if state.is_due(day)]
    return sorted(due, key=lambda one: (states[one].times_right > 0, states[one].due_on, one))


def left_today(states: Mapping[Question, Recall], day: date) -> int:
    """Return how many more may be asked on that day."""
    return max(0, MOST_A_DAY - sum(state.asked_on == day for state in states.values()))


def next_day(states: Mapping[Question, Recall], day: date) -> date | None:
    """Return the first day after this one on which something is due, or None."""
    waits = [max(state.due_on, day + timedelta(days=1)) for state in states.values() if not state.mastered]
    return min(waits, default=None)
