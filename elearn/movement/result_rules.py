"""Plain rules of a contest's results: by group and by person, what may be told, what is sealed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from elearn.learning.contest_rules import Result, ranked
from elearn.movement.corrections import Difference, compared
from elearn.progress.rules import FEWEST_LEARNERS, is_doubtful, may_be_told, rounded, share

FEWEST_RANKED = 5  # entrants; with fewer, one person more or less turns the order round
OWN, HELPED = "own", "helped"
WAYS = {OWN: "Tự làm", HELPED: "Có người ngồi cùng"}
UNNAMED = "Người tham gia đã chọn không nêu tên"


class Terms(NamedTuple):
    """What is set of a contest; no groups means all of them."""

    name: str
    questions: int
    since: date
    until: date  # the last day
    courses: tuple[int, ...]
    groups: tuple[int, ...] = ()


class GroupLine(NamedTuple):
    """What the people of a group did in a contest; `right` adds up all their right answers."""

    code: str
    name: str
    former_ward: str
    adults: int | None
    regular: bool  # a residential group, not one of the two places for people who have none to name
    own: int
    helped: int
    right: int
    rank: int | None = None

    @property
    def entrants(self) -> int:
        """Return how many took part, by themselves or helped."""
        return self.own + self.helped

    @property
    def share(self) -> float | None:
        """Return the share of the group's adults that took part; None where it is not known."""
        return share(self.entrants, self.adults)

    @property
    def average(self) -> float | None:
        """Return how many answers were right on average; of few people it might tell what one had."""
        return round(self.right / self.entrants, 1) if self.entrants >= FEWEST_RANKED else None


class PublicLine(NamedTuple):
    """One group's results for anyone to read: rounded; None where nothing may be told."""

    name: str
    former_ward: str
    entrants: int | None
    average: int | None
    rank: int | None


class PersonLine(NamedTuple):
    """A place in the list by person; several unnamed people who follow each other are one line."""

    first: int  # rank
    last: int
    name: str | None
    group: str
    right: int
    seconds: int
    people: int = 1


# -- by group ------------------------------------------------------------------------------------


def with_ranks(lines: Sequence[GroupLine]) -> list[GroupLine]:
    """Return the groups in their order: share of the adults who took part, then answers right on average.

    Groups with fewer than five entrants, or whose adults are not known, are not ranked and come after, those
    with more entrants first.
    """
    compared = sorted((line for line in lines if _is_compared(line)), key=_standing)
    others = sorted((line for line in lines if not _is_compared(line)), key=lambda one: -one.entrants)
    placed: list[GroupLine] = []
    for number, line in enumerate(compared, start=1):
        last = placed[-1] if placed else None
        shares = last is not None and _standing(last) == _standing(line)
        placed.append(line._replace(rank=last.rank if last and shares else number))
    return placed + [line._replace(rank=None) for line in others]


def _is_compared(line: GroupLine) -> bool:
    return (
        line.regular
        and line.entrants >= FEWEST_RANKED
        and line.share is not None
        and not is_doubtful(line.entrants, line.adults)
    )


def _standing(line: GroupLine) -> tuple[float, float]:
    return -(line.share or 0.0), -(line.average or 0.0)


def total_of(lines: Sequence[GroupLine]) -> GroupLine:
    """Return the sum of the groups; its adults are known where those of every residential group are."""
    adults = [line.adults for line in lines if line.regular]
    whole = None if None in adults or not adults else sum(one or 0 for one in adults)
    sums = (sum(getattr(one, name) for one in lines) for name in COUNTED)
    return GroupLine("", "Cộng", "", whole, True, *sums)


COUNTED = {"own": "Tự làm", "helped": "Có người ngồi cùng", "right": "Tổng số câu đúng"}


def public_lines(lines: Sequence[GroupLine], *, some: bool) -> list[PublicLine]:
    """Return what anyone may read (THREATS 4.5): groups of ten entrants or more, rounded down to 5, and the
    others together; where only some groups take part, those are not added up."""
    told = [line for line in lines if line.entrants >= FEWEST_LEARNERS]
    few = [line for line in lines if 0 < line.entrants < FEWEST_LEARNERS]
    found = [_public(line) for line in told]
    together = total_of(few)
    if few and not some and together.entrants >= FEWEST_LEARNERS:
        found.append(PublicLine("Các tổ khác", "", rounded(together.entrants), _whole(together), None))
    return found


def _public(line: GroupLine) -> PublicLine:
    tells = may_be_told(line.entrants, line.adults)
    return PublicLine(
        line.name, line.former_ward, rounded(line.entrants) if tells else None, _whole(line), line.rank
    )


def _whole(line: GroupLine) -> int | None:
    return None if line.average is None else round(line.average)


def public_total(lines: Sequence[PublicLine]) -> int | None:
    """Return the sum of the entrants that are shown, and of nothing else."""
    told = [line.entrants for line in lines if line.entrants is not None]
    return sum(told) if told else None


# -- by person -----------------------------------------------------------------------------------


def sealed_places(results: Mapping[Result, str]) -> list[list[int | str]]:
    """Return the list by person as it is sealed: rank, right answers, seconds, number of the entry, group."""
    return [[rank, one.right, one.seconds, one.entry_id, results[one]] for rank, one in ranked(results)]


def person_lines(
    places: Sequence[Sequence[Any]], names: Mapping[int, str], groups: Mapping[str, str]
) -> list[PersonLine]:
    """Return the sealed list with the names that may stand in it now; unnamed people in a row are a line."""
    lines: list[PersonLine] = []
    for rank, right, seconds, entry_id, code in places:
        name = names.get(entry_id)
        if name is None and lines and lines[-1].name is None:
            lines[-1] = lines[-1]._replace(last=rank, people=lines[-1].people + 1)
        else:
            group = groups.get(code, "") if name is not None else ""
            lines.append(PersonLine(rank, rank, name, group, right, seconds))
    return lines


# -- the sealed copy -----------------------------------------------------------------------------


def differences(sealed: Sequence[Mapping[str, Any]], lines: Sequence[GroupLine]) -> list[Difference]:
    """Return what has been corrected since, group by group, also groups that came or went."""
    return compared(sealed, [line._asdict() for line in lines], COUNTED)
