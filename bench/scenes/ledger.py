"""Holds what the server has acknowledged against what stands in the database."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bench.scenes.people import Kept
from bench.scenes.place import Place
from elearn.learning.recount import recount


class Before:
    """What stood in the ward before anybody came."""

    def __init__(self, place: Place) -> None:
        self.attempts = _column(place.file, "SELECT id FROM attempt")
        self.people = _column(place.file, "SELECT id FROM person")
        self.lessons = _count(place.file, "lesson_completion")


def hold(place: Place, before: Before, kept: Iterable[Kept], *, others: int = 0) -> list[str]:
    """Return what was lost, doubled or broken; `others` more people are known to have been registered."""
    faults, all_kept = [], list(kept)
    acknowledged = Counter(one for each in all_kept for one in each.attempts)
    stand = Counter(_column(place.file, "SELECT id FROM attempt")) - Counter(before.attempts)
    if lost := set(acknowledged) - set(stand):
        faults.append(f"{len(lost)} acknowledged answers are lost, one of them {min(lost)}")
    if more := set(stand) - set(acknowledged):
        faults.append(f"{len(more)} answers stand there that nobody was told of, one of them {min(more)}")
    if doubled := [one for one, times in (stand + acknowledged).items() if times > 2]:
        faults.append(f"{len(doubled)} answers are there twice, one of them {doubled[0]}")
    faults += _hold_people(place, before, [one for one in all_kept if one.attempts and one.is_new], others)
    integrity = _column(place.file, "PRAGMA integrity_check")
    if integrity != ["ok"]:
        faults.append(f"the database is broken: {integrity[:3]}")
    with place.opened():
        faults += recount()[:5]
    return faults


def _hold_people(place: Place, before: Before, kept: list[Kept], others: int) -> list[str]:
    faults = []
    came = len(_column(place.file, "SELECT id FROM person")) - len(before.people)
    if came != len(kept) + others:
        faults.append(f"{came} people are new in the ward, {len(kept) + others} have come")
    done = _count(place.file, "lesson_completion") - before.lessons
    if done < sum(one.passed for one in kept):
        faults.append(f"{done} lessons are finished, {sum(one.passed for one in kept)} were passed")
    groups = dict(_rows(place.file, NAMED))
    for one in kept:
        if one.way == "name" and groups.get(one.code) != one.group:
            faults.append(f"{one.code} should stand in {one.group}, stands in {groups.get(one.code)}")
    wanted = Counter(one.group for one in kept if one.way == "group")
    newest = max(before.people, default=0)
    found = Counter(dict(_rows(place.file, NAMELESS, newest)))
    if found != wanted:
        faults.append(f"without a name: kept {sum(found.values())}, acknowledged {sum(wanted.values())}")
    return faults


NAMED = (
    "SELECT person.personal_code, residential_group.code FROM person "
    "JOIN residential_group ON residential_group.id = person.group_id WHERE person.personal_code IS NOT NULL"
)
NAMELESS = (
    "SELECT residential_group.code, count(*) FROM person "
    "JOIN residential_group ON residential_group.id = person.group_id "
    "WHERE person.id > ? AND person.keeping = 'group' GROUP BY residential_group.code"
)


def _count(file: Path, table: str) -> int:
    return int(_rows(file, f"SELECT count(*) FROM {table}")[0][0])


def _column(file: Path, statement: str) -> list:  # type: ignore[type-arg]
    return [row[0] for row in _rows(file, statement)]


def _rows(file: Path, statement: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]
    connection = sqlite3.connect(file, timeout=15)
    try:
        return connection.execute(statement, values).fetchall()
    finally:
        connection.close()
