"""Plain rules of a campaign (chiến dịch): what it counts, whom it means, what may be told, what is sealed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from elearn.movement.corrections import Difference, compared
from elearn.progress.rules import FEWEST_LEARNERS, Counted, may_be_told, rounded

DONE_BY_ALL = 1.0


class Measure(NamedTuple):
    """Something that a campaign can aim at; `unit` follows a number."""

    heading: str
    unit: str
    says: str


MEASURES = {
    "finished": Measure("Xong khóa", "lượt xong khóa", "Số lượt học xong cả một khóa trong kỳ."),
    "started": Measure("Bắt đầu", "lượt bắt đầu khóa", "Số lượt bắt đầu một khóa trong kỳ."),
    "registered": Measure(
        "Ghi tên mới",
        "người ghi tên",
        "Số người ghi tên hoặc ghi tổ lần đầu trong kỳ. Không tính theo khóa học.",
    ),
}


class Terms(NamedTuple):
    """What is set of a campaign; no groups means all of them."""

    name: str
    since: date
    until: date
    measure: str
    target: int
    courses: tuple[int, ...]
    groups: tuple[int, ...] = ()


class Line(NamedTuple):
    """One group's numbers in a campaign, as they are."""

    code: str
    name: str
    former_ward: str
    registered: int
    started: int
    lessons: int
    finished: int


class PublicLine(NamedTuple):
    """One course's numbers for anyone to read: rounded; None where nothing may be told."""

    title: str
    started: int | None
    finished: int | None


class PublicCounts(NamedTuple):
    """What anyone may read of a campaign, as of a Monday; the sums are of what the lines show."""

    lines: tuple[PublicLine, ...]
    registered: int | None
    started: int | None
    finished: int | None


# -- numbers -------------------------------------------------------------------------------------


def total_of(lines: Sequence[Line]) -> Line:
    """Return the sum of the lines."""
    return Line("", "Cộng", "", *(sum(getattr(line, name) for line in lines) for name in Line._fields[3:]))


def public_counts(
    groups: Sequence[Counted], fresh: Mapping[str, int], courses: Mapping[int, str], *, some: bool
) -> PublicCounts:
    """Return what anyone may read: by course, all groups together. `fresh`: who registered, by group;
    `courses`: their titles.

    Most groups are too small to be told of by themselves. Those with fewer than ten learners count only
    together, and not at all where some groups were chosen (`some`): with what the public board shows, such a
    sum would tell of few.
    """
    told = [group for group in groups if group.learners >= FEWEST_LEARNERS]
    small = [group for group in groups if group.learners < FEWEST_LEARNERS]
    if not some and sum(group.learners for group in small) >= FEWEST_LEARNERS:
        told += small
    learners = sum(group.learners for group in told)
    lines = tuple(
        PublicLine(
            title,
            _told(sum(group.started.get(course, 0) for group in told), learners),
            _told(sum(group.finished.get(course, 0) for group in told), learners),
        )
        for course, title in courses.items()
    )
    registered = _told(sum(fresh.get(group.code, 0) for group in told), None)
    return PublicCounts(lines, registered, _sum(lines, "started"), _sum(lines, "finished"))


def share_of(done: int | None, target: int) -> float:
    """Return how much of the target is reached, at most all of it."""
    return min(DONE_BY_ALL, round((done or 0) / target, 3))


def _told(count: int, of: int | None) -> int | None:
    return rounded(count) if may_be_told(count, of) else None


def _sum(lines: Sequence[PublicLine], name: str) -> int | None:
    told = [getattr(line, name) for line in lines if getattr(line, name) is not None]
    return sum(told) if told else None


# -- when ----------------------------------------------------------------------------------------


def state_of(since: date, until: date, day: date) -> str:
    """Return "before", "running" or "over"."""
    if day < since:
        return "before"
    return "running" if day <= until else "over"


def days_left(until: date, day: date) -> str:
    """Return how many days of a running campaign are left, in words."""
    left = (until - day).days
    return f"còn {left} ngày" if left else "hôm nay là ngày cuối"


# -- the frozen copy -----------------------------------------------------------------------------


def differences(frozen: Sequence[Mapping[str, Any]], lines: Sequence[Line]) -> list[Difference]:
    """Return what has been corrected since: group by group, also groups that came or went."""
    return compared(frozen, [line._asdict() for line in lines], COUNTED)


def changed_terms(frozen: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return, in words, what has been set otherwise since: then numbers differ, and nobody was wrong."""
    return [words for name, words in TERMS.items() if name in frozen and frozen[name] != now[name]]


TERMS = {
    "campaign": "tên",
    "since": "ngày bắt đầu",
    "until": "ngày kết thúc",
    "measure": "chỉ tiêu tính bằng gì",
    "target": "chỉ tiêu",
    "courses": "khóa",
    "groups": "tổ",
}
COUNTED = {  # what is aimed at most often stands first: on a phone the first columns are seen at once
    "finished": "Xong khóa",
    "lessons": "Bài đã xong",
    "started": "Bắt đầu",
    "registered": "Ghi tên mới",
}
TOLD = {name: one.says for name, one in MEASURES.items()} | {
    "lessons": "Số bài học của các khóa ấy làm xong lần đầu trong kỳ. Làm lại không tính thêm.",
}
