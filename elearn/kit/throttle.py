"""How often a thing may be tried: counters per key and window, kept in the database for all processes."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from elearn.kit.clock import now
from elearn.kit.db import Base, add_up, db, transaction

CLOCKS_DIFFER = timedelta(minutes=5)  # of several machines
BUCKETS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


class Tries(Base):
    """How many tries of one kind fell into one slice of time. Operational; holds no personal data."""

    __tablename__ = "tries"

    key: Mapped[str] = mapped_column(primary_key=True)
    slice: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]


def note_try(key: str, size: str = "minute") -> datetime:
    """Record one try under the key, in slices of a minute, an hour or a day; return its slice."""
    at = slice_of(now(), size)
    with transaction(durable=False):
        add_up(Tries, {"key": key, "slice": at}, count=1)
    return at


def take_back(key: str, at: datetime) -> None:
    """Uncount one try: it was reserved before it was known to be right."""
    with transaction(durable=False):
        add_up(Tries, {"key": key, "slice": at}, count=-1)


def tries_within(key: str, span: timedelta) -> int:
    """Return how many tries the key had in the last `span` (to the slice).

    What a clock wrote that ran ahead is not of this span: it would be held against people for as long.
    """
    moment = now()
    lately = (Tries.slice > moment - span, Tries.slice <= moment + CLOCKS_DIFFER)
    return db.session.scalar(select(func.sum(Tries.count)).where(Tries.key == key, *lately)) or 0


def tries_since(moment: datetime, *kinds: str) -> int:
    """Return how many tries of these kinds, by whoever, were counted since then (to the slice)."""
    of_kind = or_(*(Tries.key.startswith(f"{kind}:", autoescape=True) for kind in kinds))
    return db.session.scalar(select(func.sum(Tries.count)).where(Tries.slice > moment, of_kind)) or 0


def forget_tries(key: str) -> None:
    """Forget what was counted under the key."""
    with transaction(durable=False):
        db.session.execute(delete(Tries).where(Tries.key == key))


def slice_of(moment: datetime, size: str) -> datetime:
    """Return the beginning of the minute, hour or day (of UTC) in which the moment lies."""
    start = moment.replace(second=0, microsecond=0)
    if size in ("hour", "day"):
        start = start.replace(minute=0)
    return start.replace(hour=0) if size == "day" else start
