"""The servers of a PostgreSQL database: how they are reached, which takes writes, who holds the same.

Nothing here is said of SQLite, whose file is on this machine.
"""

import ipaddress
import time
from collections.abc import Iterator
from typing import Any

from flask import current_app
from sqlalchemy import create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from elearn.kit.db import db
from elearn.kit.findings import MEGABYTE, Finding
from elearn.kit.formats import as_number
from elearn.kit.refused import Refused

SECONDS_TO_ANSWER = 3
MOST_BEHIND = 64 * MEGABYTE
SPARE = 0.1  # of the connections should be free
SECONDS_TO_END = 3.0  # a connection that was just closed is listed for a moment
FOLLOWERS = """SELECT application_name, state, sync_state,
pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) FROM pg_stat_replication ORDER BY application_name"""
OTHERS = """SELECT count(*) FROM pg_stat_activity WHERE application_name = 'elearn'
AND datname = current_database() AND pid <> pg_backend_pid()"""
LOOK_AT_PATRONI = "Xem máy ấy có chạy không, rồi: patronictl -c /etc/patroni/config.yml list (docs/server.md)"


def ways() -> Iterator[Finding]:
    """Yield how the servers are reached; nothing but each server itself is asked."""
    url = _address()
    if url is None:
        return
    hosts = hosts_of(url)
    if not all(is_here(host) for host, _ in hosts):
        yield _way(url)
    if len(hosts) > 1:
        for host, port in hosts:
            yield _server(url, host, port)


def state() -> Iterator[Finding]:
    """Yield how the server that takes writes is: who follows it, and how many connections are left."""
    url = _address()
    if url is None:
        return
    yield from _followers(several=len(hosts_of(url)) > 1, user=url.username or "elearn")
    yield _connections()


def hosts_of(url: URL) -> list[tuple[str, str]]:
    """Return each server with its port, as libpq is told; a folder is where a socket of this machine lies."""
    _, told = url.get_dialect()().create_connect_args(url)
    hosts = str(told.get("host", "")).split(",")
    ports = str(told.get("port", "")).split(",")
    each = ports if len(ports) == len(hosts) else [ports[0]] * len(hosts)
    return [(host, port or "5432") for host, port in zip(hosts, each, strict=True)]


def is_here(host: str) -> bool:
    """Does the way to this server stay on this machine?"""
    if host in ("", "localhost") or host.startswith(("/", "@")):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_while_others_work() -> None:
    """Raise Refused while another machine is at work on this database: its lock is known there only."""
    if _address() is None:
        return
    db.session.remove()
    db.engine.dispose()
    until = time.monotonic() + SECONDS_TO_END
    while count := _others():
        if time.monotonic() > until:
            raise Refused(
                f"Máy khác đang làm việc với cơ sở dữ liệu này ({count} kết nối).\n"
                "Hãy dừng elearn.service, elearn.socket và elearn-tick.timer ở mọi máy, rồi chạy lại."
            )
        time.sleep(0.1)


def _others() -> int:
    try:
        return int(db.session.scalar(text(OTHERS)) or 0)
    finally:
        db.session.remove()


def _address() -> URL | None:
    url = make_url(current_app.config["SQLALCHEMY_DATABASE_URI"])
    return url if url.get_backend_name() == "postgresql" else None


def _way(url: URL) -> Finding:
    """Is nobody in between believed? Only verify-full asks who is at the other end."""
    what, mode = "Đường tới cơ sở dữ liệu", str(url.query.get("sslmode", "prefer"))
    if mode == "verify-full":
        return Finding(what, True, "mã hóa, có kiểm chứng thư của máy chủ (sslmode=verify-full)")
    seen = f"đi qua mạng mà không kiểm chứng thư của máy chủ (sslmode={mode})"
    remedy = (
        "Kẻ đứng giữa có thể đọc và sửa mọi dữ liệu. Thêm vào DATABASE_URL: "
        "sslmode=verify-full&sslrootcert=TỆP-CA.pem (xem docs/server.md). Chỉ bỏ qua khi cả hai cùng một máy."
    )
    return Finding(what, False, seen, remedy)


def _server(url: URL, host: str, port: str) -> Finding:
    """Does this one answer, and does it take writes or follow?"""
    what = f"Máy chủ dữ liệu {host}:{port}"
    query: dict[str, Any] = {name: value for name, value in url.query.items() if name not in ("host", "port")}
    alone = url.set(host=host, port=int(port), query=query | {"target_session_attrs": "any"})
    engine = create_engine(
        alone, poolclass=NullPool, connect_args={"connect_timeout": SECONDS_TO_ANSWER, "application_name": ""}
    )
    try:
        with engine.connect() as connection:
            follows = connection.scalar(text("SELECT pg_is_in_recovery()"))
    except SQLAlchemyError:
        return Finding(what, False, "không trả lời", LOOK_AT_PATRONI)
    return Finding(what, True, "dự phòng" if follows else "đang ghi")


def _followers(*, several: bool, user: str) -> Iterator[Finding]:
    """Say which servers follow, and whether one of them holds every confirmed answer."""
    what, rows = "Máy dự phòng", db.session.execute(text(FOLLOWERS)).all()
    if not rows:
        if several:
            seen = "không có máy nào theo: nếu máy đang ghi hỏng, không máy nào thay được"
            yield Finding(what, False, seen, LOOK_AT_PATRONI)
        return
    if any(row.state is None for row in rows):
        seen = f"{len(rows)} máy, tài khoản {user} chưa được xem"
        yield Finding(what, False, seen, f'Trên máy đang ghi: psql -c "GRANT pg_monitor TO {user}"')
        return
    said = ", ".join(
        f"{name} {'đồng bộ' if kind in ('sync', 'quorum') else 'chưa đồng bộ'}, "
        f"chậm {as_number(float(behind or 0) / MEGABYTE, 1)} MB"
        for name, _, kind, behind in rows
    )
    holds = [row for row in rows if row.sync_state in ("sync", "quorum") and row.state == "streaming"]
    close = all(float(row[3] or 0) <= MOST_BEHIND for row in holds)
    remedy = "Điều vừa xác nhận có thể mất nếu máy đang ghi hỏng lúc này. " + LOOK_AT_PATRONI
    yield Finding(what, bool(holds) and close, said, remedy)


def _connections() -> Finding:
    """Are connections left? When there are none, people are told to come back."""
    most = int(str(db.session.scalar(text("SHOW max_connections"))))
    used = db.session.scalar(text("SELECT count(*) FROM pg_stat_activity WHERE datname IS NOT NULL")) or 0
    remedy = "Tăng max_connections của PostgreSQL, hoặc giảm ELEARN_CONNECTIONS (docs/server.md)."
    return Finding("Kết nối", used <= most * (1 - SPARE), f"{used} trên {most} đang dùng", remedy)
