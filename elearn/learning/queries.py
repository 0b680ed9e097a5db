"""Reads of what people have done. Whoever was merged into a person is read with them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import CTE, BindParameter, Select, bindparam, distinct, func, or_, select

from elearn.kit.clock import day_of, now
from elearn.kit.db import db, run
from elearn.learning import rules
from elearn.learning.ledger import PERSON
from elearn.learning.models import (
    Attempt,
    Certificate,
    Confidence,
    CourseCompletion,
    CourseStart,
    HelpRequest,
    LessonCompletion,
    MasteredQuestion,
    Placement,
    PracticeResult,
)
from elearn.library.models import Course, Lesson
from elearn.people.models import Person, ResidentialGroup, Ward
from elearn.people.queries import root_of, same_person
from elearn.people.session_queries import sessions_of
from elearn.privacy.guardians import guardian_of, guardians_of
from elearn.privacy.models import DataRequest, GuardianConsent
from elearn.privacy.queries import Agreement, agreements_of

# of a row that somebody takes along: whose it is they know, and who of the ward was at work is not theirs
NOT_TOLD = {"person_id", "form_digest", "noted_by_id", "in_hand_by_id", "replied_by_id", "extended_by_id"}
NOT_TOLD |= {"closed_by_id", "witness_id"}


class CourseProgress(NamedTuple):
    """A course that a person has begun, and how far they are today."""

    course_id: int
    slug: str
    title: str
    share: float  # 0 to 1, over the outline of today
    lessons: int
    done: int
    finished: bool
    next_slug: str | None
    next_title: str | None
    completed: frozenset[int]  # lessons of today
    skipped: frozenset[int]


class Continue(NamedTuple):
    """Where a person may go on."""

    course_slug: str
    course_title: str
    lesson_slug: str
    lesson_title: str


class Gone(NamedTuple):
    """One go at questions of a lesson, and where the lesson is."""

    lesson_id: int
    day: date
    asked: list[str]
    right_keys: list[str]
    course_id: int
    course_slug: str
    lesson_slug: str
    recall: str | None


class Done(NamedTuple):
    """What somebody has done so far, in short."""

    lessons: int
    attempts: int
    titles: list[str]  # of the finished lessons


class HalfDone(NamedTuple):
    """A lesson whose questions were answered, not yet enough of them right."""

    course_slug: str
    lesson_slug: str
    title: str
    attempt_id: str  # the last one


class Finished(NamedTuple):
    """A course that a person has finished, and the paper for it once they have asked for one."""

    course_id: int
    slug: str
    title: str
    completed_at: datetime
    number: str | None
    full_name: str | None
    name_shown: str | None


class Paper(NamedTuple):
    """A paper for a finished course, as its owner or whoever has its code may read it."""

    number: str
    confirm_code: str
    full_name: str | None
    name_shown: str
    how: str
    completed_on: date
    issued_at: datetime
    course_slug: str
    course: str
    ward: str
    city: str
    office: str


class RosterRow(NamedTuple):
    """A person as the helper of their group sees them."""

    person_id: int
    display_name: str
    group_id: int
    group_name: str
    household: str | None
    audience: str
    phone: str | None
    started: int
    lessons: int
    finished: int
    last_active_on: date | None
    registered_at: datetime | None


def completed_lessons(person_id: int, course_id: int) -> set[int]:
    """Return the ids of the lessons of a course that a person has completed, retired ones too."""
    return {row[0] for row in run(_completed_lessons(), {"person": person_id, "course": course_id})}


@cache
def _completed_lessons() -> Select[Any]:
    return (
        select(LessonCompletion.lesson_id)
        .join(Lesson, Lesson.id == LessonCompletion.lesson_id)
        .where(LessonCompletion.person_id.in_(_same(PERSON)), Lesson.course_id == bindparam("course"))
    )


def my_courses(person_id: int) -> list[CourseProgress]:
    """Return the courses that a person has begun, or been placed in, in the order of the shelf."""
    found: dict[int, list[Any]] = {}
    for row in run(_my_courses(), {"person": person_id}):
        found.setdefault(row[0], []).append(row)
    return [_progress(lines) for lines in found.values()]


@cache
def _my_courses() -> Select[Any]:
    same = _same(PERSON)
    started = select(CourseStart.course_id).where(CourseStart.person_id.in_(same))
    finished = select(CourseCompletion.course_id).where(CourseCompletion.person_id.in_(same))
    done = select(LessonCompletion.lesson_id).where(LessonCompletion.person_id.in_(same))
    placed = select(Placement.lesson_id).where(Placement.person_id.in_(same))
    of_placed = select(Lesson.course_id).where(Lesson.id.in_(placed))
    return (
        select(
            Course.id, Course.slug, Course.title, Course.id.in_(finished),
            Lesson.id, Lesson.slug, Lesson.id.in_(done), Lesson.title,
            Lesson.id.in_(placed.where(Placement.skipped)),
        )
        .outerjoin(
            Lesson,
            (Lesson.course_id == Course.id) & Lesson.retired_at.is_(None) & Lesson.published_at.is_not(None),
        )
        .where(Course.id.in_(started) | Course.id.in_(finished) | Course.id.in_(of_placed))
        .order_by(Course.position, Course.id, Lesson.position, Lesson.id)
    )  # fmt: skip


def _progress(rows: Sequence[Any]) -> CourseProgress:
    course_id, slug, title, finished = rows[0][:4]
    outline = {row[4]: row[5] for row in rows if row[4] is not None}
    done = {row[4] for row in rows if row[4] is not None and row[6]}
    skipped = {row[4] for row in rows if row[4] is not None and row[8]} - done
    ahead = rules.next_lesson(list(outline), done, skipped)
    titles = {row[4]: row[7] for row in rows}
    return CourseProgress(
        course_id,
        slug,
        title,
        rules.share(outline, done),
        len(outline),
        len(done),
        bool(finished),
        outline.get(ahead) if ahead is not None else None,
        titles.get(ahead) if ahead is not None else None,
        frozenset(done),
        frozenset(skipped),
    )


def goes_of(person_id: int) -> list[Gone]:
    """Return every go of the person at questions, in the order in which they were sent."""
    return [
        Gone(lesson_id, day_of(sent_at), *rest)
        for lesson_id, sent_at, *rest in run(_goes(), {"person": person_id})
    ]


@cache
def _goes() -> Select[Any]:
    return (
        select(
            Attempt.lesson_id, Attempt.sent_at, Attempt.asked, Attempt.right_keys, Lesson.course_id,
            Course.slug, Lesson.slug, Attempt.recall,
        )
        .join(Lesson, Lesson.id == Attempt.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(Attempt.person_id.in_(_same(PERSON)))
        .order_by(Attempt.sent_at, Attempt.id)
    )  # fmt: skip


def where_to_continue(
    person_id: int, begun: Sequence[CourseProgress] | None = None, goes: Sequence[Gone] | None = None
) -> Continue | None:
    """Return the next lesson of the course in which the person learnt last, or None.

    `begun` and `goes` are what `my_courses` and `goes_of` said, where that has been asked already.
    """
    begun = my_courses(person_id) if begun is None else begun
    ahead = {one.course_id: one for one in begun if one.next_slug}
    goes = (goes_of(person_id) if ahead else []) if goes is None else goes
    last = next((go.course_id for go in reversed(goes) if go.course_id in ahead and not go.recall), None)
    if last is None:
        return None
    course = ahead[last]
    return Continue(course.slug, course.title, course.next_slug or "", course.next_title or "")


def what_is_done(person_id: int) -> Done:
    """Return in short what a person has done: enough to know one's own work by."""
    same = _same(person_id)
    titles = db.session.scalars(
        select(Lesson.title)
        .join(LessonCompletion, LessonCompletion.lesson_id == Lesson.id)
        .where(LessonCompletion.person_id.in_(same))
        .order_by(LessonCompletion.completed_at, Lesson.id)
    ).all()
    attempts = select(func.count()).select_from(Attempt).where(Attempt.person_id.in_(same))
    return Done(len(titles), db.session.scalar(attempts) or 0, list(titles))


def half_done(person_id: int) -> list[HalfDone]:
    """Return the lessons of today that the person has tried and not completed, the last tried first."""
    same = _same(person_id)
    done = select(LessonCompletion.lesson_id).where(LessonCompletion.person_id.in_(same))
    rows = db.session.execute(
        select(Course.slug, Lesson.slug, Lesson.title, Attempt.id, Lesson.id)
        .join(Lesson, Lesson.id == Attempt.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(
            Attempt.person_id.in_(same), Lesson.id.not_in(done),
            Lesson.retired_at.is_(None), Lesson.published_at.is_not(None),
        )
        .order_by(Attempt.sent_at.desc(), Attempt.id)
    )  # fmt: skip
    found: dict[int, HalfDone] = {}
    for *front, lesson_id in rows:
        found.setdefault(lesson_id, HalfDone(*front))
    return list(found.values())


def find_attempt(person_id: int, attempt_id: str) -> Attempt | None:
    """Return the person's own attempt with this id, or None."""
    return db.session.scalar(
        select(Attempt).where(Attempt.person_id.in_(_same(person_id)), Attempt.id == attempt_id).limit(1)
    )


class SoFar(NamedTuple):
    """What a person's attempts at a revision add up to."""

    whole: set[str]  # every question asked up to then
    right: set[str]  # right up to then
    right_now: set[str]  # right in any attempt, also a later one


def so_far(person_id: int, attempt: Attempt) -> SoFar:
    """Return what the person's attempt came to together with the earlier ones at the same revision."""
    rows = _attempts_at(person_id, attempt.revision_id)
    until = [row for row in rows if row.sent_at <= attempt.sent_at or row.id == attempt.id]
    return SoFar(
        {key for row in until for key in row.asked},
        {key for row in until for key in row.right_keys},
        {key for row in rows for key in row.right_keys},
    )


def right_so_far(person_id: int, revision_id: int) -> set[str]:
    """Return the keys of the questions that the person has answered right in this revision."""
    return {key for keys in right_in_each(person_id, revision_id) for key in keys}


def right_in_each(person_id: int, revision_id: int) -> list[list[str]]:
    """Return for each attempt of the person at this revision the keys of what was right in it."""
    return [row.right_keys for row in _attempts_at(person_id, revision_id)]


def _attempts_at(person_id: int, revision_id: int) -> Sequence[Any]:
    return run(_attempts(), {"person": person_id, "revision": revision_id}).all()  # type: ignore[no-any-return]


@cache
def _attempts() -> Select[Any]:
    return select(Attempt.sent_at, Attempt.id, Attempt.asked, Attempt.right_keys).where(
        Attempt.person_id.in_(_same(PERSON)), Attempt.revision_id == bindparam("revision")
    )


def certificates_of(person_id: int) -> list[Certificate]:
    """Return the person's papers, the newest first."""
    return list(
        db.session.scalars(
            select(Certificate)
            .where(Certificate.person_id.in_(_same(person_id)), Certificate.withdrawn_at.is_(None))
            .order_by(Certificate.issued_at.desc())
        )
    )


def finished_courses(person_id: int) -> list[Finished]:
    """Return the courses that a person has finished, in the order of the shelf, retired ones too."""
    same = _same(person_id)
    rows = db.session.execute(
        select(
            Course.id, Course.slug, Course.title, func.min(CourseCompletion.completed_at),
            Certificate.number, Certificate.full_name, Certificate.name_shown,
        )
        .join(CourseCompletion, CourseCompletion.course_id == Course.id)
        .outerjoin(
            Certificate,
            (Certificate.course_id == Course.id)
            & Certificate.person_id.in_(same)
            & Certificate.withdrawn_at.is_(None),
        )
        .where(CourseCompletion.person_id.in_(same))
        .group_by(
            Course.id, Course.slug, Course.title, Course.position,
            Certificate.id, Certificate.number, Certificate.full_name, Certificate.name_shown,
        )
        .order_by(Course.position, Course.id, Certificate.id)
    )  # fmt: skip
    found: dict[int, Finished] = {}
    for row in rows:
        found.setdefault(row[0], Finished(*row))
    return list(found.values())


def find_paper(person_id: int, number: str) -> Paper | None:
    """Return the person's own paper with this number, or None."""
    return _paper(Certificate.number == number, Certificate.person_id.in_(_same(person_id)))


def find_confirmed(code: str) -> Paper | None:
    """Return the paper with this code, whoever asks, or None."""
    return _paper(Certificate.confirm_code == code.upper())


def _paper(*conditions: Any) -> Paper | None:
    row = db.session.execute(
        select(
            Certificate.number, Certificate.confirm_code, Certificate.full_name,
            Certificate.name_shown, Certificate.how,
            Certificate.completed_on, Certificate.issued_at, Course.slug, Course.title,
            Ward.name, Ward.city, Ward.office_name, Certificate.person_id,
        )
        .join(Course, Course.id == Certificate.course_id)
        .join(Person, Person.id == Certificate.person_id)
        .join(Ward, Ward.id == Person.ward_id)
        .where(Certificate.withdrawn_at.is_(None), *conditions)
    ).first()  # fmt: skip
    if row is None:
        return None
    *fields, owner_id = row
    paper = Paper(*fields)
    is_minor = guardian_of(root_of(owner_id)) is not None  # the paper may stand in a row merged meanwhile
    return paper._replace(name_shown=rules.NO_NAME) if is_minor else paper


def facts_of(person_id: int) -> dict[str, Any]:
    """Return everything kept about a person, ready for JSON: what they take along."""
    same = _same(person_id)
    person = db.session.get_one(Person, person_id)
    group = db.session.get(ResidentialGroup, person.group_id) if person.group_id else None
    return {
        "person": {
            "display_name": person.display_name,
            "group": group.name if group else None,
            "audience": person.audience,
            "phone": person.phone,
            "birth_year": person.birth_year,
            "household": person.household,
            "personal_code": person.personal_code,
            "registered_at": _iso(person.registered_at),
        },
        "consents": [_in_words(one) for one in my_agreements(person_id)],
        "guardian_consents": _plain(
            select(GuardianConsent)
            .where(GuardianConsent.person_id.in_(same))
            .order_by(GuardianConsent.id)
        ),
        "requests": _plain(
            select(DataRequest).where(DataRequest.person_id.in_(same)).order_by(DataRequest.id)
        ),
        "attempts": _plain(select(Attempt).where(Attempt.person_id.in_(same)).order_by(Attempt.sent_at)),
        "courses_started": _plain(select(CourseStart).where(CourseStart.person_id.in_(same))),
        "lessons_completed": _plain(select(LessonCompletion).where(LessonCompletion.person_id.in_(same))),
        "questions_mastered": _plain(select(MasteredQuestion).where(MasteredQuestion.person_id.in_(same))),
        "placements": _plain(select(Placement).where(Placement.person_id.in_(same))),
        "confidence": _plain(select(Confidence).where(Confidence.person_id.in_(same))),
        "requests_for_help": _plain(
            select(HelpRequest).where(HelpRequest.person_id.in_(same)).order_by(HelpRequest.id)
        ),
        "practices": _plain(select(PracticeResult).where(PracticeResult.person_id.in_(same))),
        "courses_completed": _plain(select(CourseCompletion).where(CourseCompletion.person_id.in_(same))),
        "certificates": _plain(select(Certificate).where(Certificate.person_id.in_(same))),
        "open_sessions": [
            {"device": one.device, "opened_at": _iso(one.created_at), "last_used_at": _iso(one.seen_at)}
            for one in sessions_of(person_id, now())
        ],
        "names_of_lessons": _titles(
            Lesson, same, (one.lesson_id for one in (Attempt, LessonCompletion, Placement, PracticeResult))
        ),
        "names_of_courses": _titles(
            Course, same, (one.course_id for one in (CourseStart, CourseCompletion, Confidence))
        ),
    }  # fmt: skip


def _titles(model: type[Lesson] | type[Course], same: Any, columns: Iterable[Any]) -> dict[str, str]:
    """Return the titles of the lessons or courses to which rows of these people point."""
    named = or_(*(model.id.in_(select(one).where(one.class_.person_id.in_(same))) for one in columns))
    rows = db.session.execute(select(model.id, model.title).where(named))
    return {str(number): title for number, title in rows}


def my_agreements(person_id: int) -> list[Agreement]:
    """Return every consent that the person gave, the newest first, withdrawn ones too."""
    return agreements_of(_same(person_id))


def my_guardians(person_id: int) -> list[GuardianConsent]:
    """Return what guardians agreed to for the person, the newest first, ended ones too."""
    return guardians_of(_same(person_id))


def _in_words(one: Agreement) -> dict[str, Any]:
    return {name: _iso(value) for name, value in one._asdict().items()} | {
        "label": one.label,
        "text": one.words.text if one.words else None,
    }


def roster(people: Select[tuple[Person]]) -> list[RosterRow]:
    """Return the people that the statement selects (from `people_seen_by`), with what each has done."""
    return [RosterRow(*row) for row in run(roster_of(people))]


def roster_of(people: Select[tuple[Person]]) -> Select[Any]:
    """Select so, in the columns of RosterRow; for who makes the statement once and runs it often."""
    members = members_of(people)

    def counts(model: Any, column: Any) -> Any:
        return (
            select(members.c.root, func.count(distinct(column)).label("number"))
            .join(model, model.person_id == members.c.member)
            .group_by(members.c.root)
            .subquery()
        )

    begun = counts(CourseStart, CourseStart.course_id)
    done = counts(LessonCompletion, LessonCompletion.lesson_id)
    finished = counts(CourseCompletion, CourseCompletion.course_id)
    return (
        select(
            Person.id, Person.display_name, Person.group_id, ResidentialGroup.name, Person.household,
            Person.audience, Person.phone,
            *(func.coalesce(one.c.number, 0) for one in (begun, done, finished)),
            Person.last_active_on, Person.registered_at,
        )
        .join(ResidentialGroup, ResidentialGroup.id == Person.group_id)
        .outerjoin(begun, begun.c.root == Person.id)
        .outerjoin(done, done.c.root == Person.id)
        .outerjoin(finished, finished.c.root == Person.id)
        .where(Person.id.in_(select(members.c.root)))
        .order_by(Person.sort_key, Person.id)
    )  # fmt: skip


def members_of(people: Select[tuple[Person]]) -> CTE:
    """Select the people of the statement (`root`), each with every row merged into them (`member`)."""
    seen = people.with_only_columns(Person.id.label("root"), Person.id.label("member")).cte(
        "member", recursive=True
    )
    return seen.union(select(seen.c.root, Person.id).join(seen, Person.merged_into_id == seen.c.member))


def _same(person_id: int | BindParameter[int]) -> Select[tuple[int]]:
    return select(same_person(person_id).c.id)


def _plain(statement: Select[Any]) -> list[dict[str, Any]]:
    return [
        {
            column.name: _iso(getattr(row, column.name))
            for column in row.__table__.columns
            if column.name not in NOT_TOLD
        }
        for row in db.session.scalars(statement)
    ]


def _iso(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value
