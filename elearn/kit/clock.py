"""The one place that asks what time it is, so that a test can answer."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_combine = datetime.combine  # apart from `datetime`, in whose place a test may put a clock of its own


def now() -> datetime:
    """Return the current moment in UTC, without a zone: the form in which every table keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)


def today() -> date:
    """Return the current day in Hải Phòng; boards and reports count whole days of this zone."""
    return day_of(now())


def local(moment: datetime) -> datetime:
    """Return a kept moment as the clock on the wall in Hải Phòng shows it."""
    return moment.replace(tzinfo=UTC).astimezone(ZONE)


def day_of(moment: datetime) -> date:
    """Return the day in Hải Phòng on which a kept moment fell."""
    return local(moment).date()


def begins(day: date) -> datetime:
    """Return the moment at which a day begins in Hải Phòng, as every table keeps it."""
    return _combine(day, time(), ZONE).astimezone(UTC).replace(tzinfo=None)


def monday_of(day: date) -> date:
    """Return the Monday of the week in which the day falls."""
    return day - timedelta(days=day.weekday())
