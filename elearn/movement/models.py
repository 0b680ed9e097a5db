"""The tables of the movement."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from elearn.kit.clock import now
from elearn.kit.db import Base


class Difficulty(Base):
    """A difficulty (vướng mắc) that a group or a workplace has told the ward, and what came of it."""

    __tablename__ = "difficulty"
    __table_args__ = (
        ForeignKeyConstraint(["ward_id", "group_id"], ["residential_group.ward_id", "residential_group.id"]),
        Index("ix_difficulty_ward_id_told_at", "ward_id", "told_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"))
    group_id: Mapped[int | None]
    workplace: Mapped[str] = mapped_column(default="")  # where it is no residential group
    kind: Mapped[str]
    what: Mapped[str]
    wish: Mapped[str] = mapped_column(default="")
    told_by_id: Mapped[int]
    told_at: Mapped[datetime] = mapped_column(default=now)
    form_digest: Mapped[str] = mapped_column(unique=True)  # the same form sent again is the same difficulty
    state: Mapped[str] = mapped_column(default="new")  # new | in_hand | done
    in_hand_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[int | None]
    changes: Mapped[int] = mapped_column(default=0)  # how often it was dealt with: no answer hides another


class Activity(Base):
    """Something that was done to reach people (hoạt động): how, when, how often, how many came."""

    __tablename__ = "activity"
    __table_args__ = (
        ForeignKeyConstraint(["ward_id", "group_id"], ["residential_group.ward_id", "residential_group.id"]),
        UniqueConstraint("ward_id", "meeting_mark"),
        Index("ix_activity_ward_id_day", "ward_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"))
    group_id: Mapped[int | None]
    workplace: Mapped[str] = mapped_column(default="")
    day: Mapped[date]
    channel: Mapped[str]
    count: Mapped[int]
    attendees: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")
    meeting_mark: Mapped[str | None]  # of the class that it was, so that no class is noted twice
    form_digest: Mapped[str] = mapped_column(unique=True)
    noted_by_id: Mapped[int]
    noted_at: Mapped[datetime] = mapped_column(default=now)
