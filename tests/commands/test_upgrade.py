"""An upgrade that breaks half-way leaves the old state, on either database, and says so in words."""

import shutil

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import OperationalError

import config
from elearn.app import create_app
from elearn.commands import chores
from elearn.kit.db import db
from tests.installation import ANSWERS, PASSWORD

# A table is made, rows are written, a table of old is emptied; then something breaks.
BROKEN = '''
"""A migration that breaks half-way."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9000", "{last}"
def upgrade():
    op.create_table("wish", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("INSERT INTO wish (id) VALUES (1)")
    with op.batch_alter_table("ward") as table:
        table.add_column(sa.Column("motto", sa.String(), nullable=True))
    op.execute("UPDATE ward SET name = 'lost'")
    {breaks}
'''
WAYS = {
    "of Python": "raise RuntimeError('a fault of the program')",
    "of the database": "op.execute('SELECT nothing FROM nowhere')",
}


@pytest.fixture
def broken(tmp_path, monkeypatch):
    """Let the program become a newer one whose migration breaks; return how to."""

    def come(way):
        shutil.copytree(config.ROOT / "migrations", tmp_path / "newer" / "migrations")
        last = ScriptDirectory(str(config.ROOT / "migrations")).get_current_head()
        file = tmp_path / "newer" / "migrations" / "versions" / "9000_wish.py"
        file.write_text(BROKEN.format(last=last, breaks=WAYS[way]))
        monkeypatch.setattr(config, "ROOT", tmp_path / "newer")

    return come


def state():
    """Return the tables, and the name of the ward: what the old program would find."""
    app = create_app(config.from_environment())
    with app.app_context():
        found = (
            sorted(inspect(db.engine).get_table_names()),
            [column["name"] for column in inspect(db.engine).get_columns("ward")],
            db.session.scalars(text("SELECT name FROM ward")).all(),
            db.session.scalars(text("SELECT version_num FROM alembic_version")).all(),
        )
        db.session.remove()
        db.engine.dispose()
    return found


def hold(typed, broken, way):
    before, root = state(), config.ROOT
    broken(way)
    code, out, err = typed("upgrade")
    assert code == 1 and "dữ liệu còn như cũ" in err and "Traceback" not in err, err
    assert ("a fault of the program" in err) == (way == "of Python") and "truoc-nang-cap-" in out
    assert "không khớp với chương trình" in str(typed("serve")[2])  # the newer program lets nobody in
    config.ROOT = root  # the fixture puts it back as well
    assert state() == before and "phường Gia Viên" in before[2][0]
    assert "không cần nâng cấp" in typed("upgrade")[1]


@pytest.mark.parametrize("way", WAYS)
def test_on_sqlite(installed, typed, broken, way):
    hold(typed, broken, way)


@pytest.mark.postgres
@pytest.mark.parametrize("way", WAYS)
def test_on_postgresql(instance, typed, broken, postgres_url, monkeypatch, tmp_path, way):
    name = f"upgrade_{len(way)}"
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    address = postgres_url.replace("+psycopg", "").rpartition("/")[0] + f"/{name}"
    monkeypatch.setenv("DATABASE_URL", address)
    (tmp_path / "password").write_text(PASSWORD)
    told = [word for answer in ANSWERS.items() for word in (f"--{answer[0]}", answer[1])]
    with (tmp_path / "password").open() as nobody:
        monkeypatch.setattr("sys.stdin", nobody)
        assert typed("init", *told, "--password-file", tmp_path / "password")[0] == 0
    hold(typed, broken, way)


def test_pages_that_could_not_be_laid_out_anew_do_not_undo_it(installed, typed, monkeypatch):
    """Else the old program would be started over the new tables."""

    def refuse(_):
        raise OperationalError("UPDATE", {}, Exception("locked"))

    monkeypatch.setattr(chores, "refresh_pages", refuse)
    app = create_app(config.from_environment())
    with app.app_context():
        chores.bring_up_to_date()
        db.session.remove()
        db.engine.dispose()
