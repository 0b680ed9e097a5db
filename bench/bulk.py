"""Fills a trial ward with many more people, in statements that either database runs by itself.

Everybody is registered on the same day and finishes lessons on days that follow from their number, so the
same size is the same data on every machine. The facts and the credits are written by the rules of the
ledger, the sums are added up from the credits; `elearn recount` finds no difference (tests/bench).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, text
from sqlalchemy.types import Date, DateTime

from bench.sizes import Size

DAYS = 60  # over which people have learnt
NAME = "Nguyễn Thị Lan"
FIRST_PHONE = 84_900_050_000  # behind those that the trial ward gives out
Say = Callable[[str], None]

FAST = (  # what breaks off is thrown away; the platform sets its own pragmas again
    "journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "cache_size = -400000",
    "temp_store = MEMORY",
)  # fmt: skip
SERIES = """WITH RECURSIVE series(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM series WHERE i + 1 < :count)"""
GROUPS = f"""INSERT INTO residential_group
  (id, ward_id, code, name, former_ward, search, sort_key, kind, households, adults)
{SERIES}
SELECT :group + i, :ward + i / :groups_a_ward, 'B' || (100000 + i), 'Tổ ' || (1 + i % :groups_a_ward),
  'Bench', 'to ' || (1 + i % :groups_a_ward), CAST(100000 + i AS TEXT), 'regular', 150, 600 FROM series"""
PEOPLE = f"""INSERT INTO person
  (id, ward_id, group_id, keeping, display_name, search, sort_key, audience, phone, pin_hash, pin_salt,
   registered_at, created_at, last_active_on)
{SERIES}
SELECT :person + i, :ward + i / :people_a_ward, :group + i / :people_a_group, 'name',
  :name || ' ' || (1 + i), :search || ' ' || (1 + i), :sort_key,
  CASE i % 5 WHEN 0 THEN 'unsaid' WHEN 1 THEN 'business' ELSE 'resident' END,
  CASE WHEN i < 1000 THEN '+' || (:phone + i) END, CASE WHEN i < 1000 THEN :pin_hash END,
  CASE WHEN i < 1000 THEN :pin_salt END, :began, :began, :today FROM series"""
CONSENTS = """INSERT INTO consent (person_id, purpose, text_version, given_at, channel)
SELECT id, :purpose, :version, :began, 'self' FROM person WHERE id >= :person"""
STARTS = """INSERT INTO course_start (person_id, course_id, started_at, how)
SELECT id, :course, :began, 'alone' FROM person WHERE id >= :person"""
FINISHED = """INSERT INTO lesson_completion (person_id, lesson_id, revision_id, completed_at, how)
SELECT p.id, l.lesson_id, l.revision_id, d.moment, CASE p.id % 3 WHEN 0 THEN 'assisted' ELSE 'alone' END
FROM person p CROSS JOIN bench_lesson l JOIN bench_day d ON d.back = 1 + (p.id * 7 + l.place * 5) % :span
WHERE p.id >= :person ORDER BY p.id, l.lesson_id"""
CREDITS = """INSERT INTO credit
  (day, group_id, course_id, lesson_id, audience, how, what, amount, reason, person_id)
SELECT day, group_id, course_id, lesson_id, audience, how, what, 1, 'earned', id FROM (
  SELECT b.day, p.group_id, 0 AS course_id, CAST(NULL AS INTEGER) AS lesson_id, p.audience, 'alone' AS how,
    'registered' AS what, p.id FROM person p JOIN bench_day b ON b.back = :days WHERE p.id >= :person
  UNION ALL
  SELECT b.day, p.group_id, :course, CAST(NULL AS INTEGER), p.audience, 'alone', 'started', p.id
    FROM person p JOIN bench_day b ON b.back = :days WHERE p.id >= :person
  UNION ALL
  SELECT d.day, p.group_id, :course, c.lesson_id, p.audience, c.how, 'lesson', p.id
    FROM lesson_completion c JOIN person p ON p.id = c.person_id
    JOIN bench_lesson l ON l.lesson_id = c.lesson_id
    JOIN bench_day d ON d.back = 1 + (p.id * 7 + l.place * 5) % :span WHERE p.id >= :person
) facts"""
TALLIES = """INSERT INTO daily_tally
  (day, group_id, course_id, audience, how, registered, started, lessons, courses)
SELECT day, group_id, course_id, audience, how,
  sum(CASE what WHEN 'registered' THEN 1 ELSE 0 END), sum(CASE what WHEN 'started' THEN 1 ELSE 0 END),
  sum(CASE what WHEN 'lesson' THEN 1 ELSE 0 END), 0
FROM credit WHERE person_id >= :person GROUP BY day, group_id, course_id, audience, how
ON CONFLICT (day, group_id, course_id, audience, how) DO UPDATE SET
  registered = daily_tally.registered + excluded.registered, started = daily_tally.started + excluded.started,
  lessons = daily_tally.lessons + excluded.lessons"""
STANDINGS = """INSERT INTO standing (group_id, course_id, audience, registered, started, finished)
SELECT group_id, course_id, audience, sum(registered), sum(started), 0 FROM (
  SELECT group_id, 0 AS course_id, audience, 1 AS registered, 1 AS started FROM person WHERE id >= :person
  UNION ALL SELECT group_id, :course, audience, 0, 1 FROM person WHERE id >= :person
) facts WHERE true GROUP BY group_id, course_id, audience
ON CONFLICT (group_id, course_id, audience) DO UPDATE SET
  registered = standing.registered + excluded.registered, started = standing.started + excluded.started"""


def fill(engine: Engine, size: Size, facts: dict[str, Any], say: Say) -> int:
    """Write the people of this size; return the id of the first. `facts` are the values that tie them to
    what stands there already: ward, group, course, pin_hash, pin_salt, search, sort_key, version, today."""
    count = size.learners
    values = facts | {
        "name": NAME, "phone": FIRST_PHONE, "days": DAYS, "span": DAYS - 1, "count": count,
        "groups_a_ward": max(size.groups_a_ward, 1),
        "people_a_ward": max(count // size.wards, 1) if size.wards else count,
        "people_a_group": max(count // size.groups, 1) if size.groups else count,
    }  # fmt: skip
    with engine.connect() as connection:
        _without_care(connection)
        values["person"] = _next(connection, "person")
        values["began"] = _lay_days(connection, facts["now"])
        _lay_lessons(connection, size.completions_each)
        steps = {"people": PEOPLE, "starts": STARTS, "completions": FINISHED, "credits": CREDITS}
        if size.groups:
            values["group"] = _next(connection, "residential_group")
            _run(connection, GROUPS, values | {"count": size.groups})
        for name, statement in (steps | {"tallies": TALLIES, "standings": STANDINGS}).items():
            say(f"  {name}")
            _run(connection, statement, values)
        for purpose in ("keep_results", "seen_by_helper"):
            _run(connection, CONSENTS, values | {"purpose": purpose})
        connection.execute(text("DROP TABLE bench_day"))
        connection.execute(text("DROP TABLE bench_lesson"))
        connection.commit()
        _number_on(connection)
    _tidy(engine)
    return int(values["person"])


def _run(connection: Connection, statement: str, values: dict[str, Any]) -> None:
    typed: dict[str, Any] = {"began": DateTime(), "today": Date()}
    made = text(statement)
    wanted = {name: value for name, value in values.items() if name in made.compile().params}
    made = made.bindparams(*(bindparam(name, type_=typed[name]) for name in typed if name in wanted))
    connection.execute(made, wanted)


def _without_care(connection: Connection) -> None:
    """Let nothing be looked up or waited for, row by row: the data is right as it is made."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("SET synchronous_commit = off"))
        connection.execute(text("SET maintenance_work_mem = '256MB'"))
        return
    for pragma in FAST:
        _raw(connection).execute(f"PRAGMA {pragma}")


def _next(connection: Connection, table: str) -> int:
    return int(connection.scalar(text(f"SELECT max(id) + 1 FROM {table}")) or 1)


def _lay_days(connection: Connection, now: datetime) -> datetime:
    """Write down the days before today, as dates and as moments; return the moment of the first."""
    connection.execute(text("CREATE TABLE bench_day (back INTEGER PRIMARY KEY, day DATE, moment TIMESTAMP)"))
    moments = {back: now.replace(hour=4, minute=0) - timedelta(days=back) for back in range(DAYS + 1)}
    insert = text("INSERT INTO bench_day VALUES (:back, :day, :moment)").bindparams(
        bindparam("day", type_=Date()), bindparam("moment", type_=DateTime())
    )
    for back, moment in moments.items():
        connection.execute(insert, {"back": back, "day": moment.date(), "moment": moment})
    return moments[DAYS]


def _lay_lessons(connection: Connection, count: int) -> None:
    """Write down the first lessons of the course, with the revision that stands now."""
    connection.execute(
        text("CREATE TABLE bench_lesson (place INTEGER, lesson_id INTEGER PRIMARY KEY, revision_id INTEGER)")
    )
    connection.execute(
        text(
            "INSERT INTO bench_lesson SELECT row_number() OVER (ORDER BY l.id) - 1, l.id, r.id "
            "FROM lesson l JOIN revision r ON r.lesson_id = l.id WHERE r.state = 'published' "
            "ORDER BY l.id LIMIT :count"
        ),
        {"count": count},
    )


def _number_on(connection: Connection) -> None:
    """Let PostgreSQL number what comes behind what was written; SQLite does so by itself."""
    if connection.dialect.name == "postgresql":
        for table in ("person", "residential_group"):
            connection.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            )
        connection.commit()


def _tidy(engine: Engine) -> None:
    """Let the database know how much there is, as it does by itself in the nights of a year."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("VACUUM ANALYZE")
        else:
            _raw(connection).execute("PRAGMA journal_mode = WAL")


def _raw(connection: Connection) -> Any:
    """Return the driver's own connection: a PRAGMA is refused where a transaction has begun."""
    return connection.connection.driver_connection
