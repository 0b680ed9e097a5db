"""Which rounds tell something, and what they tell: medians with their spread."""

import statistics
from typing import NamedTuple

MOST_DRIFT = 0.25  # a round in which "hello" is further than this from its median tells nothing
HELLO = "floor: hello"

Figures = dict[str, float]
Round = dict[str, Figures]  # case -> figure -> value; a case that went wrong is not in it


class Spread(NamedTuple):
    """A median, with the least and the most."""

    middle: float
    least: float
    most: float


def kept(rounds: list[Round]) -> list[Round]:
    """Leave out the rounds in which the machine was busy with something else."""
    if not all(HELLO in one for one in rounds) or not rounds:
        return rounds
    middle = statistics.median(one[HELLO]["cpu_ms"] for one in rounds)
    return [one for one in rounds if abs(one[HELLO]["cpu_ms"] / middle - 1) <= MOST_DRIFT]


def spread(rounds: list[Round], case: str, figure: str) -> Spread | None:
    """Return what the rounds say of a figure, or None where no round has it."""
    values = [one[case][figure] for one in rounds if case in one]
    return Spread(statistics.median(values), min(values), max(values)) if values else None


def ratio(rounds: list[Round], case: str, beside: str, figure: str = "cpu_ms") -> Spread | None:
    """Return how many times the other case this one takes, in the same round."""
    values = [one[case][figure] / one[beside][figure] for one in rounds if case in one and beside in one]
    return Spread(statistics.median(values), min(values), max(values)) if values else None


def voided(requests: int, faults: int, kept_rows: int | None) -> str:
    """Return why a sample counts for nothing, or nothing: a wrong answer, or a row that is not there."""
    if faults:
        return f"{faults} of {requests} answers were wrong"
    if not requests:
        return "nothing was asked"
    if kept_rows is not None and kept_rows != requests:
        return f"{requests} were confirmed, {kept_rows} rows are there"
    return ""
