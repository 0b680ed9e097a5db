"""Reads of outreach: where a poster leads, the posters that a viewer may see, and who came by them."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from elearn.kit.clock import begins
from elearn.kit.db import db
from elearn.library.models import Course, Lesson
from elearn.outreach import rules
from elearn.outreach.models import Arrival, Poster
from elearn.people.models import ResidentialGroup
from elearn.people.permissions import Permission, Viewer
from elearn.people.reach import in_reach


class Target(NamedTuple):
    """A course, or a lesson of it, that a poster may lead to."""

    course_id: int
    course_slug: str
    course_title: str
    lesson_id: int
    lesson_title: str


class Door(NamedTuple):
    """Where the code of a poster leads today. A lesson that is no longer offered gives way to its course."""

    poster_id: int
    retired: bool
    group_id: int | None
    course_slug: str | None
    lesson_slug: str | None


class PosterLine(NamedTuple):
    """A poster as the list of posters shows it."""

    id: int
    code: str
    place: str
    made_at: datetime
    retired_at: datetime | None
    group_name: str | None
    former_ward: str | None
    course_title: str | None
    course_short: str | None
    lesson_title: str | None
    lesson_short: str | None
    came_today: int
    came_this_week: int
    came: int

    @property
    def leads_to(self) -> str:
        """Return where it leads, as people call it."""
        return self.lesson_title or self.course_title or "Trang đầu"

    @property
    def short(self) -> str | None:
        """Return the number that can be typed instead of scanning, or None for the home page."""
        return self.lesson_short or self.course_short


class DayLine(NamedTuple):
    """How many came by a poster on a day."""

    day: date
    count: int


class PostersCounted(NamedTuple):
    """The posters of a ward in a period: made in it, hanging at its end, and how often one was used."""

    made: int
    hanging: int
    came: int


# -- where a code leads --------------------------------------------------------------------------


def find_door(code: str, ward_id: int) -> Door | None:
    """Return where the poster with this code leads, in one statement, or None."""
    row = db.session.execute(
        select(Poster.id, Poster.retired_at.is_not(None), Poster.group_id, Course.slug, Lesson.slug)
        .outerjoin(Course, and_(Course.id == Poster.course_id, Course.retired_at.is_(None)))
        .outerjoin(Lesson, and_(Lesson.id == Poster.lesson_id, Lesson.course_id == Course.id, *_offered()))
        .where(Poster.code == code, Poster.ward_id == ward_id)
    ).first()
    return Door(*row) if row else None


def group_to_suggest(ward_id: int, *, code: str = "", group_id: int | None = None) -> str | None:
    """Return the code of the ward's group as it is today, through as many merges as there were, or None."""
    if group_id is None and not code:
        return None
    meant = ResidentialGroup.id == group_id if group_id is not None else ResidentialGroup.code == code
    step = (
        select(ResidentialGroup.code, ResidentialGroup.successor_id)
        .where(meant, ResidentialGroup.ward_id == ward_id)
        .cte("step", recursive=True)
    )
    following = aliased(ResidentialGroup)
    step = step.union(
        select(following.code, following.successor_id).join(step, following.id == step.c.successor_id)
    )
    return db.session.scalar(select(step.c.code).where(step.c.successor_id.is_(None)))


# -- what a poster may be made for ---------------------------------------------------------------


def targets(ward_id: int) -> list[Target]:
    """Return every lesson that the ward offers, with its course, in their order."""
    rows = db.session.execute(
        select(Course.id, Course.slug, Course.title, Lesson.id, Lesson.title)
        .join(Lesson, Lesson.course_id == Course.id)
        .where(
            Course.retired_at.is_(None), or_(Course.ward_id.is_(None), Course.ward_id == ward_id), *_offered()
        )
        .order_by(Course.position, Course.id, Lesson.position, Lesson.id)
    )
    return [Target(*row) for row in rows]


# -- posters and arrivals ------------------------------------------------------------------------


def posters_seen_by(viewer: Viewer, ward_id: int, day: date) -> list[PosterLine]:
    """Return the posters of the ward within the viewer's reach: those in use first, then the newest."""
    rows = db.session.execute(
        _lines(viewer, ward_id, day).order_by(Poster.retired_at.is_not(None), Poster.id.desc())
    )
    return [_line(row) for row in rows]


def find_poster_seen_by(viewer: Viewer, ward_id: int, poster_id: int, day: date) -> PosterLine | None:
    """Return one poster of the ward within the viewer's reach, or None."""
    row = db.session.execute(_lines(viewer, ward_id, day).where(Poster.id == poster_id)).first()
    return _line(row) if row else None


def arrivals_of(poster_id: int) -> list[DayLine]:
    """Return on which days people came by the poster, the last days first."""
    rows = db.session.execute(
        select(Arrival.day, Arrival.count)
        .where(Arrival.poster_id == poster_id)
        .order_by(Arrival.day.desc())
        .limit(rules.DAYS_SHOWN)
    )
    return [DayLine(*row) for row in rows]


def posters_counted(ward_id: int, since: date | None, until: date) -> PostersCounted:
    """Return how many posters of the ward were made in a period and hang at its end, and how often somebody
    came by any of them in it."""
    ended = begins(until + timedelta(days=1))
    made = and_(Poster.made_at < ended, *([Poster.made_at >= begins(since)] if since else []))
    hangs = and_(Poster.made_at < ended, or_(Poster.retired_at.is_(None), Poster.retired_at >= ended))
    posters = db.session.execute(
        select(*(func.sum(case((one, 1), else_=0)) for one in (made, hangs))).where(Poster.ward_id == ward_id)
    ).one()
    came = db.session.scalar(
        select(func.sum(Arrival.count))
        .join(Poster, Poster.id == Arrival.poster_id)
        .where(Poster.ward_id == ward_id, Arrival.day <= until, *([Arrival.day >= since] if since else []))
    )
    return PostersCounted(int(posters[0] or 0), int(posters[1] or 0), int(came or 0))


def _lines(viewer: Viewer, ward_id: int, day: date) -> Select[Any]:
    week = day - timedelta(days=6)
    came = (
        select(
            Arrival.poster_id,
            func.sum(case((Arrival.day == day, Arrival.count), else_=0)).label("today"),
            func.sum(case((Arrival.day >= week, Arrival.count), else_=0)).label("week"),
            func.sum(Arrival.count).label("all"),
        )
        .group_by(Arrival.poster_id)
        .subquery("came")
    )
    return (
        select(
            Poster.id, Poster.code, Poster.place, Poster.made_at, Poster.retired_at,
            ResidentialGroup.name, ResidentialGroup.former_ward,
            Course.title, Course.short, Lesson.title, Lesson.short,
            came.c.today, came.c.week, came.c.all,
        )
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Poster.group_id)
        .outerjoin(Course, Course.id == Poster.course_id)
        .outerjoin(Lesson, Lesson.id == Poster.lesson_id)
        .outerjoin(came, came.c.poster_id == Poster.id)
        .where(Poster.ward_id == ward_id, in_reach(Poster, viewer, Permission.MAKE_POSTERS))
    )  # fmt: skip


def _line(row: Any) -> PosterLine:
    *front, today, week, whole = row
    return PosterLine(*front, int(today or 0), int(week or 0), int(whole or 0))


def _offered() -> tuple[ColumnElement[bool], ...]:
    return Lesson.retired_at.is_(None), Lesson.published_at.is_not(None)
