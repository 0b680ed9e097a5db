"""The one place that asks what time it is, so that a test can answer."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


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
