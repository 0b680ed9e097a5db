"""The memory of a process of many threads: from how few places it is taken, and that it goes back (glibc)."""

import contextlib
import ctypes
import threading
import time

MOST_ARENAS = -8  # the number of a setting: from how many places do threads take memory?
SECONDS_BETWEEN_TRIMS = 60


def take_from_few_places() -> None:
    """Let all threads take memory from two places; call it before the first thread is made.

    A hash takes 19 MB for a moment, in the place of whichever thread makes it, and that much stays at the end
    of the place. Places that were there before the setting remain, so that each worker grew by 100 MB.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(MOST_ARENAS, 2)


def give_memory_back() -> None:
    """Let what is free go back to the system, and again every minute (glibc).

    A hash takes 19 MB for a moment, out of a heap in which something small stays behind it: holes as large
    as that are left, in more and more places. To lend and return each of them would make a hash dearer by a
    fifth.
    """
    with contextlib.suppress(OSError, AttributeError):
        trim = ctypes.CDLL(None).malloc_trim

        def again() -> None:
            while True:
                trim(0)
                time.sleep(SECONDS_BETWEEN_TRIMS)

        threading.Thread(target=again, daemon=True, name="give memory back").start()
