"""Reads of difficulties: what the ward was told, by whom one may be read, what the report says of them."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, func, or_, select

from elearn.kit.clock import begins, day_of
from elearn.kit.db import db
from elearn.movement.models import Difficulty
from elearn.movement.words import KINDS, STATES
from elearn.people.models import Person, ResidentialGroup
from elearn.people.permissions import Permission, Viewer
from elearn.people.reach import in_reach


class DifficultyLine(NamedTuple):
    """A difficulty as lists show it."""

    id: int
    group_id: int | None
    group_code: str | None
    group_name: str | None
    former_ward: str | None
    workplace: str
    kind: str
    what: str
    wish: str
    told_at: datetime
    state: str
    in_hand_at: datetime | None
    done_at: datetime | None
    answer: str
    told_by_id: int
    changes: int

    @property
    def told_on(self) -> date:
        """Return the day in Hải Phòng on which it was told."""
        return day_of(self.told_at)

    @property
    def place(self) -> str:
        """Return where the difficulty is: the group with its former ward, or the workplace."""
        if not self.group_name:
            return self.workplace
        return self.group_name + (f" ({self.former_ward})" if self.former_ward else "")

    @property
    def kind_words(self) -> str:
        """Return what it is about."""
        return KINDS.get(self.kind, self.kind)

    @property
    def state_words(self) -> str:
        """Return how far it is."""
        return STATES.get(self.state, self.state)


class Names(NamedTuple):
    """Who told a difficulty, and who answered it."""

    told_by: str | None
    answered_by: str | None


# -- for the report ------------------------------------------------------------------------------


def difficulties_in(ward_id: int, since: date | None, until: date) -> list[DifficultyLine]:
    """Return the difficulties of a period, the oldest first: told in it, or told before and not yet done when
    it began. `state` is how far each was at the end of the last day, whatever came after; an answer that was
    given with it later is not shown then."""
    first = begins(since or date.min + timedelta(days=1))
    end = begins(until + timedelta(days=1))
    rows = db.session.execute(
        _lines()
        .where(
            Difficulty.ward_id == ward_id,
            Difficulty.told_at < end,
            or_(
                Difficulty.told_at >= first,
                Difficulty.done_at.is_(None),
                Difficulty.done_at >= first,
            ),
        )
        .order_by(Difficulty.told_at, Difficulty.id)
    )
    return [_as_of(DifficultyLine(*row), end) for row in rows]


def _as_of(line: DifficultyLine, end: datetime) -> DifficultyLine:
    if line.done_at is not None and line.done_at < end:
        return line
    if line.in_hand_at is not None and line.in_hand_at < end:
        return line._replace(state="in_hand", done_at=None, answer="" if line.done_at else line.answer)
    return line._replace(state="new", in_hand_at=None, done_at=None, answer="")


# -- for the pages -------------------------------------------------------------------------------


def difficulties_seen_by(
    viewer: Viewer, ward_id: int, *, state: str = "", kind: str = "", group_id: int | None = None
) -> list[DifficultyLine]:
    """Return the difficulties of the ward that the viewer may read: what waits first, then the newest."""
    kept = [Difficulty.state == state] * bool(state) + [Difficulty.kind == kind] * bool(kind)
    if group_id is not None:
        kept.append(Difficulty.group_id == group_id)
    rows = db.session.execute(
        _seen(viewer, ward_id)
        .where(*kept)
        .order_by(
            case((Difficulty.state == "new", 0), (Difficulty.state == "in_hand", 1), else_=2),
            Difficulty.told_at.desc(),
            Difficulty.id.desc(),
        )
    )
    return [DifficultyLine(*row) for row in rows]


def count_by_state(viewer: Viewer, ward_id: int) -> dict[str, int]:
    """Return how many of the difficulties that the viewer may read are how far."""
    seen = _seen(viewer, ward_id).subquery()
    rows = db.session.execute(select(seen.c.state, func.count()).group_by(seen.c.state))
    found = {state: int(count) for state, count in rows}
    return {state: found.get(state, 0) for state in STATES}


def find_difficulty_seen_by(viewer: Viewer, ward_id: int, difficulty_id: int) -> DifficultyLine | None:
    """Return one difficulty of the ward that the viewer may read, or None."""
    row = db.session.execute(_seen(viewer, ward_id).where(Difficulty.id == difficulty_id)).first()
    return DifficultyLine(*row) if row else None


def names_in(difficulty_id: int) -> Names:
    """Return the names of who told a difficulty and who answered it, as far as they still have one."""
    told, answered = (
        select(Person.display_name).where(Person.id == column).scalar_subquery()
        for column in (Difficulty.told_by_id, Difficulty.answered_by_id)
    )
    row = db.session.execute(select(told, answered).where(Difficulty.id == difficulty_id)).one()
    return Names(*row)


def _seen(viewer: Viewer, ward_id: int) -> Select[Any]:
    """What one has told oneself, what was told of the own group, and all where one answers."""
    own_group = and_(Difficulty.group_id.is_not(None), in_reach(Difficulty, viewer, Permission.SEE_OWN_GROUP))
    return _lines().where(
        Difficulty.ward_id == ward_id,
        or_(
            Difficulty.told_by_id == viewer.person_id,
            own_group,
            in_reach(Difficulty, viewer, Permission.ANSWER_DIFFICULTIES),
        ),
    )


def _lines() -> Select[Any]:
    group = ResidentialGroup
    return select(
        Difficulty.id, Difficulty.group_id, group.code, group.name, group.former_ward, Difficulty.workplace,
        Difficulty.kind, Difficulty.what, Difficulty.wish, Difficulty.told_at, Difficulty.state,
        Difficulty.in_hand_at, Difficulty.done_at, Difficulty.answer, Difficulty.told_by_id,
        Difficulty.changes,
    ).outerjoin(group, group.id == Difficulty.group_id)  # fmt: skip
