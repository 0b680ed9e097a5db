"""What anyone may read of a count: rounded, and nothing where so few stand behind it that one stands out."""

FEWEST_PEOPLE, FEWEST, STEP = 10, 5, 5


def may_be_told(done: int, of: int | None) -> bool:
    """Are there enough who have and (where it is known) enough who have not, so that nobody stands out?"""
    return done >= FEWEST and (of is None or of - done >= FEWEST)


def rounded(count: int) -> int:
    """Return the count rounded down to a multiple of 5."""
    return count // STEP * STEP
