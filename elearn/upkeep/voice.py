"""The machine's voice reads what nobody reads yet: soon after a publication, and by the regular work."""

import threading
import time
from datetime import timedelta

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from elearn.kit import log
from elearn.kit.db import db
from elearn.kit.lease import give_back, take_lease
from elearn.kit.speech import SOON, Missing, engine
from elearn.library.speaking import make_speech

VOICE = "voice"  # the lease: one voice at a time is enough
MOST_SECONDS = 600.0  # of one round; what is left waits for the next
SECONDS_LATER = 5.0  # until what is being published has been published


def read_aloud(most_seconds: float = MOST_SECONDS) -> tuple[int, str]:
    """Read what nobody reads yet, if there is a voice and nobody else is at it; return how many parts were
    read, and what went wrong at last."""
    by = engine(current_app.config)
    if isinstance(by, Missing):
        return 0, ""
    until = take_lease(VOICE, timedelta(seconds=2 * most_seconds))
    if until is None:
        return 0, ""
    try:
        return make_speech(by, most_seconds)
    finally:
        give_back(VOICE, until)


def read_beside(app: Flask, *, at_once: bool = False) -> None:
    """Let this process read aloud beside its requests, whenever something was published (`speak_soon`).

    No request waits for it: the programs that speak run by themselves, behind all other work of the machine.
    What is left when the process ends is done by the regular work.
    """
    if isinstance(engine(app.config), Missing):
        return
    soon = app.extensions[SOON] = threading.Event()
    if at_once:
        soon.set()
    threading.Thread(target=_read_when_wanted, args=(app, soon), daemon=True, name="read aloud").start()


def _read_when_wanted(app: Flask, soon: threading.Event) -> None:
    while soon.wait():
        time.sleep(SECONDS_LATER)
        soon.clear()
        with app.app_context():
            try:
                fault = _read_all()
            except SQLAlchemyError as broken:  # the database is away; the regular work comes by later
                fault = type(broken).__name__
            finally:
                db.session.remove()
        if fault:
            log.note("voice.unfinished")


def _read_all() -> str:
    """Read, a round after the other, until nothing is left; return what went wrong at last."""
    while True:
        count, fault = read_aloud()
        if not count:
            return fault
