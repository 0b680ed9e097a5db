"""What is asked of each system: a file a system.

A file has two functions. `server(place)` returns the Server to start, with what it needs in the folder
`place`; `cases(server)` signs in afresh at the running server and returns its cases. A peer is one more such
file, named in SYSTEMS of run.py.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bench.load import Ask


@dataclass(frozen=True)
class Case:
    """A kind of request: what comes next to ask, beside which case it is judged, and the aim."""

    name: str
    prepare: Callable[[], Callable[[], Ask | None]]  # makes ready, outside what is measured
    beside: str
    aim: str = ""


def same(ask: Ask) -> Callable[[], Callable[[], Ask | None]]:
    """Ask the same again and again."""
    return lambda: lambda: ask
