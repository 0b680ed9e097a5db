"""Plain rules of the helper's desk: how far somebody has come, and how it is called."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

SIXTEEN = 16
STOPPED = timedelta(days=14)  # without an attempt, and with a course begun
MANY_TRIES = 4  # at one lesson, and not through yet
OLDEST, THE_LAST_YEAR = 1900, 2100  # of a year of birth


class State(StrEnum):
    """How far a neighbour has come; the values stand in addresses."""

    NOT_BEGUN = "chua-bat-dau"
    UNDERWAY = "do-dang"
    FINISHED = "da-xong"


STATES = {State.NOT_BEGUN: "Chưa bắt đầu", State.UNDERWAY: "Dở dang", State.FINISHED: "Đã xong"}


def state_of(started: int, finished: int) -> State:
    """Return how far somebody is who has started and finished so many courses."""
    if finished:
        return State.FINISHED
    return State.UNDERWAY if started else State.NOT_BEGUN


# -- whom to look in on --------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """A request for help that waits."""

    request_id: int
    person_id: int
    name: str | None  # None: without a name
    about: str  # in words, or ""
    lesson: str | None
    day: date


@dataclass(frozen=True)
class Stuck:
    """Somebody who has tried a lesson many times and is not through."""

    person_id: int
    name: str
    lesson: str
    tries: int


@dataclass(frozen=True)
class Stopped:
    """Somebody who has begun a course, has not finished it, and has not tried anything for long."""

    person_id: int
    name: str
    course: str
    last_day: date


@dataclass
class Visit:
    """Whom it is worth looking in on, and why: a sentence each."""

    person_id: int
    name: str | None
    request_id: int | None = None
    why: list[str] = field(default_factory=list)


def worth_a_visit(asked: Iterable[Asked], stuck: Iterable[Stuck], stopped: Iterable[Stopped]) -> list[Visit]:
    """Return each person once, with every reason there is: first who asked (by name before those without,
    who waits longest on top), then who is stuck (most tries on top), then who stopped (the latest on top)."""
    visits: dict[int, Visit] = {}
    for request in sorted(asked, key=lambda one: (one.name is None, one.day, one.request_id)):
        visit = visits.setdefault(request.person_id, Visit(request.person_id, request.name))
        visit.request_id = request.request_id
        visit.why.append(_asked_said(request))
    for one in sorted(stuck, key=lambda one: (-one.tries, one.person_id)):
        visit = visits.setdefault(one.person_id, Visit(one.person_id, one.name))
        visit.why.append(f"Làm bài “{one.lesson}” {one.tries} lần chưa qua.")
    for left in sorted(stopped, key=lambda one: (-one.last_day.toordinal(), one.person_id)):
        visit = visits.setdefault(left.person_id, Visit(left.person_id, left.name))
        visit.why.append(f"Học dở khóa “{left.course}”, dừng từ {left.last_day:%d/%m/%Y}.")
    return list(visits.values())


def _asked_said(one: Asked) -> str:
    said = f"Nhờ giúp ngày {one.day:%d/%m/%Y}"
    if one.about:
        said += f": {one.about[0].lower()}{one.about[1:]}"
    return said + (f", khi học bài “{one.lesson}”." if one.lesson else ".")
