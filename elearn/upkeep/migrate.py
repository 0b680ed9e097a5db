"""Brings a database to the state that the models expect."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Engine


def migrate(engine: Engine, scripts: Path) -> None:
    """Run every migration that the database has not had; all of them or none."""
    config = _config(scripts)
    config.attributes["engine"] = engine
    command.upgrade(config, "head")


def is_current(engine: Engine, scripts: Path) -> bool:
    """Is the database at the newest revision?"""
    with engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_heads()
    return set(here) == set(ScriptDirectory.from_config(_config(scripts)).get_heads())


def knows(revision: str, scripts: Path) -> bool:
    """Does this program know the revision? A newer program's it does not."""
    known = {one.revision for one in ScriptDirectory.from_config(_config(scripts)).walk_revisions()}
    return set(revision.split(",")) <= known


def _config(scripts: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config
