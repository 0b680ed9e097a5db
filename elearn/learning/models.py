"""The tables of learning. Facts about the past are added, not edited; the tallies are kept beside them.

Facts are read by whose they are and by nothing else, so no other index leads to them: one by lesson would
have SQLite look through everybody who ever answered it.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Table, text
from sqlalchemy.orm import Mapped, mapped_column

from elearn.kit.clock import now
from elearn.kit.db import Base

NO_COURSE = 0  # in place of a course's id: registering is not about one
EVERY_COURSE = -2  # all of them together
OTHER_COURSE = -1  # of another installation, not taught here


class What(StrEnum):
    """What a credit counts."""

    REGISTERED = "registered"
    STARTED = "started"
    LESSON = "lesson"
    COURSE = "course"
    MASTERED = "mastered"


class Attempt(Base):
    """One go at the questions of a lesson, and what it earned. The id is made with the form."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_person_lesson", "person_id", "lesson_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    asked: Mapped[list[str]] = mapped_column(JSON)  # keys of the questions, in the order shown
    shown: Mapped[dict[str, list[str]]] = mapped_column(JSON)  # question key -> choice ids in the order shown
    answers: Mapped[dict[str, list[str]]] = mapped_column(JSON)  # emptied when the person is erased
    right_keys: Mapped[list[str]] = mapped_column(JSON)
    right: Mapped[int]
    passed: Mapped[bool]  # with what earlier attempts at this revision had right
    how: Mapped[str]
    assisted_by_id: Mapped[int | None]
    opened_at: Mapped[datetime]  # signed into the form
    sent_at: Mapped[datetime] = mapped_column(default=now)
    recall: Mapped[str | None]  # the slip of the recall (ôn lại) of which it is a part


class CourseStart(Base):
    """A learner made a first attempt in a course."""

    __tablename__ = "course_start"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    started_at: Mapped[datetime] = mapped_column(default=now)
    how: Mapped[str]


class LessonCompletion(Base):
    """A learner finished a lesson. The first time counts; there is no second row."""

    __tablename__ = "lesson_completion"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    completed_at: Mapped[datetime] = mapped_column(default=now)
    how: Mapped[str]
    assisted_by_id: Mapped[int | None]


class CourseCompletion(Base):
    """A learner had finished every lesson that the course had then. It stays finished."""

    __tablename__ = "course_completion"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    completed_at: Mapped[datetime] = mapped_column(default=now)
    how: Mapped[str]


class MasteredQuestion(Base):
    """A learner who had once answered a question wrongly had it right three times (see recall.py). The first
    time counts; there is no second row. When a question is asked again is kept nowhere: attempts tell it."""

    __tablename__ = "mastered_question"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)  # its key in the lesson
    mastered_at: Mapped[datetime] = mapped_column(default=now)
    how: Mapped[str]


class PracticeResult(Base):
    """A learner went through a practice: the last time of each round. What was tapped is kept nowhere."""

    __tablename__ = "practice_result"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    round: Mapped[str] = mapped_column(primary_key=True)  # together | hints | alone
    stumbles: Mapped[int]
    how: Mapped[str]
    finished_at: Mapped[datetime] = mapped_column(default=now)


class Placement(Base):
    """What the placement round (xếp lối) told of a lesson: is it known already, and is it skipped? A skip
    is not a completion, and credits nothing."""

    __tablename__ = "placement"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    right: Mapped[bool]
    skipped: Mapped[bool] = mapped_column(default=False)
    placed_at: Mapped[datetime] = mapped_column(default=now)


class Confidence(Base):
    """How sure somebody feels, 1 to 5, about one of the sentences of a course, before it and after it."""

    __tablename__ = "confidence"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    moment: Mapped[str] = mapped_column(primary_key=True)  # before | after
    place: Mapped[int] = mapped_column(primary_key=True)  # which of the sentences, from 0
    level: Mapped[int]
    said_at: Mapped[datetime] = mapped_column(default=now)


class Certificate(Base):
    """The numbered paper for a finished course: "giấy ghi nhận hoàn thành khóa học của phường"."""

    __tablename__ = "certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[str] = mapped_column(unique=True)
    confirm_code: Mapped[str] = mapped_column(unique=True)  # in the QR code; cannot be guessed
    full_name: Mapped[str | None]  # asked for when it is made; emptied when the person is erased
    name_shown: Mapped[str] = mapped_column(default="initials")  # to who confirms it: full | initials | none
    how: Mapped[str]  # "tự học" or "học cùng người hướng dẫn"
    completed_on: Mapped[date]
    issued_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]


class HelpRequest(Base):
    """Somebody asked the helper of their group for help (nhờ người giúp): one open request a person."""

    __tablename__ = "help_request"
    __table_args__ = (
        Index(
            "uq_help_request_open",
            "person_id",
            unique=True,
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        Index("ix_help_request_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    about: Mapped[str] = mapped_column(default="")  # a key of learning/words.HELP_ABOUT; "": not said
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id"))  # where they asked
    asked_at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None]
    done_how: Mapped[str] = mapped_column(default="")  # a key of learning/words.HELPED_HOW
    moved_from_id: Mapped[int | None]  # whose row it was in before a merge, until that is undone


class Credit(Base):
    """One line of the ledger that boards count: +1, or -1 to take one back. Never edited, never removed."""

    __tablename__ = "credit"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    group_id: Mapped[int] = mapped_column(ForeignKey("residential_group.id"))
    course_id: Mapped[int] = mapped_column(default=NO_COURSE)
    lesson_id: Mapped[int | None]
    question: Mapped[str | None]  # its key, where a question was mastered
    audience: Mapped[str]
    how: Mapped[str]
    what: Mapped[str]
    amount: Mapped[int]
    reason: Mapped[
        str
    ]  # earned | kept | claimed | moved | assigned | merged | unmerged | corrected | withdrawn
    person_id: Mapped[int] = mapped_column(index=True)  # leads to nobody once the person is erased


class DailyTally(Base):
    """The ledger's sum per day, kept in the same transaction; boards read it, not people."""

    __tablename__ = "daily_tally"
    __table_args__ = (Index("ix_daily_tally_group_id_day", "group_id", "day"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("residential_group.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(primary_key=True, default=NO_COURSE)
    audience: Mapped[str] = mapped_column(primary_key=True)
    how: Mapped[str] = mapped_column(primary_key=True)
    registered: Mapped[int] = mapped_column(default=0)
    started: Mapped[int] = mapped_column(default=0)
    lessons: Mapped[int] = mapped_column(default=0)
    courses: Mapped[int] = mapped_column(default=0)
    mastered: Mapped[int] = mapped_column(default=0)


class MonthlyTotal(Base):
    """What had been counted by the end of a month that is over, from the beginning (see months.py)."""

    __tablename__ = "monthly_total"

    until: Mapped[date] = mapped_column(primary_key=True)  # the last day of the month
    group_id: Mapped[int] = mapped_column(ForeignKey("residential_group.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(primary_key=True, default=NO_COURSE)
    audience: Mapped[str] = mapped_column(primary_key=True)
    how: Mapped[str] = mapped_column(primary_key=True)
    registered: Mapped[int]
    started: Mapped[int]
    lessons: Mapped[int]
    courses: Mapped[int]
    mastered: Mapped[int]


class WardTotal(Base):
    """What had been counted in a ward by the end of a day, a column for each count and way of learning."""

    __table__ = Table(
        "ward_total",
        Base.metadata,
        Column("until", Date, primary_key=True),
        Column("course_id", Integer, primary_key=True, autoincrement=False),
        Column("audience", String, primary_key=True),
        Column("ward_id", ForeignKey("ward.id"), primary_key=True),
        *(
            Column(f"{way}_{counter}", Integer, nullable=False)
            for counter in ("registered", "started", "lessons", "courses", "mastered")
            for way in ("alone", "assisted", "kiosk", "meeting")
        ),
    )


class JoinedFile(Base):
    """A file of counts that was taken in for a joined ward; whole weeks, from a Monday to a Sunday."""

    __tablename__ = "joined_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"), index=True)
    digest: Mapped[str] = mapped_column(index=True)
    made_at: Mapped[str]  # as the file says it
    since: Mapped[date]
    until: Mapped[date]
    taken_in_at: Mapped[datetime] = mapped_column(default=now)


class Standing(Base):
    """How many people of a group are registered, have started, have finished, as of now: for coverage."""

    __tablename__ = "standing"
    # The board of a city reads one or two courses in every group, and what it adds up stands in the index
    # itself; an answer changes neither of the two counters, only who registers or finishes a course does
    __table_args__ = (
        Index("ix_standing_course_id", "course_id", "group_id", "audience", "registered", "finished"),
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("residential_group.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(primary_key=True, default=NO_COURSE)
    audience: Mapped[str] = mapped_column(primary_key=True)
    registered: Mapped[int] = mapped_column(default=0)
    started: Mapped[int] = mapped_column(default=0)
    finished: Mapped[int] = mapped_column(default=0)
