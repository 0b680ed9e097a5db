"""The tables of campaigns."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from elearn.kit.clock import now
from elearn.kit.db import Base


class Campaign(Base):
    """A campaign (chiến dịch): some courses, some groups or all, some days, and what is aimed at."""

    __tablename__ = "campaign"
    __table_args__ = (UniqueConstraint("ward_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"))
    slug: Mapped[str]
    name: Mapped[str]
    since: Mapped[date]
    until: Mapped[date]  # the last day that counts
    measure: Mapped[str]  # finished | started | registered
    target: Mapped[int]
    made_by_id: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(default=now)


class CampaignCourse(Base):
    """A course that a campaign counts."""

    __tablename__ = "campaign_course"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)


class CampaignGroup(Base):
    """A residential group that takes part in a campaign; without any, all do."""

    __tablename__ = "campaign_group"
    __table_args__ = (
        ForeignKeyConstraint(["ward_id", "group_id"], ["residential_group.ward_id", "residential_group.id"]),
    )

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[int]


class FrozenCampaign(Base):
    """A campaign's figures as they stood for the award: never edited, a later one stands beside it."""

    __tablename__ = "frozen_campaign"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    figures: Mapped[str] = mapped_column(Text)  # the very text that the seal is of; counts, no person
    seal: Mapped[str]
    frozen_by_id: Mapped[int]
    frozen_at: Mapped[datetime] = mapped_column(default=now)
