"""The database handle, the SQLite settings, and what one transaction means."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData, event, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Session

from elearn.kit.turns import Turns

# What SQLAlchemy raises when a database is away, full, locked, or has no connection to spare
AWAY = (OperationalError, InterfaceError, PoolTimeout)
READ_ONLY = "25006"  # what a PostgreSQL server says to a writer after another has taken its place
DURABLE, FLEETING = "PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL"
READING = ("BEGIN",)
PRAGMAS = ("PRAGMA foreign_keys = ON", "PRAGMA journal_mode = WAL", DURABLE, "PRAGMA busy_timeout = 15000")


class Base(DeclarativeBase):
    """The parent of every table. Models inherit from it, not from `db.Model`, so that types are known."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Database(SQLAlchemy):
    """The handle of all; a request that was answered stays answered when the database goes away after it."""

    def _teardown_session(self, exc: BaseException | None) -> None:
        try:
            super()._teardown_session(exc)
        except AWAY:  # the server is gone while the session says good-bye; its connection is dropped
            self.session.registry.clear()


db = Database(model_class=Base, session_options={"expire_on_commit": False})


@contextmanager
def transaction(*, durable: bool = True) -> Iterator[None]:
    """Do all of the block or none of it. An inner transaction joins the outer one.

    What is not `durable` need not survive a power cut, only all else: it waits for no disk (nor, on
    PostgreSQL, for a standby). It is for counters of tries, and nothing durable may join it.

    On SQLite the block takes the write lock at its start (BEGIN IMMEDIATE): a transaction that began
    as a read and turns to writing may be refused with "database is locked" and no wait, so a read that
    is still open is closed first. What was loaded before the block is forgotten and read again inside
    it, since another writer may have changed it in between.
    """
    session = db.session()
    if session.info.get("writing"):
        if durable and not session.info["durable"]:
            raise RuntimeError("What must survive a power cut cannot join what need not.")
        yield
        return
    _end_reading(session)
    session.expire_all()
    with _ones_turn(session.get_bind()):
        connection = session.connection(
            execution_options={"begin": (DURABLE if durable else FLEETING, "BEGIN IMMEDIATE")}
        )
        session.info["writing"], session.info["durable"] = True, durable
        try:
            if not durable and connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            del session.info["writing"]


@contextmanager
def _ones_turn(engine: Any) -> Iterator[None]:
    """Wait until it is one's turn to write, where only one can."""
    turns = _turns_at(engine.url.database or "") if engine.dialect.name == "sqlite" else None
    if turns is None:
        yield
        return
    if not turns.take():
        raise OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))
    try:
        yield
    finally:
        turns.give_back()


@cache
def _turns_at(database: str) -> Turns | None:
    """Return the queue for a database file; one in memory is a test's, which has one thread."""
    if database in ("", ":memory:") or database.startswith("file:"):
        return None
    return Turns(Path(f"{database}-turn"))


def rest() -> None:
    """Give the connection back while this request does something else for long; what was read stays as it is.

    Inside a transaction nothing is given back.
    """
    session = db.session()
    if not session.info.get("writing"):
        _end_reading(session)


def _end_reading(session: Session) -> None:
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("Something was changed outside a transaction().")
    session.commit()


def run(statement: Any, values: Any = None) -> Any:
    """Run a statement straight through the connection: plain columns need none of what the session does
    for objects. What the session has not written yet is written first."""
    session = db.session()
    if session.info.get("writing"):
        session.flush()
    return session.connection().execute(statement, values)


def add(model: type[Base], *rows: dict[str, Any], **values: Any) -> None:
    """Insert rows (or one, by its values), as plain values: no object is made of them."""
    run(_insert(model), list(rows) if rows else values)


def insert_if_absent(model: type[Base], **values: Any) -> bool:
    """Insert the row unless its key (any unique one) is taken; return whether it was inserted."""
    return run(_insert_if_absent(model, db.engine.dialect.name), values).first() is not None


def add_up(model: type[Base], key: dict[str, Any], **amounts: int) -> None:
    """Add the amounts to the counters of the row with this key, making the row when it is missing."""
    add_up_all(model, tuple(key), [key | amounts])


def add_up_all(model: type[Base], key: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    """Do so for many rows, each with the same counters, in their order."""
    if rows:
        counters = tuple(name for name in rows[0] if name not in key)
        run(_add_up(model, db.engine.dialect.name, key, counters), rows)


# Statements are made once: putting one together costs more than running it


@cache
def _insert(model: type[Base]) -> Any:
    return model.__table__.insert()  # type: ignore[attr-defined]


@cache
def _insert_if_absent(model: type[Base], dialect: str) -> Any:
    return _insert_for(dialect)(model.__table__).on_conflict_do_nothing().returning(literal(1))


@cache
def _add_up(model: type[Base], dialect: str, key: tuple[str, ...], counters: tuple[str, ...]) -> Any:
    insert, columns = _insert_for(dialect)(model.__table__), model.__table__.c
    sums = {name: columns[name] + insert.excluded[name] for name in counters}
    return insert.on_conflict_do_update(index_elements=list(key), set_=sums)


def _insert_for(dialect: str) -> Any:
    return postgresql.insert if dialect == "postgresql" else sqlite.insert


def lock(model: type[Base], identity: Any) -> Any:
    """Return the row, locked until the transaction ends (SQLite has locked the whole database already)."""
    key = next(iter(model.__mapper__.primary_key))
    return db.session.scalar(
        select(model).where(key == identity).with_for_update().execution_options(populate_existing=True)
    )


def is_away(error: BaseException | None) -> bool:
    """Is this the fault of a database that cannot serve now, and may in a moment?"""
    if isinstance(error, AWAY):
        return True
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") == READ_ONLY


@event.listens_for(Engine, "connect")
def _prepare(connection: Any, _record: Any) -> None:
    driver = type(connection).__module__
    if "sqlite3" in driver:
        connection.isolation_level = None  # SQLAlchemy, not the driver, says BEGIN
        for pragma in PRAGMAS:
            connection.execute(pragma)
    elif "psycopg" in driver:
        # PostgreSQL would compile the question of a board for longer than it takes to answer it
        connection.execute("SET jit = off")
        connection.commit()


@event.listens_for(Engine, "handle_error")
def _drop_what_only_reads(context: Any) -> None:
    """A server whose place another has taken answers every question and takes no answer: the connection is
    as good as dead, and so are all that were made with it. The next ones find the other server."""
    if getattr(context.original_exception, "sqlstate", None) == READ_ONLY:
        context.is_disconnect = True


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        # the driver is told directly: this is said once for every request
        for statement in connection.get_execution_options().get("begin", READING):
            try:
                connection.connection.dbapi_connection.execute(statement)
            except sqlite3.OperationalError as fault:  # and so does not know whose error this is
                raise OperationalError(statement, None, fault) from fault
