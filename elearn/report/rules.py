"""Plain rules of the report: the period and the one before it, days and numbers as an officer writes them."""

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from elearn.kit.clock import monday_of
from elearn.kit.formats import as_number, as_percent
from elearn.progress import rules as boards
from elearn.progress.rules import DAY, WEEK, Filter, Period

PERIODS = {
    "thang-nay": "Tháng này",
    "thang-truoc": "Tháng trước",
    "tuan-nay": "Tuần này",
    "tuan-truoc": "Tuần trước",
    "quy-nay": "Quý này",
    "quy-truoc": "Quý trước",
    "nam-nay": "Năm nay",
    "nam-truoc": "Năm trước",
    "khoang": "Từ ngày đến ngày",
}
USUAL_PERIOD = "thang-nay"
UBND, OFFICE = "ubnd", "vhxh"
BODIES = {UBND: "Ủy ban nhân dân phường", OFFICE: "Phòng Văn hóa - Xã hội"}
LETTERS = (
    "abcdđeghiklmnopqrstuvxy"  # the Vietnamese alphabet without ă â ê ô ơ ư, as lists of documents use it
)
ROMAN = ("", "I", "II", "III", "IV", "V", "VI")
FEWEST_FOR_PERCENT = 10  # a rise from 2 to 3 is "one more", not "50 %"
TITLES = re.compile(r"^(gs|pgs|ts|ths|th\.s|bs|ks|cn|cử nhân|kỹ sư|thạc sĩ|tiến sĩ|giáo sư|bác sĩ)\b", re.I)


# -- periods -------------------------------------------------------------------------------------


def read_period(asked: Mapping[str, str], today: date) -> Period:
    """Return the period asked for; it never reaches past today. This month is usual."""
    name = asked.get("ky", "")
    if name in PERIODS and name != "khoang":
        return Period(name, *_days_of(name, today))
    if name or asked.get("tu") or asked.get("den"):
        period = boards.read_period(asked, today)
        since = period.since and min(period.since, period.until)
        return Period(period.name, since, period.until)
    return Period(USUAL_PERIOD, *_days_of(USUAL_PERIOD, today))


def _days_of(name: str, today: date) -> tuple[date, date]:
    month, quarter = today.replace(day=1), today.replace(day=1, month=(today.month - 1) // 3 * 3 + 1)
    match name:
        case "thang-truoc":
            return _first_of_month(month - DAY), month - DAY
        case "tuan-nay":
            return monday_of(today), today
        case "tuan-truoc":
            return monday_of(today) - WEEK, monday_of(today) - DAY
        case "quy-nay":
            return quarter, today
        case "quy-truoc":
            return quarter.replace(month=quarter.month - 3) if quarter.month > 3 else date(
                today.year - 1, 10, 1
            ), quarter - DAY
        case "nam-nay":
            return date(today.year, 1, 1), today
        case "nam-truoc":
            return date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    return month, today


def previous_of(period: Period) -> Period | None:
    """Return the period that this one is compared with: the calendar's one before it where it is a whole
    month, quarter or year, else as many days right before it; None where it has no beginning."""
    since, until = period.since, period.until
    if since is None:
        return None
    months = _whole_months(since, until)
    if months in (1, 3, 6, 12):
        first = since
        for _ in range(months):
            first = _first_of_month(first - DAY)
        return Period("khoang", first, since - DAY)
    return Period("khoang", since - (until - since) - DAY, since - DAY)


def only_parameters(asked: Filter) -> str:
    """Return the filter, the days aside, as a word by which two reports are of the same thing."""
    named = asked.parameters()
    return urlencode([(name, named[name]) for name in ("khoa", "doi-tuong", "cach") if name in named])


def period_words(period: Period) -> str:
    """Return the period as the title says it: "tháng 11 năm 2026", "quý IV năm 2026", or its days."""
    since, until = period.since, period.until
    if since is None:
        return f"đến hết ngày {short_date(until)}"
    months = _whole_months(since, until)
    if months == 1:
        return f"tháng {since.month} năm {since.year}"
    if months == 3 and since.month % 3 == 1:
        return f"quý {ROMAN[since.month // 3 + 1]} năm {since.year}"
    if months == 6 and since.month == 1:
        return f"6 tháng đầu năm {since.year}"
    if months == 6 and since.month == 7:
        return f"6 tháng cuối năm {since.year}"
    if months == 12 and since.month == 1:
        return f"năm {since.year}"
    return days_words(since, until)


def days_words(since: date, until: date) -> str:
    """Return two days as a sentence names them."""
    if since == until:
        return f"ngày {short_date(until)}"
    return f"từ ngày {short_date(since)} đến ngày {short_date(until)}"


def _whole_months(since: date, until: date) -> int:
    """Return how many whole months of the calendar the days are, or 0."""
    if since.day != 1 or until.day != monthrange(until.year, until.month)[1]:
        return 0
    return (until.year - since.year) * 12 + until.month - since.month + 1


def _first_of_month(day: date) -> date:
    return day.replace(day=1)


# -- days and numbers ----------------------------------------------------------------------------


def long_date(day: date) -> str:
    """Return a day in the form of Nghị định 30: a 0 before days below 10 and before months 1 and 2 only."""
    return f"ngày {day.day:02d} tháng {_month(day)} năm {day.year}"


def short_date(day: date) -> str:
    """Return a day within a sentence, by the same rule: 08/8/2026, 05/01/2027."""
    return f"{day.day:02d}/{_month(day)}/{day.year}"


def _month(day: date) -> str:
    return f"{day.month:02d}" if day.month < 3 else str(day.month)


def counted(number: int, unit: str) -> str:
    """Return so many of something in words that also say "none"."""
    return f"{as_number(number)} {unit}" if number else f"chưa có {unit}"


def compared(now: int, before: int | None, unit: str) -> str:
    """Return a count beside that of the period before: how much more or less, or that neither had any."""
    if before is None:
        return counted(now, unit)
    if not now:
        former = f"kỳ trước có {as_number(before)}" if before else "kỳ trước cũng không có"
        return f"không có {unit} ({former})"
    if not before:
        return f"{as_number(now)} {unit} (kỳ trước không có)"
    if now == before:
        return f"{as_number(now)} {unit} (bằng kỳ trước)"
    return f"{as_number(now)} {unit} ({_moved(now, before)} so với kỳ trước là {as_number(before)})"


def _moved(now: int, before: int) -> str:
    word, by = ("tăng", now - before) if now > before else ("giảm", before - now)
    if before < FEWEST_FOR_PERCENT:
        return f"{word} {as_number(by)}"
    return f"{word} {as_number(by)}, tức {as_percent(by / before)},"


def difference(now: int, before: int) -> str:
    """Return the difference as a cell of a table shows it: +12, −3, 0."""
    by = now - before
    return f"{'+' if by > 0 else '−' if by < 0 else ''}{as_number(abs(by))}"


def listed(names: Sequence[str], most: int = 10) -> str:
    """Return names in one sentence; of a long list the first ones, and how many more there are."""
    shown, rest = names[:most], len(names) - most
    return "; ".join(shown) + (f" và {as_number(rest)} tổ khác" if rest > 0 else "")


def lettered(sentences: Sequence[str]) -> list[str]:
    """Return the sentences as a list: a), b), c), d), đ), e), g) … as the Vietnamese alphabet goes; a single
    one is no list."""
    if len(sentences) == 1:
        return list(sentences)
    if len(sentences) > len(LETTERS):
        return [f"- {one}" for one in sentences]
    return [f"{letter}) {one}" for letter, one in zip(LETTERS, sentences, strict=False)]


# -- names of bodies -----------------------------------------------------------------------------


class Place(NamedTuple):
    """A ward's name in its two parts: "phường", "Gia Viên"."""

    kind: str
    name: str

    @property
    def whole(self) -> str:
        """Return the name as a sentence says it."""
        return f"{self.kind} {self.name}".strip()


def place_of(ward_name: str) -> Place:
    """Return the parts of a ward's name; one that names no kind is all name."""
    for kind in ("phường", "xã", "đặc khu", "thị trấn"):
        if ward_name.lower().startswith(f"{kind} "):
            return Place(kind, ward_name[len(kind) :].strip())
    return Place("", ward_name.strip())


def bears_a_title(name: str) -> bool:
    """Does a name begin with an academic title, which does not stand in the signature of a report?"""
    return bool(TITLES.match(name.strip()))


def lower_first(text: str) -> str:
    """Return the text as it goes on within a sentence."""
    return text[:1].lower() + text[1:]


def lines_of(text: str) -> list[str]:
    """Return the lines of a typed text that say something, without spaces around and doubled within."""
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]
