"""Counts again from the facts, tells in sentences where the kept counts differ, and mends them when asked."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, func, insert, select, text

from elearn.kit.db import db, transaction
from elearn.learning.ledger import (
    COLUMN,
    STANDING_COLUMNS,
    STANDING_KEY,
    TALLY_KEY,
    Counted,
    Facts,
    Key,
    Ledger,
    Place,
    due,
    each_person,
    standing_of,
)
from elearn.learning.models import Credit, DailyTally, MonthlyTotal, Standing, What
from elearn.learning.months import COUNTERS, close_months, forget_months
from elearn.learning.ward_totals import differences_of_wards, forget_days
from elearn.people.models import Person, ResidentialGroup, Ward

AT_A_TIME = 500  # people

Credits = dict[Key, Counter[Place]]


def recount(repair: bool = False) -> list[str]:
    """Return a Vietnamese sentence for every kept count that the facts do not bear out; mend all of them
    in one transaction when asked."""
    if not repair:
        _read_as_of_now()
        return _differences()
    with transaction():
        _hold_the_counts()
        found = _differences()
        if found:
            _mend()
    return found


def recount_some(people: int) -> list[str]:
    """Return what `recount` would say of so many people, drawn by lot; the sums are not looked at."""
    drawn = db.session.scalars(select(Person.id).order_by(func.random()).limit(people)).all()
    return [sentence for one in each_person(drawn) for sentence in _of_person(*one)]


def _read_as_of_now() -> None:
    """See one moment of the database throughout, while people go on learning (SQLite does so by itself)."""
    if db.engine.dialect.name == "postgresql":
        db.session.rollback()
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _hold_the_counts() -> None:
    """Let no other writer count in between (SQLite lets nobody write anyway)."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(
            text("LOCK TABLE credit, daily_tally, standing, monthly_total IN SHARE ROW EXCLUSIVE MODE")
        )


def _everyone() -> Iterator[tuple[Counted, Facts, Credits]]:
    """Yield everybody with their facts and credits, some hundred at a time."""
    ids = db.session.scalars(select(Person.id).order_by(Person.id)).all()
    for start in range(0, len(ids), AT_A_TIME):
        yield from each_person(ids[start : start + AT_A_TIME])


def _differences() -> list[str]:
    sentences: list[str] = []
    standings: Counter[Any] = Counter()
    for person, facts, credited in _everyone():
        standings.update(standing_of(person, facts))
        sentences += _of_person(person, facts, credited)
    tallies = {(key, column): amount for key, sums in _tallies().items() for column, amount in sums.items()}
    own_days, own_standings = (~model.group_id.in_(_joined()) for model in (DailyTally, Standing))
    sentences += _compare("Sổ ngày", tallies, _rows(DailyTally, TALLY_KEY, COUNTERS, own_days))
    sentences += _compare("Độ phủ", standings, _rows(Standing, STANDING_KEY, STANDING_COLUMNS, own_standings))
    return sentences + _of_months() + differences_of_wards()


def _joined() -> Any:
    """Select the groups whose counts another installation keeps: nothing here bears them out."""
    groups = select(ResidentialGroup.id).join(Ward, Ward.id == ResidentialGroup.ward_id)
    return groups.where(Ward.joined_from.is_not(None))


def _of_months() -> list[str]:
    """Compare the totals of each month with the days up to its end."""
    sentences: list[str] = []
    so_far: Counter[Any] = Counter()
    tallies = iter(sorted(_rows(DailyTally, TALLY_KEY, COUNTERS).items(), key=lambda one: one[0][0][0]))
    one = next(tallies, None)
    for until in db.session.scalars(select(MonthlyTotal.until).distinct().order_by(MonthlyTotal.until)).all():
        while one is not None and one[0][0][0] <= until:
            ((_, *place), column), amount = one
            so_far[tuple(place), column] += amount
            one = next(tallies, None)
        kept = _rows(MonthlyTotal, TALLY_KEY[1:], COUNTERS, MonthlyTotal.until == until)
        sentences += _compare(f"Tổng đến hết ngày {until:%d/%m/%Y}", so_far, kept)
    return sentences


def _tallies() -> dict[tuple[Any, ...], dict[str, int]]:
    """Return the sums of the credits per day, group, course, audience and way of learning."""
    key = [getattr(Credit, name) for name in TALLY_KEY]
    rows = db.session.execute(select(*key, Credit.what, func.sum(Credit.amount)).group_by(*key, Credit.what))
    sums: dict[tuple[Any, ...], dict[str, int]] = defaultdict(dict)
    for *place, what, amount in rows:
        if amount:
            sums[tuple(place)][COLUMN[What(what)]] = int(amount)
    return sums


def _of_person(person: Counted, facts: Facts, credited: Credits) -> list[str]:
    net = {key: sum(places.values()) for key, places in credited.items()}
    net = {key: amount for key, amount in net.items() if amount}
    if person.erased:
        wrong = {key for key, amount in net.items() if amount != 1}
    else:
        wanted = due(person, facts)
        wrong = {key for key in set(net) | set(wanted) if net.get(key, 0) != (1 if key in wanted else 0)}
    return [
        f"Người số {person.id}: {' '.join(map(str, key))} được ghi {net.get(key, 0)} lần, khác dữ kiện."
        for key in sorted(wrong)
    ]


def _rows(model: Any, key: tuple[str, ...], columns: tuple[str, ...], *which: Any) -> dict[Any, int]:
    found = {}
    for row in db.session.execute(select(*model.__table__.c).where(*which)).mappings():
        for column in columns:
            if row[column]:
                found[tuple(row[name] for name in key), column] = row[column]
    return found


def _compare(what: str, facts: Any, kept: Any) -> list[str]:
    return [
        f"{what}: {column} của {', '.join(map(str, key))} là {kept.get((key, column), 0)}, "
        f"đếm lại được {facts.get((key, column), 0)}."
        for key, column in sorted(set(facts) | set(kept), key=str)
        if facts.get((key, column), 0) != kept.get((key, column), 0)
    ]


def _mend() -> None:
    """Settle every person's credits, then write tallies, standings and the totals of months anew."""
    standings = Ledger()
    for person, facts, _ in _everyone():
        settled = Ledger()
        settled.settle(person, facts, "corrected")
        settled.post()
        standings.stand({}, standing_of(person, facts))
    db.session.execute(delete(Standing).where(~Standing.group_id.in_(_joined())))
    standings.post()
    db.session.execute(delete(DailyTally).where(~DailyTally.group_id.in_(_joined())))
    nothing = dict.fromkeys(COUNTERS, 0)
    rows = [dict(zip(TALLY_KEY, key, strict=True)) | nothing | sums for key, sums in _tallies().items()]
    if rows:
        db.session.execute(insert(DailyTally), rows)
    forget_months()
    close_months()
    forget_days()  # the regular work totals them again; until then the days are read
