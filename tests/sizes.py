"""How much of a fault or a load a test makes: a little each day, all of it at night."""

import os

NIGHTLY = bool(os.environ.get("ELEARN_NIGHTLY"))  # set by `python3 -m elearn test --nightly`


def size(daily: int, nightly: int) -> int:
    """Return the size of this run."""
    return nightly if NIGHTLY else daily
