"""What was read a moment ago: each process remembers it, for reads that many ask for and few change."""

import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from flask import current_app

MOST = 1_000  # answers that a process remembers

P = ParamSpec("P")
T = TypeVar("T")


def recent(read: Callable[P, T], *asked: P.args, **more: P.kwargs) -> T:
    """Return what the read returned within the last moment (FRESH_SECONDS), else read it now.

    It is the same value for every request of the process, so nobody may change it. That nothing was found
    is not remembered: what people type into addresses has no end.
    """
    remembered: dict[Any, tuple[float, T]] = current_app.extensions.setdefault("recent", {})
    key = (read, asked, *more.items())
    until, value = remembered.get(key, (0.0, None))
    began = time.monotonic()
    if value is not None and began < until:
        return value
    value = read(*asked, **more)
    if value is not None:
        if len(remembered) >= MOST:
            remembered.clear()
        remembered[key] = began + current_app.config["FRESH_SECONDS"], value
    return value
