"""The tables of outreach."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from elearn.kit.clock import now
from elearn.kit.db import Base


class Poster(Base):
    """A printed sheet (áp phích) with a QR code: where it leads and which group it hangs in."""

    __tablename__ = "poster"
    __table_args__ = (
        ForeignKeyConstraint(["ward_id", "group_id"], ["residential_group.ward_id", "residential_group.id"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"), index=True)
    group_id: Mapped[int | None]
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))  # None: the home page
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id"))
    place: Mapped[str] = mapped_column(default="")  # where it hangs, in the maker's words
    made_by_id: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(default=now)
    retired_at: Mapped[datetime | None]


class Arrival(Base):
    """How many came by a poster on a day. A count, nobody in it."""

    __tablename__ = "arrival"

    poster_id: Mapped[int] = mapped_column(ForeignKey("poster.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int]
