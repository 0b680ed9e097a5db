"""The last line of a city's board: the sum of its wards, each of which is the last line of a ward's own."""

from collections.abc import Sequence

from elearn.progress.rules import ADDED_UP, Row, share


def total_of_wards(rows: Sequence[Row]) -> Row:
    """Return the sum of the wards. The shares leave out the groups that have none of their own."""
    adults = sum(row.covered.adults for row in rows)
    return Row(
        code="", name="Cộng", former_ward="", kind="", note="",
        adults=sum(row.adults or 0 for row in rows) or None,
        coverage=share(sum(row.covered.people for row in rows), adults),
        finished_share=share(sum(row.covered.finished for row in rows), adults),
        **{name: sum(getattr(row, name) for row in rows) for name in ADDED_UP},
    )  # fmt: skip
