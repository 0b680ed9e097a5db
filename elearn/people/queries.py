"""Reads about people. What a viewer may not see is never fetched: lists start from a `…_seen_by(viewer)`."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, and_, false, or_, select, true

from elearn.kit.db import db
from elearn.people.models import Grant, GroupKind, Person, ResidentialGroup, Session, SessionKind, Ward
from elearn.people.permissions import Permission, Role, Scope, Viewer
from elearn.people.rules import STAFF_IDLE


class WardCard(NamedTuple):
    """What every page says about the ward it belongs to."""

    id: int
    code: str
    name: str
    city: str
    host: str | None
    office_name: str
    office_phone: str
    office_address: str


class GroupChoice(NamedTuple):
    """A residential group as a list offers it."""

    id: int
    code: str
    name: str
    former_ward: str
    kind: str
    search: str


def wards() -> list[WardCard]:
    """Return every ward of the installation."""
    rows = db.session.execute(
        select(
            Ward.id, Ward.code, Ward.name, Ward.city, Ward.host,
            Ward.office_name, Ward.office_phone, Ward.office_address,
        ).order_by(Ward.id)
    )  # fmt: skip
    return [WardCard(*row) for row in rows]


def find_viewer(token_digest: str, moment: datetime) -> Viewer | None:
    """Return who holds the session with this digest, or None.

    Session, person, group and grants come in one statement.
    """
    rows = db.session.execute(
        select(
            Person.id, Person.display_name, Person.ward_id, Person.group_id, ResidentialGroup.name,
            Session.kind, Session.seen_at, Session.assisted_by_id, Session.class_group_id,
            Session.nameless_id,
            Grant.role, Grant.ward_id, Grant.group_id,
        )
        .select_from(Session)
        .join(Person, Person.id == Session.person_id)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Person.group_id)
        # on a phone that a helper has handed over, the owner's roles sleep
        .outerjoin(Grant, and_(Grant.person_id == Person.id, Session.kind != SessionKind.HANDED))
        .where(
            Session.token_digest == token_digest,
            Session.expires_at > moment,
            or_(Session.kind != SessionKind.STAFF, Session.seen_at > moment - STAFF_IDLE),
            Person.erased_at.is_(None),
        )
    ).all()  # fmt: skip
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
        nameless_id,
        *_,
    ) = rows[0]
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
        class_group_id=class_group,
        nameless_id=nameless_id,
        scopes=tuple(Scope(Role(role), ward, group) for *_, role, ward, group in rows if role),
    )


def groups_seen_by(
    viewer: Viewer, permission: Permission = Permission.SEE_OWN_GROUP
) -> Select[tuple[ResidentialGroup]]:
    """Select the residential groups within which the viewer's roles grant the permission.

    Today's groups and ended ones alike; a caller who wants only today's adds `exists_on`.
    """
    return select(ResidentialGroup).where(within_reach(viewer, permission))


def people_seen_by(
    viewer: Viewer, permission: Permission = Permission.SEE_OWN_GROUP
) -> Select[tuple[Person]]:
    """Select the named people of the groups that the viewer may see by name; never erased or merged rows."""
    return (
        select(Person)
        .join(ResidentialGroup, ResidentialGroup.id == Person.group_id)
        .where(
            within_reach(viewer, permission),
            Person.display_name.is_not(None),
            Person.erased_at.is_(None),
            Person.merged_into_id.is_(None),
        )
    )


def within_reach(viewer: Viewer, permission: Permission):  # type: ignore[no-untyped-def]
    """Return the condition on ResidentialGroup that holds inside the viewer's scopes for the permission."""
    conditions = []
    for scope in viewer.reach(permission):
        if scope.group_id is not None:
            conditions.append(ResidentialGroup.id == scope.group_id)
        elif scope.ward_id is not None:
            conditions.append(ResidentialGroup.ward_id == scope.ward_id)
        else:
            conditions.append(true())
    return or_(*conditions) if conditions else false()


def exists_on(day):  # type: ignore[no-untyped-def]
    """Return the condition that a residential group exists on this day."""
    return and_(
        or_(ResidentialGroup.valid_from.is_(None), ResidentialGroup.valid_from <= day),
        or_(ResidentialGroup.valid_until.is_(None), ResidentialGroup.valid_until > day),
    )


def group_choices(ward_id: int, day) -> list[GroupChoice]:  # type: ignore[no-untyped-def]
    """Return the groups of a ward that a person may choose on this day, in Vietnamese order,
    the two for who has none to name at the end."""
    rows = db.session.execute(
        select(
            ResidentialGroup.id, ResidentialGroup.code, ResidentialGroup.name,
            ResidentialGroup.former_ward, ResidentialGroup.kind, ResidentialGroup.search,
        )
        .where(ResidentialGroup.ward_id == ward_id, exists_on(day))
        .order_by(ResidentialGroup.kind != GroupKind.REGULAR, ResidentialGroup.kind.desc(), ResidentialGroup.sort_key)
    )  # fmt: skip
    return [GroupChoice(*row) for row in rows]


def find_group(code: str) -> ResidentialGroup | None:
    """Return the group with this code, or None."""
    return db.session.scalar(select(ResidentialGroup).where(ResidentialGroup.code == code.upper()))
