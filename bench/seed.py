"""Makes the ward that is measured, and sessions of its people.

python3 -m bench.seed --learners 300 FOLDER
"""

import argparse
import hashlib
import os
import secrets
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path


def seed(place: Path, learners: int) -> None:
    """Make a trial ward of this size in the folder, always the same one."""
    os.environ["ELEARN_INSTANCE"] = str(place)
    from elearn.trial import setup

    setup.make(learners, 1, 1, lambda _done, _whole: None, say=lambda _sentence: None)


def session(place: Path, role: str | None, number: int = 0) -> str:
    """Open a session for somebody with the role (None: a named resident); return its cookie."""
    token, moment = secrets.token_urlsafe(32), datetime.now(UTC).replace(tzinfo=None)
    with sqlite3.connect(place / "demo.db", timeout=15) as connection:
        (person_id,) = connection.execute(
            'SELECT p.id FROM person p LEFT JOIN "grant" g ON g.person_id = p.id '
            "WHERE p.display_name IS NOT NULL AND g.role IS ? ORDER BY p.id LIMIT 1 OFFSET ?",
            (role, number),
        ).fetchone()
        connection.execute(
            "INSERT INTO session "
            "(token_digest, person_id, kind, created_at, seen_at, expires_at, device, came_by) "
            "VALUES (?, ?, 'shared', ?, ?, ?, '', '')",
            (
                hashlib.sha256(token.encode()).hexdigest(),
                person_id,
                str(moment),
                str(moment),
                str(moment + timedelta(hours=4)),
            ),
        )
    return f"elearn-s={token}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python3 -m bench.seed", description=__doc__)
    parser.add_argument("--learners", type=int, default=300)
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    seed(asked.folder, asked.learners)
