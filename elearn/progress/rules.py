"""Plain rules of the board: periods, filters, shares, order, and what the public may be shown."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from elearn.kit.clock import monday_of
from elearn.kit.small_counts import FEWEST as FEWEST  # THREATS 4.5: found here by all who count
from elearn.kit.small_counts import FEWEST_PEOPLE as FEWEST_LEARNERS
from elearn.kit.small_counts import STEP as STEP
from elearn.kit.small_counts import may_be_told as may_be_told
from elearn.kit.small_counts import rounded as rounded
from elearn.learning import words as learning_words
from elearn.people import words as people_words

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
TREND_WEEKS = 12
MANY_WORDS = 40  # no parameter is longer; what is longer is not ours
PERIODS = {
    "7-ngay": "7 ngày gần đây",
    "tuan-nay": "Tuần này",
    "thang-nay": "Tháng này",
    "tat-ca": "Từ trước đến nay",
    "khoang": "Từ ngày đến ngày",
}
AUDIENCES = {
    "nguoi-dan": ("resident", people_words.AUDIENCES["resident"]),
    "can-bo": ("official", people_words.AUDIENCES["official"]),
    "ho-kinh-doanh": ("business", people_words.AUDIENCES["business"]),
    "doan-vien": ("youth", people_words.AUDIENCES["youth"]),
    "chua-noi": ("unsaid", people_words.AUDIENCES["unsaid"]),
}
WAYS = {
    "tu-hoc": ("alone", learning_words.WAYS["alone"]),
    "co-nguoi-giup": ("assisted", learning_words.WAYS["assisted"]),
    "may-chung": ("kiosk", learning_words.WAYS["kiosk"]),
    "buoi-hop": ("meeting", learning_words.WAYS["meeting"]),
}
VIEWS = {"": "Bảng", "cot": "Biểu đồ cột", "tuan": "Từng tuần", "so-sanh": "So sánh"}
CORRECTED = {
    "code": "mã tổ",
    "former_ward": "phường cũ",
    "households": "số hộ",
    "adults": "số người lớn",
}


# -- periods and filters -------------------------------------------------------------------------


@dataclass(frozen=True)
class Period:
    """The whole days that a board counts, both ends included; `since` None: from the beginning."""

    name: str
    since: date | None
    until: date

    @property
    def words(self) -> str:
        """Return the period as a sentence says it."""
        end = f"{self.until:%d/%m/%Y}"
        if self.since is None:
            return f"từ trước đến hết ngày {end}"
        return f"ngày {end}" if self.since == self.until else f"từ {self.since:%d/%m/%Y} đến hết ngày {end}"


@dataclass(frozen=True)
class Filter:
    """What a reader asked the board for. What is not understood is left out, never an error."""

    period: Period
    course: str = ""  # the course's word in the address
    audience: str = ""  # keys of AUDIENCES and WAYS
    how: str = ""
    sort: str = "group"
    descending: bool = False
    view: str = ""  # a key of VIEWS; "" is the table
    bar: str = ""  # which column the bars show

    @property
    def audience_value(self) -> str | None:
        """Return the audience as the tallies keep it."""
        return AUDIENCES[self.audience][0] if self.audience else None

    @property
    def how_value(self) -> str | None:
        """Return the way of learning as the tallies keep it."""
        return WAYS[self.how][0] if self.how else None

    def parameters(self, **other: str) -> dict[str, str]:
        """Return the address parameters that ask for this again, with some of them changed.

        The days are spelt out, so that a link that is sent shows the receiver the same numbers.
        """
        since = self.period.since
        asked = {
            "khoa": self.course,
            "doi-tuong": self.audience,
            "cach": self.how,
            "ky": "tat-ca" if since is None else "khoang",
            "tu": since.isoformat() if since else "",
            "den": self.period.until.isoformat(),
            "sap-xep": "" if self.sort == "group" else self.sort,
            "chieu": "giam" if self.descending else "",
            "xem": self.view,
            "cot": self.bar,
        }
        return {name: value for name, value in (asked | other).items() if value}


def read_filter(asked: Mapping[str, str], today: date, sorts: Iterable[str]) -> Filter:
    """Return the filter that the parameters of an address ask for."""
    course = asked.get("khoa", "")
    sort = asked.get("sap-xep", "")
    return Filter(
        period=read_period(asked, today),
        course=course if re.fullmatch(r"[a-z0-9-]{1,100}", course) else "",
        audience=_one_of(asked.get("doi-tuong", ""), AUDIENCES),
        how=_one_of(asked.get("cach", ""), WAYS),
        sort=sort if sort in set(sorts) else "group",
        descending=asked.get("chieu") == "giam",
        view=_one_of(asked.get("xem", ""), VIEWS),
        bar=asked.get("cot", "") if re.fullmatch(r"[a-z_]{1,20}", asked.get("cot", "")) else "",
    )


def without_course(asked: Filter) -> Filter:
    """Return the filter for every course: the one in the address is not (or no longer) there."""
    return replace(asked, course="")


def read_period(asked: Mapping[str, str], today: date) -> Period:
    """Return the period asked for; it never reaches past today. The seven days that end today are usual."""
    name = asked.get("ky", "")
    since, until = _day(asked.get("tu", "")), _day(asked.get("den", ""))
    if name not in PERIODS:
        name = "khoang" if since or until else "7-ngay"
    end = min(until or today, today)
    match name:
        case "tat-ca":
            return Period(name, None, end)
        case "khoang":
            first, last = (until, since) if since and until and since > until else (since, end)
            return Period(name, first, min(last or today, today))
        case "tuan-nay":
            return Period(name, monday_of(today), today)
        case "thang-nay":
            return Period(name, today.replace(day=1), today)
    return Period("7-ngay", today - WEEK + DAY, today)


def two_weeks(until: date) -> tuple[date, date, date]:
    """Return the first days of the week before last and of the last seven days, and their last day."""
    return until - 2 * WEEK + DAY, until - WEEK + DAY, until


def trend_starts(until: date) -> list[date]:
    """Return the first day of each of the twelve weeks (of seven days) that end with this day."""
    return [until - WEEK * back + DAY for back in range(TREND_WEEKS, 0, -1)]


# -- shares, rows and totals ---------------------------------------------------------------------


class Covered(NamedTuple):
    """What the shares of a line were made of, where it stands for many groups: a city adds these up."""

    people: int = 0
    finished: int = 0
    adults: int = 0


class Row(NamedTuple):
    """One line of the board, exactly as the screen, the paper and the files show it."""

    code: str
    name: str
    former_ward: str
    kind: str
    note: str  # "trước khi tách", "đã kết thúc", or ""
    registered: int
    started: int
    lessons: int
    courses: int
    mastered: int
    change: int
    alone: int
    assisted: int
    kiosk: int
    meeting: int
    people: int
    finished: int
    adults: int | None
    coverage: float | None
    finished_share: float | None
    doubtful: bool = False  # more people than adults: "kiểm lại số người lớn"
    households: int | None = None
    homes: int = 0  # households, by the labels that helpers gave, of which somebody learns
    homes_finished: int = 0  # of which somebody has finished a course
    homes_share: float | None = None
    last_day: date | None = None  # when something was last counted here, whatever the filter
    weeks: tuple[int, ...] = ()  # lessons in each week of the trend, where asked for
    covered: Covered = Covered()  # of a ward on the board of a city


class PublicRow(NamedTuple):
    """One line of the public board: rounded, as of a Monday; None where nothing may be told."""

    code: str
    name: str
    former_ward: str
    learners: int | None
    started: int | None
    finished: int | None


ADDED_UP = (
    "registered",
    "started",
    "lessons",
    "courses",
    "mastered",
    "change",
    "alone",
    "assisted",
    "kiosk",
    "meeting",
    "people",
    "finished",
)


def share(part: int, whole: int | None) -> float | None:
    """Return the part as a share with one decimal of a percentage, or None when the whole is not known.

    It is rounded here, once, so that the screen and every file say the same.
    """
    if not whole:
        return None
    return min(1.0, round(part / whole, 3))


def is_doubtful(people: int, adults: int | None) -> bool:
    """Are there more people than adults, so that the number of adults must be wrong?"""
    return adults is not None and people > adults


class Change(NamedTuple):
    """Something that happened to a group, or (not its own) to another that concerns it."""

    day: date
    kind: str
    own: bool
    other: str
    before: str
    after: str

    @property
    def words(self) -> str:
        """Return what happened as a sentence tells it."""
        match self.kind, self.own:
            case "merged", True:
                return f"Nhập vào {self.other}"
            case "merged", False:
                return f"Nhận {self.other} nhập vào"
            case "split", True:
                return f"Tách ra {self.other}. Kết quả trước ngày này vẫn ở tổ cũ"
            case "split", False:
                return f"Được tách từ {self.other}"
            case "renamed", _:
                return f"Đổi tên: {self.before} → {self.after}"
            case "corrected", _:
                field, _, before = self.before.partition("=")
                after = self.after.partition("=")[2]
                return f"Sửa {CORRECTED.get(field, field)}: {_known(before)} → {_known(after)}"
        return {"made": "Lập tổ", "closed": "Kết thúc"}.get(self.kind, "Thay đổi")


def _known(text: str) -> str:
    return "—" if text in ("", "None") else text


def total_of(rows: Sequence[Row]) -> Row:
    """Return the sum of the rows. The shares leave out the groups that have none of their own."""
    sums = {name: sum(getattr(row, name) for row in rows) for name in ADDED_UP}
    known = [row for row in rows if row.coverage is not None]
    adults = sum(row.adults or 0 for row in known)
    return Row(
        code="", name="Cộng", former_ward="", kind="", note="",
        adults=sum(row.adults or 0 for row in rows) or None,
        coverage=share(sum(row.people for row in known), adults),
        finished_share=share(sum(row.finished for row in known), adults),
        households=sum(row.households or 0 for row in rows) or None,
        homes=sum(row.homes for row in rows),
        homes_finished=sum(row.homes_finished for row in rows),
        homes_share=_homes_share(rows),
        last_day=max((row.last_day for row in rows if row.last_day), default=None),
        weeks=tuple(map(sum, zip(*(row.weeks for row in rows), strict=True))),
        **sums,
    )  # fmt: skip


def share_of_homes(homes: int, households: int | None) -> float | None:
    """Return the share of households of which somebody learns; None where more are labelled than exist."""
    return share(homes, households) if homes <= (households or 0) else None


def _homes_share(rows: Sequence[Row]) -> float | None:
    known = [row for row in rows if row.homes_share is not None]
    return share(sum(row.homes for row in known), sum(row.households or 0 for row in known))


def in_order(rows: Sequence[Row], sort: str, descending: bool) -> list[Row]:
    """Return the rows in the order asked for, unknown values last; rows come in the ward's own order."""
    if sort == "group":
        return list(reversed(rows)) if descending else list(rows)
    known = [row for row in rows if getattr(row, sort) is not None]
    unknown = [row for row in rows if getattr(row, sort) is None]
    return sorted(known, key=lambda row: getattr(row, sort), reverse=descending) + unknown


# -- the public board ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Counted:
    """What a group had altogether before a Monday; started and finished are by course."""

    code: str
    name: str
    former_ward: str
    adults: int | None
    learners: int
    started: Mapping[int, int]
    finished: Mapping[int, int]


def public_board(groups: Sequence[Counted], course_id: int | None) -> list[PublicRow]:
    """Return what anyone may see: groups of ten learners or more, the others together, rounded down to 5."""
    shown = [group for group in groups if group.learners >= FEWEST_LEARNERS]
    others = [group for group in groups if group.learners < FEWEST_LEARNERS]
    rows = [_public_row(group, course_id) for group in shown]
    if others:
        rows.append(_public_row(_together(others), course_id))
    return rows


def public_total(rows: Sequence[PublicRow]) -> PublicRow:
    """Return the sum of what is shown, and of nothing else: the true sum would tell what was left out."""
    return PublicRow("", "Cộng các số ở trên", "", *(_sum(rows, name) for name in PublicRow._fields[3:]))


def _public_row(group: Counted, course_id: int | None) -> PublicRow:
    enough = group.learners >= FEWEST_LEARNERS
    everyone = group.adults is not None and group.adults - group.learners in range(FEWEST)
    return PublicRow(
        code=group.code,
        name=group.name,
        former_ward=group.former_ward,
        learners=rounded(group.learners) if enough and not everyone else None,
        started=_cells(group.started, group.learners, course_id) if enough else None,
        finished=_cells(group.finished, group.learners, course_id) if enough else None,
    )


def _cells(counts: Mapping[int, int], learners: int, course_id: int | None) -> int | None:
    """Add up the courses' cells that may be told, each rounded by itself, so that the sum tells no more."""
    asked = [counts.get(course_id, 0)] if course_id is not None else list(counts.values())
    told = [rounded(count) for count in asked if may_be_told(count, learners)]
    return sum(told) if told else None


def _together(groups: Sequence[Counted]) -> Counted:
    courses = {course for group in groups for course in (*group.started, *group.finished)}
    return Counted(
        code="",
        name="Các tổ khác",
        former_ward="",
        adults=None,
        learners=sum(group.learners for group in groups),
        started={course: sum(group.started.get(course, 0) for group in groups) for course in courses},
        finished={course: sum(group.finished.get(course, 0) for group in groups) for course in courses},
    )


def _sum(rows: Sequence[PublicRow], name: str) -> int | None:
    told = [getattr(row, name) for row in rows if getattr(row, name) is not None]
    return sum(told) if told else None


def _one_of(word: str, known: Mapping[str, object]) -> str:
    return word if word in known else ""


def _day(text: str) -> date | None:
    """Read 2026-11-24, as a calendar field sends it, or 24/11/2026, as people type it."""
    if match := re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", text.strip()):
        text = f"{match[3]}-{int(match[2]):02d}-{int(match[1]):02d}"
    try:
        day = date.fromisoformat(text.strip()) if len(text) <= MANY_WORDS else None
    except ValueError:
        return None
    return day if day and 2000 <= day.year <= 2200 else None
