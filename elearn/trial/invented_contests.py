"""Two contests of the trial ward: one that is running, and one that is over and sealed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from elearn.kit.clock import begins
from elearn.kit.db import add, db
from elearn.learning import contest_rules
from elearn.learning.contest_models import Contest, ContestCourse, ContestEntry
from elearn.learning.rules import shuffled
from elearn.library.pool_queries import answer_keys, one_choice_questions, quizzes_of
from elearn.movement.contest_running import seal_contest
from elearn.people.consents import NAMED_IN_CONTEST, TEXT_VERSION
from elearn.people.models import Consent, GroupKind, Keeping, Person, ResidentialGroup
from elearn.people.queries import find_viewer_of
from elearn.progress.setting_queries import courses_with_results

QUESTIONS, ONE_IN, FEWEST = 20, 40, 24  # one in so many people takes part, and at least so many


def run_contests(chance: Random, day: date, ward_id: int, people: int, cast: Mapping[str, int]) -> None:
    """Let the editor have made them; without a course there is nothing to ask."""
    asked = _Pool(ward_id, day)
    if len(asked.places) < QUESTIONS:
        return
    entrants = _entrants(chance, ward_id, max(FEWEST, people // ONE_IN), cast["resident"])
    over = _make("Công dân số: sử dụng thông minh", ward_id, day, -40, -20, asked, cast)
    _let_in(chance, over, entrants, asked, 20)
    _let_be_named([*entrants[: len(entrants) // 2], entrants[-1]])
    seal_contest(find_viewer_of(cast["editor"]), ward_id, over.id)
    running = _make("Công dân số: sống an toàn", ward_id, day, -5, 12, asked, cast)
    _let_in(chance, running, entrants[: len(entrants) // 2], asked, 5)  # not the resident, who can try it


class _Pool:
    """What the first courses can be asked in a contest, with choices and keys; read once."""

    def __init__(self, ward_id: int, day: date) -> None:
        courses = tuple(course.id for course in courses_with_results(ward_id)[:4])
        pooled = one_choice_questions(ward_id, day, courses)
        revisions = {one.revision_id for one in pooled}
        quizzes, keys = quizzes_of(revisions, ward_id, day), answer_keys(revisions, ward_id, day)
        self.places: dict[str, tuple[list[str], list[str]]] = {}  # question -> choices, right ones
        self.by_course: dict[int, list[str]] = {course: [] for course in courses}
        for one in pooled:
            question = next(two for two in quizzes[one.revision_id] if two["key"] == one.key)
            name = f"{one.revision_id}:{one.key}"
            right = list(keys[one.revision_id][one.key]["right"])
            self.places[name] = ([choice["id"] for choice in question["choices"]], right)
            self.by_course[one.course_id].append(name)


def _make(
    name: str, ward_id: int, day: date, first: int, last: int, asked: _Pool, cast: Mapping[str, int]
) -> Contest:
    contest = Contest(
        ward_id=ward_id, slug="song-an-toan" if last > 0 else "su-dung-thong-minh", name=name,
        questions=QUESTIONS, since=day + timedelta(days=first), until=day + timedelta(days=last),
        made_by_id=cast["editor"], made_at=begins(day + timedelta(days=first - 3)),
    )  # fmt: skip
    db.session.add(contest)
    db.session.flush()
    db.session.add_all(ContestCourse(contest_id=contest.id, course_id=one) for one in asked.by_course)
    db.session.flush()
    return contest


def _entrants(chance: Random, ward_id: int, count: int, resident: int) -> list[Person]:
    """Return so many people who count for a group, the resident of the cast as the last."""
    rows = db.session.scalars(
        select(Person)
        .join(ResidentialGroup, ResidentialGroup.id == Person.group_id)
        .where(
            Person.ward_id == ward_id,
            Person.registered_at.is_not(None),
            Person.keeping != Keeping.NOTHING,
            Person.merged_into_id.is_(None),
            Person.erased_at.is_(None),
            Person.password_hash.is_(None),
            ResidentialGroup.kind == GroupKind.REGULAR,
        )
        .order_by(Person.id)
    ).all()
    others = [one for one in rows if one.id != resident]
    return chance.sample(others, min(count, len(others))) + [one for one in rows if one.id == resident]


def _let_in(chance: Random, contest: Contest, entrants: Sequence[Person], asked: _Pool, days: int) -> None:
    rows = [_entry(chance, contest, one, asked, days) for one in entrants]
    if rows:
        add(ContestEntry, *rows)


def _entry(chance: Random, contest: Contest, who: Person, asked: _Pool, days: int) -> dict[str, Any]:
    """Return the row of an entry that was handed in on one of the first days, by day."""
    slip = f"{chance.getrandbits(128):032x}"
    questions = contest_rules.drawn(asked.by_course, contest.questions, slip)
    shown = {one: shuffled(asked.places[one][0], slip, one) for one in questions}
    well = min(0.97, max(0.3, chance.gauss(0.75, 0.15)))
    answers, right_keys = {}, []
    for one in questions:
        choices, right = asked.places[one]
        if chance.random() < well:
            answers[one] = right
            right_keys.append(one)
        else:
            answers[one] = [next(choice for choice in choices if choice not in right)]
    seconds = chance.randint(12, 55) * contest.questions + chance.randint(0, 59)
    started = _moment(chance, contest.since, days)
    return {
        "contest_id": contest.id, "person_id": who.id, "group_id": who.group_id, "slip": slip,
        "asked": questions, "shown": shown, "answers": answers, "right_keys": right_keys,
        "right": len(right_keys), "seconds": seconds, "how": "assisted" if who.registered_by_id else "alone",
        "assisted_by_id": who.registered_by_id, "started_at": started,
        "handed_in_at": started + timedelta(seconds=seconds),
    }  # fmt: skip


def _moment(chance: Random, since: date, days: int) -> datetime:
    return begins(since + timedelta(days=chance.randrange(days))) + timedelta(
        hours=chance.randint(7, 20), seconds=chance.randrange(3_600)
    )


def _let_be_named(people: Sequence[Person]) -> None:
    named = [one for one in people if one.keeping == Keeping.NAME]
    db.session.add_all(
        Consent(
            person_id=one.id, purpose=NAMED_IN_CONTEST, text_version=TEXT_VERSION, channel="self",
            given_at=one.registered_at,
        )
        for one in named
    )  # fmt: skip
    db.session.flush()
