"""Models and migrations agree; a migration neither wipes children nor gets stuck when it is killed."""

import shutil
import sqlite3
import subprocess
import sys
import textwrap

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

import config
from elearn.kit.db import Base, db
from elearn.upkeep.migrate import is_current, migrate
from tests.sizes import size

MIGRATIONS = config.ROOT / "migrations"


def test_models_and_migrations_agree(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert is_current(db.engine, MIGRATIONS)


def test_a_group_of_another_ward_does_not_stop_the_upgrade(tmp_path):
    """No page could bring it about; one that came by hand is put right, and what it opened is closed."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    later = [file for file in (folder / "versions").glob("0*.py") if file.stem[:4] > "0008"]
    for file in later:
        file.rename(tmp_path / file.name)
    engine = create_engine(f"sqlite:///{tmp_path / 'w.db'}")
    migrate(engine, folder)
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.executescript(STRAY)
    for file in later:
        (tmp_path / file.name).rename(folder / "versions" / file.name)
    migrate(engine, folder)
    with engine.connect() as connection:
        groups = connection.exec_driver_sql("SELECT id, group_id FROM person ORDER BY id").all()
        roles = connection.exec_driver_sql('SELECT id FROM "grant" ORDER BY id').scalars().all()
    assert groups == [(1, 1), (2, None)] and roles == [1]
    engine.dispose()


STRAY = """
INSERT INTO ward (id, code, name, city, office_name, office_phone, office_address, demo)
    VALUES (1, 'GV', 'x', '', '', '', '', 0), (2, 'LV', 'y', '', '', '', '', 0);
INSERT INTO residential_group (id, ward_id, code, name, former_ward, search, sort_key, kind)
    VALUES (1, 1, 'DG05', 'x', '', '', '', 'regular'), (2, 2, 'BC01', 'y', '', '', '', 'regular');
INSERT INTO person (id, ward_id, group_id, keeping, search, sort_key, audience, created_at)
    VALUES (1, 1, 1, 'name', '', '', '', '2026-11-01'), (2, 1, 2, 'name', '', '', '', '2026-11-01');
INSERT INTO "grant" (id, person_id, role, ward_id, group_id, granted_at)
    VALUES (1, 1, 'helper', 1, 1, '2026-11-01'), (2, 1, 'helper', 1, 2, '2026-11-01');
"""

REBUILD = '''
"""Rebuilds a table that others point to."""
import sqlalchemy as sa
from alembic import op
revision = "9000"
down_revision = "{last}"
def upgrade():
    with op.batch_alter_table("parent", recreate="always") as table:
        table.add_column(sa.Column("more", sa.Integer()))
'''
FIRST = '''
"""Makes two tables."""
import sqlalchemy as sa
from alembic import op
revision = "8000"
down_revision = None
def upgrade():
    op.create_table("parent", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table("child", sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("parent_id", sa.Integer(), sa.ForeignKey("parent.id", ondelete="CASCADE")))
'''


@pytest.fixture
def scripts(tmp_path):
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text((MIGRATIONS / "env.py").read_text())
    (folder / "versions" / "8000.py").write_text(FIRST)
    return folder


def test_a_rebuilt_table_keeps_its_children(scripts, tmp_path):
    """With foreign keys on, SQLite's rebuild drops the old table and cascades to every child row."""
    engine = create_engine(f"sqlite:///{tmp_path / 'w.db'}")
    migrate(engine, scripts)
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO parent VALUES (1)")
        connection.exec_driver_sql("INSERT INTO child VALUES (1, 1), (2, 1)")
    (scripts / "versions" / "9000.py").write_text(REBUILD.format(last="8000"))
    migrate(engine, scripts)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM child").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    engine.dispose()


def test_a_migration_that_breaks_references_leaves_the_old_state(scripts, tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path / 'w.db'}")
    migrate(engine, scripts)
    (scripts / "versions" / "9000.py").write_text(
        FIRST.replace("8000", "9000")
        .replace("down_revision = None", 'down_revision = "8000"')
        .replace(
            FIRST[FIRST.index("    op.create_table") :],
            '    op.execute("INSERT INTO child VALUES (1, 99)")\n',
        )
    )
    with pytest.raises(RuntimeError, match="references"):
        migrate(engine, scripts)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM child").scalar() == 0
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "8000"
    engine.dispose()


KILLED = textwrap.dedent(
    """
    import os, sys
    from sqlalchemy import create_engine, event
    from elearn.upkeep.migrate import migrate
    engine, left = create_engine("sqlite:///" + sys.argv[1]), int(sys.argv[3])

    @event.listens_for(engine, "after_cursor_execute")
    def count(*_):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), 9)

    migrate(engine, sys.argv[2])
    """
)


@pytest.mark.faults
@pytest.mark.parametrize("statements", range(3, 3 + 5 * size(14, 50), 5))
def test_a_killed_migration_can_be_run_again(statements, tmp_path):
    """T-mig: killed after so many statements, the second run succeeds and the schema is whole."""
    place = tmp_path / "w.db"
    call = [sys.executable, "-c", KILLED, str(place), str(MIGRATIONS)]
    killed = subprocess.run([*call, str(statements)], cwd=config.ROOT, capture_output=True)
    assert killed.returncode == -9, killed.stderr.decode()
    migrated_again(place, MIGRATIONS)
    with sqlite3.connect(place) as connection:
        tables = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        assert tables >= set(Base.metadata.tables)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def migrated_again(place, folder):
    """Run the migrations that a dead process left, in this one, which has nothing of it in mind."""
    engine = create_engine(f"sqlite:///{place}")
    migrate(engine, folder)
    engine.dispose()


RENEWAL = '''
"""Rebuilds the tables that everything points to."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9000", "{last}"
def upgrade():
    for name in ("ward", "residential_group", "person", "lesson", "revision", "attempt"):
        with op.batch_alter_table(name, recreate="always") as table:
            table.add_column(sa.Column("later", sa.Integer()))
'''


@pytest.mark.faults
@pytest.mark.parametrize("statements", [6, 14, 23, 31])
def test_a_killed_upgrade_loses_no_row(statements, tmp_path, lively):
    """T-mig, with people in it: whatever statement it dies at, nothing is gone, and it can be run again."""
    folder, place = tmp_path / "migrations", tmp_path / "w.db"
    shutil.copytree(MIGRATIONS, folder)
    last = ScriptDirectory(str(folder)).get_current_head()
    (folder / "versions" / "9000.py").write_text(RENEWAL.format(last=last))
    with sqlite3.connect(place) as copy:
        db.engine.raw_connection().driver_connection.backup(copy)
    copy.close()
    before = rows_in(place)
    call = [sys.executable, "-c", KILLED, str(place), str(folder)]
    killed = subprocess.run([*call, str(statements)], cwd=config.ROOT, capture_output=True)
    assert killed.returncode == -9, killed.stderr.decode()
    assert rows_in(place) == before
    migrated_again(place, folder)
    assert rows_in(place) == before


def rows_in(place):
    """Return how many rows each table has; the database is whole, and every reference leads somewhere."""
    with sqlite3.connect(place) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchone() is None
        counts = {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for name in Base.metadata.tables
        }
    connection.close()
    assert counts["attempt"] > 5 and counts["credit"] > 5
    return counts
