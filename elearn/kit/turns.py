"""Whose turn it is to write to a SQLite file: who comes first writes first.

SQLite itself lets writers try again after a nap, and the longer they have waited the longer they nap: among
many, some wait for ever. Here the threads of a process stand in a queue, and only the first of each queue
asks for the lock of a file beside the database, which the system hands on at once.
"""

import contextlib
import os
import threading
from collections import deque
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: the threads of the one process still take turns
    fcntl = None  # type: ignore[assignment]

PATIENCE = 15.0  # seconds, as long as SQLite would try


class Turns:
    """The queue of one process for one database; `file` is what the processes lock, None where only one
    process can have the database (it is in memory)."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._guard = threading.Lock()
        self._busy = False
        self._queue: deque[threading.Lock] = deque()
        self._held: int | None = None  # the number of the opened file by which this process holds the lock

    def take(self) -> bool:
        """Wait until it is one's turn; return False when it did not come in time."""
        mine = None
        with self._guard:
            if self._busy:
                mine = threading.Lock()
                mine.acquire()
                self._queue.append(mine)
            self._busy = True
        if mine is not None and not mine.acquire(timeout=PATIENCE):
            with self._guard:
                if mine in self._queue:
                    self._queue.remove(mine)
                    return False
            # it came in the last moment
        if self._lock_file():
            return True
        self._hand_on()
        return False

    def give_back(self) -> None:
        """Let the next one write: of the other process if it waits, else of this one's queue."""
        if self._held is not None:
            os.close(self._held)  # and with it goes the lock
            self._held = None
        self._hand_on()

    def _hand_on(self) -> None:
        with self._guard:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._busy = False

    def _lock_file(self) -> bool:
        """Lock the file, or return False; on a full disk SQLite's own waiting has to do."""
        if fcntl is None or self._file is None:
            return True
        try:
            opened = os.open(self._file, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError:
            return True
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not _Wait(opened).is_over():
                return False
        except OSError:
            pass
        self._held = opened
        return True


class _Wait:
    """Waits for the lock of an opened file in a thread of its own: such a wait can be given up."""

    def __init__(self, opened: int) -> None:
        self._opened = opened
        self._guard = threading.Lock()
        self._over, self._given_up = threading.Event(), False
        threading.Thread(target=self._run, daemon=True).start()

    def is_over(self) -> bool:
        """Return whether the lock came in time; if it comes later, it goes at once."""
        self._over.wait(PATIENCE)
        with self._guard:
            self._given_up = not self._over.is_set()
        return not self._given_up

    def _run(self) -> None:
        with contextlib.suppress(OSError):
            fcntl.flock(self._opened, fcntl.LOCK_EX)
        with self._guard:
            if self._given_up:
                os.close(self._opened)
            else:
                self._over.set()
