"""A copy of the whole database, taken while people learn, and what is in it; and how one is put back.

SQLite: VACUUM INTO. PostgreSQL: pg_dump and pg_restore of the version that is installed.
"""

import errno
import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ProgrammingError

from elearn.upkeep.files import BackupFault

SQLITE, POSTGRES = "elearn.db", "elearn.dump"  # what the copy is called, by which it is known again
FIRST = "SELECT id, created_at FROM person ORDER BY id LIMIT 1"
HEADS = "SELECT month, entry_id, hash FROM audit_head WHERE entry_id > 0 ORDER BY month"


class Inside(NamedTuple):
    """What a copy holds: the revision, the rows of each table, the newest entry of each month's audit, and
    who was the first person in it, by which one installation is told from another."""

    revision: str
    rows: dict[str, int]
    heads: list[list[Any]]
    origin: str


class Copy(NamedTuple):
    """A copy on disk, of what it was made, and what it holds."""

    file: Path
    engine: str
    inside: Inside


def take_copy(url: str, folder: Path) -> Copy:
    """Copy the database into the folder, whole transactions only, and check it; raise BackupFault."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return _dump(address, folder / POSTGRES)
    copy = folder / SQLITE
    if not Path(str(address.database)).exists():
        raise BackupFault("Chưa có cơ sở dữ liệu để sao lưu.")
    try:
        with closing(_open_to_read(Path(str(address.database)))) as connection:
            connection.execute("VACUUM INTO ?", (str(copy),))
    except sqlite3.DatabaseError as fault:
        if getattr(fault, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL:
            raise OSError(errno.ENOSPC, "full", str(folder)) from fault
        raise BackupFault(
            f"Không đọc được hết cơ sở dữ liệu: {fault}. Xem: python3 -m elearn doctor"
        ) from fault
    copy.chmod(0o600)
    return Copy(copy, f"SQLite {sqlite3.sqlite_version}", checked_sqlite(copy))


def _open_to_read(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=30)


def checked_sqlite(file: Path) -> Inside:
    """Return what a database file holds, after every page and reference was read; raise BackupFault."""
    try:
        with closing(_open_to_read(file)) as connection:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
            if verdict != "ok" or broken:
                raise BackupFault(f"Bản sao có lỗi: {verdict if verdict != 'ok' else broken}")
            return _inside_sqlite(connection)
    except sqlite3.DatabaseError as fault:
        raise BackupFault("Bản sao không đọc được.") from fault


def _inside_sqlite(connection: sqlite3.Connection) -> Inside:
    names = [
        name
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
    ]
    rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608 - names of tables
    known = connection.execute("SELECT version_num FROM alembic_version") if "alembic_version" in rows else ()
    heads = connection.execute(HEADS).fetchall() if "audit_head" in rows else []
    first = connection.execute(FIRST).fetchone() if "person" in rows else None
    revision = ",".join(sorted(row[0] for row in known))
    return Inside(revision, rows, [list(head) for head in heads], " ".join(map(str, first or ())))


def _dump(address: URL, target: Path) -> Copy:
    """Dump one moment of the database: what is counted beside it is of the same moment."""
    engine = create_engine(address)
    try:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            moment = connection.scalar(text("SELECT pg_export_snapshot()"))
            inside = _inside_postgres(connection)
            version = connection.scalar(text("SHOW server_version"))
            _run(address, "pg_dump", "-Fc", "--no-owner", f"--snapshot={moment}", "-f", str(target))
    finally:
        engine.dispose()
    target.chmod(0o600)
    return Copy(target, f"PostgreSQL {version}", inside)


def origin_of(url: str) -> str:
    """Return who was the first person in a database that can be read, "" when there is none."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return " ".join(map(str, connection.execute(text(FIRST)).first() or ()))
    finally:
        engine.dispose()


def inside_postgres(url: str) -> Inside:
    """Return what a PostgreSQL database holds."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return _inside_postgres(connection)
    finally:
        engine.dispose()


def _inside_postgres(connection: Any) -> Inside:
    names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
    rows = {name: connection.scalar(text(f'SELECT count(*) FROM "{name}"')) for name in sorted(names)}  # noqa: S608 - names of tables
    known = (
        connection.scalars(text("SELECT version_num FROM alembic_version")).all()
        if rows.get("alembic_version")
        else []
    )
    heads = connection.execute(text(HEADS)).all() if "audit_head" in rows else []
    first = connection.execute(text(FIRST)).first() if "person" in rows else None
    return Inside(
        ",".join(sorted(known)), rows, [list(head) for head in heads], " ".join(map(str, first or ()))
    )


EMPTY = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP TABLE public.%I CASCADE', one.tablename);
  END LOOP;
  FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p
      WHERE p.pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') LOOP
    EXECUTE format('DROP ROUTINE %s CASCADE', one.name);
  END LOOP;
END $$;
"""


def load_dump(url: str, dump: Path, folder: Path) -> None:
    """Put a dump in the place of everything in the database, in one transaction; raise BackupFault.

    Tables that the dump does not know go too: those of a newer program would stand in its way later.
    """
    script, address = folder / "whole.sql", make_url(url)
    _run(None, "pg_restore", "--no-owner", "--no-privileges", "-f", str(script), str(dump))
    _run(
        address, "psql", "-X", "-q", "--single-transaction", "-v", "ON_ERROR_STOP=1",
        "-c", EMPTY, "-f", str(script),
    )  # fmt: skip


LEFT_BEHIND = """
SELECT datname FROM pg_database d WHERE datname ~ '^elearn_dien_tap_[0-9a-f]+$'
  AND pg_get_userbyid(datdba) = current_user
  AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname)
"""


@contextmanager
def scratch_database(url: str) -> Iterator[str]:
    """Yield the address of an empty PostgreSQL database on the same server; it is gone afterwards.

    Raise MayNotMake where the account may make none.
    """
    name = f"elearn_dien_tap_{secrets.token_hex(4)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for left in connection.scalars(text(LEFT_BEHIND)).all():  # by a rehearsal that was killed
                connection.execute(text(f"DROP DATABASE IF EXISTS {left}"))
            try:
                connection.execute(text(f"CREATE DATABASE {name}"))
            except ProgrammingError as fault:
                raise MayNotMake("Tài khoản PostgreSQL không được tạo cơ sở dữ liệu.") from fault
            try:
                yield make_url(url).set(database=name).render_as_string(hide_password=False)
            finally:
                connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    finally:
        engine.dispose()


class MayNotMake(BackupFault):
    """The account may not make a database of its own."""


def read_dump(dump: Path) -> None:
    """Read a dump to its end, as a restore would, without a database to put it into; raise BackupFault."""
    _run(None, "pg_restore", "--no-owner", "-f", os.devnull, str(dump))


def _run(address: URL | None, program: str, *arguments: str) -> str:
    if shutil.which(program) is None:
        raise BackupFault(
            f"Máy này chưa có lệnh {program}, nên chưa sao lưu hay khôi phục được PostgreSQL.\n"
            "Debian, Ubuntu: sudo apt install postgresql-client"
        )
    call, secret = [program, *arguments], {}
    if address is not None:
        call[1:1] = ["-d", for_libpq(address)]
        secret = {"PGPASSWORD": str(address.password)} if address.password else {}
    done = subprocess.run(  # noqa: S603 - the program and its arguments are ours
        call, capture_output=True, text=True, env=_inherited() | secret, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise BackupFault(f"Lệnh {program} báo lỗi: {done.stderr.strip()[:300]}")
    return done.stdout


def for_libpq(address: URL) -> str:
    """Return the address as PostgreSQL's own programs read it, without the password.

    Several hosts stand with commas between them. (URL.set(password=None) would leave "***" there.)
    """
    hosts = address.query.get("host", ())
    one = URL.create(
        "postgresql", address.username, None, address.host, address.port, address.database, address.query
    )
    if isinstance(hosts, str) or not hosts:
        return one.render_as_string()
    one = one.difference_update_query(["host"]).set(host="hosts.go.here")
    return one.render_as_string().replace("hosts.go.here", ",".join(hosts))


def _inherited() -> dict[str, str]:
    return {name: value for name in ("PATH", "HOME", "LANG") if (value := os.getenv(name)) is not None}
