"""Writes about people: sessions and what is known of them. What other rooms may do stands at the end."""

from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Delete, bindparam, delete, func, select, update

from elearn.kit import audit
from elearn.kit.clock import now
from elearn.kit.db import add, db, insert_if_absent, lock, run, transaction
from elearn.kit.refused import Refused
from elearn.kit.words import fold, sort_key
from elearn.people import rules, session_queries
from elearn.people.credentials import (
    Credentials,
    change_pin,
    close_sessions_of,
    count_guess_at,
    give_credentials,
    keep_drawn_pin,
    must_look_after,
    set_password,
)
from elearn.people.models import (
    Person,
    ResidentialGroup,
    Session,
    SessionKind,
)
from elearn.people.permissions import Viewer
from elearn.people.queries import may_look_after
from elearn.people.roles import add_staff, disable, enable, grant_role, revoke_grant
from elearn.people.wards import make_group, make_ward, save_ward

DAY = timedelta(days=1)


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
    class_until: datetime | None = None,
    nameless_id: int | None = None,
    kiosk_id: int | None = None,
    proved_at: datetime | None = None,
    second_key_at: datetime | None = None,
    lasts: timedelta | None = None,
) -> None:
    """Open a session for the person, ending the one whose place it takes."""
    moment = now()
    with transaction():
        if instead_of:
            close_session(instead_of)
        add(
            Session, token_digest=token_digest, person_id=person_id, kind=kind, came_by=came_by,
            device=device, created_at=moment, seen_at=moment,
            expires_at=moment + lasts if lasts else rules.session_ends(kind, moment, moment),
            assisted_by_id=assisted_by_id, class_group_id=class_group_id, class_until=class_until,
            nameless_id=nameless_id, kiosk_id=kiosk_id, proved_at=proved_at, second_key_at=second_key_at,
        )  # fmt: skip


def renew_session(token_digest: str, new_digest: str, *, by_second_key: bool = False) -> None:
    """Note that the holder of this session has given their secret again, or a second key, and let another
    token open it."""
    given = Session.second_key_at if by_second_key else Session.proved_at
    with transaction():
        db.session.execute(
            update(Session)
            .where(Session.token_digest == token_digest)
            .values({Session.token_digest: new_digest, given: now()})
        )


def close_session(token_digest: str) -> None:
    """End one session; ending it twice changes nothing."""
    with transaction():
        run(_close_session(), {"token": token_digest})


@cache
def _close_session() -> Delete:
    return delete(Session).where(Session.token_digest == bindparam("token"))


def remember_kept(form_digest: str, person_id: int) -> None:
    """Leave a trace of the form by which somebody gave a name, in place of a session; it opens nothing.

    A phone on a bad line may send the form again with the old cookie, never having got the answer.
    """
    moment = now()
    with transaction():
        insert_if_absent(
            Session, token_digest=form_digest, person_id=person_id, kind=SessionKind.NAMELESS, device="",
            came_by=session_queries.KEPT, created_at=moment, seen_at=moment, expires_at=moment,
        )  # fmt: skip


def leave_nameless(token_digest: str | None) -> None:
    """Let what was learnt without a name on this device wait no longer for this session's holder."""
    with transaction():
        db.session.execute(
            update(Session).where(Session.token_digest == token_digest).values(nameless_id=None)
        )


def note_seen(token_digest: str) -> None:
    """Record that a session is in use, and let it last longer where its kind slides."""
    moment = now()
    with transaction():
        session = db.session.scalar(select(Session).where(Session.token_digest == token_digest))
        if session is not None:
            session.seen_at = moment
            opened = min(session.created_at, moment)  # opened by a clock that ran ahead, it ends in time too
            session.expires_at = rules.session_ends(session.kind, opened, moment)


def join_class(token_digest: str, group_id: int, until: datetime) -> None:
    """Let what is learnt in this session count as learnt in the class, until it ends."""
    with transaction():
        db.session.execute(
            update(Session)
            .where(Session.token_digest == token_digest)
            .values(class_group_id=group_id, class_until=until)
        )


def learner_of(
    token_digest: str,
    ward_id: int,
    *,
    kind: SessionKind = SessionKind.NAMELESS,
    device: str = "",
    class_group_id: int | None = None,
    class_until: datetime | None = None,
    kiosk_id: int | None = None,
) -> int:
    """Return who is behind this session; where it is nobody's yet, make a nameless person with it.

    Two answers that arrive together meet the same person. An ended session of somebody is not theirs
    any more: what is sent with its token begins anew, without a name.
    """
    moment = now()
    with transaction():
        before = db.session.scalar(select(Session.person_id).where(Session.token_digest == token_digest))
        viewer = session_queries.find_viewer(token_digest, moment)
        if viewer is not None and viewer.person_id is not None:
            return viewer.person_id
        db.session.execute(  # only the one that was seen: the other answer's may have come just now
            delete(Session).where(Session.token_digest == token_digest, Session.person_id == before)
        )
        person_id = begin_nameless(ward_id)
        first = insert_if_absent(
            Session,
            token_digest=token_digest, person_id=person_id, kind=kind, created_at=moment,
            seen_at=moment, expires_at=rules.session_ends(kind, moment, moment), device=device,
            came_by="answer", class_group_id=class_group_id, class_until=class_until, kiosk_id=kiosk_id,
        )  # fmt: skip
        if not first:  # PostgreSQL: the other answer was quicker
            db.session.execute(delete(Person).where(Person.id == person_id))
            person_id = db.session.scalars(
                select(Session.person_id).where(Session.token_digest == token_digest)
            ).one()
    return person_id


def begin_nameless(ward_id: int) -> int:
    """Make a person without a name for a visitor's first answer, and return their id."""
    moment = now()
    with transaction():
        person = Person(ward_id=ward_id, created_at=moment, last_active_on=moment.date())
        db.session.add(person)
        db.session.flush()
    return person.id


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
    waits: bool = False,
) -> None:
    """Fill in a person's row with what they chose to have kept; what is not said stays as it was.

    Who `waits` is kept for the group and not counted yet, unless they were before.

    A number that five people share already is left out without a word: registering never tells that a
    number is known (RULINGS 8). Counting is not done here: call `learning.actions.keep_results`.
    """
    with transaction():
        person: Person = lock(Person, person_id)
        person.keeping = keeping
        if name:
            _name(person, name)
        if group_id is not None:
            put_into_group(person, group_id)
        given = {
            "audience": audience,
            "phone": phone if phone and _has_room(phone, person_id) else None,
            "birth_year": birth_year,
            "household": household,
        }
        for field, value in given.items():
            if value is not None:
                setattr(person, field, value)
        if waits and person.registered_at is None:
            person.waits_since = person.waits_since or now()
        else:
            person.registered_at, person.waits_since = person.registered_at or now(), None


def put_into_group(person: Person, group_id: int) -> None:
    """Let the person belong to the group, and to its ward; what that means for the counts is learning's."""
    group = db.session.get_one(ResidentialGroup, group_id)
    person.ward_id, person.group_id = group.ward_id, group.id


def change_details(
    person_id: int,
    *,
    name: str,
    phone: str | None,
    birth_year: int | None,
    household: str | None = None,
    actor: Viewer | int | None = None,
) -> None:
    """Correct what is known of a person; a phone or birth year of None is forgotten, a household stays.

    Raise Refused when five people share the number already, when it was joined too often of late, or when
    the actor may not look after them.
    """
    actor_id = actor.person_id if isinstance(actor, Viewer) else actor
    if isinstance(actor, Viewer) and actor_id != person_id:
        must_look_after(actor, person_id)
    with transaction():
        person: Person = lock(Person, person_id)
        if phone and phone != person.phone and not _has_room(phone, person_id):
            raise Refused(
                f"Số này đã có {rules.SHARING_ONE_PHONE} người dùng chung. Xin để trống hoặc điền số khác."
            )
        if phone and phone != person.phone and person.pin_hash is not None:
            count_guess_at(phone)
        before = {"name": person.display_name, "phone": person.phone, "birth_year": person.birth_year}
        after = {"name": name, "phone": phone, "birth_year": birth_year}
        _name(person, name)
        person.phone, person.birth_year = phone, birth_year
        if household is not None:
            before["household"], after["household"] = person.household or "", household
            person.household = household or None
        changed = sorted(field for field in after if after[field] != before[field])
        if actor_id is not None and actor_id != person_id and changed:
            audit.record(
                "change details", "person", person_id,
                actor_id=actor_id, ward_id=person.ward_id, fields=changed,
            )  # fmt: skip


def _name(person: Person, name: str) -> None:
    person.display_name, person.search, person.sort_key = name, fold(name), sort_key(name)


def _has_room(phone: str, person_id: int) -> bool:
    """May one more person use this number?"""
    sharing = db.session.scalar(
        select(func.count())
        .select_from(Person)
        .where(
            Person.phone == phone,
            Person.id != person_id,
            Person.erased_at.is_(None),
            Person.merged_into_id.is_(None),
        )
    )
    return (sharing or 0) < rules.SHARING_ONE_PHONE


# What other rooms may do with people, wherever in this room it stands
__all__ = [
    "Credentials", "add_staff", "begin_nameless", "change_details", "change_pin", "close_session",
    "close_sessions_of", "disable", "enable",
    "give_credentials", "grant_role",
    "join_class", "keep_drawn_pin", "learner_of", "leave_nameless", "make_group", "make_ward",
    "may_look_after", "note_seen",
    "open_session", "put_into_group", "register_details", "remember_kept", "renew_session",
    "revoke_grant", "save_ward", "set_password",
]  # fmt: skip
