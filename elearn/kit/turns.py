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

    LOCK, UNLOCK = fcntl.LOCK_EX, fcntl.LOCK_UN
except ImportError:  # Windows: the threads of the one process still take turns
    fcntl, LOCK, UNLOCK = None, 0, 0  # type: ignore[assignment]

PATIENCE = 15.0  # seconds, as long as SQLite would try


class Turns:
    """The queue of one process for one database; `file` is what the processes lock, None where only one
    process can have the database (it is in memory)."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._guard = threading.Lock()
        self._busy = False
        self._queue: deque[threading.Lock] = deque()
        self._opened: tuple[int, int] | None = None  # the process that opened it, the number of the file

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
        self._lock_file(LOCK)
        return True

    def give_back(self) -> None:
        """Let the next one write: of the other process if it waits, else of this one's queue."""
        self._lock_file(UNLOCK)
        with self._guard:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._busy = False

    def _lock_file(self, how: int) -> None:
        """Lock or unlock it; where that cannot be (a full disk), SQLite's own waiting has to do."""
        if fcntl is not None and self._file is not None:
            with contextlib.suppress(OSError):
                fcntl.flock(self._handle(), how)

    def _handle(self) -> int:
        """Return the number of the file, opened by this very process: a lock belongs to who opened it."""
        if self._opened is None or self._opened[0] != os.getpid():
            self._opened = os.getpid(), os.open(self._file, os.O_CREAT | os.O_RDWR, 0o600)  # type: ignore[arg-type]
        return self._opened[1]
