"""What the look-over says of PostgreSQL's servers: the way to them, who writes, who follows."""

import shutil
import time

import psycopg
import pytest
from flask import current_app
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

import config
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.upkeep import database_servers
from tests.faults.patroni import ADDRESSES, make_certificates
from tests.postgres import Cluster, Follower, find_postgres
from tests.serving import free_port


@pytest.fixture
def at(sqlite_app, monkeypatch):
    """Let the address of the database be another one."""

    def go(url):
        monkeypatch.setitem(current_app.config, "SQLALCHEMY_DATABASE_URI", config._database(url, config.ROOT))

    with sqlite_app.app_context():
        yield go
        db.session.remove()


@pytest.fixture
def cluster(postgres_url):  # it says what is missing
    with Cluster(
        find_postgres(), "synchronous_standby_names=follower", "synchronous_commit=local"
    ) as cluster:
        yield cluster


def told(found):
    return {one.what: one for one in found}


def test_of_a_file_nothing_is_said(at):
    at("sqlite:////var/lib/elearn/elearn.db")
    assert [*database_servers.ways(), *database_servers.state()] == []
    database_servers.refuse_while_others_work()


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("postgresql://db/e", [("db", "5432")]),
        ("postgresql://db1:6,db2/e", [("db1", "6"), ("db2", "5432")]),
        ("postgresql:///e?host=/run/postgresql", [("/run/postgresql", "5432")]),
        ("postgresql+psycopg://an@/e?host=a:1&host=b:2", [("a", "1"), ("b", "2")]),
        ("postgresql:///e", [("", "5432")]),
    ],
)
def test_each_server_of_an_address(url, hosts):
    assert database_servers.hosts_of(make_url(config._database(url, config.ROOT))) == hosts


def test_what_is_on_this_machine():
    for host in ("", "localhost", "127.0.0.1", "127.0.0.2", "::1", "/run/postgresql"):
        assert database_servers.is_here(host), host
    for host in ("db1", "10.0.0.11", "2001:db8::1"):
        assert not database_servers.is_here(host), host


@pytest.mark.parametrize("mode", ["", "?sslmode=disable", "?sslmode=require", "?sslmode=verify-ca"])
def test_a_way_on_which_somebody_could_stand_is_told(at, mode):
    at(f"postgresql://db/e{mode}")
    [way] = database_servers.ways()
    assert not way.good and "không kiểm chứng thư" in way.seen and "sslmode=verify-full" in way.remedy


def test_a_way_with_certificates_is_good_and_one_on_this_machine_needs_none(at):
    at("postgresql://db/e?sslmode=verify-full&sslrootcert=/etc/ca.pem")
    [way] = database_servers.ways()
    assert way.good and "verify-full" in way.seen
    at("postgresql://127.0.0.1/e")
    assert list(database_servers.ways()) == []


@pytest.mark.postgres
def test_servers_that_write_that_follow_and_that_are_gone(at, cluster):
    with Follower(find_postgres(), cluster) as follower:
        ports = cluster.port, follower.port, free_port()
        at("postgresql://elearn@" + ",".join(f"127.0.0.1:{port}" for port in ports) + "/postgres")
        writes, follows, gone = database_servers.ways()
    assert (writes.good, writes.seen) == (True, "đang ghi")
    assert (follows.good, follows.seen) == (True, "dự phòng")
    assert (gone.good, gone.seen) == (False, "không trả lời") and "patronictl" in gone.remedy
    assert [one.what for one in (writes, follows, gone)] == [
        f"Máy chủ dữ liệu 127.0.0.1:{port}" for port in ports
    ]


@pytest.mark.postgres
def test_who_follows_and_whether_it_has_all(at, cluster, monkeypatch):
    nobody = free_port()
    url = f"postgresql://elearn@127.0.0.1:{cluster.port},127.0.0.1:{nobody}/postgres"
    at(url)
    engine = create_engine(current_app.config["SQLALCHEMY_DATABASE_URI"], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        monkeypatch.setattr(database_servers, "db", Stand(connection))
        assert "không có máy nào theo" in told(database_servers.state())["Máy dự phòng"].seen
        with Follower(find_postgres(), cluster):
            good = wait_for(lambda: told(database_servers.state())["Máy dự phòng"], lambda one: one.good)
            assert good.seen == "follower đồng bộ, chậm 0,0 MB"
        assert told(database_servers.state())["Kết nối"].good
    engine.dispose()


@pytest.mark.postgres
def test_one_server_alone_wants_no_follower_and_few_connections_left_are_told(at, cluster, monkeypatch):
    at(f"postgresql://elearn@127.0.0.1:{cluster.port}/postgres")
    engine = create_engine(current_app.config["SQLALCHEMY_DATABASE_URI"], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        monkeypatch.setattr(database_servers, "db", Stand(connection))
        assert list(told(database_servers.state())) == ["Kết nối"]
        monkeypatch.setattr(database_servers, "SPARE", 1)
        [left] = database_servers.state()
        assert not left.good and "ELEARN_CONNECTIONS" in left.remedy
    engine.dispose()


@pytest.mark.postgres
def test_what_somebody_else_is_at_work_on_is_not_replaced(postgres_app, monkeypatch):
    monkeypatch.setattr(database_servers, "SECONDS_TO_END", 0.3)
    with postgres_app.app_context():
        url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
        address = f"host=127.0.0.1 port={url.port} user=elearn dbname=postgres application_name=elearn"
        with psycopg.connect(address), pytest.raises(Refused, match="Máy khác đang làm việc"):
            database_servers.refuse_while_others_work()
        monkeypatch.setattr(database_servers, "SECONDS_TO_END", 10)
        database_servers.refuse_while_others_work()


@pytest.mark.postgres
def test_a_server_is_believed_only_with_a_certificate_of_the_right_authority_for_its_address(
    postgres_url, tmp_path
):
    """What docs/server.md asks for, tried: TLS, the ward's own authority, the address in the certificate."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    with Cluster(find_postgres()) as cluster:
        make_certificates(cluster.folder)
        (tmp_path / "other").mkdir()
        make_certificates(tmp_path / "other")
        shutil.chown(cluster.folder / "server.key", cluster.user)
        cluster.stop()
        cluster.options = (
            "ssl=on",
            f"ssl_cert_file={cluster.folder}/server.pem", f"ssl_key_file={cluster.folder}/server.key",
            f"listen_addresses=127.0.0.1,{ADDRESSES[0]}",
        )  # fmt: skip
        cluster.start()
        assert secured(ADDRESSES[0], cluster, cluster.folder / "ca.pem") is True
        with pytest.raises(OperationalError, match="certificate"):
            secured(ADDRESSES[0], cluster, tmp_path / "other" / "ca.pem")
        with pytest.raises(OperationalError, match="certificate"):
            secured("127.0.0.1", cluster, cluster.folder / "ca.pem")


def secured(host, cluster, authority):
    """Return whether the way is encrypted, as the server itself sees it."""
    database = config._database(
        f"postgresql://elearn@{host}:{cluster.port}/postgres?sslmode=verify-full&sslrootcert={authority}",
        config.ROOT,
    )
    engine = create_engine(database, **config._connections(database))
    try:
        with engine.connect() as connection:
            return connection.scalar(text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"))
    finally:
        engine.dispose()


class Stand:
    """In place of the app's handle: a connection to another server."""

    def __init__(self, connection):
        self.session = connection


def wait_for(ask, good):
    for _ in range(100):
        if good(found := ask()):
            return found
        time.sleep(0.1)
    return found
