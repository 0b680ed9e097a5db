"""What has been corrected since figures were sealed: group by group, in words."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Difference(NamedTuple):
    """One number that is not what it was when the figures were sealed."""

    group: str
    measure: str
    then: int
    now: int


def compared(
    sealed: Sequence[Mapping[str, Any]], lines: Sequence[Mapping[str, Any]], counted: Mapping[str, str]
) -> list[Difference]:
    """Return what differs, also of groups that came or went; `counted`: which numbers, and their headings."""
    then = {line["code"]: line for line in sealed}
    now = {line["code"]: line for line in lines}
    found = []
    for code in [*now, *(code for code in then if code not in now)]:
        before, after = then.get(code, {}), now.get(code, {})
        name = str(after.get("name") or before.get("name"))
        found += [
            Difference(name, heading, before.get(field, 0), after.get(field, 0))
            for field, heading in counted.items()
            if before.get(field, 0) != after.get(field, 0)
        ]
    return found
