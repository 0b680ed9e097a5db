"""Which revision the tables are of, and which this program expects."""

from functools import cache
from pathlib import Path

from sqlalchemy import text

from elearn.kit.db import db


def fits(scripts: Path) -> bool:
    """Are the tables of the revision that this program expects? Raise what the database raises."""
    return set(db.session.scalars(text("SELECT version_num FROM alembic_version"))) == _expected(scripts)


@cache
def _expected(scripts: Path) -> frozenset[str]:
    """Return the newest revisions among the scripts; read once, since this process will not become newer."""
    from alembic.script import ScriptDirectory

    return frozenset(ScriptDirectory(str(scripts)).get_heads())
