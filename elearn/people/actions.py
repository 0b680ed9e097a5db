"""Writes about people: their sessions, how they are registered, how they come in."""

from datetime import timedelta

from sqlalchemy import delete, select

from elearn.kit.clock import now
from elearn.kit.db import db, lock, transaction
from elearn.kit.words import fold, sort_key
from elearn.people import rules
from elearn.people.models import Person, Session, SessionKind


def open_session(
    token_digest: str,
    person_id: int,
    kind: SessionKind,
    *,
    came_by: str = "",
    device: str = "",
    instead_of: str | None = None,
    assisted_by_id: int | None = None,
    class_group_id: int | None = None,
    nameless_id: int | None = None,
    lasts: timedelta | None = None,
) -> None:
    """Open a session for the person, ending the one whose place it takes."""
    moment = now()
    with transaction():
        if instead_of:
            close_session(instead_of)
        db.session.add(
            Session(
                token_digest=token_digest,
                person_id=person_id,
                kind=kind,
                came_by=came_by,
                device=device,
                created_at=moment,
                seen_at=moment,
                expires_at=moment + lasts if lasts else rules.session_ends(kind, moment, moment),
                assisted_by_id=assisted_by_id,
                class_group_id=class_group_id,
                nameless_id=nameless_id,
            )
        )


def close_session(token_digest: str) -> None:
    """End one session; ending it twice changes nothing."""
    with transaction():
        db.session.execute(delete(Session).where(Session.token_digest == token_digest))


def close_sessions_of(person_id: int, *, but: str | None = None) -> int:
    """End every session of the person, except the one named; return how many ended."""
    with transaction():
        ended = db.session.execute(
            delete(Session).where(Session.person_id == person_id, Session.token_digest != (but or ""))
        )
    return ended.rowcount  # type: ignore[attr-defined, no-any-return]


def note_seen(token_digest: str) -> None:
    """Record that a session is in use, and let it last longer where its kind slides."""
    moment = now()
    with transaction():
        session = db.session.scalar(select(Session).where(Session.token_digest == token_digest))
        if session is not None:
            session.seen_at = moment
            session.expires_at = rules.session_ends(session.kind, session.created_at, moment)


def begin_nameless(ward_id: int) -> int:
    """Make a person without a name for a visitor's first answer, and return their id."""
    moment = now()
    with transaction():
        person = Person(ward_id=ward_id, created_at=moment, last_active_on=moment.date())
        db.session.add(person)
        db.session.flush()
    return person.id


def forget_old_sessions() -> int:
    """Drop the sessions that have ended; return how many."""
    with transaction():
        ended = db.session.execute(delete(Session).where(Session.expires_at <= now()))
    return ended.rowcount  # type: ignore[attr-defined, no-any-return]


def register_details(
    person_id: int,
    *,
    name: str | None,
    group_id: int | None,
    keeping: str,
    audience: str | None = None,
    phone: str | None = None,
    birth_year: int | None = None,
    household: str | None = None,
) -> None:
    """Fill in a person's row with what they chose to have kept; what is not said stays as it was.

    Counting is not done here: call `learning.actions.keep_results`.
    """
    with transaction():
        person: Person = lock(Person, person_id)
        person.keeping = keeping
        if name:
            person.display_name, person.search, person.sort_key = name, fold(name), sort_key(name)
        given = {
            "group_id": group_id,
            "audience": audience,
            "phone": phone,
            "birth_year": birth_year,
            "household": household,
        }
        for field, value in given.items():
            if value is not None:
                setattr(person, field, value)
        person.registered_at = person.registered_at or now()
