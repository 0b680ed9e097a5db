"""An attempt is sent: kept, marked, and what it completes is credited, in one transaction.

This is what a whole class does at the same minute, so its statements are made once and read plain columns.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, literal, null, or_, select, union_all, update

from elearn.kit.clock import day_of, now, today
from elearn.kit.db import add, insert_if_absent, run, transaction
from elearn.kit.recent import recent
from elearn.kit.refused import Refused
from elearn.learning import rules
from elearn.learning.finishing import ERASED, finish_course
from elearn.learning.ledger import (
    PERSON,
    Counted,
    Facts,
    KeptFact,
    Ledger,
    by_owner,
    selects_of_facts,
    standing_of,
    together,
)
from elearn.learning.models import Attempt, CourseStart, LessonCompletion, MasteredQuestion, What
from elearn.learning.recall import WAITS, recalls
from elearn.library.models import Lesson, Revision
from elearn.library.quiz_queries import answer_key
from elearn.people.models import How, Person
from elearn.people.queries import same_person

AN_ATTEMPT = "attempt"  # beside the kinds of facts, in what is read together with them


class Outcome(NamedTuple):
    """What an attempt came to. `right` and `asked` count everything right so far in this revision."""

    attempt_id: str
    right: int
    asked: int
    passed: bool
    right_keys: list[str]  # of this attempt alone
    is_new: bool
    lesson_completed: bool  # now, for the first time
    course_completed: bool  # now, for the first time


class Earlier(NamedTuple):
    """An attempt that was sent before, as far as the next one depends on it."""

    person_id: int
    lesson_id: int
    id: str
    revision_id: int
    answers: dict[str, list[str]]
    right_keys: list[str]
    passed: bool
    asked: list[str]
    sent_at: datetime


def submit_attempt(
    person_id: int,
    attempt_id: str,
    revision_id: int,
    *,
    ward_id: int,
    asked: Sequence[str],
    shown: Mapping[str, Sequence[str]],
    answers: Mapping[str, Sequence[str]],
    opened_at: datetime,
    questions: Sequence[str] | None = None,
    how: str = How.ALONE,
    assisted_by_id: int | None = None,
    pass_share: float = rules.PASS_SHARE,
    recall: str | None = None,
) -> Outcome:
    """Keep one go at a lesson's questions, mark it, and complete the lesson and the course when due.

    `asked` (in the order shown), `shown`, `questions` (all that the lesson asks; a retry asks fewer) and
    `opened_at` come from the signed form; so does `recall`, the id of a slip that asks about several lessons.
    Sending the same again returns the same outcome.
    """
    course_id, lesson_id = recent(_place_of, revision_id)
    key = recent(answer_key, revision_id, ward_id, today())
    given = rules.fitting_answers(asked, answers)
    how = How.ASSISTED if assisted_by_id and how == How.ALONE else how
    with transaction():
        learner = _locked_learner(person_id)
        earlier, facts = _known_of(learner.id, lesson_id, attempt_id)
        attempt_id, same = _own_id(earlier, learner.id, attempt_id, revision_id, given)
        whole = [*(questions or ()), *asked]
        before = [one for one in earlier if one.revision_id == revision_id]
        right_before = {key for one in before for key in one.right_keys}
        if same is not None:
            mark = rules.mark(whole, right_before)
            return Outcome(same.id, mark.right, mark.asked, same.passed, same.right_keys, False, False, False)
        right = rules.right_among(key, asked, given)
        mark = rules.mark(whole, right_before | set(right))
        passed = mark.passed(pass_share)
        add(
            Attempt, person_id=learner.id, id=attempt_id, lesson_id=lesson_id, revision_id=revision_id,
            asked=list(asked), shown={one: list(ids) for one, ids in shown.items()}, answers=given,
            right_keys=right, right=len(right), passed=passed, how=how, assisted_by_id=assisted_by_id,
            opened_at=opened_at, sent_at=now(), recall=recall,
        )  # fmt: skip
        mastered = _mastered_now(earlier, lesson_id, asked, right)
        new = _keep_facts(
            learner, facts, course_id, lesson_id, revision_id, ward_id, passed, mastered, how, assisted_by_id
        )  # fmt: skip
    return Outcome(
        attempt_id, mark.right, mark.asked, passed, right, True, What.LESSON in new, What.COURSE in new
    )


def _place_of(revision_id: int) -> tuple[int, int]:
    row = run(_place(), {"revision": revision_id}).first()
    if row is None:
        raise LookupError(f"no revision {revision_id}")
    return row[0], row[1]


@cache
def _place() -> Select[tuple[int, int]]:
    return (
        select(Lesson.course_id, Lesson.id)
        .join(Revision, Revision.lesson_id == Lesson.id)
        .where(Revision.id == bindparam("revision"))
    )


def _locked_learner(person_id: int) -> Counted:
    """Return the learner (whoever they were merged into), locked: to note that they did something today
    locks them as well, and is one statement less than to lock first."""
    learner = _active(person_id)
    while learner is not None and learner.merged_into_id is not None:
        learner = _active(learner.merged_into_id)
    if learner is None or learner.erased:
        raise Refused(ERASED)
    return learner


def _active(person_id: int) -> Counted | None:
    row = run(_note_active(), {"person": person_id, "day": today()}).first()
    if row is None:
        return None
    *known, registered_at, registered_by_id, merged_into_id, erased_at = row
    return Counted(
        *known, registered_at is not None, registered_by_id is not None, merged_into_id, erased_at is not None
    )


@cache
def _note_active() -> Any:
    """Return plain columns: asked for `erased_at IS NOT NULL` here, SQLite 3.40 says yes of what is NULL."""
    the_learner = update(Person).where(Person.id == PERSON).values(last_active_on=bindparam("day"))
    return the_learner.returning(
        Person.id, Person.group_id, Person.audience, Person.keeping, Person.registered_at,
        Person.registered_by_id, Person.merged_into_id, Person.erased_at,
    )  # fmt: skip


def _known_of(person_id: int, lesson_id: int, attempt_id: str) -> tuple[list[Earlier], dict[int, Facts]]:
    """Return all that an attempt depends on, in one statement: the learner's attempts at this lesson, and the
    one that has this id, at whatever lesson; and their facts, by whose row they stand in."""
    asked = {"person": person_id, "lesson": lesson_id, "attempt": attempt_id}
    attempts, facts = [], []
    for owner, what, course_id, at, how, question, *attempt in run(_known(), asked):
        if what == AN_ATTEMPT:
            attempts.append(Earlier(owner, at, *attempt))
        else:
            facts.append((owner, KeptFact(what, course_id, at, how, question)))
    return attempts, by_owner(facts)


@cache
def _known() -> Any:
    owners = select(same_person(PERSON).c.id)
    of_attempts = [getattr(Attempt, name) for name in Earlier._fields[2:]]
    attempts = select(
        Attempt.person_id, literal(AN_ATTEMPT), null(), Attempt.lesson_id, Attempt.how, null(), *of_attempts
    ).where(
        Attempt.person_id.in_(owners),
        or_(Attempt.lesson_id == bindparam("lesson"), Attempt.id == bindparam("attempt")),
    )  # fmt: skip
    facts = (one.add_columns(*(null() for _ in of_attempts)) for one in selects_of_facts(owners))
    return union_all(attempts, *facts)


def _own_id(
    earlier: Sequence[Earlier], person_id: int, attempt_id: str, revision_id: int, given: dict[str, list[str]]
) -> tuple[str, Earlier | None]:
    """Return the id to keep the answers under, and the attempt that is already these very answers."""
    derived = rules.other_id(attempt_id, revision_id, sorted(given.items()))
    taken = False
    for one in earlier:
        if one.id in (attempt_id, derived) and one.revision_id == revision_id and one.answers == given:
            return one.id, one
        taken = taken or (one.id == attempt_id and one.person_id == person_id)
    return (derived if taken else attempt_id), None


class _Gone(NamedTuple):
    """A go at this lesson, as recall.py reads it."""

    lesson_id: int
    day: date
    asked: Sequence[str]
    right_keys: Sequence[str]


def _mastered_now(
    earlier: Sequence[Earlier], lesson_id: int, asked: Sequence[str], right: Sequence[str]
) -> list[str]:
    """Return the questions that are mastered with these answers, were they so before or not."""
    at_it = [one for one in earlier if one.lesson_id == lesson_id]
    if len(at_it) < len(WAITS):  # wrong once and right three times are four goes
        return []
    at_it.sort(key=lambda one: (one.sent_at, one.id))
    goes = [_Gone(lesson_id, day_of(one.sent_at), one.asked, one.right_keys) for one in at_it]
    states = recalls([*goes, _Gone(lesson_id, day_of(now()), asked, right)])
    return [key for key in right if (state := states.get((lesson_id, key))) and state.mastered]


def _keep_facts(
    learner: Counted,
    kept: dict[int, Facts],
    course_id: int,
    lesson_id: int,
    revision_id: int,
    ward_id: int,
    passed: bool,
    mastered: Sequence[str],
    how: str,
    assisted_by_id: int | None,
) -> set[str]:
    """Add the facts that are new, credit them, and return which kinds are new for the person."""
    before, own = together(kept, learner.id), kept.get(learner.id, {})
    if (What.STARTED, course_id) not in own:
        insert_if_absent(CourseStart, person_id=learner.id, course_id=course_id, started_at=now(), how=how)
        own[What.STARTED, course_id] = KeptFact(What.STARTED, course_id, None, how)
    if passed and (What.LESSON, lesson_id) not in own:
        insert_if_absent(
            LessonCompletion, person_id=learner.id, lesson_id=lesson_id, revision_id=revision_id,
            completed_at=now(), how=how, assisted_by_id=assisted_by_id,
        )  # fmt: skip
        own[What.LESSON, lesson_id] = KeptFact(What.LESSON, course_id, lesson_id, how)
        if finished := finish_course(learner.id, course_id, ward_id, own | before):
            own[finished.key] = finished
    for question in mastered:
        if (What.MASTERED, lesson_id, question) not in before:
            insert_if_absent(
                MasteredQuestion, person_id=learner.id, lesson_id=lesson_id, question=question,
                mastered_at=now(), how=how,
            )  # fmt: skip
            fact = KeptFact(What.MASTERED, course_id, lesson_id, how, question)
            own[fact.key] = fact
    after = own | before
    new = {key: fact for key, fact in after.items() if key not in before}
    if new:
        _credit(learner, before, after, new)
    return {key[0] for key in new}


def _credit(learner: Counted, before: Facts, after: Facts, new: Facts) -> None:
    if learner.counts:
        ledger = Ledger()
        ledger.give(learner, new.values(), "earned")
        ledger.stand(standing_of(learner, before), standing_of(learner, after))
        ledger.post()
