"""The board of a ward in a city of a million against the same board in a ward alone (P5).

Both wards have 100 groups. Some residents finish lessons over HTTP first; then every cell of every board is
compared with a GROUP BY over the facts, and the board is asked for.

python3 -m bench board [--size XL] [--databases sqlite postgres]
"""

import argparse
import contextlib
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import create_engine, event, text

import config
from bench import report
from bench.cases import ours
from bench.load import ask_for
from bench.postgres import durable
from bench.seed import known
from bench.servers import Server
from bench.sizes import SIZES
from bench.systems import seeded

SMALL = "1k"
ASKED, ROUNDS, CONNECTIONS = 120, 5, 4
COMPLETED = 60  # lessons that people finish over HTTP before cells are compared
TABLE = """| database | size | rows in | board, CPU ms | its SQL, ms | GROUP BY of all, s | cells, unequal |
|---|---|---|---|---|---|---|"""
WAYS = ("alone", "assisted", "kiosk", "meeting")
FACTS = """SELECT g.code, 'registered', count(*) FROM person p JOIN residential_group g ON g.id = p.group_id
WHERE p.registered_at IS NOT NULL AND p.keeping <> 'nothing' AND p.merged_into_id IS NULL
  AND p.erased_at IS NULL GROUP BY g.code
UNION ALL SELECT g.code, 'started', count(*) FROM course_start s JOIN person p ON p.id = s.person_id
JOIN residential_group g ON g.id = p.group_id GROUP BY g.code
UNION ALL SELECT g.code, c.how, count(*) FROM lesson_completion c JOIN person p ON p.id = c.person_id
JOIN residential_group g ON g.id = p.group_id GROUP BY g.code, c.how"""


def main() -> None:
    """Measure, print the table, and keep it."""
    parser = argparse.ArgumentParser(prog="python3 -m bench board", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="XL")
    parser.add_argument(
        "--databases", nargs="+", choices=("sqlite", "postgres"), default=["sqlite", "postgres"]
    )
    asked = parser.parse_args()
    lines = [line for database in asked.databases for line in _beside(database, asked.size)]
    table = "\n".join([TABLE, *(_row(one) for one in lines)])
    report.keep("-".join(["board", *asked.databases]), table, {"lines": lines})
    print(table)


def _beside(database: str, size: str) -> list[dict[str, Any]]:
    """Measure the small ward and the city in the same rounds."""
    with contextlib.ExitStack() as stack:
        found = [stack.enter_context(_city(database, one)) for one in (SMALL, size)]
        for line, server in found:
            _finish_lessons(server)
            line |= compared(Path(server.environment["ELEARN_INSTANCE"]))
            line["cpu"] = []
        for _, server in found * 2:  # the first time fills what is kept ready
            _ask(server, 24)
        for _ in range(ROUNDS):
            for line, server in found:
                line["cpu"].append(_ask(server, ASKED))
        for line, _ in found:
            line["cpu_ms"] = median(line["cpu"])
        return [line for line, _ in found]


@contextlib.contextmanager
def _city(database: str, size: str) -> Iterator[tuple[dict[str, Any], Server]]:
    with contextlib.ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="elearn-bench-"))) / size
        cluster = durable() if database == "postgres" else None
        if cluster:
            stack.enter_context(cluster)
        seeded(place, size, cluster.url if cluster else "")
        told = known(place)
        server = stack.enter_context(ours.server(place, beside=(cluster.pid,) if cluster else ()))
        yield {"database": database, "size": size, "rows_in_s": told["rows_in"]}, server


def _finish_lessons(server: Server) -> None:
    case = next(one for one in ours.cases(server) if one.name.startswith("W7"))
    sample = ask_for(server.port, 60, CONNECTIONS, case.prepare(), enough=COMPLETED, host=server.host)
    if sample.faults:
        raise SystemExit(f"{len(sample.faults)} wrong answers, first {sample.faults[0]}")


def _ask(server: Server, count: int) -> float:
    """Ask for the board so often; return the processor time of one, in milliseconds."""
    case = next(one for one in ours.cases(server) if one.name == "W8 board")
    before = server.processor_seconds()
    sample = ask_for(server.port, 120, CONNECTIONS, case.prepare(), enough=count, host=server.host)
    if sample.faults:
        raise SystemExit(f"{len(sample.faults)} wrong answers, first {sample.faults[0]}")
    return (server.processor_seconds() - before) / sample.requests * 1000


def compared(place: Path) -> dict[str, Any]:
    """Compare every cell of every ward's board with the facts; return how many, and what both cost."""
    url = known(place)["database"]
    began = time.perf_counter()
    engine = create_engine(url)
    facts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    with engine.connect() as connection:
        for code, what, count in connection.execute(text(FACTS)):
            facts[code][what] += count
    engine.dispose()
    group_by = time.perf_counter() - began
    cells, unequal, spent = _boards(place, url, facts)
    return {"group_by_s": group_by, "cells": cells, "unequal": unequal, "sql_ms": median(spent) * 1000}


def _boards(place: Path, url: str, facts: dict[str, dict[str, int]]) -> tuple[int, int, list[float]]:
    from elearn.app import create_app
    from elearn.kit.clock import today
    from elearn.kit.db import db
    from elearn.people.models import Ward
    from elearn.people.permissions import Role, Scope, Viewer
    from elearn.progress.queries import board_seen_by
    from elearn.progress.rules import Filter, Period

    settings = {"ELEARN_INSTANCE": str(place), "ELEARN_DEMO_DATABASE": "" if "sqlite" in url else url}
    viewer = Viewer(scopes=(Scope(Role.YOUTH_UNION),))
    asked = Filter(Period("", None, today()))
    cells = unequal = 0
    spent: list[float] = []
    with create_app(config.for_demo({**os.environ, **settings})).app_context():
        _clocked(db.engine, spent)
        for ward_id in db.session.scalars(db.select(Ward.id)).all():
            for row in board_seen_by(viewer, ward_id, asked, None, today()):
                wanted = {name: facts[row.code][name] for name in ("registered", "started", *WAYS)}
                wanted["lessons"] = sum(wanted[name] for name in WAYS)
                for name, value in wanted.items():
                    cells += 1
                    unequal += getattr(row, name) != value
        db.session.remove()
        db.engine.dispose()
    return cells, unequal, spent[1:]


def _clocked(engine: Any, spent: list[float]) -> None:
    """Note how long each board's statement takes in the database, in seconds."""

    @event.listens_for(engine, "before_cursor_execute")
    def begin(connection: Any, *_: Any) -> None:
        connection.info["began"] = time.perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def end(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "daily_tally" in statement:
            spent.append(time.perf_counter() - connection.info["began"])


def _row(one: dict[str, Any]) -> str:
    return (
        f"| {one['database']} | {one['size']} | {one['rows_in_s']} s "
        f"| {one['cpu_ms']:.2f} ({min(one['cpu']):.2f} to {max(one['cpu']):.2f}) | {one['sql_ms']:.1f} "
        f"| {one['group_by_s']:.2f} | {one['cells']}, {one['unequal']} |"
    )


if __name__ == "__main__":
    main()
