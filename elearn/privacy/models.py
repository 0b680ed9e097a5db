"""The tables of privacy: requests about data, consents of guardians, rules set, and what was dropped."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from elearn.kit.clock import now
from elearn.kit.db import Base
from elearn.privacy.rules import State

EVERYWHERE = 0  # in place of a ward's id: a rule of the whole installation


class DataRequest(Base):
    """What somebody asked about their own data (yêu cầu về dữ liệu), and what became of it.

    The texts are emptied when the person is erased, and when they have been kept long enough; the row with
    its days stays: it shows that somebody was answered in time, not who.
    """

    __tablename__ = "data_request"
    __table_args__ = (Index("ix_data_request_ward_id_state", "ward_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"))
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), index=True
    )  # None: has no name here
    form_digest: Mapped[str | None] = mapped_column(unique=True)  # the same form sent twice is one request
    kind: Mapped[str]
    channel: Mapped[str]  # self | office | phone
    asker: Mapped[str] = mapped_column(default="")  # who asked and how to reach them, where there is no row
    wish: Mapped[str]
    asked_on: Mapped[date]  # the day on which it reached the ward: terms count from here
    noted_at: Mapped[datetime] = mapped_column(default=now)
    noted_by_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(default=State.NEW)
    reply_by: Mapped[date]  # the last day for a first answer
    act_by: Mapped[date]  # the last day for doing it
    in_hand_at: Mapped[datetime | None]
    in_hand_by_id: Mapped[int | None]
    replied_at: Mapped[datetime | None]
    replied_by_id: Mapped[int | None]
    reply: Mapped[str] = mapped_column(default="")
    extended_at: Mapped[datetime | None]
    extended_by_id: Mapped[int | None]
    extended_because: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None]
    answer: Mapped[str] = mapped_column(default="")  # what was done, or why it was refused


class GuardianConsent(Base):
    """A parent or guardian agreed that results of somebody under sixteen are kept, or took that back."""

    __tablename__ = "guardian_consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    guardian_name: Mapped[str] = mapped_column(default="")
    relation: Mapped[str]  # parent | guardian
    how: Mapped[str]  # device | spoken | paper
    witness_id: Mapped[int | None]  # the helper or officer before whom it was said
    text_version: Mapped[str]
    given_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str] = mapped_column(default="")  # withdrawn | of age | erased


class PrivacySetting(Base):
    """A rule that the ward (or the installation, for all its wards) has set; the default is in the code."""

    __tablename__ = "privacy_setting"

    ward_id: Mapped[int] = mapped_column(primary_key=True, default=EVERYWHERE)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    set_at: Mapped[datetime] = mapped_column(default=now)
    set_by_id: Mapped[int | None]


class RetentionRun(Base):
    """How much of a kind was dropped on a day because its time was over. Counts, nobody in it."""

    __tablename__ = "retention_run"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
