"""What the courses ask today, and answers to it that are as right as they shall be, for a trial ward."""

from collections import defaultdict
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from elearn.kit.db import db
from elearn.learning.rules import shuffled
from elearn.library.models import EVERYWHERE, Course, Lesson, Revision, RevisionKey, RevisionPage, State
from elearn.trial.invented import LessonHere, Try


class Quizzes:
    """What the shipped courses ask, and attempts at it."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.revisions: dict[int, int] = {}
        self.key: dict[str, Any] = {}  # "lesson question" -> its key
        self.choices: dict[str, list[str]] = {}  # the same -> ids of what can be chosen
        self.practices: set[int] = set()  # the lessons with a practice
        by_course: dict[int, list[LessonHere]] = defaultdict(list)
        for course, lesson, revision, quiz, held, key, practice in db.session.execute(_published()):
            asked = tuple(one["key"] for one in quiz if one["key"] not in held)
            by_course[course].append(LessonHere(course, lesson, asked))
            self.revisions[lesson] = revision
            if practice:
                self.practices.add(lesson)
            for one in quiz:
                name = f"{lesson} {one['key']}"
                self.key[name] = key[one["key"]]
                self.choices[name] = [choice["id"] for choice in one.get("choices") or one.get("right", [])]
        self.courses = list(by_course.values())
        self.outlines = {
            course: [one.lesson for one in lessons if one.questions] for course, lessons in by_course.items()
        }

    def attempt(self, person_id: int, one: Try, assisted_by_id: int | None) -> dict[str, Any]:
        """Return the row of an attempt: its own order of choices, and answers as right as it says."""
        lesson, seed = one.at.lesson, f"{self.chance.getrandbits(128):032x}"
        shown = {key: shuffled(self.choices[f"{lesson} {key}"], seed, key) for key in one.asked}
        right = set(one.right)
        answers = {key: self._answer(f"{lesson} {key}", key in right) for key in one.asked}
        seconds = 15 * len(one.asked) + self.chance.randint(0, 120)
        return {
            "person_id": person_id, "id": f"{seed}-{self.revisions[lesson]}" if one.recall else seed,
            "lesson_id": lesson, "revision_id": self.revisions[lesson],
            "recall": seed if one.recall else None,
            "asked": list(one.asked), "shown": shown, "answers": answers, "right_keys": list(one.right),
            "right": len(one.right), "passed": one.passed, "how": one.how, "assisted_by_id": assisted_by_id,
            "opened_at": one.moment - timedelta(seconds=seconds), "sent_at": one.moment,
        }  # fmt: skip

    def _answer(self, name: str, is_right: bool) -> list[str]:
        """Return an answer to a question, right or wrong."""
        key = self.key[name]
        right: list[str] = list(key["right"])
        if key["kind"] == "type":
            return right[:1] if is_right else ["không rõ"]
        if is_right:
            return right
        if key["kind"] == "order":
            return right[::-1]
        if key["kind"] == "match":
            left, rights = zip(*(pair.split("=") for pair in right), strict=True)
            return [f"{one}={other}" for one, other in zip(left, (*rights[1:], rights[0]), strict=True)]
        return [self.chance.choice([one for one in self.choices[name] if one not in right])]


def _published() -> Any:
    return (
        select(
            Lesson.course_id, Lesson.id, Revision.id, RevisionPage.quiz, RevisionPage.held, RevisionKey.key,
            RevisionPage.practice.is_not(None),
        )
        .join(Course, Course.id == Lesson.course_id)
        .join(Revision, Revision.lesson_id == Lesson.id)
        .join(RevisionPage, RevisionPage.revision_id == Revision.id)
        .join(RevisionKey, RevisionKey.revision_id == Revision.id)
        .where(
            Revision.state == State.PUBLISHED, RevisionPage.ward_id == EVERYWHERE,
            RevisionKey.ward_id == EVERYWHERE,
        )
        .order_by(Course.position, Lesson.position)
    )  # fmt: skip
