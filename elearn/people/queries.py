"""Reads about people. What a viewer may not see is never fetched: lists start from a `…_seen_by(viewer)`."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BindParameter,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)  # fmt: skip

from elearn.kit.db import db, run
from elearn.people import rules
from elearn.people.consents import KEEP_RESULTS, SEEN_BY_HELPER
from elearn.people.models import (
    LENT,
    ClassTicket,
    Consent,
    Grant,
    GroupKind,
    LearningCard,
    Person,
    ResidentialGroup,
    ReturnLink,
    Session,
    SessionKind,
    SignInCode,
    Ward,
)
from elearn.people.permissions import STAFF, Permission, Role, Scope, Viewer

KEPT = "kept"  # in place of how somebody came in: a session that ended with keeping a name


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


class Candidate(NamedTuple):
    """Somebody whom a typed number may mean, and what would prove it."""

    id: int
    phone: str | None
    personal_code: str | None
    pin_hash: str | None
    pin_salt: str | None
    password_hash: str | None
    password_salt: str | None
    merged_into_id: int | None
    is_staff: bool
    has_role: bool

    @property
    def signs_in_as(self) -> int:
        """The person whose session it will be."""
        return self.merged_into_id or self.id

    @property
    def kind(self) -> str:
        """The kind of session that this person's roles demand."""
        if self.is_staff:
            return SessionKind.STAFF
        return SessionKind.HELPER if self.has_role else SessionKind.OWN


def candidates(
    *, phone: str | None = None, code: str | None = None, person_id: int | None = None
) -> list[Candidate]:
    """Return whom a phone number (at most five people), a personal code or an id means; one statement."""
    if phone is not None:
        meant = Person.phone == phone
    elif code is not None:
        meant = Person.personal_code == code
    else:
        meant = Person.id == person_id
    # whoever was merged into another comes in as the other, so it is the other's roles that matter
    holds = exists().where(Grant.person_id == func.coalesce(Person.merged_into_id, Person.id))
    rows = db.session.execute(
        select(
            Person.id, Person.phone, Person.personal_code, Person.pin_hash, Person.pin_salt,
            Person.password_hash, Person.password_salt, Person.merged_into_id,
            holds.where(Grant.role.in_(STAFF)).label("is_staff"), holds.label("has_role"),
        )
        .where(
            meant,
            Person.display_name.is_not(None),
            Person.erased_at.is_(None),
            Person.disabled_at.is_(None),
        )
        .order_by(Person.id)
    )  # fmt: skip
    return [Candidate(*row) for row in rows]


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


def _without_role() -> tuple:  # type: ignore[type-arg]
    """The conditions on a Person whom a card, a link or a handed phone may sign in: no role at all."""
    return (
        Person.display_name.is_not(None),
        Person.erased_at.is_(None),
        Person.disabled_at.is_(None),
        Person.merged_into_id.is_(None),
        ~exists().where(Grant.person_id == Person.id),
    )


def find_card_owner(token_digest: str) -> Name | None:
    """Return whom the card signs in; None when it is unknown, revoked, or its owner has a role."""
    row = run(_card_owner(), {"card": token_digest}).first()
    return Name(*row) if row else None


@cache
def _card_owner() -> Select[tuple[int, str | None]]:
    return (
        select(Person.id, Person.display_name)
        .join(LearningCard, LearningCard.person_id == Person.id)
        .where(
            LearningCard.token_digest == bindparam("card"),
            LearningCard.revoked_at.is_(None),
            *_without_role(),
        )
    )


def find_card(person_id: int) -> LearningCard | None:
    """Return the person's card that still works, or None."""
    return db.session.scalar(
        select(LearningCard)
        .where(LearningCard.person_id == person_id, LearningCard.revoked_at.is_(None))
        .order_by(LearningCard.id.desc())
        .limit(1)
    )


def find_link_owner(token_digest: str, moment: datetime, *, used_by: str | None = None) -> Name | None:
    """Return whom the return link signs in, while it is unused (or was used by this browser just now)."""
    row = db.session.execute(
        select(Person.id, Person.display_name)
        .join(ReturnLink, ReturnLink.person_id == Person.id)
        .where(
            ReturnLink.token_digest == token_digest,
            or_(ReturnLink.used_at.is_(None), used_just_now(ReturnLink, used_by, moment)),
            ReturnLink.expires_at > moment,
            ReturnLink.issued_at <= moment + rules.CLOCKS_DIFFER,
            *_without_role(),
        )
    ).first()
    return Name(*row) if row else None


def used_just_now(model: type[ReturnLink] | type[SignInCode], browser: str | None, moment: datetime):  # type: ignore[no-untyped-def]
    """Return the condition that this same browser used the link or code within the last minute."""
    just_now = model.used_at.between(moment - rules.SAME_TAP, moment + rules.CLOCKS_DIFFER)
    return and_(model.used_by == (browser or ""), just_now)


class ClassHere(NamedTuple):
    """The class that a browser sits in: its group, and how many wrong tries it may make together."""

    token_digest: str
    group_id: int
    group_name: str
    group_code: str
    ward_id: int
    expires_at: datetime
    budget: int
    issued_by_id: int  # the helper who holds it


def find_class(token_digest: str, moment: datetime) -> ClassHere | None:
    """Return the class of a ticket that is still good, or None."""
    row = db.session.execute(
        select(
            ClassTicket.token_digest, ClassTicket.group_id, ResidentialGroup.name, ResidentialGroup.code,
            ResidentialGroup.ward_id, ClassTicket.expires_at,
            ClassTicket.attendance * rules.CLASS_TRIES_EACH, ClassTicket.issued_by_id,
        )
        .join(ResidentialGroup, ResidentialGroup.id == ClassTicket.group_id)
        .where(ClassTicket.token_digest == token_digest, ClassTicket.expires_at > moment)
    ).first()  # fmt: skip
    return ClassHere(*row) if row else None


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


class IssuedCode(NamedTuple):
    """A one-time code, as the person it was for should hear of it."""

    id: int
    issued_at: datetime
    issued_by: str


def codes_to_tell(person_id: int) -> list[IssuedCode]:
    """Return the one-time codes issued for the person that they have not been told of yet."""
    return [IssuedCode(*row) for row in run(_codes_to_tell(), {"person": person_id})]


@cache
def _codes_to_tell() -> Select[tuple[int, datetime, str]]:
    helper = select(Person.id, Person.display_name).subquery()
    return (
        select(SignInCode.id, SignInCode.issued_at, func.coalesce(helper.c.display_name, ""))
        .outerjoin(helper, helper.c.id == SignInCode.issued_by_id)
        .where(SignInCode.person_id == bindparam("person"), SignInCode.told_at.is_(None))
        .order_by(SignInCode.id)
    )


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
