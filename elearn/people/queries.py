"""Reads about people. What a viewer may not see is never fetched: lists start from a `…_seen_by(viewer)`."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CTE, BindParameter, Select, and_, exists, false, func, literal, or_, select, true

from elearn.kit.db import db
from elearn.people.consents import KEEP_RESULTS, SEEN_BY_HELPER
from elearn.people.models import (
    Consent,
    Grant,
    GroupKind,
    Person,
    ResidentialGroup,
    Ward,
)
from elearn.people.permissions import STAFF, Permission, Role, Scope, Viewer


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
    """Return every ward that has pages of its own here; not those whose counts another installation keeps."""
    rows = db.session.execute(
        select(
            Ward.id, Ward.code, Ward.name, Ward.city, Ward.host,
            Ward.office_name, Ward.office_phone, Ward.office_address,
        )
        .where(Ward.joined_from.is_(None))
        .order_by(Ward.id)
    )  # fmt: skip
    return [WardCard(*row) for row in rows]


def demo_wards() -> int:
    """Return how many wards here are invented: the secrets of their accounts are known to everybody."""
    return db.session.scalar(select(func.count()).select_from(Ward).where(Ward.demo.is_(True))) or 0


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
    """Select the named people of the groups that the viewer may see by name; never erased or merged rows.

    Whoever sees one group alone, its helper, sees those who have not refused it.
    """
    return (
        select(Person)
        .join(ResidentialGroup, ResidentialGroup.id == Person.group_id)
        .where(
            within_reach(viewer, permission, in_one_group=_lets_helper_see()),
            Person.display_name.is_not(None),
            Person.erased_at.is_(None),
            Person.merged_into_id.is_(None),
        )
    )


def _lets_helper_see():  # type: ignore[no-untyped-def]
    """Return the condition that a Person agreed to be seen by the helper of their group.

    Silence is not consent; but who was never asked here (a list that the ward brought along, with consents
    on paper) is seen until they say no.
    """
    asked = exists().where(
        Consent.person_id == Person.id, Consent.purpose.in_((KEEP_RESULTS, SEEN_BY_HELPER))
    )
    return or_(asked.where(Consent.purpose == SEEN_BY_HELPER, Consent.withdrawn_at.is_(None)), ~asked)


def within_reach(viewer: Viewer, permission: Permission, *, in_one_group=None):  # type: ignore[no-untyped-def]
    """Return the condition on ResidentialGroup that holds inside the viewer's scopes for the permission.

    `in_one_group` is asked in addition where the scope is one residential group.
    """
    further = true() if in_one_group is None else in_one_group
    conditions = []
    for scope in viewer.reach(permission):
        if scope.group_id is not None:
            conditions.append(and_(ResidentialGroup.id == scope.group_id, further))
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
        .order_by(
            ResidentialGroup.kind != GroupKind.REGULAR,
            ResidentialGroup.kind.desc(),
            ResidentialGroup.sort_key,
        )
    )  # fmt: skip
    return [GroupChoice(*row) for row in rows]


def find_group(code: str) -> ResidentialGroup | None:
    """Return the group with this code, or None."""
    return db.session.scalar(select(ResidentialGroup).where(ResidentialGroup.code == code.upper()))


def roots_in(ward_id: int) -> dict[int, int]:
    """Return who everyone of the ward that was merged into another is now, as far up as that goes."""
    merged = select(Person.id, Person.merged_into_id).where(
        Person.ward_id == ward_id, Person.merged_into_id.is_not(None)
    )
    into = {row[0]: row[1] for row in db.session.execute(merged)}
    found = {}
    for one, root in into.items():
        while root in into:
            root = into[root]
        found[one] = root
    return found


def same_person(person_id: int | BindParameter[int]) -> CTE:
    """Select the ids of a person and of everyone merged into them."""
    one = literal(person_id) if isinstance(person_id, int) else person_id
    same = select(one.label("id")).cte("same_person", recursive=True)
    return same.union(select(Person.id).join(same, Person.merged_into_id == same.c.id))


def root_of(person_id: int) -> int:
    """Return whom the person was merged into, or the person."""
    above = select(Person.merged_into_id)
    while (into_id := db.session.scalar(above.where(Person.id == person_id))) is not None:
        person_id = into_id
    return person_id


class Name(NamedTuple):
    """A person as a page names them."""

    id: int
    display_name: str


def names_of(ids: list[int]) -> list[Name]:
    """Return the names behind the ids, in that order; only of people who sign in with a PIN."""
    rows = db.session.execute(
        select(Person.id, Person.display_name).where(
            Person.id.in_(ids),
            Person.display_name.is_not(None),
            Person.pin_hash.is_not(None),
            Person.erased_at.is_(None),
            Person.disabled_at.is_(None),
            Person.merged_into_id.is_(None),
            ~exists().where(Grant.person_id == Person.id, Grant.role.in_(STAFF)),
        )
    )
    return sorted((Name(*row) for row in rows), key=lambda name: ids.index(name.id))


def find_name(person_id: int | None) -> str | None:
    """Return the person's name, or None."""
    return db.session.scalar(select(Person.display_name).where(Person.id == person_id))


class Details(NamedTuple):
    """What a person's own pages show of them."""

    id: int
    display_name: str
    phone: str | None
    birth_year: int | None
    personal_code: str | None
    has_pin: bool
    has_password: bool
    audience: str
    household: str | None
    registered_at: datetime | None


def find_details(person_id: int) -> Details | None:
    """Return what the person's own pages show, or None."""
    row = db.session.execute(
        select(
            Person.id, Person.display_name, Person.phone, Person.birth_year, Person.personal_code,
            Person.pin_hash.is_not(None), Person.password_hash.is_not(None), Person.audience,
            Person.household, Person.registered_at,
        ).where(Person.id == person_id)
    ).first()  # fmt: skip
    return Details(*row) if row else None


def consents_of(person_id: int) -> list[Consent]:
    """Return every consent the person has given, the newest first, withdrawn ones too."""
    return list(
        db.session.scalars(select(Consent).where(Consent.person_id == person_id).order_by(Consent.id.desc()))
    )


def has_agreed(person_id: int, purpose: str) -> bool:
    """Does a consent of this person to the purpose stand?"""
    return any(one.purpose == purpose and one.withdrawn_at is None for one in consents_of(person_id))


def is_seen_by_helper(person_id: int) -> bool:
    """May the helper of the group see this person's name?"""
    seen = select(Person.id).where(Person.id == person_id, _lets_helper_see())
    return db.session.scalar(seen) is not None


def grants_of(person_id: int) -> list[Scope]:
    """Return the roles that a person holds, with their reach."""
    rows = db.session.execute(
        select(Grant.role, Grant.ward_id, Grant.group_id).where(Grant.person_id == person_id)
    )
    return [Scope(Role(role), ward, group) for role, ward, group in rows]


def find_viewer_of(person_id: int) -> Viewer:
    """Return the person with their roles, as a Viewer without a session: who has just proved who they are."""
    return Viewer(person_id=person_id, display_name=find_name(person_id), scopes=tuple(grants_of(person_id)))


def may_look_after(by: Viewer, person_id: int) -> bool:
    """May the viewer give this person codes, cards and secrets, correct them, keep them out?

    Never oneself. People with roles are looked after by whoever may give each of these roles; the others
    by whoever registers residents in their group.
    """
    if by.person_id == person_id:
        return False
    person = db.session.execute(
        select(Person.ward_id, Person.group_id).where(
            Person.id == person_id,
            Person.display_name.is_not(None),
            Person.erased_at.is_(None),
            Person.merged_into_id.is_(None),
        )
    ).first()
    if person is None:
        return False
    if scopes := grants_of(person_id):
        return all(by.may_in(Permission.GRANT_ROLES, ward_id=scope.ward_id) for scope in scopes)
    if person.group_id is None:
        return by.may_in(Permission.REGISTER_RESIDENTS, ward_id=person.ward_id)
    seen = people_seen_by(by, Permission.REGISTER_RESIDENTS).where(Person.id == person_id)
    return db.session.scalar(seen.with_only_columns(Person.id)) is not None
