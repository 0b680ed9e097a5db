"""Serves the platform with granian; static files ready compressed, from a folder made at the start."""

import contextlib
import errno
import hashlib
import ipaddress
import logging
import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import config
from elearn.kit.refused import Refused

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

# 64 threads, since a slow phone holds one while it sends; half-sent headers are given 5 seconds
THREADS = 64
HEADER_MILLISECONDS = 5_000
SECONDS_TO_STOP = 10
A_MEGABYTE = 1_000_000


def serve(
    application: str, host: str, port: int, workers: int, *, until_the_window_closes: bool = False
) -> None:
    """Serve until told to stop. `application` is "module:function" of a function that makes the app.

    This process stays small: what the pages need is loaded by the workers. Told to hang up (SIGHUP), it
    lets fresh workers take over one by one; or, where a person has started it by hand, it stops.
    """
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        application,
        address=host,
        port=port,
        interface="wsgi",
        factory=True,
        workers=workers,
        blocking_threads=THREADS,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        websockets=False,
        log_access=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_TO_STOP,
    )
    if until_the_window_closes and hasattr(signal, "SIGHUP"):
        server.on_startup(lambda: signal.signal(signal.SIGHUP, server.signal_handler_interrupt))
    server.serve()


@contextlib.contextmanager
def serving(place: Path) -> Iterator[None]:
    """Hold a lock as long as people are being served; the workers hold it too (not on Windows)."""
    with _lock_file(place) as lock:
        if lock is not None:
            fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def refuse_while_serving(place: Path) -> None:
    """Raise Refused while a server is at work on this installation: what it writes now would be lost."""
    with _lock_file(place) as lock:
        if lock is None:
            return
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused("Máy chủ đang chạy. Hãy dừng máy chủ trước, rồi chạy lại lệnh này.") from None


@contextlib.contextmanager
def _lock_file(place: Path) -> Iterator[int | None]:
    if fcntl is None:
        yield None
        return
    place.mkdir(parents=True, exist_ok=True)
    file = os.open(place / "serving.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        yield file
    finally:
        os.close(file)


def refuse_busy_port(host: str, port: int) -> None:
    """Raise Refused, with what to do, when nobody could listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.closing(socket.socket(family)) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as fault:
            raise Refused(_why_not_listen(fault.errno, host, port)) from None


def _why_not_listen(number: int | None, host: str, port: int) -> str:
    other = port + 1 if 1023 < port < 65_535 else 8_000
    if number == errno.EADDRINUSE:
        return (
            f"Cổng {port} đang có chương trình khác dùng (có thể nền tảng đang chạy ở cửa sổ khác).\n"
            f"Hãy tắt chương trình đó, hoặc chọn cổng khác, ví dụ: PORT={other} python3 -m elearn run"
        )
    if number == errno.EACCES:
        return f"Máy không cho dùng cổng {port}. Hãy chọn cổng từ 1024 trở lên, ví dụ: PORT={other}"
    return f"Không mở được địa chỉ {host}:{port}. Xin xem lại địa chỉ, hoặc dùng 127.0.0.1."


def refuse_open_address(host: str, *, hall: bool, proxies: int) -> None:
    """Raise Refused where plain http would leave this machine without the administrator having said so."""
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise Refused(f"{host} không phải địa chỉ IP. Xin dùng 127.0.0.1 hoặc địa chỉ của máy này.") from None
    if address.is_loopback or proxies or (hall and not address.is_global):
        return
    if hall:
        raise Refused(
            f"{host} là địa chỉ ngoài Internet; ELEARN_HALL chỉ dành cho mạng riêng của hội trường.\n"
            "Hãy dùng địa chỉ trong mạng riêng, hoặc đặt máy chủ HTTPS phía trước (xem docs/server.md)."
        )
    raise Refused(
        f"Chưa mã hóa đường truyền nên chỉ phục vụ tại 127.0.0.1, không phục vụ tại {host}.\n"
        "Hãy đặt máy chủ HTTPS (Caddy, nginx) phía trước rồi khai ELEARN_PROXIES=1 (xem docs/server.md);\n"
        "nếu chỉ dùng trong mạng riêng của hội trường, đặt ELEARN_HALL=1."
    )


# --- what the workers load


def end_with_parent() -> None:
    """Let this worker end when the process that started it is gone: it would hold the port for ever."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="end with parent").start()


def real_app(*, look_first: bool = False) -> Callable[..., Any]:
    """Make the app of a real installation. `serve` has looked whether it is fit; others do it here."""
    from elearn.app import create_app

    settings = config.from_environment()
    if look_first:
        from elearn.upkeep.doctor import refuse_unfit

        refuse_unfit(settings)
    else:
        end_with_parent()
    return with_static_files(create_app(settings))


def demo_app() -> Callable[..., Any]:
    """Make the app of the trial ward. Its log goes into a file: the terminal shows the accounts."""
    from elearn.app import create_app

    settings = config.for_demo()
    _log_into(Path(str(settings["INSTANCE"])) / "demo.log")
    end_with_parent()
    return with_static_files(create_app(settings))


def _log_into(file: Path) -> None:
    from elearn.kit.log import LOG

    handler = RotatingFileHandler(file, maxBytes=A_MEGABYTE, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(message)s"))
    LOG.handlers[:] = [handler]


# --- static files


def prepare_static_files(place: Path) -> None:
    """Copy the static files into the instance folder and compress each once, as small as it gets.

    Nothing is done while the files are those of the last time.
    """
    source, ready, stamp = Path(__file__).parent / "static", place / "static", place / "static.stamp"
    print_now = fingerprint(source)
    if ready.exists() and stamp.exists() and stamp.read_text() == print_now:
        return
    import whitenoise.compress

    fresh = place / "static.new"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(source, fresh)
    whitenoise.compress.main(["--quiet", str(fresh)])
    stamp.unlink(missing_ok=True)
    shutil.rmtree(ready, ignore_errors=True)
    fresh.rename(ready)
    stamp.write_text(print_now)


def fingerprint(*folders: Path) -> str:
    """Return what changes when a file below one of the folders does: names, sizes and times, not content."""
    found = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                state = file.stat()
                found.update(f"{file}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return found.hexdigest()


def with_static_files(app: Any) -> Callable[..., Any]:
    """Answer addresses under /static/ from the ready folder; everything else goes to the app."""
    from whitenoise import WhiteNoise

    from elearn.kit.headers import A_YEAR, FIXED

    ready = Path(str(app.config["INSTANCE"])) / "static"
    if not ready.exists():
        return app  # type: ignore[no-any-return]

    def harden(headers: Any, _path: str, _url: str) -> None:
        for name, value in FIXED.items():
            headers[name] = value

    return WhiteNoise(
        app,
        root=str(ready),
        prefix="static/",
        max_age=A_YEAR,
        add_headers_function=harden,
        allow_all_origins=False,
    )
