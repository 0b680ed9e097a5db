"""How many may be counted for a group in a day by themselves, and who waits until somebody has looked.

Without a name nothing tells one honest visitor from a script that sends the form a thousand times, and a
group's figure is what the ward reports. So what comes from devices that nobody has come in on has a
budget: a hall full of people in a day, and never more than the group has adults. Beyond it results are
kept like any others, and wait: to refuse them would let a script close the door to the people of the
group, and to count them would let it write the figure. A class has a budget of its own; so has a device
on which somebody of the house has come in by name.

A name is invented as quickly, so those who write one down themselves have a budget of the same size, apart
from the nameless: neither can use up the other's. Whom a helper or a list brings waits for nobody.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import case, func, or_, select, update

from elearn.kit import audit, throttle
from elearn.kit.clock import begins, day_of, now
from elearn.kit.db import db, transaction
from elearn.learning.ledger import recounted
from elearn.people.entry_queries import ClassHere
from elearn.people.models import GroupKind, Keeping, Person, ResidentialGroup
from elearn.people.permissions import Viewer

DAY, A_SLIP_LASTS = timedelta(days=1), timedelta(days=30)
A_HALL = 100  # a day, for a group
NO_GROUP = 300  # a day, for "chưa rõ tổ" and "ở nơi khác", which the whole ward shares
A_FAMILY = 5  # a day, on a device that knows somebody
AT_ONCE = 200  # so many are counted with one tap


class Waiting(NamedTuple):
    """Those of a group who came by themselves on one day and are not counted yet; `named`: with a name."""

    group_id: int
    group: str
    code: str
    day: date
    count: int
    named: int
    first_at: datetime
    last_at: datetime


# -- when a result is kept -----------------------------------------------------------------------


def must_wait(
    person_id: int, group_id: int, *, here: ClassHere | None, device: str | None, named: bool = False
) -> bool:
    """Must this person's results wait for somebody to look, before they count for the group?

    `here`: the class in which they sit; `device`: the number of a device on which somebody has come in by
    name. Who counts already, or waits already for this group, takes nothing of the budget.
    """
    person = db.session.get_one(Person, person_id)
    if person.registered_at is not None:
        return False
    waits_there = person.waits_since is not None and person.group_id == group_id
    if waits_there and named == (person.keeping == Keeping.NAME):
        return True
    return not (_has_own_room(here, device) or _has_room(group_id, named))


def _has_own_room(here: ClassHere | None, device: str | None) -> bool:
    if here is not None and _take(f"crowd-class:{here.token_digest[:32]}", here.budget):
        return True
    return device is not None and _take(f"crowd-device:{device}", A_FAMILY)


def _has_room(group_id: int, named: bool) -> bool:
    group = db.session.get_one(ResidentialGroup, group_id)
    regular = group.kind == GroupKind.REGULAR
    budget = A_HALL if regular else NO_GROUP
    if named:
        return _take(f"crowd-named:{group_id}", budget)
    if regular and group.adults is not None and _nameless_in(group_id) >= group.adults:
        return False
    return _take(f"crowd:{group_id}", budget)


def may_be_sent_elsewhere(slip_id: str) -> bool:
    """May this slip be sent by another browser than the one that opened it? Once: a browser may have lost
    its cookie, but a slip that goes from hand to hand is no longer anybody's own answer."""
    return _take(f"slip:{slip_id}", 1, A_SLIP_LASTS)


def _take(key: str, budget: int, span: timedelta = DAY) -> bool:
    """Take one of a budget; it is counted first, so that of many at once each sees those before it."""
    with transaction():
        at = throttle.note_try(key, "hour")
        if throttle.tries_within(key, span) <= budget:
            return True
        throttle.take_back(key, at)
        return False


def _nameless_in(group_id: int) -> int:
    counted = select(func.count()).where(
        Person.group_id == group_id,
        Person.keeping == Keeping.GROUP,
        Person.registered_at.is_not(None),
        Person.merged_into_id.is_(None),
    )
    return db.session.scalar(counted) or 0


def counts_anyone(ids: Collection[int]) -> bool:
    """Is one of these people counted for a group, or at work here?"""
    counts = or_(Person.registered_at.is_not(None), Person.password_hash.is_not(None))
    known = select(func.count()).where(Person.id.in_(ids), Person.display_name.is_not(None), counts)
    return bool(ids) and bool(db.session.scalar(known))


def is_waiting(person_id: int) -> bool:
    """Do this person's results wait to be counted for their group?"""
    waits = select(Person.waits_since).where(Person.id == person_id)
    return db.session.scalar(waits) is not None


# -- when somebody looks -------------------------------------------------------------------------


def waiting_in(ward_id: int) -> list[Waiting]:
    """Return who waits in the ward, by group and day, the newest first; how close together they came tells
    a hall from a script."""
    rows = db.session.execute(
        select(
            ResidentialGroup.id,
            ResidentialGroup.name,
            ResidentialGroup.code,
            Person.waits_since,
            Person.keeping == Keeping.NAME,
        )
        .join(ResidentialGroup, ResidentialGroup.id == Person.group_id)
        .where(ResidentialGroup.ward_id == ward_id, Person.waits_since.is_not(None))
        .order_by(Person.waits_since)
    )
    found: dict[tuple[int, date], Waiting] = {}
    for group_id, name, code, at, named in rows:
        one = found.get((group_id, day_of(at)), Waiting(group_id, name, code, day_of(at), 0, 0, at, at))
        found[group_id, one.day] = one._replace(
            count=one.count + 1, named=one.named + bool(named), last_at=at
        )
    return sorted(found.values(), key=lambda one: (one.day, one.last_at), reverse=True)


def count_waiting(ward_id: int) -> int:
    """Return how many wait in the ward."""
    waits = select(func.count()).select_from(Person)
    return db.session.scalar(waits.where(Person.ward_id == ward_id, Person.waits_since.is_not(None))) or 0


def let_count(group_id: int, day: date, *, by: Viewer) -> int:
    """Let those of a group and day count, some hundred at once; return how many. Twice is once."""
    with transaction():
        ids = _those_of(group_id, day)[:AT_ONCE]
        with recounted(*ids, reason="kept"):
            db.session.execute(
                update(Person).where(Person.id.in_(ids)).values(registered_at=now(), waits_since=None)
            )
        _note("count waiting", group_id, by, ids)
    return len(ids)


def turn_away(group_id: int, day: date, *, by: Viewer) -> int:
    """Let those of a group and day count for nobody; what they learnt stays on their device, as of any
    visitor who keeps nothing, or under their name. Return how many. Twice is once."""
    with transaction():
        ids = _those_of(group_id, day)
        db.session.execute(
            update(Person)
            .where(Person.id.in_(ids))
            .values(
                keeping=case((Person.keeping == Keeping.NAME, Keeping.NAME), else_=Keeping.NOTHING),
                group_id=None,
                waits_since=None,
            )
        )
        _note("turn waiting away", group_id, by, ids)
    return len(ids)


def _those_of(group_id: int, day: date) -> Sequence[int]:
    return db.session.scalars(
        select(Person.id)
        .where(
            Person.group_id == group_id,
            Person.waits_since >= begins(day),
            Person.waits_since < begins(day + DAY),
        )
        .order_by(Person.id)
        .with_for_update()
    ).all()


def _note(act: str, group_id: int, by: Viewer, ids: Sequence[int]) -> None:
    if ids:
        ward_id = db.session.get_one(ResidentialGroup, group_id).ward_id
        audit.record(act, "group", group_id, actor_id=by.person_id, ward_id=ward_id, times=len(ids))
