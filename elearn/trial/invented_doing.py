"""What invented people do beside the questions of a lesson: recall, practise, place themselves, say how sure.

All of it comes from a chance of its own, so that whoever is invented stays the same with and without it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import select

from elearn.kit.clock import day_of
from elearn.kit.db import Base, db
from elearn.learning.models import Confidence, Placement, PracticeResult
from elearn.learning.placing import AFTER, BEFORE, LEVELS
from elearn.learning.recall import MOST_A_DAY, WAITS, Recall, recalls
from elearn.library.document.practice import ROUNDS
from elearn.library.models import Course, Lesson
from elearn.trial.invented import LessonHere, Try

Row = tuple[type[Base], dict[str, Any]]


class _Go(NamedTuple):
    """A try, as recall.py reads it."""

    lesson_id: int
    day: date
    asked: Sequence[str]
    right_keys: Sequence[str]


class Doing:
    """Makes it up, from what the courses ask for."""

    def __init__(self, chance: Random, practices: set[int]) -> None:
        self.chance, self.practices = chance, practices
        lessons = {
            (course, slug): lesson
            for course, slug, lesson in db.session.execute(select(Lesson.course_id, Lesson.slug, Lesson.id))
        }
        self.sentences: dict[int, int] = {}  # course -> how many sentences it asks about
        self.placed: dict[int, list[int]] = {}  # course -> the lessons of its placement round
        for course, placement, confidence in db.session.execute(
            select(Course.id, Course.placement, Course.confidence).order_by(Course.id)
        ):
            asked = [lessons.get((course, one.partition("#")[0])) for one in placement]
            self.placed[course] = sorted({one for one in asked if one})
            self.sentences[course] = len(confidence)

    def recalled(self, tries: Sequence[Try], until: datetime, *, always: bool = False) -> list[Try]:
        """Return the goes at what was wrong at first in the earliest lesson with such a thing.

        Half of the people never ask for it, some stop after a go, some have it wrong again.
        """
        passed = {one.at.lesson: one.moment for one in reversed(tries) if one.passed}
        first = next(
            (one for one in tries if len(one.right) < len(one.asked) and one.at.lesson in passed), None
        )
        if first is None or not (always or self.chance.random() < 0.5):
            return []
        wrong = tuple(key for key in first.asked if key not in first.right)[:MOST_A_DAY]
        moment, found = passed[first.at.lesson], list[Try]()
        for wait in WAITS:
            moment += wait + timedelta(hours=self.chance.randrange(3), minutes=self.chance.randrange(50))
            if moment > until or not (always or self.chance.random() < 0.85):
                break
            right = wrong if always or self.chance.random() < 0.85 else ()
            found.append(Try(first.at, moment, "alone", wrong, right, True, recall=True))
            if not right:
                break
        return found

    def mastered(self, tries: Sequence[Try]) -> dict[tuple[int, str], datetime]:
        """Return when each question was mastered, by the rule itself; `tries` in order of moments."""
        goes, found = list[_Go](), dict[tuple[int, str], datetime]()
        if not any(one.recall for one in tries):
            return found
        for one in tries:
            goes.append(_Go(one.at.lesson, day_of(one.moment), one.asked, one.right))
            states: Mapping[tuple[int, str], Recall] = recalls(goes) if one.recall else {}
            for question, state in states.items():
                if state.mastered:
                    found.setdefault(question, one.moment)
        return found

    def beside(
        self, person_id: int, tries: Sequence[Try], finished: Mapping[int, datetime], *, always: bool = False
    ) -> list[Row]:
        """Return the rows of practices, of a placement, and of how sure somebody felt."""
        found: list[Row] = []
        begun: dict[int, datetime] = {}
        for one in tries:
            if one.at.course not in begun:
                begun[one.at.course] = one.moment
                found += self._before(person_id, one.at, one.moment, {each.at.lesson for each in tries})
            if one.passed and not one.recall and one.at.lesson in self.practices:
                found += self._practised(person_id, one, always=always)
        for course, moment in finished.items():
            if always or self.chance.random() < 0.6:
                found += self._said(person_id, course, AFTER, moment + timedelta(minutes=1), LEVELS[2:])
        return found

    def _before(self, person_id: int, at: LessonHere, moment: datetime, done: set[int]) -> list[Row]:
        """Return what somebody told before a course: mostly nothing."""
        found: list[Row] = []
        if self.chance.random() < 0.35:
            said_at = moment - timedelta(minutes=8)
            found += self._said(person_id, at.course, BEFORE, said_at, LEVELS[:3])
        if self.chance.random() < 0.15:
            for lesson in self.placed[at.course]:
                right = self.chance.random() < 0.4
                whole = {"person_id": person_id, "lesson_id": lesson, "right": right}
                skipped = right and lesson not in done
                placed_at = moment - timedelta(minutes=9)
                found.append((Placement, whole | {"skipped": skipped, "placed_at": placed_at}))
        return found

    def _said(
        self, person_id: int, course: int, moment: str, said_at: datetime, levels: Sequence[int]
    ) -> list[Row]:
        whole = {"person_id": person_id, "course_id": course, "moment": moment, "said_at": said_at}
        return [
            (Confidence, whole | {"place": place, "level": self.chance.choice(levels)})
            for place in range(self.sentences[course])
        ]

    def _practised(self, person_id: int, one: Try, *, always: bool) -> list[Row]:
        """Return the rounds of a practice that somebody went through before the questions, each better."""
        rounds = [*ROUNDS.values()]
        most = len(rounds) if always else self.chance.choice((0, 0, 1, 1, 2, 3, 3))
        stumbles, found = self.chance.randint(2, 6), list[Row]()
        for place, round_ in enumerate(rounds[:most]):
            stumbles = self.chance.randint(0, stumbles)
            finished_at = one.moment - timedelta(minutes=2 + 3 * (most - place))
            whole = {"person_id": person_id, "lesson_id": one.at.lesson, "round": round_, "how": one.how}
            found.append((PracticeResult, whole | {"stumbles": stumbles, "finished_at": finished_at}))
        return found
