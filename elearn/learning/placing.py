"""What is kept of a placement round and of how sure somebody feels; nothing of it is credited."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import select

from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.learning.finishing import locked_root
from elearn.learning.models import Confidence, Placement
from elearn.library.models import Lesson
from elearn.people.queries import same_person

BEFORE, AFTER = "before", "after"
LEVELS = range(1, 6)


class Placed(NamedTuple):
    """What the placement round told of a lesson."""

    lesson_id: int
    right: bool
    skipped: bool


def placements_of(person_id: int, course_id: int) -> dict[int, Placed]:
    """Return what is known from placement of the lessons of a course, by lesson; the last time counts."""
    rows = db.session.execute(
        select(Placement.lesson_id, Placement.right, Placement.skipped)
        .join(Lesson, Lesson.id == Placement.lesson_id)
        .where(Placement.person_id.in_(select(same_person(person_id).c.id)), Lesson.course_id == course_id)
        .order_by(Placement.placed_at)
    )
    return {row.lesson_id: Placed(*row) for row in rows}


def keep_placement(person_id: int, results: Mapping[int, bool]) -> None:
    """Keep whether each lesson is known; what is not known is not skipped. Twice is once."""
    with transaction():
        person = locked_root(person_id)
        for lesson_id, right in results.items():
            before = db.session.get(Placement, (person.id, lesson_id))
            skipped = right and before is not None and before.skipped
            db.session.merge(
                Placement(
                    person_id=person.id, lesson_id=lesson_id, right=right, skipped=skipped, placed_at=now()
                )
            )


def skip_lessons(person_id: int, course_id: int, chosen: Collection[int]) -> int:
    """Skip the lessons of a course that are known and chosen, and no others; return how many those are."""
    with transaction():
        person = locked_root(person_id)
        known = {one.lesson_id for one in placements_of(person.id, course_id).values() if one.right}
        same = select(same_person(person.id).c.id)
        for row in db.session.scalars(
            select(Placement)
            .join(Lesson, Lesson.id == Placement.lesson_id)
            .where(Placement.person_id.in_(same), Lesson.course_id == course_id)
        ):
            row.skipped = row.lesson_id in known and row.lesson_id in chosen
    return len(known.intersection(chosen))


def keep_confidence(person_id: int, course_id: int, moment: str, levels: Mapping[int, int]) -> None:
    """Keep how sure somebody feels about each sentence, from 1 to 5: the last time of each moment."""
    with transaction():
        person = locked_root(person_id)
        for place, level in levels.items():
            db.session.merge(
                Confidence(
                    person_id=person.id, course_id=course_id, moment=moment, place=place, level=level,
                    said_at=now(),
                )
            )  # fmt: skip


def confidence_of(person_id: int, course_id: int, moment: str) -> dict[int, int]:
    """Return what somebody said about the sentences of a course at this moment."""
    rows = db.session.execute(
        select(Confidence.place, Confidence.level).where(
            Confidence.person_id.in_(select(same_person(person_id).c.id)),
            Confidence.course_id == course_id,
            Confidence.moment == moment,
        )
    )
    return {row.place: row.level for row in rows}


def read_levels(sentences: Iterable[str], form: Mapping[str, Any]) -> dict[int, int]:
    """Return the levels that a form gives for the sentences; what is left out or made up is passed over."""
    found = {}
    for place, _ in enumerate(sentences):
        said = form.get(f"tt{place}", "")
        if said in map(str, LEVELS):
            found[place] = int(said)
    return found
