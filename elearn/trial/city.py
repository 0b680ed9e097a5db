"""Makes the trial city: the standings and daily counts of a million people in thousands of groups, without
the people. The same for the same seed; beside it stands the trial ward, whose people are invented one by one.

Its wards are joined ones: their counts come from nowhere here, and `elearn recount` leaves them alone. Rows
are written by statements that either database runs by itself, a day at a time.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, text, update
from sqlalchemy.types import Date

from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.kit.words import fold, title_key
from elearn.learning.models import DailyTally, Standing
from elearn.learning.months import close_months
from elearn.learning.ward_totals import close_days
from elearn.library.models import Course
from elearn.people.models import Audience, Grant, How, ResidentialGroup, Ward
from elearn.people.permissions import Role

RESIDENTS, WARDS, GROUPS = 1_000_000, 114, 6_000
DAYS = 126  # eighteen weeks
CELLS, A_DAY = 18, 5  # courses, audiences and ways that a group has; how many of them on a day

Progress = Callable[[int, int], None]
# What breaks off is thrown away: nothing waits for the disk, or is looked up row by row
FAST = {
    "sqlite": (
        "PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "PRAGMA cache_size = -200000",
        "PRAGMA temp_store = MEMORY",
    ),
    "postgresql": ("SET session_replication_role = replica", "SET synchronous_commit = off"),
}  # fmt: skip
SAFE = {
    "sqlite": (
        "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON", "PRAGMA cache_size = -2000",
        "PRAGMA temp_store = DEFAULT",
    ),
    "postgresql": ("SET session_replication_role = origin", "SET synchronous_commit = on"),
}  # fmt: skip

CELL_TABLE = """CREATE TEMPORARY TABLE city_cell
(group_id INTEGER, n INTEGER, course_id INTEGER, audience VARCHAR, how VARCHAR)"""
# A group's lessons grow from day to day; which of its cells, and how many, follows from numbers alone.
LEARNT = f"""INSERT INTO daily_tally
(day, group_id, course_id, audience, how, registered, started, lessons, courses, mastered)
SELECT :day, group_id, course_id, audience, how, 0, lessons / 8, lessons, lessons / 12, lessons / 20
FROM (
  SELECT group_id, course_id, audience, how,
    1 + (group_id * 31 + :number * 17 + n * 13 + :seed) % (13 + :number * 16 / {DAYS}) AS lessons
  FROM city_cell WHERE (n * 7 + group_id + :number * 5) % {CELLS} < {A_DAY}
) learnt ORDER BY group_id, course_id, audience, how"""  # noqa: S608 - numbers of our own
CAME = """INSERT INTO daily_tally
(day, group_id, course_id, audience, how, registered, started, lessons, courses, mastered)
SELECT :day, group_id, 0, 'unsaid', 'alone', 1 + (group_id + :number + :seed) % 3 / 2, 0, 0, 0, 0
FROM city_cell WHERE n = 0 ORDER BY group_id"""


def make_city(seed: int, residents: int, wards: int, groups: int, progress: Progress) -> None:
    """Put a city around the trial ward, and let those of the cast who follow the ward follow the city."""
    first = 2
    with transaction():
        ids = [_make_ward(number) for number in range(first, first + wards)]
        group_ids = _make_groups(ids, groups)
        _stand(group_ids, residents, seed)
        followers = (Role.YOUTH_UNION, Role.VIEWER)
        db.session.execute(update(Grant).where(Grant.role.in_(followers)).values(ward_id=None))
    db.session.remove()
    _count(group_ids, seed, progress)
    close_months()
    close_days(lambda days: progress(DAYS + days, 2 * DAYS))
    progress(2 * DAYS, 2 * DAYS)


def _make_ward(number: int) -> int:
    ward = Ward(
        code=f"P{number}", name=f"phường {number}", city="thành phố Hải Phòng", demo=True,
        joined_from=f"trial-{number}",
    )  # fmt: skip
    db.session.add(ward)
    db.session.flush()
    return ward.id


def _make_groups(wards: list[int], groups: int) -> list[int]:
    rows = []
    for number in range(groups):
        ward = number * len(wards) // groups
        of_ward = number - -(-ward * groups // len(wards)) + 1
        name, code = f"Tổ dân phố số {of_ward}", f"P{ward + 2}-{of_ward:03d}"
        rows.append(
            {
                "ward_id": wards[ward], "code": code, "name": name, "search": fold(f"{name} {code}"),
                "sort_key": title_key(name), "kind": "regular", "former_ward": "", "joined_code": code,
                "adults": 400 + number * 37 % 300, "households": 150 + number * 13 % 90,
            }
        )  # fmt: skip
    db.session.execute(insert(ResidentialGroup), rows)
    return list(
        db.session.scalars(
            select(ResidentialGroup.id)
            .where(ResidentialGroup.ward_id.in_(wards))
            .order_by(ResidentialGroup.id)
        )
    )


def _courses(connection: Connection) -> list[int]:
    shared = select(Course.id).where(Course.ward_id.is_(None))
    return list(connection.scalars(shared.order_by(Course.position, Course.id)))


def _stand(groups: list[int], residents: int, seed: int) -> None:
    """Write how many people of each group stand where: by audience, and by course."""
    shares = dict(zip(Audience, (60, 10, 10, 15, 5), strict=True))
    rows: list[dict[str, Any]] = []
    courses, given = _courses(db.session.connection()), 0
    for place, group_id in enumerate(groups, start=1):
        people = residents * place // len(groups) - given
        given += people
        left = people
        for audience, percent in shares.items():
            here = left if audience == Audience.UNSAID else people * percent // 100
            left -= here
            some = {"group_id": group_id, "audience": str(audience)}
            started = here * (60 + (place + seed) % 30) // 100
            rows.append(
                some | {"course_id": 0, "registered": here, "started": started, "finished": started // 2}
            )
            rows += [
                some | {"course_id": course, "registered": 0, "started": started // (number + 2),
                        "finished": started // (number + 4)}
                for number, course in enumerate(courses)
            ]  # fmt: skip
        if len(rows) > 20_000:
            db.session.execute(insert(Standing), rows)
            rows = []
    if rows:
        db.session.execute(insert(Standing), rows)


def _count(groups: list[int], seed: int, progress: Progress) -> None:
    """Write the days; the index by groups is made afterwards, which is faster than to keep it."""
    last, by_group = today(), next(iter(DailyTally.__table__.indexes))
    with db.engine.connect() as connection:
        _hurry(connection, FAST)
        try:
            by_group.drop(connection)
            _lay_cells(connection, groups)
            for number in range(DAYS):
                day = last - timedelta(days=DAYS - number)
                _on(connection, day, number, seed)
                progress(number, 2 * DAYS)
            by_group.create(connection)
            connection.exec_driver_sql("DROP TABLE city_cell")
            connection.commit()
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("ANALYZE")
                connection.commit()
        finally:
            connection.rollback()
            _hurry(connection, SAFE)


def _on(connection: Connection, day: date, number: int, seed: int) -> None:
    for statement in (LEARNT, CAME):
        typed = text(statement).bindparams(bindparam("day", type_=Date()))
        connection.execute(typed, {"day": day, "number": number, "seed": seed % 1000})


def _lay_cells(connection: Connection, groups: list[int]) -> None:
    """Say which courses, audiences and ways each group has."""
    courses, audiences, ways = _courses(connection), list(Audience), list(How)
    connection.exec_driver_sql(CELL_TABLE)
    fill = text("INSERT INTO city_cell VALUES (:group_id, :n, :course, :audience, :how)")
    for start in range(0, len(groups), 500):
        connection.execute(
            fill,
            [
                {
                    "group_id": group, "n": n, "course": courses[n % len(courses)],
                    "audience": str(audiences[(group + n * 2 + n // len(courses)) % len(audiences)]),
                    "how": str(ways[(group + n // len(courses)) % len(ways)]),
                }
                for group in groups[start : start + 500]
                for n in range(CELLS)
            ],
        )  # fmt: skip


def _hurry(connection: Connection, how: dict[str, tuple[str, ...]]) -> None:
    """Tell the database how careful to be from now on."""
    if connection.dialect.name == "postgresql":
        for statement in how["postgresql"]:
            connection.exec_driver_sql(statement)
        connection.commit()
        return
    driver: Any = connection.connection.driver_connection  # a PRAGMA is refused where a transaction began
    for statement in how["sqlite"]:
        driver.execute(statement)
