"""The tables of the report: what the ward has set, the reports as they were, and to whom each was sent."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from elearn.kit.clock import now
from elearn.kit.db import Base

BOTH = ""  # in place of a body: what is the same in the reports of both


class ReportSetting(Base):
    """One text of the reports that the ward has set itself; the usual one is in the code."""

    __tablename__ = "report_setting"

    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"), primary_key=True)
    body: Mapped[str] = mapped_column(primary_key=True)  # BOTH, or whose report: ubnd | vhxh
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    set_at: Mapped[datetime] = mapped_column(default=now)
    set_by_id: Mapped[int | None]


class Report(Base):
    """A report as it was made: its figures and its words, never edited, with the digest of both.

    A later one of the same body, period and filter is its correction; both stay.
    """

    __tablename__ = "report"
    __table_args__ = (Index("ix_report_ward", "ward_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"))
    body: Mapped[str]  # ubnd | vhxh
    since: Mapped[date | None]  # None: from the beginning
    until: Mapped[date]
    only: Mapped[str] = mapped_column(default="")  # the filter as parameters of an address
    number: Mapped[int]  # of the reports of this period: 1, then its corrections
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    figures: Mapped[str]  # as text, so that the bytes stay
    document: Mapped[str]
    digest: Mapped[str]
    made_by_id: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(default=now)


class ReportSending(Base):
    """A report was sent: to whom, on which day."""

    __tablename__ = "report_sending"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), index=True)
    to_whom: Mapped[str]
    sent_on: Mapped[date]
    registered_as: Mapped[str] = mapped_column(default="")  # the number that the registry gave it
    noted_by_id: Mapped[int]
    noted_at: Mapped[datetime] = mapped_column(default=now)
