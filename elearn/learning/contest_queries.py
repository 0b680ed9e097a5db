"""The reads about contests: what there is to take part in, one's own entry, and who counts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select

from elearn.kit.clock import begins, day_of
from elearn.kit.db import db
from elearn.kit.seals import figures_in, seal_of
from elearn.learning import contest_rules as rules
from elearn.learning.contest_models import Contest, ContestCourse, ContestEntry, ContestGroup, SealedContest
from elearn.learning.mixed import NO_ONE_REVISION, by_revision, with_place
from elearn.learning.quiz import Slip
from elearn.library.models import Course
from elearn.library.pool_queries import answer_keys, quizzes_of
from elearn.people.models import Keeping, Person
from elearn.people.places import meant, places_of, shown_under
from elearn.people.queries import same_person


class CourseName(NamedTuple):
    """A course from which a contest draws."""

    id: int
    slug: str
    title: str


class ContestCard(NamedTuple):
    """A contest as its pages introduce it; no group ids means all groups."""

    id: int
    ward_id: int
    slug: str
    name: str
    questions: int
    since: date
    until: date
    made_at: datetime
    courses: tuple[CourseName, ...] = ()
    group_ids: tuple[int, ...] = ()


class Entrant(NamedTuple):
    """As much of who wants to take part as decides whether they may."""

    ward_id: int
    group_id: int | None
    keeping: str
    counts: bool  # for a group, or waits until somebody has looked

    @property
    def is_kept(self) -> bool:
        """Is a result of this person kept, with a name or for the group alone?"""
        return self.keeping != Keeping.NOTHING and self.group_id is not None and self.counts


class Counted(NamedTuple):
    """An entry that was handed in and counts, with the group for which it does."""

    entry_id: int
    root: int
    group_id: int
    right: int
    seconds: int
    helped: bool
    handed_in_at: datetime


# -- contests ------------------------------------------------------------------------------------


def contests_of(ward_id: int) -> list[ContestCard]:
    """Return the contests of the ward, the newest first, without their courses and groups."""
    rows = db.session.execute(
        select(*_card()).where(Contest.ward_id == ward_id).order_by(Contest.since.desc(), Contest.id.desc())
    )
    return [ContestCard(*row) for row in rows]


def find_contest(ward_id: int, slug: str) -> ContestCard | None:
    """Return the contest of the ward with this word in its address; or None."""
    return _found(Contest.ward_id == ward_id, Contest.slug == slug)


def find_contest_by_id(ward_id: int, contest_id: int) -> ContestCard | None:
    """Return the contest of the ward with this number; or None."""
    return _found(Contest.ward_id == ward_id, Contest.id == contest_id)


def _card() -> tuple[Any, ...]:
    return (
        Contest.id, Contest.ward_id, Contest.slug, Contest.name, Contest.questions, Contest.since,
        Contest.until, Contest.made_at,
    )  # fmt: skip


def _found(*conditions: Any) -> ContestCard | None:
    row = db.session.execute(select(*_card()).where(*conditions)).first()
    if row is None:
        return None
    card = ContestCard(*row)
    courses = db.session.execute(
        select(Course.id, Course.slug, Course.title)
        .join(ContestCourse, ContestCourse.course_id == Course.id)
        .where(ContestCourse.contest_id == card.id)
        .order_by(Course.position, Course.id)
    )
    groups = db.session.scalars(select(ContestGroup.group_id).where(ContestGroup.contest_id == card.id))
    return card._replace(courses=tuple(CourseName(*one) for one in courses), group_ids=tuple(sorted(groups)))


def takes_part(card: ContestCard, group_id: int, day: date) -> bool:
    """Is this group one of those whose people take part?"""
    if not card.group_ids:
        return True
    places = places_of(card.ward_id)
    return shown_under(places, day).get(group_id) in meant(places, card.group_ids, day_of(card.made_at), day)


# -- one's own -----------------------------------------------------------------------------------


def find_entrant(person_id: int) -> Entrant | None:
    """Return as much of a person as decides whether they may take part."""
    row = db.session.execute(
        select(
            Person.ward_id, Person.group_id, Person.keeping,
            Person.registered_at.is_not(None) | Person.waits_since.is_not(None),
        ).where(Person.id == person_id)
    ).first()  # fmt: skip
    return Entrant(row[0], row[1], row[2], bool(row[3])) if row else None


def entries_of(person_id: int) -> dict[int, ContestEntry]:
    """Return the entry of a person in each contest; of two, since rows were merged, the one that counts."""
    rows = db.session.scalars(
        select(ContestEntry).where(ContestEntry.person_id.in_(select(same_person(person_id).c.id)))
    )
    found: dict[int, ContestEntry] = {}
    for one in sorted(rows, key=counts_first, reverse=True):
        found[one.contest_id] = one
    return found


def entry_of(person_id: int, contest_id: int) -> ContestEntry | None:
    """Return the entry of a person in this contest, or None."""
    return entries_of(person_id).get(contest_id)


def counts_first(one: ContestEntry) -> tuple[bool, datetime, int]:
    """Order the entries of one person: the one that counts, or would once handed in, comes first."""
    return one.handed_in_at is None, one.handed_in_at or one.started_at, one.id


def slip_of(entry: ContestEntry) -> Slip:
    """Return the slip of an entry: it is kept, so that it is the same one on every phone."""
    shown = {key: entry.shown[key] for key in entry.asked if key in entry.shown}
    return Slip(entry.slip, NO_ONE_REVISION, entry.started_at, entry.person_id, tuple(entry.asked), shown, "")


def questions_of(entry: ContestEntry, ward_id: int, day: date) -> list[dict[str, Any]]:
    """Return the questions of an entry as they are asked."""
    wanted = set(entry.asked)
    quizzes = quizzes_of(by_revision(entry.asked), ward_id, day)
    placed = (with_place(revision, one) for revision, quiz in quizzes.items() for one in quiz)
    return [one for one in placed if one["key"] in wanted]


def key_of(asked: Sequence[str], ward_id: int, day: date) -> Mapping[str, dict[str, Any]]:
    """Return what is right in these questions and why: only to mark, and to explain once it is over."""
    keys = answer_keys(by_revision(asked), ward_id, day)
    placed = {f"{revision}:{name}": one for revision, key in keys.items() for name, one in key.items()}
    return {name: placed[name] for name in asked if name in placed}


# -- who counts ----------------------------------------------------------------------------------


class _Row(NamedTuple):
    """A row of a person, as far as it decides whether and where an entry counts."""

    merged_into_id: int | None
    counts: bool
    group_id: int | None


def counted_of(contest_id: int) -> list[Counted]:
    """Return the entries of a contest that were handed in and count, each person once."""
    rows, people = _handed_in(contest_id)
    found = []
    for entry_id, person_id, group_id, right, seconds, how, at, *_ in rows:
        root = _root(people, person_id)
        group_id = group_id or people[root].group_id
        if people[root].counts and group_id is not None:
            found.append(Counted(entry_id, root, group_id, right, seconds, how in rules.HELPED, at))
    first = rules.counted_once(rules.Handed(one.entry_id, one.root, one.handed_in_at) for one in found)
    return [one for one in found if one.entry_id in first]


def roots_of(contest_id: int) -> dict[int, int]:
    """Return who is behind each entry that was handed in, counted or not: whoever they were merged into."""
    rows, people = _handed_in(contest_id)
    return {row.id: _root(people, row.person_id) for row in rows}


def _handed_in(contest_id: int) -> tuple[Sequence[Any], dict[int, _Row]]:
    rows = db.session.execute(
        select(
            ContestEntry.id, ContestEntry.person_id, ContestEntry.group_id, ContestEntry.right,
            ContestEntry.seconds, ContestEntry.how, ContestEntry.handed_in_at,
            *_columns(),
        )
        .join(Person, Person.id == ContestEntry.person_id)
        .where(ContestEntry.contest_id == contest_id, ContestEntry.handed_in_at.is_not(None))
        .order_by(ContestEntry.id)
    ).all()  # fmt: skip
    people = {row.person_id: _Row(*row[-3:]) for row in rows}
    _read_those_merged_into(people)
    return rows, people


def _columns() -> tuple[Any, ...]:
    return Person.merged_into_id, Person.registered_at.is_not(None), Person.group_id


def _read_those_merged_into(people: dict[int, _Row]) -> None:
    """Add whoever people were merged into, as far up as that goes."""
    while missing := {one.merged_into_id for one in people.values()} - {None} - people.keys():
        rows = db.session.execute(select(Person.id, *_columns()).where(Person.id.in_(missing)))
        people |= {row[0]: _Row(*row[1:]) for row in rows}


def _root(people: Mapping[int, _Row], person_id: int) -> int:
    while (into := people[person_id].merged_into_id) is not None:
        person_id = into
    return person_id


def handed_in_before(contest_id: int, day: date) -> int:
    """Return how many had taken part before this day began."""
    return sum(one.handed_in_at < begins(day) for one in counted_of(contest_id))


def begun_in(contest_id: int) -> int:
    """Return how many have begun, whether they handed in or not."""
    entries = select(func.count()).select_from(ContestEntry).where(ContestEntry.contest_id == contest_id)
    return db.session.scalar(entries) or 0


def has_been_sealed(contest_id: int) -> bool:
    """Have the results been sealed?"""
    sealed = select(SealedContest.number).where(SealedContest.contest_id == contest_id).limit(1)
    return db.session.scalar(sealed) is not None


class Place(NamedTuple):
    """Where an entry stands in the sealed results, among how many."""

    rank: int
    among: int
    helped: bool


def sealed_figures(contest_id: int) -> dict[str, Any] | None:
    """Return the newest sealed results; None before, and once their seal does not fit: then nobody is told
    anything by them."""
    newest = select(func.max(SealedContest.number)).where(SealedContest.contest_id == contest_id)
    row = db.session.execute(
        select(SealedContest.figures, SealedContest.seal).where(
            SealedContest.contest_id == contest_id, SealedContest.number == newest.scalar_subquery()
        )
    ).first()
    return figures_in(row.figures) if row and seal_of(row.figures) == row.seal else None


def place_in(figures: Mapping[str, Any], entry_id: int) -> Place | None:
    """Return where an entry stands in sealed results; None where it is not in them."""
    for way in ("own", "helped"):
        for rank, _right, _seconds, number, _group in figures[way]:
            if number == entry_id:
                return Place(rank, len(figures[way]), way == "helped")
    return None


def running_contests(ward_id: int, day: date) -> list[ContestCard]:
    """Return the contests that can be begun today, the one that ends first at the top."""
    return sorted(
        (card for card in contests_of(ward_id) if card.since <= day <= card.until),
        key=lambda card: (card.until, card.id),
    )
