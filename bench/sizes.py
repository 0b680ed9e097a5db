"""The sizes of the data: S is what the peers get, XL is a city."""

from typing import NamedTuple


class Size(NamedTuple):
    """How much there is. `wards` are made besides the first; 0: all learn in one class of the first."""

    name: str
    wards: int
    groups_a_ward: int
    learners: int
    completions_each: int

    @property
    def groups(self) -> int:
        """Return how many groups are made."""
        return self.wards * self.groups_a_ward


SIZES = {
    one.name: one
    for one in (
        Size("S", 0, 0, 300, 5),
        Size("M", 1, 50, 20_000, 5),
        Size("L", 5, 100, 100_000, 10),
        Size("XL", 100, 100, 1_000_000, 10),
        Size("1k", 1, 100, 1_000, 10),  # a ward as large as each of XL's hundred, for P5
    )
}
