"""Serves the platform with granian; static files ready compressed, from a folder made at the start."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import whitenoise.compress
from flask import Flask
from whitenoise import WhiteNoise

import config
from elearn.app import create_app
from elearn.kit.headers import A_YEAR, FIXED

# 64 threads, since a slow phone holds one while it sends; half-sent headers are given 5 seconds
THREADS = 64
HEADER_MILLISECONDS = 5_000


def serve(application: str, host: str, port: int, workers: int) -> None:
    """Serve until told to stop. `application` is "module:function" of a function that makes the app."""
    from granian.http import HTTP1Settings
    from granian.server import Server

    Server(
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
        respawn_failed_workers=True,
    ).serve()


def real_app() -> Callable[..., Any]:
    """Make the app of a real installation."""
    return with_static_files(create_app(config.from_environment()))


def demo_app() -> Callable[..., Any]:
    """Make the app of the trial ward."""
    return with_static_files(create_app(config.for_demo()))


def prepare_static_files(instance: Path) -> None:
    """Copy the static files into the instance folder and compress each once, as small as it gets."""
    source, ready = Path(__file__).parent / "static", instance / "static"
    fresh = instance / "static.new"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(source, fresh)
    whitenoise.compress.main(["--quiet", str(fresh)])
    shutil.rmtree(ready, ignore_errors=True)
    fresh.rename(ready)


def with_static_files(app: Flask) -> Callable[..., Any]:
    """Answer addresses under /static/ from the ready folder; everything else goes to the app."""
    ready = Path(str(app.config["INSTANCE"])) / "static"
    if not ready.exists():
        return app

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
