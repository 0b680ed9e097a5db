"""Writes of outreach: a poster is made, retired or used again; somebody arrives by it."""

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from elearn.kit.audit import record
from elearn.kit.clock import now, today
from elearn.kit.db import add_up, db, lock, transaction
from elearn.kit.log import note
from elearn.kit.refused import Refused
from elearn.kit.secrets import random_code
from elearn.outreach import queries
from elearn.outreach.models import Arrival, Poster
from elearn.outreach.rules import ALPHABET, CODE_LENGTH
from elearn.people.models import Person
from elearn.people.permissions import Permission, Viewer


def make_poster(
    viewer: Viewer,
    ward_id: int,
    *,
    group_id: int | None = None,
    course_id: int | None = None,
    lesson_id: int | None = None,
    place: str = "",
) -> int:
    """Make a poster and return its id; asking again for the very same one returns the one there is.

    Without a course it leads to the home page. Raise Refused where the viewer may not make it.
    """
    if not viewer.may_in(Permission.MAKE_POSTERS, ward_id=ward_id, group_id=group_id):
        raise Refused("Anh chị chỉ làm được áp phích cho tổ mình phụ trách. Xin chọn lại tổ.")
    wanted = {
        "ward_id": ward_id,
        "group_id": group_id,
        "course_id": course_id,
        "lesson_id": lesson_id,
        "place": place,
        "made_by_id": viewer.person_id,
    }
    with transaction():
        lock(Person, viewer.person_id)  # a second tap waits here and finds what the first has made
        same = select(Poster.id).filter_by(**wanted, retired_at=None)
        if (found := db.session.scalar(same)) is not None:
            return found
        poster = Poster(code=_free_code(), **wanted)
        db.session.add(poster)
        db.session.flush()
        record(
            "make poster", "poster", poster.id, actor_id=viewer.person_id, ward_id=ward_id, group_id=group_id
        )
    return poster.id


def retire_poster(viewer: Viewer, ward_id: int, poster_id: int) -> bool:
    """Take a poster out of use: its code leads nowhere in particular. Twice is once.

    Return whether there is such a poster within the viewer's reach.
    """
    return _set_use(viewer, ward_id, poster_id, in_use=False)


def restore_poster(viewer: Viewer, ward_id: int, poster_id: int) -> bool:
    """Let a retired poster work again; return whether there is such a one within the viewer's reach."""
    return _set_use(viewer, ward_id, poster_id, in_use=True)


def record_arrival(poster_id: int) -> None:
    """Count one more who came by the poster today.

    A database that cannot take it now loses the count, never the person: the page behind is only read.
    """
    try:
        with transaction():
            add_up(Arrival, {"poster_id": poster_id, "day": today()}, count=1)
    except OperationalError:
        note("arrival_not_counted", poster_id=poster_id)


def _set_use(viewer: Viewer, ward_id: int, poster_id: int, *, in_use: bool) -> bool:
    with transaction():
        if queries.find_poster_seen_by(viewer, ward_id, poster_id, today()) is None:
            return False
        poster = lock(Poster, poster_id)
        if (poster.retired_at is None) != in_use:
            poster.retired_at = None if in_use else now()
            act = "restore poster" if in_use else "retire poster"
            record(act, "poster", poster_id, actor_id=viewer.person_id, ward_id=ward_id)
    return True


def _free_code() -> str:
    while True:
        code = random_code(ALPHABET, CODE_LENGTH)
        if db.session.scalar(select(Poster.id).where(Poster.code == code)) is None:
            return code
