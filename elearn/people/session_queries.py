"""Reads about sessions: who holds one, which somebody has open, how they came in."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, select

from elearn.kit.db import db
from elearn.people import rules
from elearn.people.models import (
    LENT,
    Grant,
    Person,
    ResidentialGroup,
    Session,
    SessionKind,
)
from elearn.people.permissions import Role, Scope, Viewer

KEPT = "kept"  # in place of how somebody came in: a session that ended with keeping a name


def find_viewer(
    token_digest: str, moment: datetime, *, administrators_need_a_key: bool = False
) -> Viewer | None:
    """Return who holds the session with this digest, or None.

    Session, person, group and grants come in one statement. Where administrators need a second key, the
    roles of one who has not given it in this session sleep.
    """
    known = {"token": token_digest, "moment": moment}
    # straight through the connection: plain columns need none of what the session does for objects
    rows = db.session.connection().execute(_viewer(), known).all()
    if not rows:
        return None
    (
        person_id,
        name,
        ward_id,
        group_id,
        group_name,
        kind,
        seen_at,
        assisted_by,
        class_group,
        class_until,
        nameless_id,
        proved_at,
        second_key_at,
        *_,
    ) = rows[0]
    scopes = tuple(Scope(Role(role), ward, group) for *_, role, ward, group in rows if role)
    must_add_key = (
        administrators_need_a_key
        and second_key_at is None
        and any(scope.role == Role.ADMINISTRATOR for scope in scopes)
    )
    return Viewer(
        person_id=person_id,
        display_name=name,
        ward_id=ward_id,
        group_id=group_id,
        group_name=group_name,
        session_key=token_digest,
        session_kind=kind,
        seen_at=seen_at,
        assisted_by_id=assisted_by,
        class_group_id=class_group if class_until is None or class_until > moment else None,
        nameless_id=nameless_id,
        scopes=() if must_add_key else scopes,
        must_add_key=must_add_key,
        gave_secret=rules.is_fresh(proved_at, moment),
        gave_key=rules.is_fresh(second_key_at, moment),
    )


@cache
def _viewer() -> Any:
    """Build the statement once: putting it together costs more than running it."""
    return (
        select(
            Person.id, Person.display_name, Person.ward_id, Person.group_id, ResidentialGroup.name,
            Session.kind, Session.seen_at, Session.assisted_by_id, Session.class_group_id,
            Session.class_until, Session.nameless_id, Session.proved_at,
            Session.second_key_at,
            Grant.role, Grant.ward_id, Grant.group_id,
        )
        .select_from(Session)
        .join(Person, Person.id == Session.person_id)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Person.group_id)
        # on a phone that a helper has handed over, and on a shared machine, one's roles sleep
        .outerjoin(Grant, and_(Grant.person_id == Person.id, *(Session.kind != lent for lent in LENT)))
        .where(
            Session.token_digest == bindparam("token"),
            Session.expires_at > bindparam("moment"),
            Session.kind != SessionKind.RENEWING,  # nobody has come in yet; see people/renewal.py
            Person.erased_at.is_(None),
            Person.disabled_at.is_(None),
        )
    )  # fmt: skip


class OpenSession(NamedTuple):
    """One of a person's sessions, as its owner sees it."""

    token_digest: str
    kind: str
    device: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime

    @property
    def mark(self) -> str:
        """What a form sends to name this session; no secret, and nothing without its owner."""
        return self.token_digest[:16]


def sessions_of(person_id: int, moment: datetime) -> list[OpenSession]:
    """Return the person's open sessions, the last used first."""
    rows = db.session.execute(
        select(
            Session.token_digest, Session.kind, Session.device,
            Session.created_at, Session.seen_at, Session.expires_at,
        )
        .where(Session.person_id == person_id, Session.expires_at > moment)
        .order_by(Session.seen_at.desc())
    )  # fmt: skip
    return [OpenSession(*row) for row in rows]


def find_kept_with(form_digest: str, name: str | None, moment: datetime) -> int | None:
    """Return who was registered under this name a moment ago by this very form in the same browser."""
    return db.session.scalar(
        select(Person.id)
        .join(Session, Session.person_id == Person.id)
        .where(
            Session.token_digest == form_digest,
            Session.came_by == KEPT,
            Session.created_at > moment - rules.ANSWER_MAY_BE_LOST,
            Person.display_name == name,
            Person.erased_at.is_(None),
        )
    )


def came_by(token_digest: str | None, since: datetime) -> str | None:
    """Return how the holder of this session came in, if it was opened since then."""
    return db.session.scalar(
        select(Session.came_by).where(Session.token_digest == token_digest, Session.created_at > since)
    )
