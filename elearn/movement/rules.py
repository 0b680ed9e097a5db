"""Where a visit would help most: how groups are weighed against each other, and why, in a sentence.

A group weighs one for each adult who does not learn here yet, up to half as much again where little was done
of late, and as much as twenty such adults for each person there who asks for help: they are sure to be glad.
Where the number of adults is not known, or cannot be right, nothing is made up: the group stands apart.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from elearn.kit.formats import as_number

WEEKS = 4  # of lessons that count as "of late"
LOOKED_AT = timedelta(weeks=WEEKS) - timedelta(days=1)
BUSY = 20  # lessons of late: from here on a group is not quiet any more
QUIET = 0.5  # what a group where nothing was done weighs more, as a share
ASKED = 20.0  # adults not reached: what one who asks for help weighs


class Place(NamedTuple):
    """A residential group as the list weighs it."""

    code: str
    name: str
    former_ward: str
    adults: int | None
    people: int  # who learn there now
    lessons: int  # finished there in the last four weeks
    waiting: int  # requests for help that wait
    doubtful: bool = False  # more people than adults
    last_activity: date | None = None  # in the log of activities

    @property
    def unreached(self) -> int | None:
        """Return how many adults do not learn here yet, or None where that cannot be told."""
        return None if self.adults is None or self.doubtful else max(0, self.adults - self.people)

    @property
    def why(self) -> str:
        """Return in a sentence why one would go there, with the figures."""
        idle = not self.people and not self.lessons and self.unreached
        done = "" if idle else f"; {self._done_said()}"
        return f"{self._reached_said()}{done}{self._asked_said()}."

    def _reached_said(self) -> str:
        if self.unreached is None:
            known = "số người lớn cần xem lại" if self.doubtful else "chưa có số người lớn"
            return f"{as_number(self.people)} người học, {known}"
        if not self.people:
            return f"Chưa ai trong {as_number(self.adults)} người lớn ghi tên học"
        if not self.unreached:
            return f"Cả {as_number(self.adults)} người lớn đã ghi tên hoặc ghi tổ"
        return f"{as_number(self.unreached)} trên {as_number(self.adults)} người lớn chưa ghi tên học"

    def _done_said(self) -> str:
        done = f"xong {as_number(self.lessons)} bài" if self.lessons else "chưa xong bài nào"
        return f"{WEEKS} tuần qua {done}"

    def _asked_said(self) -> str:
        return f"; {as_number(self.waiting)} người đang nhờ giúp" if self.waiting else ""


class WhereToGo(NamedTuple):
    """The groups in the order in which a visit would help, and those that cannot be weighed."""

    weighed: list[Place]
    unknown: list[Place]  # without a number of adults: who ask for help first, then the quiet ones


def weight_of(place: Place) -> float:
    """Return how much a visit would help; 0.0 where the number of adults is not known.

    It never falls when there are more adults not reached, fewer lessons of late, or more who ask for help.
    """
    if place.unreached is None:
        return 0.0
    quiet = QUIET * (1 - min(place.lessons, BUSY) / BUSY)
    return place.unreached * (1 + quiet) + ASKED * place.waiting


def where_to_go(places: Iterable[Place]) -> WhereToGo:
    """Return the groups in the order of their weight; equal ones stay in the order in which they came."""
    everywhere = list(places)
    weighed = [place for place in everywhere if place.unreached is not None]
    unknown = [place for place in everywhere if place.unreached is None]
    return WhereToGo(
        sorted(weighed, key=weight_of, reverse=True),
        sorted(unknown, key=lambda place: (-place.waiting, place.lessons)),
    )


def saturday_after(day: date) -> date:
    """Return the Saturday that comes, or the day itself when it is one."""
    return day + timedelta(days=(5 - day.weekday()) % 7)
