"""L5, the report: the board of 45 groups and 12 courses, from 600,000 attempts."""

import sqlite3

from bench.scenes.crowd import at_once, let_come
from bench.scenes.figures import Figures
from bench.scenes.phone import Notes, Phone
from bench.scenes.place import Place, spread
from bench.scenes.served import Served
from elearn.people.permissions import Role

PASS_LINE = 1.0  # seconds of p95
READERS = 4


def report(place: Place, attempts: int, times: int) -> Figures:
    """Let the youth union open the boards and take them home, again and again."""
    stand = _add_attempts(place, attempts)
    (cookies,) = place.cookies_of(Role.YOUTH_UNION)
    notes = Notes()
    with Served(place) as server:
        phones = [Phone(server.port, notes, cookies) for _ in range(READERS)]

        async def look(number: int) -> None:
            for turn in range(times):
                group = spread(place.groups, number + turn)
                for path in (
                    "/tien-do?ky=nam",
                    "/tien-do",
                    f"/tien-do/{group}",
                    "/tien-do.csv",
                    "/tien-do.xlsx",
                ):
                    await phones[number].get(path)

        let_come(at_once(READERS), [lambda n=n: look(n) for n in range(READERS)], phones, notes)
    return Figures(
        f"L5, boards of {len(place.groups)} groups from {stand:,} attempts",
        f"{notes.requests} pages and files, {READERS} readers at once: p50 {notes.within(0.5)}, "
        f"p95 {notes.within(0.95)}, longest {notes.within(1)}",
        notes.faults + server.faults(),
        {"p95 under 1 s": notes.percentile(0.95) < PASS_LINE},
        notes.table(),
    )


def _add_attempts(place: Place, wanted: int) -> int:
    """Let the attempts that stand there stand there again and again, as if people had tried more often."""
    with sqlite3.connect(place.file, timeout=60) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(attempt)")]
        others = ", ".join(one for one in columns if one != "id")
        (first,) = connection.execute("SELECT count(*) FROM attempt").fetchone()
        for turn in range(-(-wanted // first) - 1):
            connection.execute(
                f"INSERT INTO attempt (id, {others}) SELECT substr(id, 1, 24) || printf('%08d', ?), {others} "
                "FROM attempt WHERE rowid <= ?", (turn, first),
            )  # fmt: skip
        (stand,) = connection.execute("SELECT count(*) FROM attempt").fetchone()
    connection.close()
    return int(stand)
