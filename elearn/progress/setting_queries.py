"""What the boards of a ward are set up with: the courses to choose from, the targets, the links to read."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    Date,
    Integer,
    String,
    bindparam,
    cast,
    exists,
    literal,
    null,
    or_,
    select,
    union_all,
)

from elearn.kit.db import db, run
from elearn.library.models import Course, Lesson
from elearn.people.models import ReadLink, Ward
from elearn.people.permissions import Permission, Viewer
from elearn.progress.aims import QUIET_DAYS, Aims, aim_of
from elearn.progress.models import Target


class CourseName(NamedTuple):
    """A course as the filter of a board offers it."""

    id: int
    slug: str
    title: str


class SetUp(NamedTuple):
    """What a board offers and is held against."""

    courses: list[CourseName]
    aims: Aims


class NamedWard(NamedTuple):
    """A ward as the boards of a city name it."""

    id: int
    code: str
    name: str


class LinkLine(NamedTuple):
    """A read link as the list of links shows it."""

    id: int
    label: str
    nonce: str
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


# -- what the ward has set itself -----------------------------------------------------------------


def find_target(viewer: Viewer, ward_id: int, target_id: int) -> Target | None:
    """Return a target of the ward for who may change it, or None."""
    if not viewer.may_in(Permission.SET_TARGETS, ward_id=ward_id):
        return None
    return db.session.scalar(select(Target).where(Target.id == target_id, Target.ward_id == ward_id))


def find_same_target(ward_id: int, told: Mapping[str, Any]) -> int | None:
    """Return the id of a target of the ward that says just this, or None."""
    return db.session.scalar(
        select(Target.id).where(
            Target.ward_id == ward_id, *(getattr(Target, key) == value for key, value in told.items())
        )
    )


# -- courses and read links ----------------------------------------------------------------------


def set_up_of(ward_id: int) -> SetUp:
    """Return, in one statement, the courses to filter by and what the ward has set for its board."""
    return _read(run(_set_up(), {"ward": ward_id}))[1]


def find_ward_set_up(code: str) -> tuple[NamedWard, SetUp] | None:
    """Return, in one statement, the ward with this code and what its board is set up with."""
    ward, set_up = _read(run(_set_up(by_code=True), {"code": code}))
    return (ward, set_up) if ward else None


def _read(rows: Any) -> tuple[NamedWard | None, SetUp]:
    courses, targets, quiet, ward = [], [], None, None
    for kind, _, number, short, words, value, due in rows:
        match kind:
            case "course":
                courses.append(CourseName(number, short, words))
            case "target":
                targets.append(aim_of(number, words, short, value, due))
            case _:
                quiet, ward = value, NamedWard(number, short, words)
    return ward, SetUp(courses, Aims(tuple(targets), quiet or QUIET_DAYS))


@cache
def _set_up(*, by_code: bool = False) -> Any:
    ward: Any = bindparam("ward", type_=Integer)
    if by_code:
        ward = select(Ward.id).where(Ward.code == bindparam("code", type_=String)).scalar_subquery()
    taught = exists(select(Lesson.id).where(Lesson.course_id == Course.id, Lesson.published_at.is_not(None)))
    no_value, no_day = cast(null(), Integer).label("value"), cast(null(), Date).label("due")
    courses = select(
        literal("course").label("kind"), Course.position.label("place"), Course.id.label("number"),
        Course.slug.label("short"), Course.title.label("words"), no_value, no_day,
    ).where(or_(Course.ward_id.is_(None), Course.ward_id == ward), taught)  # fmt: skip
    targets = select(
        literal("target"), literal(0), Target.id, Target.measure, Target.name, Target.value, Target.due
    ).where(Target.ward_id == ward)
    of_ward = select(literal("ward"), literal(0), Ward.id, Ward.code, Ward.name, Ward.quiet_days, no_day)
    all_of_it = union_all(courses, targets, of_ward.where(Ward.id == ward))
    return all_of_it.order_by("kind", "place", "due", "number")


def courses_with_results(ward_id: int) -> list[CourseName]:
    """Return the courses that residents of the ward can or could learn, in their order."""
    return set_up_of(ward_id).courses


def aims_of(ward_id: int) -> Aims:
    """Return the targets of the ward, the next due first, and after how many days a group is quiet."""
    return set_up_of(ward_id).aims


def find_read_link(token_digest: str, ward_id: int, moment: datetime) -> str | None:
    """Return the label of the read link that may still be opened in this ward, or None."""
    return db.session.scalar(
        select(ReadLink.label).where(
            ReadLink.token_digest == token_digest,
            ReadLink.ward_id == ward_id,
            ReadLink.revoked_at.is_(None),
            ReadLink.expires_at > moment,
        )
    )


def read_links_seen_by(viewer: Viewer, ward_id: int) -> list[LinkLine]:
    """Return the read links of the ward that the viewer may give out and take back, the newest first."""
    if not viewer.may_in(Permission.GIVE_READ_LINKS, ward_id=ward_id):
        return []
    rows = db.session.execute(
        select(
            ReadLink.id, ReadLink.label, ReadLink.nonce,
            ReadLink.issued_at, ReadLink.expires_at, ReadLink.revoked_at,
        )
        .where(ReadLink.ward_id == ward_id)
        .order_by(ReadLink.id.desc())
    )  # fmt: skip
    return [LinkLine(*row) for row in rows]


def find_link_of(ward_id: int, link_id: int) -> ReadLink | None:
    """Return a read link of the ward for changing it, or None."""
    return db.session.scalar(select(ReadLink).where(ReadLink.id == link_id, ReadLink.ward_id == ward_id))
