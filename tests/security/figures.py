"""What an attack or a fault did, in figures, and what it found."""

from typing import Any

MOST_TOLD = 30  # faults of one run


def tell(request: Any, name: str, words: str) -> None:
    """Keep the figures of a test for the end of the run, which tells them (tests/conftest.py)."""
    request.node.user_properties.append(("figures", f"{name}: {words}"))


def told(faults: list[str]) -> str:
    """Return the first of the faults, and how many there are."""
    return "\n".join([*faults[:MOST_TOLD], f"{len(faults)} faults"])
