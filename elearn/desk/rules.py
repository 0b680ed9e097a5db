"""Plain rules of the helper's desk: how far somebody has come, and how it is called."""

from enum import StrEnum

SIXTEEN = 16
OLDEST, THE_LAST_YEAR = 1900, 2100  # of a year of birth


class State(StrEnum):
    """How far a neighbour has come; the values stand in addresses."""

    NOT_BEGUN = "chua-bat-dau"
    UNDERWAY = "do-dang"
    FINISHED = "da-xong"


STATES = {State.NOT_BEGUN: "Chưa bắt đầu", State.UNDERWAY: "Dở dang", State.FINISHED: "Đã xong"}


def state_of(started: int, finished: int) -> State:
    """Return how far somebody is who has started and finished so many courses."""
    if finished:
        return State.FINISHED
    return State.UNDERWAY if started else State.NOT_BEGUN
