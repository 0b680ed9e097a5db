"""The boards of a city of a million: processor time, statements and memory of each page and export.

The trial city (`elearn demo --city`) is made first, timed; in a folder that is named it is kept and used
again. Pages are asked for in this process, without a server around them, one after the other; on PostgreSQL
the time of its processes is counted too.

python3 -m bench city [--databases sqlite postgres] [--place FOLDER]
"""

import argparse
import contextlib
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from flask import g
from sqlalchemy import event, text

import config
from bench import report
from bench.postgres import durable
from bench.processes import processor_seconds, tree

TIMES = 15
CITY = "/tien-do/thanh-pho"
PAGES = {
    "the city, 7 days": CITY,
    "the city, from the beginning": f"{CITY}?ky=tat-ca",
    "the city, a course": f"{CITY}?ky=tat-ca&khoa=thanh-toan-so",
    "the city, a course, an audience, a way, sorted": (
        f"{CITY}?ky=thang-nay&khoa=thanh-toan-so&doi-tuong=nguoi-dan&cach=tu-hoc&sap-xep=lessons"
    ),
    "the city, its last page": f"{CITY}?trang=3",
    "a ward of 53 groups, 7 days": f"{CITY}/P60",
    "a ward, from the beginning": f"{CITY}/P60?ky=tat-ca",
    "a ward, a course, an audience": f"{CITY}/P60?ky=thang-nay&khoa=thanh-toan-so&doi-tuong=nguoi-dan",
}
EXPORTS = {
    "6,000 groups as CSV": f"{CITY}/moi-to.csv?ky=tat-ca",
    "6,000 groups as XLSX": f"{CITY}/moi-to.xlsx?ky=tat-ca",
}
TABLE = """| database | what | CPU ms: median (least to most) | statements | more memory at most, MB |
|---|---|---|---|---|"""


def main() -> None:
    """Measure, print the table, and keep it."""
    parser = argparse.ArgumentParser(prog="python3 -m bench city", description=__doc__)
    parser.add_argument(
        "--databases", nargs="+", choices=("sqlite", "postgres"), default=["sqlite", "postgres"]
    )
    parser.add_argument("--place", type=Path)
    asked = parser.parse_args()
    lines: list[dict[str, Any]] = []
    for database in asked.databases:
        with contextlib.ExitStack() as stack:
            folder = asked.place or Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix="elearn-bench-"))
            )
            cluster = durable() if database == "postgres" else None
            if cluster:
                stack.enter_context(cluster)
            lines += _measured(database, folder / database, cluster)
    table = "\n".join([TABLE, *map(_row, lines)])
    report.keep("-".join(["city", *asked.databases]), table, {"lines": lines})
    print(table)


def _measured(database: str, place: Path, cluster: Any) -> list[dict[str, Any]]:
    place.mkdir(parents=True, exist_ok=True)
    os.environ["ELEARN_INSTANCE"] = str(place)
    os.environ.pop("ELEARN_DEMO_DATABASE", None)
    if cluster:
        os.environ["ELEARN_DEMO_DATABASE"] = cluster.url
    seconds = _made()
    from elearn.app import create_app
    from elearn.kit.db import db

    app = create_app(config.for_demo())
    lines = [{"database": database, "what": "making the city", "seconds": seconds}]
    with app.app_context():
        lines += [{"database": database, **line} for line in _pages(app, cluster)]
        lines.append({"database": database, **_tally_export(app, place)})
        db.session.remove()
        db.engine.dispose()
    return lines


def _made() -> float:
    """Make the city unless it stands; return the seconds that it took."""
    from elearn.trial import setup
    from elearn.trial.city import GROUPS, RESIDENTS, WARDS

    began = time.perf_counter()
    setup.make(
        RESIDENTS, setup.SEED, WARDS, lambda _done, _whole: None, groups=GROUPS, say=lambda _sentence: None
    )
    return time.perf_counter() - began


def _pages(app: Any, cluster: Any) -> Iterator[dict[str, Any]]:
    client = _signed_in(app)
    seen = _counted()
    for name, path in (PAGES | EXPORTS).items():
        times = 1 if name in EXPORTS else TIMES
        if times > 1:
            for _ in range(3):
                _open(client, path)
        before, spent = _peak(), []
        for _ in range(times):
            seen.clear()
            spent.append(_cpu(lambda path=path: _open(client, path), cluster))
        yield {"what": name, "spent": spent, "statements": len(seen), "memory": _peak() - before}


def _open(client: Any, path: str) -> None:
    vars(g).clear()  # who is here is asked anew by every request
    answer = client.get(path)
    size = sum(len(piece) for piece in answer.response)  # as a server would send it, piece by piece
    answer.close()
    if answer.status_code != 200 or size < 10_000:
        raise SystemExit(f"{path} answered {answer.status_code}, {size} bytes")


def _tally_export(app: Any, place: Path) -> dict[str, Any]:
    """Export as if the wards were our own: those that are joined are not passed on."""
    from elearn.exchange.tally_files import write_tallies
    from elearn.kit.db import db
    from elearn.people.models import Ward

    wards = db.session.scalars(db.select(Ward)).all()
    before = _peak()
    spent = _cpu(lambda: write_tallies(place / "tallies.zip", wards, None, None, "x", lambda *_: None), None)
    (place / "tallies.zip").unlink()
    return {
        "what": "tally export of 115 wards",
        "spent": [spent],
        "statements": 0,
        "memory": _peak() - before,
    }


def _signed_in(app: Any) -> Any:
    from elearn.kit.db import db
    from elearn.kit.secrets import digest
    from elearn.people import actions
    from elearn.people.models import Grant, SessionKind

    who = db.session.scalar(
        db.select(Grant.person_id).where(Grant.role == "youth_union", Grant.ward_id.is_(None))
    )
    token = "b" * 43
    actions.close_session(digest(token))
    actions.open_session(digest(token), who, SessionKind.SHARED)
    db.session.remove()
    client = app.test_client()
    client.set_cookie("elearn-s", token)
    return client


def _counted() -> list[str]:
    """Return the list in which every statement from now on is noted."""
    from elearn.kit.db import db

    seen: list[str] = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    db.session.execute(text("SELECT 1"))
    db.session.rollback()
    return seen


def _cpu(act: Callable[[], Any], cluster: Any) -> float:
    """Return the processor time of this process, and of the database server's, in milliseconds.

    A server's processes are told to a hundredth of a second only: over many pages it evens out.
    """
    servers = processor_seconds(tree(cluster.pid)) if cluster else 0.0
    began = time.process_time()
    act()
    spent = time.process_time() - began
    servers = (processor_seconds(tree(cluster.pid)) - servers) if cluster else 0.0
    return (spent + servers) * 1000


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _row(line: dict[str, Any]) -> str:
    if "seconds" in line:
        return f"| {line['database']} | {line['what']} | {line['seconds']:.0f} s in all | | |"
    spent = line["spent"]
    spread = f" ({min(spent):.0f} to {max(spent):.0f})" if len(spent) > 1 else ""
    middle = sum(spent) / len(spent) if line["database"] == "postgres" else median(spent)
    return (
        f"| {line['database']} | {line['what']} | {middle:.1f}{spread} "
        f"| {line['statements'] or ''} | {line['memory']:.0f} |"
    )


if __name__ == "__main__":
    main()
