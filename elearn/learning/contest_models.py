"""The tables of contests (cuộc thi): what is asked, who took part, and the results under a seal."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from elearn.kit.clock import now
from elearn.kit.db import Base


class Contest(Base):
    """A contest: so many questions drawn from chosen courses, within some days, one counted go a person."""

    __tablename__ = "contest"
    __table_args__ = (UniqueConstraint("ward_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"))
    slug: Mapped[str]
    name: Mapped[str]
    questions: Mapped[int]  # how many are drawn for each person
    since: Mapped[date]
    until: Mapped[date]  # the last day
    made_by_id: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(default=now)


class ContestCourse(Base):
    """A course from which the questions of a contest are drawn."""

    __tablename__ = "contest_course"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)


class ContestGroup(Base):
    """A residential group whose people take part in a contest; without any, all do."""

    __tablename__ = "contest_group"
    __table_args__ = (
        ForeignKeyConstraint(["ward_id", "group_id"], ["residential_group.ward_id", "residential_group.id"]),
    )

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), primary_key=True)
    group_id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[int]


class ContestEntry(Base):
    """The one counted go of a person at a contest (bài dự thi), from the tap on "Bắt đầu".

    The slip stands here, not in the form: whatever a phone, a tab or the net does, it is the same questions
    in the same order on the same clock.
    """

    __tablename__ = "contest_entry"
    __table_args__ = (UniqueConstraint("contest_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("residential_group.id"))  # for which it counts
    slip: Mapped[str]  # names the fields of the form, and orders the choices
    asked: Mapped[list[str]] = mapped_column(JSON)  # "revision:key" of each question, in the order shown
    shown: Mapped[dict[str, list[str]]] = mapped_column(JSON)  # question -> choice ids in the order shown
    answers: Mapped[dict[str, list[str]]] = mapped_column(JSON)  # kept so far; emptied with the person
    right_keys: Mapped[list[str]] = mapped_column(JSON)
    right: Mapped[int | None]
    seconds: Mapped[int | None]  # from the start until it was handed in
    how: Mapped[str]  # the most helped of the start and the handing in
    assisted_by_id: Mapped[int | None]
    started_at: Mapped[datetime] = mapped_column(default=now)
    handed_in_at: Mapped[datetime | None]


class SealedContest(Base):
    """The results of a contest under a seal: never edited, a later copy stands beside it. No name is in it:
    who may be named is asked when it is shown."""

    __tablename__ = "sealed_contest"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    figures: Mapped[str] = mapped_column(Text)  # the very text that the seal is of
    seal: Mapped[str]
    sealed_by_id: Mapped[int]
    sealed_at: Mapped[datetime] = mapped_column(default=now)
