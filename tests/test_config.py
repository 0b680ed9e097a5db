"""Settings: what the environment says becomes what the app needs."""

import os
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

import config

FILE = Path("/var/lib/elearn/elearn.db")


def reached(url):
    """Return where SQLAlchemy would go with this address, in libpq's words."""
    address = make_url(config._database(url, FILE))
    _, how = create_engine(address).dialect.create_connect_args(address)
    return {name: value for name, value in how.items() if name != "context"}


def test_without_an_address_the_ward_is_kept_in_a_file():
    assert config._database(None, FILE) == f"sqlite:///{FILE}"


@pytest.mark.parametrize("start", ["postgres://", "postgresql://", "postgresql+psycopg://"])
def test_every_way_to_write_an_address_of_a_server(start):
    assert reached(f"{start}an:b%40c@db/elearn?sslmode=require") == {
        "host": "db", "dbname": "elearn", "user": "an", "password": "b@c", "sslmode": "require"
    }  # fmt: skip


def test_several_hosts_are_passed_on_and_the_one_that_takes_writes_is_found():
    told = reached("postgresql://an:b@db1:5433,db2/elearn?target_session_attrs=read-write")
    assert told == {
        "host": "db1,db2", "port": "5433,5432", "dbname": "elearn", "user": "an", "password": "b",
        "target_session_attrs": "read-write",
    }  # fmt: skip
    assert reached("postgresql://db1,db2/elearn")["host"] == "db1,db2"


def test_there_are_connections_for_all_who_are_worked_on_at_once():
    from elearn.server.patience import AT_WORK

    for database in (f"sqlite:///{FILE}", "postgresql+psycopg://db/elearn"):
        options = config._connections(database)
        assert options["pool_size"] + options["max_overflow"] >= AT_WORK and options["pool_timeout"] <= 10
    assert options["pool_pre_ping"] and options["connect_args"]["connect_timeout"] <= 5
    assert config._connections("sqlite://") == {}


def test_a_socket_is_taken_only_where_it_was_meant_for_this_process():
    mine = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
    assert config.inherited_socket(mine) == 3
    for other in ({}, mine | {"LISTEN_PID": "1"}, mine | {"LISTEN_FDS": "0"}):
        assert config.inherited_socket(other) is None
