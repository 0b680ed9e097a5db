"""The tables of the boards: what a ward has set itself to reach, and by when."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from elearn.kit.clock import now
from elearn.kit.db import Base


class Target(Base):
    """A number that a ward wants to see on its board by a day (chỉ tiêu). None is built in."""

    __tablename__ = "target"

    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"), index=True)
    name: Mapped[str]
    measure: Mapped[str]  # a key of aims.AIMS
    value: Mapped[int]  # people; percent where the measure is a share
    due: Mapped[date]  # the last day on which it counts as reached in time
    set_by_id: Mapped[int | None]
    set_at: Mapped[datetime] = mapped_column(default=now)
