"""Runs the migrations so that a broken one leaves the old state and a killed one can be run again.

Two traps of SQLite are closed here (both measured, both tested in tests/house/test_migrations.py):
a table rebuilt with `PRAGMA foreign_keys=ON` deletes its children by cascade, and the pragma is ignored
inside a transaction; and a migration killed half-way cannot be repeated unless all of it stands in one
`BEGIN IMMEDIATE`. So: keys off, begin, every revision, check the keys, commit, keys on.
"""

from alembic import context

from elearn.kit.db import Base, db
from elearn.upkeep import tables

assert tables.ALL  # importing every room's models fills the metadata


def run() -> None:
    """Bring the database to the newest revision inside one transaction."""
    engine = context.config.attributes.get("engine") or db.engine
    options = {
        "target_metadata": Base.metadata,
        "render_as_batch": engine.dialect.name == "sqlite",
        "transaction_per_migration": False,
        "transactional_ddl": True,
        "compare_type": True,
    }
    if engine.dialect.name != "sqlite":
        with engine.connect() as connection:
            context.configure(connection=connection, **options)
            with context.begin_transaction():
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4711)")  # one migrator at a time
                context.run_migrations()
        return
    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys = OFF")
        try:
            connection.execution_options(begin=("BEGIN IMMEDIATE",))
            context.configure(connection=connection, **options)
            with context.begin_transaction():
                context.run_migrations()
                broken = raw.execute("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RuntimeError(f"A migration broke {len(broken)} references, first: {broken[0]}")
        finally:
            raw.execute("PRAGMA foreign_keys = ON")


run()
