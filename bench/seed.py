"""Makes the ward that is measured, and sessions of its people.

python3 -m bench.seed --size S [--database postgresql://…] FOLDER
"""

import argparse
import hashlib
import json
import os
import secrets
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from bench import bulk
from bench.shelf import SLUG, write_shelf
from bench.sizes import SIZES, Size

TOLD = "bench.json"  # in the folder: what the cases need to know
PIN = "482915"
CLASS = "DG05"  # the group of the trial ward's helper, in which the class of size S learns
FEW = 20  # residents of the trial ward itself
CARDS = 300  # learners who have a card


def seed(place: Path, size: Size, database: str | None = None) -> dict[str, Any]:
    """Make a trial ward of this size in the folder, always the same one; return what the cases need."""
    os.environ["ELEARN_INSTANCE"] = str(place)
    os.environ["ELEARN_COURSES"] = str(place / "courses")
    if database:
        os.environ["ELEARN_DEMO_DATABASE"] = database
    write_shelf(place / "courses")
    began = time.monotonic()
    from elearn.trial import setup

    trial = setup.make(FEW, 1, 1, lambda _done, _whole: None, say=lambda _sentence: None)
    rows = time.monotonic()
    told = _fill(place, size) | {"size": size.name, "course": SLUG, "cast": trial.cast}
    told |= {"seconds": round(time.monotonic() - began, 1), "rows_in": round(time.monotonic() - rows, 1)}
    (place / TOLD).write_text(json.dumps(told))
    return told


def known(place: Path) -> dict[str, Any]:
    """Return what `seed` told of the folder."""
    found: dict[str, Any] = json.loads((place / TOLD).read_text())
    return found


def _fill(place: Path, size: Size) -> dict[str, Any]:
    """Add the people of the size to the trial ward."""
    import config
    from elearn.app import create_app
    from elearn.kit.db import db, transaction
    from elearn.kit.secrets import keyed
    from elearn.learning.months import close_months, forget_months
    from elearn.people.rules import CARD_BITS_IN_HEX
    from elearn.people.wards import make_ward

    settings = config.for_demo()
    url = str(settings["SQLALCHEMY_DATABASE_URI"])
    with create_app(settings).app_context():
        made = [
            make_ward(f"B{number}", f"phường Đo {number}", "Hải Phòng", host=f"bench-{number}.localhost")
            for number in range(1, size.wards + 1)
        ]
        facts = _facts(made)
        db.session.remove()
        db.engine.dispose()
        engine = create_engine(url)
        first = bulk.fill(engine, size, facts, print)
        engine.dispose()
        with transaction():
            forget_months()
        close_months()
        db.session.remove()
        db.engine.dispose()
    nonces = [f"{number:064x}" for number in range(min(CARDS, size.learners))]
    cards = [keyed(str(settings["SECRET_KEY"]), "card", one)[:CARD_BITS_IN_HEX] for one in nonces]
    _keep_cards(url, first, nonces, cards)
    return {
        "database": url, "first": first, "learners": size.learners, "name": bulk.NAME, "cards": cards,
        "host": "bench-1.localhost" if made else "127.0.0.1", "group": "B100000" if made else CLASS,
    }  # fmt: skip


def _facts(wards: list[int]) -> dict[str, Any]:
    """Return what ties the people to what stands there already."""
    from elearn.kit.db import db
    from elearn.kit.words import fold, sort_key
    from elearn.people.consents import TEXT_VERSION
    from elearn.people.credentials import sealed, slow

    asked = "SELECT g.ward_id, g.id, c.id FROM residential_group g, course c WHERE g.code = :code"
    ward, group, course = db.session.execute(text(asked), {"code": CLASS}).one()
    salt, now = "0" * 32, datetime.now(UTC).replace(tzinfo=None)
    return {
        "ward": wards[0] if wards else ward, "group": group, "course": course,
        "pin_hash": sealed(slow(PIN), salt), "pin_salt": salt, "search": fold(bulk.NAME),
        "sort_key": sort_key(bulk.NAME), "version": TEXT_VERSION, "now": now, "today": now.date(),
    }  # fmt: skip


def _keep_cards(url: str, first: int, nonces: list[str], cards: list[str]) -> None:
    """Give the first learners a card each, and the youth union the whole city to look at."""
    moment = str(datetime.now(UTC).replace(tzinfo=None))
    engine = create_engine(url)
    with engine.begin() as connection:
        for number, (nonce, token) in enumerate(zip(nonces, cards, strict=True)):
            connection.execute(
                text(
                    "INSERT INTO learning_card (person_id, token_digest, nonce, issued_at) "
                    "VALUES (:person, :digest, :nonce, CAST(:moment AS TIMESTAMP))"
                    if connection.dialect.name == "postgresql"
                    else "INSERT INTO learning_card (person_id, token_digest, nonce, issued_at) "
                    "VALUES (:person, :digest, :nonce, :moment)"
                ),
                {"person": first + number, "digest": _digest(token), "nonce": nonce, "moment": moment},
            )
        connection.execute(text("UPDATE \"grant\" SET ward_id = NULL WHERE role = 'youth_union'"))
    engine.dispose()


def session(url: str, role: str | None, person_id: int | None = None) -> str:
    """Open a session for this person, or for the first who has the role; return its cookie."""
    token, moment = secrets.token_urlsafe(32), datetime.now(UTC).replace(tzinfo=None)
    engine = create_engine(url)
    with engine.begin() as connection:
        if person_id is None:
            asked = text('SELECT person_id FROM "grant" WHERE role = :role ORDER BY person_id LIMIT 1')
            person_id = connection.scalar(asked, {"role": role})
        connection.execute(
            text(
                "INSERT INTO session "
                "(token_digest, person_id, kind, created_at, seen_at, expires_at, device, came_by) "
                "SELECT :digest, :person, 'shared', t.now, t.now, t.later, '', '' FROM "
                "(SELECT CAST(:now AS {0}) AS now, CAST(:later AS {0}) AS later) t".format(
                    "TIMESTAMP" if connection.dialect.name == "postgresql" else "TEXT"
                )
            ),
            {
                "digest": _digest(token), "person": person_id, "now": str(moment),
                "later": str(moment + timedelta(hours=4)),
            },
        )  # fmt: skip
    engine.dispose()
    return f"elearn-s={token}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python3 -m bench.seed", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="S")
    parser.add_argument("--database")
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    told = seed(asked.folder, SIZES[asked.size], asked.database)
    print(f"{asked.size}: {told['learners']} learners in {told['seconds']} s, rows {told['rows_in']} s")
