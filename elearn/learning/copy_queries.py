"""What is kept about a person, read for themselves: the copy they take along, and what they agreed to."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select

from elearn.kit.clock import now
from elearn.kit.db import db
from elearn.learning.contest_models import Contest, ContestEntry
from elearn.learning.contest_rules import last_call
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
from elearn.library.models import Course, Lesson, Sound
from elearn.people.models import Person, ResidentialGroup
from elearn.people.queries import same_person
from elearn.people.session_queries import sessions_of
from elearn.privacy.guardians import guardians_of
from elearn.privacy.models import DataRequest, GuardianConsent
from elearn.privacy.queries import Agreement, agreements_of

# of a row that somebody takes along: whose it is they know, and who of the ward was at work is not theirs
NOT_TOLD = {"person_id", "form_digest", "noted_by_id", "in_hand_by_id", "replied_by_id", "extended_by_id"}
NOT_TOLD |= {"closed_by_id", "witness_id", "moved_from_id"}


def facts_of(person_id: int) -> dict[str, Any]:
    """Return everything kept about a person, ready for JSON: what they take along."""
    same = select(same_person(person_id).c.id)
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
        "contest_entries": _entries(same),
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
        "recordings": _recordings(same),
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


def _entries(same: Any) -> list[dict[str, Any]]:
    """Return the entries in contests; which answers were right is told once nobody can answer any more."""
    rows = db.session.execute(
        select(ContestEntry, Contest.name, Contest.until)
        .join(Contest, Contest.id == ContestEntry.contest_id)
        .where(ContestEntry.person_id.in_(same))
        .order_by(ContestEntry.id)
    )
    return [
        {"contest": name}
        | {
            column.name: _iso(getattr(entry, column.name))
            for column in ContestEntry.__table__.columns
            if column.name not in NOT_TOLD | {"slip"}
            and (column.name != "right_keys" or now() >= last_call(until))
        }
        for entry, name, until in rows
    ]


def _recordings(same: Any) -> list[dict[str, Any]]:
    """Return the parts of lessons that these people read aloud, without the sound itself."""
    rows = db.session.execute(
        select(Sound.part, Sound.seconds, Sound.speaker, Sound.made_at)
        .where(Sound.speaker_id.in_(same))
        .order_by(Sound.made_at, Sound.part)
    )
    return [
        {"part": part, "seconds": seconds, "named_as": speaker, "recorded_at": _iso(made_at)}
        for part, seconds, speaker, made_at in rows
    ]


def _titles(model: type[Lesson] | type[Course], same: Any, columns: Iterable[Any]) -> dict[str, str]:
    """Return the titles of the lessons or courses to which rows of these people point."""
    named = or_(*(model.id.in_(select(one).where(one.class_.person_id.in_(same))) for one in columns))
    rows = db.session.execute(select(model.id, model.title).where(named))
    return {str(number): title for number, title in rows}


def my_agreements(person_id: int) -> list[Agreement]:
    """Return every consent that the person gave, the newest first, withdrawn ones too."""
    return agreements_of(select(same_person(person_id).c.id))


def my_guardians(person_id: int) -> list[GuardianConsent]:
    """Return what guardians agreed to for the person, the newest first, ended ones too."""
    return guardians_of(select(same_person(person_id).c.id))


def _in_words(one: Agreement) -> dict[str, Any]:
    return {name: _iso(value) for name, value in one._asdict().items()} | {
        "label": one.label,
        "text": one.words.text if one.words else None,
    }


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
