"""Serves with granian: one socket that every worker listens on, so that none is refused while they change."""

import gc
import importlib
import multiprocessing
import signal
import socket
import sys
from typing import Any

THREADS = 128  # of each worker; most of them only wait for slow phones (patience.py)
HEADER_MILLISECONDS = 5_000  # half-sent headers are given that long
SECONDS_TO_STOP = 10
SECONDS_TO_BEGIN = 5
WAITING = 1024  # phones that may stand at the door


def serve(
    application: str,
    host: str,
    port: int,
    workers: int,
    *,
    inherited: int | None = None,
    until_the_window_closes: bool = False,
) -> None:
    """Serve until told to stop. `application` is "module:function" of a function that makes the app.

    `inherited` is the number of a socket that systemd listens on already. Told to hang up (SIGHUP), this
    process lets fresh workers take over one by one; or, where a person has started it by hand, it stops.
    """
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    settings: dict[str, Any] = {
        "address": host,
        "port": port,
        "interface": "wsgi",
        "factory": True,
        "workers": workers,
        "blocking_threads": THREADS,
        "backlog": WAITING,
        "http1_settings": HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
        "websockets": False,
        "log_access": False,
        "log_level": LogLevels.error,
        "respawn_failed_workers": True,
        "workers_kill_timeout": SECONDS_TO_STOP,
    }
    if sys.platform == "linux":
        from elearn.server.shared import SharingServer

        multiprocessing.set_start_method("fork", force=True)  # the workers inherit the socket
        _load_once(application)
        server = SharingServer(application, listener=listener(host, port, inherited), **settings)
    else:  # granian shares one there by itself
        server = Server(application, **settings)
    if until_the_window_closes and hasattr(signal, "SIGHUP"):
        server.on_startup(lambda: signal.signal(signal.SIGHUP, server.signal_handler_interrupt))
    server.serve()


def _load_once(application: str) -> None:
    """Load what the workers run before they are made: they begin at once, and share the memory of it."""
    module = importlib.import_module(application.partition(":")[0])
    if load := getattr(module, "load_app", None):
        load()
    gc.collect()
    gc.freeze()  # what is never to be freed is not looked through: looking would make a copy of it


def listener(host: str, port: int, inherited: int | None) -> socket.socket:
    """Return the socket to listen on (Linux): the one that was handed over, or a new one."""
    if inherited is not None:
        opened = socket.socket(fileno=inherited)
    else:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        opened = socket.create_server((host, port), family=family, backlog=WAITING)
    # A line is taken up when its request has arrived: a worker that is about to end takes up none in vain.
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, SECONDS_TO_BEGIN)
    # Each line takes after it: else the body of a page waits 40 ms until the phone has confirmed its head.
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened
