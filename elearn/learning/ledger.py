"""The ledger that boards count: a credit for each kept fact, and the tallies in the same transaction."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, bindparam, func, literal, null, select, union_all

from elearn.kit.clock import today
from elearn.kit.db import add, add_up_all, db, run
from elearn.learning.models import (
    NO_COURSE,
    CourseCompletion,
    CourseStart,
    Credit,
    DailyTally,
    LessonCompletion,
    MasteredQuestion,
    Standing,
    What,
)
from elearn.library.models import Lesson
from elearn.people.models import How, Keeping, Person
from elearn.people.queries import same_person

COLUMN = {
    What.REGISTERED: "registered",
    What.STARTED: "started",
    What.LESSON: "lessons",
    What.COURSE: "courses",
    What.MASTERED: "mastered",
}
TALLY_KEY = ("day", "group_id", "course_id", "audience", "how")
STANDING_KEY = ("group_id", "course_id", "audience")
STANDING_COLUMNS = ("registered", "started", "finished")
Key = tuple[str, int] | tuple[str, int, str]  # what, the id of its lesson or course, the key of its question


class KeptFact(NamedTuple):
    """Something that happened once to a person and counts once."""

    what: str
    course_id: int
    lesson_id: int | None
    how: str
    question: str | None = None

    @property
    def key(self) -> Key:
        return _key(self.what, self)


class Place(NamedTuple):
    """Where a credit stands."""

    group_id: int
    audience: str
    how: str
    course_id: int
    lesson_id: int | None
    question: str | None = None


class Counted(NamedTuple):
    """A person, as far as counting goes."""

    id: int
    group_id: int | None
    audience: str
    keeping: str
    registered: bool
    assisted: bool
    merged_into_id: int | None
    erased: bool

    @property
    def counts(self) -> bool:
        """Do this person's results count for a group today?"""
        kept = self.keeping != Keeping.NOTHING and self.registered
        return kept and self.group_id is not None and self.merged_into_id is None and not self.erased


def _key(what: str, of: KeptFact | Place) -> Key:
    place = of.lesson_id or of.course_id
    return (what, place) if of.question is None else (what, place, of.question)


Facts = dict[Key, KeptFact]
StandingKey = tuple[int, int, str]


# -- what is so ----------------------------------------------------------------------------------


PERSON = bindparam("person", type_=Integer)  # whom a statement that is made once is about


def counted(person_id: int) -> Counted | None:
    """Return the person as far as counting goes, or None."""
    row = run(_counted(), {"person": person_id}).first()
    return Counted(*row) if row else None


@cache
def _counted() -> Any:
    return select(*counted_columns()).where(Person.id == PERSON)


def counted_columns() -> tuple[Any, ...]:
    """Return the columns of a person of which Counted is made, in its order."""
    return (
        Person.id, Person.group_id, Person.audience, Person.keeping, Person.registered_at.is_not(None),
        Person.registered_by_id.is_not(None), Person.merged_into_id, Person.erased_at.is_not(None),
    )  # fmt: skip


def facts_kept(person_id: int) -> dict[int, Facts]:
    """Return the facts of a person and of everyone merged into them, by whose row they stand in."""
    return by_owner((owner, KeptFact(*fact)) for owner, *fact in run(_facts_of_one(), {"person": person_id}))


def by_owner(facts: Iterable[tuple[int, KeptFact]]) -> dict[int, Facts]:
    """Return the facts by whose row they stand in, and by their keys."""
    found: dict[int, Facts] = defaultdict(dict)
    for owner, fact in facts:
        found[owner][fact.key] = fact
    return found


@cache
def _facts_of_one() -> Any:
    return union_all(*selects_of_facts(select(same_person(PERSON).c.id)))


def each_person(ids: Sequence[int]) -> Iterator[tuple[Counted, Facts, dict[Key, Counter[Place]]]]:
    """Yield these people with their facts (of those merged into them too) and credits, in four statements."""
    people = {row[0]: Counted(*row) for row in run(select(*counted_columns()).where(Person.id.in_(ids)))}
    same = select(Person.id.label("root"), Person.id.label("id")).where(Person.id.in_(ids))
    same = same.cte("same_people", recursive=True)
    same = same.union(select(same.c.root, Person.id).join(same, Person.merged_into_id == same.c.id))
    roots: dict[int, list[int]] = defaultdict(list)
    for root, owner in db.session.execute(select(same.c.root, same.c.id)):
        roots[owner].append(root)
    facts: dict[int, dict[int, Facts]] = defaultdict(lambda: defaultdict(dict))
    for owner, *fact in db.session.execute(union_all(*selects_of_facts(select(same.c.id)))):
        kept = KeptFact(*fact)
        for root in roots[owner]:
            facts[root][owner][kept.key] = kept
    placed = _placed(Credit.person_id.in_(ids))
    for one in ids:
        yield people[one], together(facts.get(one, {}), one), placed.get(one, {})


def selects_of_facts(owners: Any) -> tuple[Select[Any], ...]:
    """Select whose, what, course, lesson, how and question, of these owners: a statement for each kind."""
    started = select(
        CourseStart.person_id, literal(str(What.STARTED)), CourseStart.course_id, null(), CourseStart.how,
        null(),
    ).where(CourseStart.person_id.in_(owners))  # fmt: skip
    finished = select(
        LessonCompletion.person_id, literal(str(What.LESSON)), Lesson.course_id, LessonCompletion.lesson_id,
        LessonCompletion.how, null(),
    ).join(Lesson, Lesson.id == LessonCompletion.lesson_id).where(
        LessonCompletion.person_id.in_(owners)
    )  # fmt: skip
    complete = select(
        CourseCompletion.person_id, literal(str(What.COURSE)), CourseCompletion.course_id, null(),
        CourseCompletion.how, null(),
    ).where(CourseCompletion.person_id.in_(owners))  # fmt: skip
    mastered = select(
        MasteredQuestion.person_id, literal(str(What.MASTERED)), Lesson.course_id, MasteredQuestion.lesson_id,
        MasteredQuestion.how, MasteredQuestion.question,
    ).join(Lesson, Lesson.id == MasteredQuestion.lesson_id).where(
        MasteredQuestion.person_id.in_(owners)
    )  # fmt: skip
    return started, finished, complete, mastered


def together(facts: Mapping[int, Facts], first: int) -> Facts:
    """Return the facts of people who are one person, each once; those of `first` win."""
    whole: Facts = {}
    for owner in sorted(facts, key=lambda one: one != first):
        whole = facts[owner] | whole
    return whole


def due(person: Counted, facts: Facts) -> Facts:
    """Return the facts for which a person has credit: all of them when they count, else none."""
    if not person.counts:
        return {}
    how = How.ASSISTED if person.assisted else How.ALONE
    registered = KeptFact(What.REGISTERED, NO_COURSE, None, how)
    return {registered.key: registered} | facts


def standing_of(person: Counted, facts: Facts) -> Counter[tuple[StandingKey, str]]:
    """Return what a person adds to the standing of their group."""
    if not person.counts or person.group_id is None:
        return Counter()
    columns = {(NO_COURSE, "registered")}
    for fact in facts.values():
        if fact.what in (What.STARTED, What.COURSE):
            column = "started" if fact.what == What.STARTED else "finished"
            columns |= {(fact.course_id, column), (NO_COURSE, column)}
    return Counter({((person.group_id, course, person.audience), column): 1 for course, column in columns})


def credits_of(person_id: int) -> dict[Key, Counter[Place]]:
    """Return for each fact of a person where its credits stand, net of those taken back."""
    return _placed(Credit.person_id == person_id)[person_id]


def _placed(whose: Any) -> dict[int, dict[Key, Counter[Place]]]:
    place = [getattr(Credit, name) for name in Place._fields]
    rows = db.session.execute(
        select(Credit.person_id, Credit.what, *place, func.sum(Credit.amount))
        .where(whose)
        .group_by(Credit.person_id, Credit.what, *place)
        .having(func.sum(Credit.amount) != 0)
    )
    found: dict[int, dict[Key, Counter[Place]]] = defaultdict(lambda: defaultdict(Counter))
    for person_id, what, *where, amount in rows:
        at = Place(*where)
        found[person_id][_key(what, at)][at] += int(amount)
    return found


# -- what is written -----------------------------------------------------------------------------


class Ledger:
    """Credits and changes of standing that belong together; `post` writes them, in one order for all."""

    def __init__(self) -> None:
        self.day = today()
        self.lines: list[dict[str, Any]] = []
        self.standings: Counter[tuple[StandingKey, str]] = Counter()

    def give(self, person: Counted, facts: Iterable[KeptFact], reason: str) -> None:
        """Credit the person's group of this moment with the facts."""
        if person.group_id is None:
            return
        for fact in facts:
            place = Place(
                person.group_id, person.audience, fact.how, fact.course_id, fact.lesson_id, fact.question
            )
            self.line(person.id, fact.what, place, 1, reason)

    def line(self, person_id: int, what: str, place: Place, amount: int, reason: str) -> None:
        """Add one line."""
        entry = place._asdict() | {"person_id": person_id, "what": str(what), "reason": reason}
        sign = 1 if amount > 0 else -1
        self.lines += [entry | {"day": self.day, "amount": sign} for _ in range(abs(amount))]

    def stand(
        self, before: Mapping[tuple[StandingKey, str], int], after: Mapping[tuple[StandingKey, str], int]
    ) -> None:
        """Note how the standing of groups changes."""
        for key, count in after.items():
            self.standings[key] += count
        for key, count in before.items():
            self.standings[key] -= count

    def settle(self, person: Counted, facts: Facts, reason: str) -> None:
        """Make the person's credits equal to what is due: take back what is too much, give what lacks.

        What unmerging gives again goes where merging had taken it from. An erased person's stay as they are.
        """
        if person.erased:
            return
        wanted, found = due(person, facts), credits_of(person.id)
        for key, places in found.items():
            for place, amount in _too_much(places, 1 if key in wanted else 0):
                self.line(person.id, key[0], place, -amount, reason)
        lacking = {key: fact for key, fact in wanted.items() if sum(found.get(key, {}).values()) < 1}
        former = _taken_by_merging(person.id) if reason == "unmerged" and lacking else {}
        for key, fact in lacking.items():
            if key in former:
                self.line(person.id, key[0], former[key], 1, reason)
            else:
                self.give(person, [fact], reason)

    def post(self) -> None:
        """Write everything: credits, then tallies, then standings, each in the order of their keys.

        The same order for every writer, so that on PostgreSQL no two wait for each other.
        """
        if self.lines:
            add(Credit, *self.lines)
        add_up_all(DailyTally, TALLY_KEY, _tallies(self.lines))
        add_up_all(Standing, STANDING_KEY, _standings(self.standings))
        self.lines, self.standings = [], Counter()


@contextmanager
def recounted(*person_ids: int, reason: str) -> Iterator[Ledger]:
    """Inside the block people or their facts change; afterwards their credits and standings have followed."""
    ids = sorted(set(person_ids))
    ledger = Ledger()
    before: Counter[tuple[StandingKey, str]] = Counter()
    for person_id in ids:
        before += _stands(person_id)
    yield ledger
    db.session.flush()
    after: Counter[tuple[StandingKey, str]] = Counter()
    for person_id in ids:
        person = counted(person_id)
        if person is not None:
            facts = together(facts_kept(person_id), person_id)
            after += standing_of(person, facts)
            ledger.settle(person, facts, reason)
    ledger.stand(before, after)
    ledger.post()


def _stands(person_id: int) -> Counter[tuple[StandingKey, str]]:
    person = counted(person_id)
    return standing_of(person, together(facts_kept(person_id), person_id)) if person else Counter()


def _too_much(places: Counter[Place], allowed: int) -> Iterator[tuple[Place, int]]:
    """Yield what must be taken back (or, below nought, given again) for the sum to be what is allowed."""
    for place, amount in sorted(places.items(), key=lambda one: str(one)):
        keep = min(max(amount, 0), allowed)
        allowed -= keep
        if amount != keep:
            yield place, amount - keep


def _taken_by_merging(person_id: int) -> dict[Key, Place]:
    rows = db.session.execute(
        select(Credit.what, *(getattr(Credit, name) for name in Place._fields))
        .where(Credit.person_id == person_id, Credit.reason == "merged", Credit.amount < 0)
        .order_by(Credit.id)
    )
    found: dict[Key, Place] = {}
    for what, *rest in rows:
        place = Place(*rest)  # type: ignore[arg-type]
        found[_key(what, place)] = place
    return found


def tally_of(lines: Sequence[Mapping[str, Any]]) -> dict[tuple[Any, ...], Counter[str]]:
    """Return the sums per day, group, course, audience and way of learning."""
    sums: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for line in lines:
        key = (line["day"], line["group_id"], line["course_id"], line["audience"], line["how"])
        sums[key][COLUMN[What(line["what"])]] += line["amount"]
    return sums


def _tallies(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows to add to the tallies, in the order of their keys."""
    sums, nothing = tally_of(lines), dict.fromkeys(COLUMN.values(), 0)
    return [
        dict(zip(TALLY_KEY, key, strict=True)) | nothing | sums[key]
        for key in sorted(sums)
        if any(sums[key].values())
    ]


def _standings(changes: Mapping[tuple[StandingKey, str], int]) -> list[dict[str, Any]]:
    """Return the rows to add to the standings, in the order of their keys."""
    rows: dict[StandingKey, dict[str, int]] = defaultdict(lambda: dict.fromkeys(STANDING_COLUMNS, 0))
    for (key, column), amount in changes.items():
        if amount:
            rows[key][column] = amount
    return [dict(zip(STANDING_KEY, key, strict=True)) | rows[key] for key in sorted(rows)]


def move_standings(from_ids: Collection[int], into_id: int) -> None:
    """Let the standing of whole groups go over to another group, with all their people."""
    rows = db.session.scalars(
        select(Standing).where(Standing.group_id.in_(from_ids)).order_by(Standing.group_id)
    ).all()
    ledger = Ledger()
    for row in rows:
        for column in STANDING_COLUMNS:
            amount = getattr(row, column)
            ledger.standings[(row.group_id, row.course_id, row.audience), column] -= amount
            ledger.standings[(into_id, row.course_id, row.audience), column] += amount
    ledger.post()
