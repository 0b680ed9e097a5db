"""Counts again from the facts, tells in sentences where the kept counts differ, and mends them when asked."""

from collections import Counter
from typing import Any

from sqlalchemy import delete, insert, select

from elearn.kit.db import db, transaction
from elearn.learning.ledger import (
    COLUMN,
    Counted,
    Ledger,
    counted,
    credits_of,
    due,
    facts_kept,
    standing_of,
    tally_of,
    together,
)
from elearn.learning.models import Credit, DailyTally, Standing
from elearn.people.models import Person

TALLY_KEY = ("day", "group_id", "course_id", "audience", "how")
STANDING_KEY = ("group_id", "course_id", "audience")
STANDING_COLUMNS = ("registered", "started", "finished")


def recount(repair: bool = False) -> list[str]:
    """Return a Vietnamese sentence for every kept count that the facts do not bear out; mend all of them
    in one transaction when asked."""
    if not repair:
        return _differences()
    with transaction():
        found = _differences()
        if found:
            _mend()
    return found


def _differences() -> list[str]:
    sentences: list[str] = []
    standings: Counter[Any] = Counter()
    for person_id in db.session.scalars(select(Person.id).order_by(Person.id)).all():
        person = counted(person_id)
        assert person is not None
        facts = together(facts_kept(person_id), person_id)
        standings += standing_of(person, facts)
        sentences += _of_person(person, facts)
    lines = [row._asdict() for row in db.session.execute(select(*Credit.__table__.c))]
    tallies = {
        (key, column): amount
        for key, sums in tally_of(lines).items()
        for column, amount in sums.items()
        if amount
    }
    sentences += _compare("Sổ ngày", tallies, _rows(DailyTally, TALLY_KEY, tuple(COLUMN.values())))
    sentences += _compare("Độ phủ", standings, _rows(Standing, STANDING_KEY, STANDING_COLUMNS))
    return sentences


def _of_person(person: Counted, facts: Any) -> list[str]:
    net = {key: sum(places.values()) for key, places in credits_of(person.id).items()}
    net = {key: amount for key, amount in net.items() if amount}
    if person.erased:
        wrong = {key for key, amount in net.items() if amount != 1}
    else:
        wanted = due(person, facts)
        wrong = {key for key in set(net) | set(wanted) if net.get(key, 0) != (1 if key in wanted else 0)}
    return [
        f"Người số {person.id}: {what} {number} được ghi {net.get((what, number), 0)} lần, khác dữ kiện."
        for what, number in sorted(wrong)
    ]


def _rows(model: Any, key: tuple[str, ...], columns: tuple[str, ...]) -> dict[Any, int]:
    found = {}
    for row in db.session.execute(select(*model.__table__.c)).mappings():
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
    """Settle every person's credits, then write tallies and standings anew."""
    standings = Ledger()
    for person_id in db.session.scalars(select(Person.id).order_by(Person.id)).all():
        person = counted(person_id)
        assert person is not None
        facts = together(facts_kept(person_id), person_id)
        settled = Ledger()
        settled.settle(person, facts, "corrected")
        settled.post()
        standings.stand({}, standing_of(person, facts))
    db.session.execute(delete(Standing))
    standings.post()
    db.session.execute(delete(DailyTally))
    lines = [row._asdict() for row in db.session.execute(select(*Credit.__table__.c))]
    rows = [
        dict(zip(TALLY_KEY, key, strict=True)) | {column: sums.get(column, 0) for column in COLUMN.values()}
        for key, sums in tally_of(lines).items()
    ]
    if rows:
        db.session.execute(insert(DailyTally), rows)
