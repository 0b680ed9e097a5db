"""One app for each engine; a fresh copy of the ward for each test.

Whoever asks for `app` (or `browser`, `person`) runs on SQLite and, where a server is found, on PostgreSQL.
"""

import gc
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, current_app
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event, text
from werkzeug.routing import Rule

import config
from elearn.app import create_app
from elearn.kit import clock, secrets
from elearn.kit.db import Base, db
from elearn.learning import attempts, groups, ledger, months, ward_totals
from elearn.library import shelf as shelf_of_courses
from elearn.library.folder import read_shelf
from elearn.library.laying import HERE
from elearn.library.shelf import load_shelf
from elearn.upkeep.migrate import migrate
from tests import ward
from tests.browser import Browser
from tests.installation import _set_up_once, installed, instance, typed  # noqa: F401 - fixtures
from tests.life import SETTINGS, furnish, lively_app
from tests.postgres import Cluster, find_postgres
from tests.sizes import NIGHTLY

# No test, and no server that a test starts, waits for a machine to read lessons aloud, but its own test
os.environ.setdefault("ELEARN_VOICE", "0")

# What must hold of everything is tried with the same examples each time, so that a failure is of the change
# that was made; at night it is tried with other ones, and many more.
settings.register_profile("quick", max_examples=20, derandomize=True, deadline=None)
settings.register_profile("whole", max_examples=150, derandomize=True, deadline=None)
settings.register_profile("nightly", max_examples=2000, deadline=None)
settings.load_profile("whole")


def pytest_collection_modifyitems(config, items):
    """Leave out what is for the night, unless it is night or somebody asks for it."""
    if NIGHTLY or "nightly" in (config.option.markexpr or ""):
        return
    tonight = [item for item in items if item.get_closest_marker("nightly")]
    if tonight:
        config.hook.pytest_deselected(items=tonight)
        items[:] = [item for item in items if item not in tonight]


def pytest_terminal_summary(terminalreporter):
    """Tell the figures of what was broken on purpose, whichever process broke it."""
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) == "call":
                for name, words in report.user_properties:
                    if name == "figures":
                        terminalreporter.write_line(words)


@pytest.fixture(scope="session", autouse=True)
def _cheap_hashes():
    """Hash secrets fast: what is tested is what is done with a hash, not what it costs."""
    dear = secrets._argon2id
    secrets._argon2id = lambda secret, salt, cost: secrets.keyed(salt, secret, cost)
    yield
    secrets._argon2id = dear


@pytest.fixture(scope="session", autouse=True)
def _addresses_compiled_once():
    """Let the apps of one run share the code that writes their addresses: it is most of what an app costs."""
    compile_one, compiled = Rule._compile_builder, {}

    def once(rule, append_unknown=True):
        key = (rule.rule, rule.host, rule.subdomain, repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compile_one(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = once
    yield
    Rule._compile_builder = compile_one


@pytest.fixture(scope="session", autouse=True)
def _pages_compiled_once(tmp_path_factory):
    """Let the apps of one run share what their pages are compiled to."""
    cache = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("pages")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Flask.jinja_options, "bytecode_cache", cache)
        yield


def pytest_collection_finish():
    """Let the collector of rubbish pass over what stays until the end (modules, tests), and come seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session", autouse=True)
def _laid_out_here():
    """Lay shelves out in this process: one beside it for each of hundreds of loads would be slow."""
    beside = shelf_of_courses.Beside
    shelf_of_courses.Beside = lambda: nullcontext(HERE)
    yield
    shelf_of_courses.Beside = beside


@pytest.fixture(scope="session")
def postgres_url():
    """The address of a PostgreSQL server that lives as long as this run."""
    binaries = find_postgres()
    if binaries is None:
        sentence = "no PostgreSQL server is installed (apt-get install postgresql)"
        pytest.fail(sentence) if os.environ.get("CI") == "true" else pytest.skip(sentence)
    with Cluster(binaries) as cluster:
        yield cluster.url


@pytest.fixture(scope="session")
def sqlite_app():
    return _build("sqlite://")


@pytest.fixture(scope="session")
def postgres_app(postgres_url):
    app = _build(postgres_url)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def app(request) -> Flask:
    """The app, with the ward as tests/ward.py tells it."""
    yield from _over_a_fresh_copy(request.getfixturevalue(f"{request.param}_app"))


@pytest.fixture(scope="session")
def _life():
    """A ward with one of everything in it, made once (SQLite only: it is about pages and doors)."""
    app = lively_app("sqlite://")
    app.extensions["places"] = furnish(app)
    with app.app_context():
        app.extensions["pristine"] = _snapshot()
    return app


@pytest.fixture
def lively(_life) -> Flask:
    """The app over a ward with one of everything in it, the three shipped courses among them."""
    yield from _over_a_fresh_copy(_life)


@pytest.fixture(scope="session")
def another_app(sqlite_app) -> Callable[..., Flask]:
    """Build an app of one's own over a copy of the ward: another_app("sqlite:///a.db", DEMO=True)."""

    def build(url: str = "sqlite://", **settings: Any) -> Flask:
        app = create_app(SETTINGS | settings | {"SQLALCHEMY_DATABASE_URI": url})
        with app.app_context():
            _restore(sqlite_app.extensions["pristine"])
        return app

    return build


@pytest.fixture
def made_once(app) -> Callable[..., Any]:
    """Let a function of a module fill the ward: made_once(fill, more) returns what fill(more) returns.

    It is called once, with the ward as it is at first; afterwards what it left is copied, and what it
    returned is returned again.
    """
    kept = app.extensions.setdefault("made once", {})

    def furnish(fill: Callable[..., Any], *more: Any) -> Any:
        name = f"{fill.__module__}.{fill.__qualname__}"
        assert "<" not in name, "a function with a name that stays, not one made on the spot"
        if name in kept:
            copy, made = kept[name]
            _restore(copy)
        else:
            _restore(app.extensions["pristine"])
            made = fill(*more)
            kept[name] = _snapshot(), made
        return made

    return furnish


@pytest.fixture
def shelf(app, made_once) -> Flask:
    """The app with the shipped courses loaded."""
    made_once(_load_shipped_courses)
    return app


def _load_shipped_courses() -> None:
    load_shelf(read_shelf(config.ROOT / "courses"))


@pytest.fixture
def on_day(monkeypatch):
    """Let what follows be credited, and months be closed, so many days before today: on_day(6)."""

    def go(back):
        for module in (months, ward_totals, attempts):
            monkeypatch.setattr(module, "now", lambda: clock.now() - timedelta(days=back))
        for module in (ledger, groups, attempts):
            monkeypatch.setattr(module, "today", lambda: clock.today() - timedelta(days=back))

    return go


@pytest.fixture
def browser(app) -> Browser:
    return Browser(app)


@pytest.fixture
def statements(app):
    """Every statement that reaches the database, from now on."""
    seen = []

    def note(_connection, _cursor, statement, *_):
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            seen.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def person(app):
    """Look a person of the cast up by first name: person("lan")."""
    return ward.person


@pytest.fixture
def viewer(app):
    """See as a person of the cast: viewer("hoa") is the Viewer that a request of hers would have."""
    return ward.viewer


def _build(url: str) -> Flask:
    app = create_app(SETTINGS | {"SQLALCHEMY_DATABASE_URI": config._database(url, config.ROOT)})
    with app.app_context():
        migrate(db.engine, app.config["MIGRATIONS"])
        ward.settle()
        app.extensions["pristine"] = _snapshot()
    return app


def _over_a_fresh_copy(app: Flask) -> Iterator[Flask]:
    """Lend the app with its database as it was when the app was built."""
    with app.app_context():
        _restore(app.extensions["pristine"])
        yield app
        db.session.rollback()


def _snapshot() -> Any:
    """Return a copy of everything in the database: a database in memory, or what brings it back."""
    db.session.remove()
    if db.engine.dialect.name == "postgresql":
        return _snapshot_on_postgres()
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    _raw().backup(copy)
    return copy


def _snapshot_on_postgres() -> str:
    """Copy the rows into a schema of their own; return the statements that bring them back, keys included.

    As a replica, no trigger asks whether rows may go (the audit's says no). DELETE takes a thirtieth of
    the time that TRUNCATE takes with tables as small as these.
    """
    number = current_app.extensions["copies"] = current_app.extensions.get("copies", 0) + 1
    tables = [table.name for table in Base.metadata.sorted_tables]
    with db.engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA copy_{number}"))
        for table in tables:
            connection.execute(text(f'CREATE TABLE copy_{number}."{table}" AS TABLE public."{table}"'))
        filled = [
            table
            for table in tables
            if connection.scalar(text(f'SELECT EXISTS (SELECT 1 FROM copy_{number}."{table}")'))
        ]
        sequences = connection.execute(
            text("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'")
        ).all()
    return ";".join(
        [
            "SET LOCAL session_replication_role = replica",
            *(f'DELETE FROM public."{table}"' for table in tables),
            *(f'INSERT INTO public."{table}" SELECT * FROM copy_{number}."{table}"' for table in filled),
            *(
                f"SELECT setval('public.\"{name}\"', {last or 1}, {last is not None})"
                for name, last in sequences
            ),
        ]
    )


def _restore(copy: Any) -> None:
    """Put a copy in the place of everything in the database, and forget what was known of it."""
    db.session.remove()
    for known in ("wards", "recent", "alike"):
        current_app.extensions.pop(known, None)
    current_app.extensions["ready"].forget()
    if isinstance(copy, sqlite3.Connection):
        copy.backup(_raw())
        return
    with db.engine.begin() as connection:
        connection.exec_driver_sql(copy)


def _raw() -> sqlite3.Connection:
    return db.engine.raw_connection().driver_connection
