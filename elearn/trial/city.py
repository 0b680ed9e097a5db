"""Makes the trial city: the standings and daily counts of a million people in thousands of groups, without
the people. The same for the same seed; beside it stands the trial ward, whose people are invented one by one.

Its wards are joined ones: their counts come from nowhere here, and `elearn recount` leaves them alone. Rows
are written by statements that either database runs by itself, a day at a time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, bindparam, event, insert, select, text, update
from sqlalchemy.types import Date

from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.kit.words import fold, title_key
from elearn.learning.models import DailyTally, MonthlyTotal, Standing, WardTotal
from elearn.learning.months import close_months, forget_months
from elearn.learning.ward_totals import close_days
from elearn.library.models import Course
from elearn.people.models import Audience, Grant, How, ResidentialGroup, Ward
from elearn.people.permissions import Role

RESIDENTS, WARDS, GROUPS = 1_000_000, 114, 6_000
DAYS = 126  # eighteen weeks
CELLS, A_DAY = 18, 5  # courses, audiences and ways that a group has; how many of them on a day

STANDING, MONTH = 20, 10  # steps that the standings, and a month, are worth beside a day: so long they take

Progress = Callable[[int, int], None]
COUNTS = (Standing, DailyTally, MonthlyTotal, WardTotal)
# What breaks off is thrown away: nothing waits for the disk, or is looked up row by row
FAST = {
    "sqlite": (
        "PRAGMA synchronous = OFF", "PRAGMA foreign_keys = OFF", "PRAGMA cache_size = -200000",
        "PRAGMA temp_store = MEMORY",
    ),
    "postgresql": (
        "SET synchronous_commit = off", "SET work_mem = '64MB'", "SET maintenance_work_mem = '256MB'",
    ),
}  # fmt: skip
SAFE = {
    "sqlite": (
        "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON", "PRAGMA cache_size = -2000",
        "PRAGMA temp_store = DEFAULT",
    ),
    "postgresql": ("RESET synchronous_commit", "RESET work_mem", "RESET maintenance_work_mem"),
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


class Steps:
    """How far the making is, told after each step."""

    def __init__(self, whole: int, tell: Progress) -> None:
        self.done, self.whole, self.tell = 0, whole, tell
        tell(0, whole)

    def go(self, steps: int = 1) -> None:
        """Tell that so many steps more were made."""
        self.done = min(self.done + steps, self.whole)
        self.tell(self.done, self.whole)


def make_city(seed: int, residents: int, wards: int, groups: int, progress: Progress) -> None:
    """Put a city around the trial ward, and let those of the cast who follow the ward follow the city."""
    first, day = 2, today()
    start = day - timedelta(days=DAYS)
    months = (day.year - start.year) * 12 + day.month - start.month
    steps = Steps(STANDING + 2 * DAYS + MONTH * (months + 1), progress)  # the index is worth a month
    with _hurrying():
        with transaction():
            ids = [_make_ward(number) for number in range(first, first + wards)]
            group_ids = _make_groups(ids, groups)
            followers = (Role.YOUTH_UNION, Role.VIEWER)
            db.session.execute(update(Grant).where(Grant.role.in_(followers)).values(ward_id=None))
        db.session.remove()
        with _without_references():
            with transaction():
                _stand(group_ids, residents, seed, steps)
            db.session.remove()
            _count(group_ids, seed, steps)
            _total(steps)
    steps.go(steps.whole)


def _total(steps: Steps) -> None:
    """Total months and days. The trial ward's own months are closed already, without the city in them."""
    with transaction():
        forget_months()
    close_months(lambda _closed: steps.go(MONTH))
    close_days(lambda _closed: steps.go())
    db.session.remove()


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


def _stand(groups: list[int], residents: int, seed: int, steps: Steps) -> None:
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
        if len(rows) > 20_000 or place == len(groups):
            db.session.execute(insert(Standing), rows)
            rows = []
            steps.go(STANDING * place // len(groups) - steps.done)


def _count(groups: list[int], seed: int, steps: Steps) -> None:
    """Write the days; the index by groups is made afterwards, which is faster than to keep it."""
    last, by_group = today(), next(iter(DailyTally.__table__.indexes))
    with db.engine.begin() as connection:
        by_group.drop(connection)
        _lay_cells(connection, groups)
        for number in range(DAYS):
            day = last - timedelta(days=DAYS - number)
            _on(connection, day, number, seed)
            steps.go()
        by_group.create(connection)
        steps.go(MONTH)
        connection.exec_driver_sql("DROP TABLE city_cell")
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("ANALYZE")


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


@contextmanager
def _hurrying() -> Iterator[None]:
    """Let the database be careless in the block: each connection while it is taken."""

    def fast(driver: Any, *_: Any) -> None:
        _tell(driver, FAST)

    def safe(driver: Any, *_: Any) -> None:
        if driver is not None:  # it was lost
            _tell(driver, SAFE)

    db.session.remove()
    engine = db.engine
    event.listen(engine, "checkout", fast)
    event.listen(engine, "checkin", safe)
    try:
        yield
        db.session.remove()
    finally:
        event.remove(engine, "checkout", fast)
        event.remove(engine, "checkin", safe)


def _tell(driver: Any, how: dict[str, tuple[str, ...]]) -> None:
    """Tell the database how careful to be from now on: a PRAGMA is refused where a transaction began."""
    for statement in how[db.engine.dialect.name]:
        driver.execute(statement)
    driver.commit()


@contextmanager
def _without_references() -> Iterator[None]:
    """On PostgreSQL, look references up once for all rows after the block, and let it know what is there."""
    if db.engine.dialect.name != "postgresql":
        yield
        return
    keys = [key for model in COUNTS for key in model.__table__.foreign_key_constraints]
    with db.engine.begin() as connection:
        tables = Operations(MigrationContext.configure(connection))
        for key in keys:
            tables.drop_constraint(str(key.name), key.table.name, type_="foreignkey")
    yield
    with db.engine.begin() as connection:
        tables = Operations(MigrationContext.configure(connection))
        for key in keys:
            columns = [(one.parent.name, one.column.name) for one in key.elements]
            tables.create_foreign_key(
                str(key.name), key.table.name, key.referred_table.name, *map(list, zip(*columns, strict=True))
            )
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM (ANALYZE)")
