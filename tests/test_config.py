"""Settings: what the environment says becomes what the app needs."""

import os
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

import config
from elearn.upkeep.database_copy import for_libpq
from tests.serving import free_port

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
    as_alchemy = reached("postgresql+psycopg://an@/elearn?host=db1:5433&host=db2:5432&connect_timeout=2")
    assert (as_alchemy["host"], as_alchemy["port"]) == ("db1,db2", "5433,5432")


@pytest.mark.parametrize("hosts", ["db1,db2/e", "db1,db2/e?sslmode=require", "/e?host=a:1&host=b:2"])
def test_of_several_hosts_the_one_that_takes_writes_is_meant(hosts):
    assert reached(f"postgresql://{hosts}")["target_session_attrs"] == "read-write"
    said = f"postgresql://{hosts}{'&' if '?' in hosts else '?'}target_session_attrs=any"
    assert reached(said)["target_session_attrs"] == "any"


def test_one_host_is_taken_as_it_is():
    for address in ("postgresql://db/e", "postgresql:///e?host=/run/postgresql"):
        assert "target_session_attrs" not in reached(address)


def test_there_are_connections_for_all_who_are_worked_on_at_once():
    from elearn.server.patience import AT_WORK

    for database in (f"sqlite:///{FILE}", "postgresql+psycopg://db/elearn"):
        options = config._connections(database)
        assert options["pool_size"] + options["max_overflow"] >= AT_WORK and options["pool_timeout"] <= 10
    assert config.CONNECTIONS >= AT_WORK
    assert options["pool_pre_ping"] and options["connect_args"]["connect_timeout"] <= 5
    assert config._connections("sqlite://") == {}


def test_how_many_connections_may_be_set_and_so_many_requests_are_worked_on():
    secret = "x" * config.SHORTEST_SECRET
    told = {"ELEARN_SECRET_KEY": secret, "DATABASE_URL": "postgresql://db/e", "ELEARN_CONNECTIONS": "6"}
    settings = config.from_environment(told)
    assert settings["CONNECTIONS"] == 6
    assert settings["SQLALCHEMY_ENGINE_OPTIONS"].items() >= {"pool_size": 6, "max_overflow": 0}.items()
    with pytest.raises(SystemExit, match="ELEARN_CONNECTIONS=1 chưa đúng"):
        config.from_environment(told | {"ELEARN_CONNECTIONS": "1"})


def test_a_machine_that_is_gone_without_a_word_is_noticed_soon():
    """It is asked after a while of silence; the kernel gives up when nothing came back for so long."""
    told = config._connections("postgresql+psycopg://db/elearn")["connect_args"]
    asked_twice = told["keepalives_idle"] + told["keepalives_interval"]
    assert asked_twice <= 15 and told["tcp_user_timeout"] == asked_twice * 1000


def test_a_socket_is_taken_only_where_it_was_meant_for_this_process():
    mine = {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
    assert config.inherited_socket(mine) == 3
    for other in ({}, mine | {"LISTEN_PID": "1"}, mine | {"LISTEN_FDS": "0"}):
        assert config.inherited_socket(other) is None


@pytest.mark.postgres
def test_the_host_that_answers_is_found_among_several(postgres_url):
    """By the app, and by PostgreSQL's own programs, which make the backups."""
    here, nobody = make_url(postgres_url), free_port()
    url = (
        f"postgresql://{here.username}@127.0.0.1:{nobody},127.0.0.1:{here.port}/{here.database}"
        "?target_session_attrs=read-write"
    )
    database = config._database(url, FILE)
    engine = create_engine(database, **config._connections(database))
    with engine.connect() as connection:
        assert connection.scalar(text("SHOW port")) == str(here.port)
    engine.dispose()
    psql = ["psql", "-X", "-A", "-t", "-d", for_libpq(make_url(database)), "-c", "SHOW port"]
    assert subprocess.run(psql, capture_output=True, text=True, check=True).stdout.strip() == str(here.port)


def test_programs_of_postgresql_get_no_password_on_their_line():
    for url in ("postgresql://an:b%40c@db/elearn", "postgresql://an:b@db1,db2:6/elearn?sslmode=require"):
        told = for_libpq(make_url(config._database(url, FILE)))
        assert "b" not in told.partition("@")[0].replace("postgresql", "") and "*" not in told
        assert told.partition("@")[2].startswith(("db/", "db1:5432,db2:6/"))


def test_the_portals_that_may_frame_a_window_are_named_whole():
    told = "https://gv.haiphong.gov.vn/ LV=https://lv.test LV=https://lv2.test:8443 http://127.0.0.1:9000"
    assert config._portals(told) == {
        "": ("https://gv.haiphong.gov.vn", "http://127.0.0.1:9000"),
        "LV": ("https://lv.test", "https://lv2.test:8443"),
    }
    assert config._portals("") == {}


@pytest.mark.parametrize(
    "told", ["*", "gv.vn", "https://*.vn", "https://gv.vn/trang", "https://gv.vn;x", "javascript:x", "GV="]
)
def test_a_portal_that_is_no_plain_address_stops_the_start(told):
    with pytest.raises(SystemExit, match="ELEARN_PORTAL="):
        config._portals(told)
