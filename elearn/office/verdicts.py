"""What would become of a row of a list, and why: plain values, no database, no web."""

from typing import NamedTuple

TAKEN, CHANGED, SAME, SKIPPED = "taken", "changed", "same", "skipped"


class Verdict(NamedTuple):
    """What would become of a row. `values` is what is written; `target_id` is whom or what it changes."""

    row: int
    what: str  # taken | changed | same | skipped
    shown: str
    why: str
    target_id: int = 0
    values: tuple[tuple[str, object], ...] = ()


class Doubt(ValueError):
    """Why it is not sure what a row means, in a sentence that says what to do."""


def said(value: object) -> str:
    """Return a value as a page says it; "—" for none."""
    return "—" if value in (None, "") else str(value)
