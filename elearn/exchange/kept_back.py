"""Which counts may leave a ward: those of whole weeks, and of five or more; smaller ones only together.

A week that is over never changes, so two files say the same of it, and what a later file says more is whole
weeks, each held to the same rule. Nothing can be had by taking one file from another (docs/tally.md).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from elearn.kit.clock import monday_of
from elearn.people.models import Audience
from elearn.progress.rules import DAY, FEWEST, FEWEST_LEARNERS, WEEK, rounded

Place = tuple[date, str, str, str]  # the week's Sunday, course, audience, way of learning
Counts = list[int]


def last_sunday_before(day: date) -> date:
    """Return the last day of the last week that was over before this day."""
    return monday_of(day) - DAY


def sunday_of(day: date) -> date:
    """Return the last day of the week in which the day lies."""
    return monday_of(day) + timedelta(days=6)


def whole_weeks(since: date | None, until: date | None, today: date) -> tuple[date | None, date]:
    """Return the first and last day of the weeks that lie whole within the days asked for and are over."""
    first = None if since is None else monday_of(since + WEEK - DAY)
    last = last_sunday_before(min((until or today) + DAY, today))
    return first, last


class Rest:
    """What was too small to be told of a single group, added up for the whole ward."""

    def __init__(self) -> None:
        self.counts: dict[tuple[date, str, str], Counts] = defaultdict(list)

    def keep(self, place: Place, counts: Counts) -> Counts:
        """Return what may be told of a group; what is small goes to the others, without its audience."""
        small = [count if -FEWEST < count < FEWEST else 0 for count in counts]
        if not any(small):
            return counts
        week, course, _, how = place
        so_far = self.counts[week, course, how] or [0] * len(counts)
        self.counts[week, course, how] = [one + more for one, more in zip(so_far, small, strict=True)]
        return [count - less for count, less in zip(counts, small, strict=True)]

    def rows(self) -> Iterator[tuple[Place, Counts]]:
        """Yield what may be told of all of them together."""
        for (week, course, how), counts in sorted(self.counts.items()):
            told = [count if count >= FEWEST else 0 for count in counts]
            if any(told):
                yield (week, course, Audience.UNSAID, how), told


def standings_told(
    groups: Mapping[str, Mapping[str, Counts]], adults: Mapping[str, int | None], rest: str
) -> Iterator[tuple[str, str, Counts]]:
    """Yield group, course and how people stood at the end of the last week, in steps of five.

    A group with fewer than ten people, or nearly all of whose adults are among them, is told only together
    with the others like it; course "" is about people: how many there are, have started, have finished.
    """
    others: dict[str, Counts] = defaultdict(lambda: [0, 0, 0])
    for code, courses in sorted(groups.items()):
        people = courses.get("", [0, 0, 0])[0]
        known = adults.get(code)
        if people < FEWEST_LEARNERS or (known is not None and abs(known - people) < FEWEST):
            for course, counts in courses.items():
                others[course] = [one + more for one, more in zip(others[course], counts, strict=True)]
            continue
        yield from _in_steps(code, courses)
    if others.get("", [0])[0] >= FEWEST_LEARNERS:
        yield from _in_steps(rest, others)


def _in_steps(code: str, courses: Mapping[str, Counts]) -> Iterator[tuple[str, str, Counts]]:
    for course, counts in sorted(courses.items()):
        told = [rounded(count) for count in counts]
        if any(told):
            yield code, course, told
