"""What the processes that answer load: the app of the real ward, or of the trial ward."""

import importlib
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import config
from elearn.server.memory import give_memory_back
from elearn.server.patience import AT_WORK, patient
from elearn.server.static import with_static_files

A_MEGABYTE = 1_000_000
SECONDS_TO_GO = 10  # as long as one is given that is told to stop


def end_with_parent() -> None:
    """Let this worker end when the process that started it is gone: it would hold the port for ever.

    Told once it may not hear it: as long as it is still being made, it answers the signal as its parent
    would. So it is told until it goes, and after a while it is not asked any more.
    """
    started_by = multiprocessing.parent_process()
    parent = started_by.pid if started_by else os.getppid()  # who is gone already was the parent all the same

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        for _ in range(SECONDS_TO_GO):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="end with parent").start()


def load_app() -> None:
    """Load all that the app is made of, without making one, and tie the classes of the tables together.

    Left to each worker, the tying writes into so much of what they share that two of them take 8 MB more.
    """
    from sqlalchemy.orm import configure_mappers

    importlib.import_module("elearn.app")
    configure_mappers()


def real_app(*, look_first: bool = False) -> Callable[..., Any]:
    """Make the app of a real installation. `serve` has looked whether it is fit; others do it here."""
    from elearn.app import create_app

    settings = config.from_environment()
    if look_first:
        from elearn.upkeep.doctor import refuse_unfit

        refuse_unfit(settings)
    else:
        end_with_parent()
        give_memory_back()
    app = create_app(settings)
    if not look_first:
        _read_aloud_beside(app)
    return ready(app)


def demo_app() -> Callable[..., Any]:
    """Make the app of the trial ward. Its log goes into a file: the terminal shows the accounts."""
    from elearn.app import create_app

    settings = config.for_demo()
    _log_into(Path(str(settings["INSTANCE"])) / "demo.log")
    end_with_parent()
    app = create_app(settings)
    _read_aloud_beside(app, at_once=True)  # nobody runs the regular work of a trial
    return ready(app)


def _read_aloud_beside(app: Any, *, at_once: bool = False) -> None:
    from elearn.upkeep.voice import read_beside

    read_beside(app, at_once=at_once)


def ready(app: Any) -> Callable[..., Any]:
    """Put before the app what it is served behind: static files, and patience with slow phones."""
    at_work = min(AT_WORK, int(app.config["CONNECTIONS"]))  # each may need a connection to the database
    behind = patient(app, app.config["MAX_CONTENT_LENGTH"], at_work=at_work)
    return with_static_files(behind, Path(str(app.config["INSTANCE"])))


def _log_into(file: Path) -> None:
    from elearn.kit.log import LOG

    handler = RotatingFileHandler(file, maxBytes=A_MEGABYTE, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(message)s"))
    LOG.handlers[:] = [handler]
