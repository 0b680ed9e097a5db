"""The reads about the results of a contest: live, sealed, and with the names that may stand in them now."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select

from elearn.kit.clock import day_of
from elearn.kit.db import db
from elearn.kit.seals import figures_in, seal_of
from elearn.learning.contest_models import SealedContest
from elearn.learning.contest_queries import (
    ContestCard,
    Counted,
    contests_of,
    counted_of,
    find_contest_by_id,
    roots_of,
)
from elearn.learning.contest_rules import Result
from elearn.learning.named import names_for
from elearn.movement import result_rules
from elearn.movement.result_rules import HELPED, OWN, GroupLine, PersonLine, PublicLine
from elearn.people.consents import NAMED_IN_CONTEST
from elearn.people.models import GroupKind, ResidentialGroup
from elearn.people.permissions import Permission, Viewer
from elearn.people.places import meant, places_of, shown_under
from elearn.people.queries import exists_on
from elearn.people.rules import called_in_full


class SealedLine(NamedTuple):
    """A sealed copy of the results, as a list of them shows it."""

    number: int
    seal: str
    sealed_at: datetime


class SealedCopy(NamedTuple):
    """A sealed copy with what is in it, and whether its seal still fits."""

    number: int
    seal: str
    sealed_at: datetime
    figures: dict[str, Any]
    fits: bool

    @property
    def lines(self) -> list[GroupLine]:
        """Return the groups as they were sealed, in their order."""
        return result_rules.with_ranks([GroupLine(**line) for line in self.figures["groups"]])


class _Group(NamedTuple):
    """A residential group as of a day."""

    id: int
    code: str
    name: str
    former_ward: str
    kind: str
    adults: int | None


# -- contests ------------------------------------------------------------------------------------


def contests_seen_by(viewer: Viewer, ward_id: int) -> list[ContestCard]:
    """Return the contests of the ward, to who may read true counts of all of it."""
    return contests_of(ward_id) if viewer.may_in(Permission.SEE_COUNTS, ward_id=ward_id) else []


def find_contest_seen_by(viewer: Viewer, ward_id: int, contest_id: int) -> ContestCard | None:
    """Return a contest of the ward, to who may read true counts; or None."""
    if not viewer.may_in(Permission.SEE_COUNTS, ward_id=ward_id):
        return None
    return find_contest_by_id(ward_id, contest_id)


# -- by group ------------------------------------------------------------------------------------


def lines_of(card: ContestCard, day: date) -> list[GroupLine]:
    """Return what the groups did so far, as the groups were on this day, in their order."""
    return result_rules.with_ranks(_lines(card, counted_of(card.id), day))


def _lines(card: ContestCard, counted: list[Counted], day: date) -> list[GroupLine]:
    places = places_of(card.ward_id)
    under = shown_under(places, day)
    chosen = meant(places, card.group_ids, day_of(card.made_at), day) if card.group_ids else None
    by_group: dict[int, list[Counted]] = {}
    for one in counted:
        by_group.setdefault(under[one.group_id], []).append(one)
    return [
        _line(group, by_group.get(group.id, []))
        for group in _groups_on(card.ward_id, day)
        if group.id in by_group
        or (group.kind == GroupKind.REGULAR and (chosen is None or group.id in chosen))
    ]


def _line(group: _Group, counted: list[Counted]) -> GroupLine:
    helped = sum(one.helped for one in counted)
    return GroupLine(
        group.code, group.name, group.former_ward, group.adults, group.kind == GroupKind.REGULAR,
        len(counted) - helped, helped, sum(one.right for one in counted),
    )  # fmt: skip


def _groups_on(ward_id: int, day: date) -> list[_Group]:
    """Return the groups that results are shown under on this day, in the ward's own order."""
    group = ResidentialGroup
    rows = db.session.execute(
        select(group.id, group.code, group.name, group.former_ward, group.kind, group.adults)
        .where(group.ward_id == ward_id, or_(exists_on(day), group.successor_id.is_(None)))
        .order_by(group.sort_key, group.code)
    )
    return [_Group(*row) for row in rows]


# -- what is sealed ------------------------------------------------------------------------------


def figures_of(card: ContestCard, day: date) -> dict[str, Any]:
    """Return everything that is sealed of a contest: what was set, the counts by group, and the list by
    person with numbers in place of names."""
    counted = counted_of(card.id)
    codes = {group.id: group.code for group in _groups_on(card.ward_id, day)}
    under = shown_under(places_of(card.ward_id), day)
    lists = {
        way: result_rules.sealed_places(
            {
                Result(one.entry_id, one.right, one.seconds): codes[under[one.group_id]]
                for one in counted
                if one.helped == (way == HELPED)
            }
        )
        for way in (OWN, HELPED)
    }
    return {
        "contest": card.name,
        "questions": card.questions,
        "since": card.since.isoformat(),
        "until": card.until.isoformat(),
        "courses": [course.title for course in card.courses],
        "some_groups": bool(card.group_ids),
        "as_of": day.isoformat(),
        "groups": [_plain(line) for line in _lines(card, counted, day)],
        **lists,
    }


def _plain(line: GroupLine) -> dict[str, Any]:
    return {name: value for name, value in line._asdict().items() if name != "rank"}


def sealed_of(contest_id: int) -> list[SealedLine]:
    """Return the sealed copies of a contest, the newest first."""
    rows = db.session.execute(
        select(SealedContest.number, SealedContest.seal, SealedContest.sealed_at)
        .where(SealedContest.contest_id == contest_id)
        .order_by(SealedContest.number.desc())
    )
    return [SealedLine(*row) for row in rows]


def find_sealed(contest_id: int, number: int | None = None) -> SealedCopy | None:
    """Return a sealed copy (the newest, unless one is asked for), and whether it is still what was sealed."""
    if number is None:
        newest = select(func.max(SealedContest.number)).where(SealedContest.contest_id == contest_id)
        number = db.session.scalar(newest) or 0
    found = db.session.get(SealedContest, (contest_id, number))
    if found is None:
        return None
    fits, figures = seal_of(found.figures) == found.seal, figures_in(found.figures)
    if not all(isinstance(figures.get(one), list) for one in ("groups", OWN, HELPED)):
        figures = {"groups": [], OWN: [], HELPED: []}
    return SealedCopy(found.number, found.seal, found.sealed_at, figures, fits)


# -- with names ----------------------------------------------------------------------------------


def people_of(card: ContestCard, copy: SealedCopy) -> dict[str, list[PersonLine]]:
    """Return the lists by person, with the names of those who agreed to it and still do."""
    names = names_of(card)
    groups = {line.code: called_in_full(line.name, line.former_ward) for line in copy.lines}
    return {way: result_rules.person_lines(copy.figures[way], names, groups) for way in (OWN, HELPED)}


class Told(NamedTuple):
    """What anyone may read of sealed results; `named`: in which way, and the place, of those who agreed."""

    number: int
    seal: str
    sealed_at: datetime
    lines: tuple[PublicLine, ...]
    named: tuple[tuple[str, PersonLine], ...]


def told_of(card: ContestCard) -> Told | None:
    """Return what anyone may read of the newest sealed results; None before, and where the seal does not fit.

    It reads every entry (20,000: 0.16 s of processor), so ask for it through people.visitors.
    """
    copy = find_sealed(card.id)
    if copy is None or not copy.fits:
        return None
    lines = result_rules.public_lines(copy.lines, some=bool(card.group_ids))
    people = people_of(card, copy)
    named = tuple((way, one) for way in people for one in people[way] if one.name is not None)
    return Told(copy.number, copy.seal, copy.sealed_at, tuple(lines), named)


def names_of(card: ContestCard) -> dict[int, str]:
    """Return the names that may stand in the results, by the number of the entry."""
    names = names_for(card.ward_id, NAMED_IN_CONTEST)
    return {entry_id: names[root].name for entry_id, root in roots_of(card.id).items() if root in names}
