"""Plain rules of targets, of quiet groups, and of a comparison that is fair to small groups."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from elearn.kit.formats import as_number, as_percent
from elearn.progress.rules import Filter, Row, share

QUIET_DAYS = 14
FEWEST_RANKED = 5  # learners; with fewer, one person more or less turns the order round

# What a target may be set on: all of it is counted as of now, whatever the period.
AIMS = {
    "people": ("Số người học", "count"),
    "finished": ("Số người đã xong ít nhất một khóa", "count"),
    "coverage": ("Độ phủ: người học trên số người lớn", "share"),
    "finished_share": ("Người đã xong ít nhất một khóa trên số người lớn", "share"),
    "homes_share": ("Hộ có ít nhất một người học trên số hộ", "share"),
}
OF_GROUPS = ("coverage", "finished_share", "homes_share")  # which of them each group can be held against


class Aim(NamedTuple):
    """A target of the ward: for a share the value lies between 0 and 1."""

    id: int
    name: str
    measure: str
    value: float
    due: date

    @property
    def words(self) -> str:
        """Return the value as a reader expects it."""
        return _words(self.value, self.measure)


class Aims(NamedTuple):
    """What a ward has set for its board."""

    targets: tuple[Aim, ...] = ()
    quiet_days: int = QUIET_DAYS


class Reached(NamedTuple):
    """How far the ward has come towards a target; `share` None where that is not known."""

    aim: Aim
    now: float | None
    share: float | None
    left: int  # whole days until the day it is due, less than none when it is past

    @property
    def words(self) -> str:
        """Return the value of now as a reader expects it."""
        return "—" if self.now is None else _words(self.now, self.aim.measure)

    @property
    def when(self) -> str:
        """Return how things stand with time."""
        due = f"hạn {self.aim.due:%d/%m/%Y}"
        if self.share is not None and self.share >= 1:
            return f"đã đạt, {due}"
        if self.left < 0:
            return f"{due}, đã qua {-self.left} ngày"
        return f"{due}, còn {self.left} ngày" if self.left else f"{due}, là hôm nay"


class FairRow(NamedTuple):
    """One group in the comparison. No rank: the note says why."""

    code: str
    name: str
    former_ward: str
    note: str
    rank: int | None
    reached: float | None  # share of the target; of all adults where no target is set
    gain_rank: int | None
    gain: float | None  # who came in the period, of the adults
    people: int
    alone: int
    assisted: int
    meeting: int
    kiosk: int


def aim_of(number: int, name: str, measure: str, kept: int, due: date) -> Aim:
    """Return a target as it is kept: people as they are, shares in percent."""
    return Aim(number, name, measure, kept / 100 if is_share(measure) else kept, due)


def is_share(measure: str) -> bool:
    """Is a target on this measure set in percent?"""
    return AIMS.get(measure, ("", ""))[1] == "share"


def reached(aims: Aims, total: Row, today: date) -> list[Reached]:
    """Hold the targets against the numbers of the whole ward."""
    found = []
    for aim in aims.targets:
        now = getattr(total, aim.measure)
        part = None if now is None else round(now / aim.value, 3)
        found.append(Reached(aim, now, part, (aim.due - today).days))
    return found


def is_of_all(asked: Filter) -> bool:
    """Does the filter leave in every course, audience and way? Targets are about all of them."""
    return not (asked.course or asked.audience or asked.how)


def aim_of_groups(aims: Aims, today: date) -> Aim | None:
    """Return the target that groups are compared by: the next due of those that a group can have."""
    of_groups = [aim for aim in aims.targets if aim.measure in OF_GROUPS]
    open_now = [aim for aim in of_groups if aim.due >= today]
    return (open_now or of_groups or [None])[0]


def quiet(rows: Sequence[Row], days: int, today: date) -> list[Row]:
    """Return today's groups in which nothing was counted for so many days, the longest quiet first."""
    before = today - timedelta(days=days)
    groups = [row for row in rows if row.kind == "regular" and not row.note]
    still = [row for row in groups if row.last_day is None or row.last_day <= before]
    return sorted(still, key=lambda row: row.last_day or date.min)


class Moved(NamedTuple):
    """How the groups did in the last seven days against the seven before."""

    more: list[Row]  # who did more, the most first
    less: list[Row]
    same: int


def moved(rows: Sequence[Row]) -> Moved:
    """Tell apart today's groups that did more than in the week before, and those that did less."""
    groups = [row for row in rows if row.kind == "regular" and not row.note]
    more = sorted((row for row in groups if row.change > 0), key=lambda row: -row.change)
    less = sorted((row for row in groups if row.change < 0), key=lambda row: row.change)
    return Moved(more, less, len(groups) - len(more) - len(less))


def compared(rows: Sequence[Row], aim: Aim | None) -> list[FairRow]:
    """Return today's groups beside each other: by how far they have come, and by how much they gained.

    Groups with fewer than five learners, or without a number of adults, stand last and have no rank.
    """
    groups = [row for row in rows if row.kind == "regular" and not row.note]
    done = {row.code: _reached(row, aim) for row in groups}
    gain = {row.code: _gain(row) for row in groups if done[row.code] is not None}
    by_done = _ranks({code: value for code, value in done.items() if value is not None})
    by_gain = _ranks({code: value for code, value in gain.items() if value is not None})
    lines = [
        FairRow(
            row.code, row.name, row.former_ward, _why_not(row, done[row.code]), by_done.get(row.code),
            done[row.code], by_gain.get(row.code), gain.get(row.code), row.people,
            row.alone, row.assisted, row.meeting, row.kiosk,
        )
        for row in groups
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (line.rank is None, line.rank or 0))


def total_of_fair(lines: Sequence[FairRow]) -> FairRow:
    """Return the sum of what can be added up; a rank cannot."""
    names = ("people", "alone", "assisted", "meeting", "kiosk")
    sums = {name: sum(getattr(line, name) for line in lines) for name in names}
    return FairRow("", "Cộng", "", "", None, None, None, None, **sums)


def _reached(row: Row, aim: Aim | None) -> float | None:
    if row.people < FEWEST_RANKED or row.doubtful:
        return None
    value = getattr(row, aim.measure if aim else "coverage")
    return None if value is None else round(value / (aim.value if aim else 1), 3)


def _gain(row: Row) -> float | None:
    return share(max(0, row.registered), row.adults)


def _ranks(values: dict[str, float]) -> dict[str, int]:
    """Number from 1; who is equal shares a number, and the next is as many behind."""
    return {code: 1 + sum(other > value for other in values.values()) for code, value in values.items()}


def _why_not(row: Row, done: float | None) -> str:
    if done is not None:
        return ""
    if row.people < FEWEST_RANKED:
        return f"dưới {FEWEST_RANKED} người học, không xếp hạng"
    return "kiểm lại số người lớn" if row.doubtful else "chưa đủ số, không xếp hạng"


def _words(value: float, measure: str) -> str:
    return as_percent(value) if is_share(measure) else as_number(round(value))
