"""What an attack did, in figures, and what it found."""

from typing import Any

MOST_TOLD = 30  # faults of one run


def tell(request: Any, name: str, words: str) -> None:
    """Report the figures of a run; a test that runs beside others keeps them for its report."""
    request.node.user_properties.append((name, words))
    if screen := request.config.pluginmanager.get_plugin("terminalreporter"):
        screen.write_line(f"\n{name}: {words}")


def told(faults: list[str]) -> str:
    """Return the first of the faults, and how many there are."""
    return "\n".join([*faults[:MOST_TOLD], f"{len(faults)} faults"])
