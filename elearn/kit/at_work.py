"""At work: only so many requests are at once; who waits for something else lets another go first."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_mine = threading.local()


@contextmanager
def turn_at(turns: threading.Semaphore) -> Iterator[None]:
    """Wait for a turn, and have it while the block runs."""
    with turns:
        _mine.turns = turns
        try:
            yield
        finally:
            _mine.turns = None


@contextmanager
def turn_set_aside() -> Iterator[None]:
    """Let another request have the turn of this one while the block runs; then wait for a turn again.

    Hold nothing meanwhile that is counted by turns, such as a connection to the database.
    """
    turns = getattr(_mine, "turns", None)
    if turns is None:
        yield
        return
    turns.release()
    try:
        yield
    finally:
        turns.acquire()
