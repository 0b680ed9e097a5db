"""The tables of the library: courses, lessons, their revisions, and dated facts."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from elearn.kit.clock import now
from elearn.kit.db import Base

EVERYWHERE = 0  # in place of a ward's id: the same in every ward


class State(StrEnum):
    """The life of a revision."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETIRED = "retired"


class Course(Base):
    """A few short lessons on one thing a resident wants to do. A shared course has no ward."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[int | None] = mapped_column(ForeignKey("ward.id"))
    slug: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str]
    title: Mapped[str]
    topic: Mapped[str]
    short: Mapped[str] = mapped_column(unique=True)  # four digits that a loudspeaker can read out: /b/1100
    position: Mapped[int]
    audience: Mapped[str] = mapped_column(default="")
    goal: Mapped[str] = mapped_column(default="")
    character: Mapped[str] = mapped_column(default="")
    loudspeaker: Mapped[str] = mapped_column(default="")
    placement: Mapped[list[str]] = mapped_column(JSON, default=list)
    confidence: Mapped[list[str]] = mapped_column(JSON, default=list)
    edited_by_id: Mapped[int | None]  # who of the ward changed what course.md says: a shelf keeps off it
    shipped: Mapped[bool] = mapped_column(default=False)  # "Bản của dự án, phường chưa duyệt" until approved
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None]
    retired_at: Mapped[datetime | None]
    retired_because: Mapped[str | None]

    lessons: Mapped[list["Lesson"]] = relationship(
        back_populates="course", order_by="Lesson.position", lazy="raise"
    )


class Lesson(Base):
    """One sitting of a few minutes. What it says stands in its revisions; this is its place and address."""

    __tablename__ = "lesson"
    __table_args__ = (
        UniqueConstraint("course_id", "slug"),
        Index("ix_lesson_course_position", "course_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    slug: Mapped[str]
    position: Mapped[int]
    code: Mapped[str]
    short: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]  # of the published revision, or of the first draft
    minutes: Mapped[int]
    objective: Mapped[str] = mapped_column(default="")
    published_at: Mapped[datetime | None]  # when it was first published: None = only drafts so far
    retired_at: Mapped[datetime | None]
    retired_because: Mapped[str | None]

    course: Mapped[Course] = relationship(back_populates="lessons", lazy="raise")
    revisions: Mapped[list["Revision"]] = relationship(
        back_populates="lesson", order_by="Revision.number", lazy="raise"
    )


class Revision(Base):
    """A numbered text of a lesson. Once published its source never changes; its page is a cache."""

    __tablename__ = "revision"
    __table_args__ = (
        UniqueConstraint("lesson_id", "number"),
        Index(
            "uq_revision_published",
            "lesson_id",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default=State.DRAFT)
    title: Mapped[str]
    minutes: Mapped[int]
    objective: Mapped[str] = mapped_column(default="")
    facts: Mapped[list[str]] = mapped_column(
        JSON, default=list
    )  # ids that the page or a question prints or rests on
    saves: Mapped[int] = mapped_column(default=1)  # how often it was saved: two editors of one draft are told
    author_id: Mapped[int | None]  # None: it came with a shelf of the project
    reviewer_id: Mapped[int | None]
    alone_because: Mapped[str | None]  # why it was published without a second reader
    outside_reviewer: Mapped[str | None]
    outside_reviewed_on: Mapped[date | None]
    next_review: Mapped[date | None]
    returned_because: Mapped[str | None]  # what the reviewer asked to mend
    created_at: Mapped[datetime] = mapped_column(default=now)
    saved_at: Mapped[datetime] = mapped_column(default=now)
    saved_by_id: Mapped[int | None]
    submitted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]

    lesson: Mapped[Lesson] = relationship(back_populates="revisions", lazy="raise")


class RevisionSource(Base):
    """The text as it was typed, to the byte. It holds the right answers: learners' queries never read it."""

    __tablename__ = "revision_source"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    text: Mapped[str]


class RevisionKey(Base):
    """What is right in a revision's questions, and why. Read only to mark and to explain an attempt.

    What is right is the same in every ward; the words that explain it may print a ward's own fact.
    """

    __tablename__ = "revision_key"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    ward_id: Mapped[int] = mapped_column(primary_key=True, default=EVERYWHERE)
    key: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON)


class RevisionPage(Base):
    """The ready-made page of a revision; for one ward where that ward has other facts than the rest."""

    __tablename__ = "revision_page"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    ward_id: Mapped[int] = mapped_column(primary_key=True, default=EVERYWHERE)
    html: Mapped[str]
    quiz: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # as asked; never the key
    held: Mapped[list[str]] = mapped_column(JSON, default=list)  # keys of questions that are not asked now
    good_until: Mapped[date | None]  # the first day on which a fact in it is overdue
    practice: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # as it is played
    links: Mapped[list[str]] = mapped_column(JSON, default=list)  # the other sites it leads to, key included
    renderer: Mapped[int] = mapped_column(default=0)  # which program made it: an older one's is made anew
    made_at: Mapped[datetime] = mapped_column(default=now)


class SpokenPart(Base):
    """What is heard of a ready-made page, in its order. Made and dropped with the page."""

    __tablename__ = "spoken_part"

    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"), primary_key=True)
    ward_id: Mapped[int] = mapped_column(primary_key=True, default=EVERYWHERE)
    place: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(index=True)  # from what is said alone; see document/parts.py
    said: Mapped[str]


class Voice(StrEnum):
    """Whose voice a sound is."""

    RECORDED = "recorded"  # somebody read it
    MADE = "made"  # a machine did
    WAITING = "waiting"  # somebody read it; who publishes has not listened to it yet


class Sound(Base):
    """What is said in a part, as a file: the same wherever the same is said.

    A recording is heard in the ward whose course it was made for, or everywhere when that course is shared.
    """

    __tablename__ = "sound"

    part: Mapped[str] = mapped_column(primary_key=True)
    ward_id: Mapped[int] = mapped_column(primary_key=True, default=EVERYWHERE)
    voice: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[str]  # of the content: another recording has another address
    mime: Mapped[str]
    data: Mapped[bytes] = mapped_column(LargeBinary)
    seconds: Mapped[int]
    engine: Mapped[str] = mapped_column(default="")  # what made it, when a machine did
    speaker: Mapped[str] = mapped_column(default="")  # as the speaker wishes to be named; may be empty
    made_at: Mapped[datetime] = mapped_column(default=now)
    recorded_by_id: Mapped[int | None]  # who put the recording here, and asked the speaker
    speaker_id: Mapped[int | None] = mapped_column(index=True)  # who reads, when that is somebody known here
    unused_since: Mapped[datetime | None]  # of a recording: from when no public text has had the part


class CourseImage(Base):
    """A picture that stands in the lessons of a course."""

    __tablename__ = "course_image"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class FactRow(Base):
    """A dated fact; with a ward's id where that ward has its own value."""

    __tablename__ = "fact"

    id: Mapped[str] = mapped_column(primary_key=True)
    ward_id: Mapped[int] = mapped_column(primary_key=True, default=EVERYWHERE)
    position: Mapped[int] = mapped_column(default=0)
    label: Mapped[str]
    value: Mapped[str]
    status: Mapped[str]  # verified | one-source | unverified
    fallback: Mapped[str]
    source: Mapped[str]
    checked_on: Mapped[date]
    review_months: Mapped[int]
    checked_by_id: Mapped[int | None]


class FirstCheck(Base):
    """Something that a ward has done before it uses the courses in earnest; the list stands in authoring."""

    __tablename__ = "first_check"

    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    done_at: Mapped[datetime] = mapped_column(default=now)
    done_by_id: Mapped[int]
