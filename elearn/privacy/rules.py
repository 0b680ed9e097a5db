"""What may be asked about one's data, and until when it is answered: plain values in, plain values out."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from elearn.privacy.register import ACTIVITIES

SATURDAY = 5
REPLY_WORKING_DAYS = 2
STOP_DAYS, STOP_DAYS_ELSEWHERE = 15, 20  # by oneself; when somebody else has to stop as well
STOP_EXTENSION = 15


class Kind(StrEnum):
    """What may be asked."""

    ACCESS = "access"
    CORRECTION = "correction"
    COPY = "copy"
    ERASURE = "erasure"
    WITHDRAWAL = "withdrawal"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    COMPLAINT = "complaint"


class State(StrEnum):
    """How far a request has come."""

    NEW = "new"
    IN_HAND = "in_hand"
    DONE = "done"
    REFUSED = "refused"


OPEN = (State.NEW, State.IN_HAND)
TO_STOP = frozenset({Kind.WITHDRAWAL, Kind.RESTRICTION, Kind.OBJECTION})


class Terms(NamedTuple):
    """How many days the ward gives itself, where no text of law was read in full (see docs/privacy.md)."""

    answer_days: int = 10  # to show, correct, copy; also for a complaint
    erase_days: int = 20
    elsewhere: bool = False  # does another body process data for the ward?
    holidays: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()  # Saturdays and Sundays that are worked instead

    def days(self, kind: str) -> int:
        """Return within how many days a request of this kind is done."""
        if kind in TO_STOP:
            return STOP_DAYS_ELSEWHERE if self.elsewhere else STOP_DAYS
        return self.erase_days if kind == Kind.ERASURE else self.answer_days

    def extension(self, kind: str) -> int:
        """Return by how many days the term may be extended, once."""
        return STOP_EXTENSION if kind in TO_STOP else self.days(kind)

    def is_by_law(self, kind: str) -> bool:
        """Does the number of days come from the decree, and not from the ward's own rules?"""
        return kind in TO_STOP


DEFAULTS = {
    "answer_days": "10",
    "erase_days": "20",
    "processor": "",  # who processes data for the ward, such as the company whose machine it is
    "holidays": "",
    "worked": "",
    "contact": "",  # who answers for personal data in the ward
}
DEFAULTS |= {f"basis_{key}": "" for key in ACTIVITIES}  # the ward's own words for a legal basis


def terms_of(settings: Mapping[str, str]) -> Terms:
    """Return the terms that the ward's settings come to."""
    return Terms(
        answer_days=int(settings["answer_days"]),
        erase_days=int(settings["erase_days"]),
        elsewhere=bool(settings["processor"]),
        holidays=read_days(settings["holidays"]),
        worked=read_days(settings["worked"]),
    )


class Due(NamedTuple):
    """The last days for a first answer and for doing it."""

    reply_by: date
    act_by: date


def due(kind: str, asked_on: date, terms: Terms) -> Due:
    """Return until when a request is answered and done; the day on which it came is not counted.

    The first answer counts working days; the rest counts every day, which is never later.
    """
    return Due(
        after_working_days(asked_on, REPLY_WORKING_DAYS, terms.holidays, terms.worked),
        asked_on + timedelta(days=terms.days(kind)),
    )


def after_working_days(
    day: date, count: int, holidays: Collection[date] = (), worked: Collection[date] = ()
) -> date:
    """Return the day that is so many working days (Monday to Friday, no holidays) after this one."""
    while count:
        day += timedelta(days=1)
        count -= is_worked(day, holidays, worked)
    return day


def is_worked(day: date, holidays: Collection[date] = (), worked: Collection[date] = ()) -> bool:
    """Is it a working day in the ward's office?"""
    return day in worked or (day.weekday() < SATURDAY and day not in holidays)


class Standing(NamedTuple):
    """As much of a request as decides whether it is late."""

    state: str
    reply_by: date
    act_by: date
    replied: bool

    def next_day(self) -> date | None:
        """Return the next day by which something must have happened; None when nothing is left to do."""
        if self.state not in OPEN:
            return None
        return self.act_by if self.replied else min(self.reply_by, self.act_by)

    def is_late(self, today: date) -> bool:
        """Is a last day over?"""
        day = self.next_day()
        return day is not None and day < today


# -- the ward's list of holidays -----------------------------------------------------------------

_DAY = r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"
_LINE = re.compile(rf"\s*{_DAY}(?:\s*(?:-|–|đến)\s*{_DAY})?\s*(.*)")
LONGEST_HOLIDAY = 15


class NotADay(ValueError):
    """A line of the list cannot be read; the message says which, and how to write it."""


def read_days(text: str) -> frozenset[date]:
    """Return the days of a list, a line each: "02/09/2026 Quốc khánh", "30/04/2026 - 03/05/2026"."""
    return frozenset(day for line in text.splitlines() if line.strip() for day in _days_of(line))


def _days_of(line: str) -> Iterable[date]:
    match = _LINE.fullmatch(line)
    try:
        if match is None:
            raise ValueError
        first = date(int(match[3]), int(match[2]), int(match[1]))
        last = date(int(match[6]), int(match[5]), int(match[4])) if match[4] else first
    except ValueError:
        raise NotADay(
            f"Dòng “{line.strip()[:40]}” chưa đọc được. Xin ghi như: 02/09/2026 Quốc khánh."
        ) from None
    if not first <= last < first + timedelta(days=LONGEST_HOLIDAY):
        raise NotADay(
            f"Dòng “{line.strip()[:40]}”: ngày cuối phải sau ngày đầu, nhiều nhất {LONGEST_HOLIDAY} ngày."
        )
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
