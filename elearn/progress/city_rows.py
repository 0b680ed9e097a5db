"""The rows of a city's board: a ward is what the last row of its own board says, a city the sum of wards."""

from collections.abc import Sequence
from typing import NamedTuple

from elearn.progress.rules import ADDED_UP, Row, share


class WardRow(NamedTuple):
    """One ward, in the fields of a Row, and under `covered_…` the sums that its shares were made of."""

    code: str
    name: str
    former_ward: str
    kind: str
    note: str
    registered: int
    started: int
    lessons: int
    courses: int
    mastered: int
    change: int
    alone: int
    assisted: int
    kiosk: int
    meeting: int
    people: int
    finished: int
    adults: int | None
    coverage: float | None
    finished_share: float | None
    doubtful: bool = False
    covered_people: int = 0
    covered_finished: int = 0
    covered_adults: int = 0


def total_of_wards(rows: Sequence[WardRow]) -> Row:
    """Return the sum of the wards. The shares leave out the groups that have none of their own."""
    adults = sum(row.covered_adults for row in rows)
    return Row(
        code="", name="Cộng", former_ward="", kind="", note="",
        adults=sum(row.adults or 0 for row in rows) or None,
        coverage=share(sum(row.covered_people for row in rows), adults),
        finished_share=share(sum(row.covered_finished for row in rows), adults),
        **{name: sum(getattr(row, name) for row in rows) for name in ADDED_UP},
    )  # fmt: skip
