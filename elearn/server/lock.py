"""A lock held as long as people are being served: what must not happen meanwhile is refused."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from elearn.kit.refused import Refused

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


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
