"""A ward that was set up, open for a test; and backups of it."""

import shutil

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import select, text

import config
from elearn.app import create_app
from elearn.kit.db import db
from elearn.learning.actions import keep_results
from elearn.people.consents import KEEP_RESULTS
from elearn.people.models import Person
from elearn.upkeep.backup import backup, folders_of
from tests.builders import nameless
from tests.people.conftest import clock

__all__ = ["clock"]


@pytest.fixture
def ward(installed):
    with create_app(config.from_environment() | {"TESTING": True}).app_context() as context:
        yield context.app
        close()


@pytest.fixture
def kept(ward, tmp_path):
    """A backup of the ward: kept() makes one and returns its file."""

    def keep_one(name="a.zip", **more):
        target = tmp_path / "kept" / name
        backup(url(), target, folders=folders_of(ward.config), **more)
        return target

    return keep_one


def url():
    return db.engine.url.render_as_string(hide_password=False)


def close():
    """Let the database go, as the end of a command does."""
    db.session.remove()
    db.engine.dispose()


def keep(name):
    """Let somebody keep their results under a name."""
    person = nameless()
    group = db.session.scalar(text("SELECT id FROM residential_group LIMIT 1"))
    keep_results(person, keeping="name", name=name, group_id=group, consents=[KEEP_RESULTS])
    return person


def held(folder):
    """Return the names of what lies in a folder."""
    return sorted(one.name for one in folder.iterdir())


def names():
    db.session.rollback()
    return set(db.session.scalars(select(Person.display_name).where(Person.display_name.is_not(None))))


@pytest.fixture
def newer(tmp_path, monkeypatch):
    """Let the program become a newer one, which expects a table more."""

    def come():
        shutil.copytree(config.ROOT / "migrations", tmp_path / "newer" / "migrations")
        versions = tmp_path / "newer" / "migrations" / "versions"
        last = ScriptDirectory(str(config.ROOT / "migrations")).get_current_head()
        (versions / "9000_wish.py").write_text(WISH.format(last=last))
        monkeypatch.setattr(config, "ROOT", tmp_path / "newer")

    return come


WISH = '''
"""A table that comes with a newer program."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9000", "{last}"
def upgrade():
    op.create_table("wish", sa.Column("id", sa.Integer(), primary_key=True))
'''
