"""A lease: of several processes that wake at the same time, one does the work."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, true, update
from sqlalchemy.orm import Mapped, mapped_column

from elearn.kit.clock import now
from elearn.kit.db import Base, db, insert_if_absent, transaction
from elearn.kit.throttle import CLOCKS_DIFFER

TICK = "tick"  # the lease of the regular work; it ends when the work has ended


class Lease(Base):
    """Until when a piece of work is taken. A process that dies lets go when the time is over."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]


def take_lease(name: str, lasts: timedelta) -> datetime | None:
    """Take the work for a while; return until when, or None when somebody else holds it.

    Nobody holds it for longer than that: a later end was written by a clock that ran ahead. One that is
    a little later was written by somebody who asked at the same time, or by a machine beside this one.
    """
    with transaction():
        moment = now()
        free = or_(Lease.until <= moment, Lease.until > moment + lasts + CLOCKS_DIFFER)
        insert_if_absent(Lease, name=name, until=moment)
        taken = db.session.execute(update(Lease).where(Lease.name == name, free).values(until=moment + lasts))
    return moment + lasts if taken.rowcount == 1 else None  # type: ignore[attr-defined]


def ended_at(name: str) -> datetime | None:
    """Return when the work last ended (or, while it is under way, until when it is taken)."""
    return db.session.scalar(select(Lease.until).where(Lease.name == name))


def give_back(name: str, until: datetime | None = None) -> None:
    """Let the work go before its time.

    `until` is what `take_lease` returned: whoever took longer than that lets go of nothing, since
    somebody else may be at work by now.
    """
    mine = Lease.until == until if until is not None else true()
    with transaction():
        db.session.execute(update(Lease).where(Lease.name == name, mine).values(until=now()))
