"""Roles: who is given one, up to which ceiling; staff are made, and people are kept out and let in again."""

from sqlalchemy import exists, or_, select

from elearn.kit import audit
from elearn.kit.clock import now
from elearn.kit.db import db, insert_if_absent, lock, transaction
from elearn.kit.refused import Refused
from elearn.kit.words import fold, sort_key
from elearn.people import colleagues, credentials, queries, rules
from elearn.people.models import Grant, Keeping, Person, ResidentialGroup
from elearn.people.permissions import STAFF, Permission, Role, Viewer

LAST_ONE = "Đây là người quản trị cuối cùng. Giao vai trò này cho người khác trước đã."


def grant_role(
    person_id: int, role: str, *, ward_id: int | None, group_id: int | None = None, by: Viewer | None
) -> None:
    """Give a person a role in a group (helpers), a ward, or (ward None) the installation; twice is once.

    Nobody gives more than they may themselves. The person's sessions end: a role changes what a session is.
    """
    with transaction():
        person: Person | None = lock(Person, person_id)
        _must_grant(by, ward_id)
        _must_fit(person, Role(role), ward_id, group_id, by)
        if _grant(person_id, role, ward_id, group_id, by):
            credentials.end_what_was_opened(person_id, but=_key_of(person_id, by))
            _note("grant role", person_id, by, ward_id, role=role, group_id=group_id)


def revoke_grant(grant_id: int, by: Viewer | None) -> None:
    """Take a role back; the person's sessions end. Raise Refused for the last administrator."""
    with transaction():
        grant: Grant | None = lock(Grant, grant_id)
        if grant is None:
            return
        _must_grant(by, grant.ward_id)
        if grant.role == Role.ADMINISTRATOR:
            _must_leave_an_administrator(grant.ward_id, without=grant.person_id)
        db.session.delete(grant)
        db.session.flush()
        credentials.end_what_was_opened(grant.person_id, but=_key_of(grant.person_id, by))
        _note(
            "revoke role", grant.person_id, by, grant.ward_id, role=str(grant.role), group_id=grant.group_id
        )


def disable(person_id: int, by: Viewer | None) -> None:
    """Keep a person out from this moment on: no way in works, open sessions end; nothing is erased."""
    credentials.must_look_after(by, person_id)
    with transaction():
        person: Person = lock(Person, person_id)
        if person.disabled_at is None:
            colleagues.must_not_silence(by, person_id)
            for scope in queries.grants_of(person_id):
                if scope.role == Role.ADMINISTRATOR:
                    _must_leave_an_administrator(scope.ward_id, without=person_id)
            person.disabled_at = now()
            credentials.end_what_was_opened(person_id)
            _note("disable person", person_id, by, person.ward_id)


def enable(person_id: int, by: Viewer | None) -> None:
    """Let a person in again who was kept out."""
    credentials.must_look_after(by, person_id)
    with transaction():
        person: Person = lock(Person, person_id)
        if person.disabled_at is not None:
            person.disabled_at = None
            _note("enable person", person_id, by, person.ward_id)


def add_staff(
    ward_id: int,
    name: str,
    role: str,
    password: str,
    *,
    phone: str | None = None,
    group_id: int | None = None,
    everywhere: bool = False,
    by: Viewer | None = None,
) -> int:
    """Make a person with a role and a password, and return their id; `everywhere`: the whole installation."""
    if reason := rules.why_weak_password(password, name, phone):
        raise Refused(reason)
    scope = None if everywhere else ward_id
    proof = credentials.proof_of(password)
    with transaction():
        _must_grant(by, scope)
        _must_lie_in(group_id, scope)
        person = Person(
            ward_id=ward_id, group_id=group_id, keeping=Keeping.NAME, display_name=name, search=fold(name),
            sort_key=sort_key(name), phone=phone, personal_code=credentials.free_personal_code(),
            password_hash=proof.hash, password_salt=proof.salt,
        )  # fmt: skip
        db.session.add(person)
        db.session.flush()
        _must_fit(person, Role(role), scope, group_id, by)
        _grant(person.id, role, scope, group_id, by)
        _note("add staff", person.id, by, scope, role=role, group_id=group_id)
    return person.id


def _grant(person_id: int, role: str, ward_id: int | None, group_id: int | None, by: Viewer | None) -> bool:
    return insert_if_absent(
        Grant,
        person_id=person_id,
        role=str(role),
        ward_id=ward_id,
        group_id=group_id,
        granted_by_id=by.person_id if by else None,
        granted_at=now(),
    )


def _must_grant(by: Viewer | None, ward_id: int | None) -> None:
    if by is not None and not by.may_in(Permission.GRANT_ROLES, ward_id=ward_id):
        raise Refused("Vai trò này ngoài quyền giao của anh chị.")


def _must_fit(
    person: Person | None, role: Role, ward_id: int | None, group_id: int | None, by: Viewer | None
) -> None:
    if person is None or not person.display_name or person.erased_at or person.merged_into_id:
        raise Refused("Chỉ giao vai trò cho người có tên.")
    if ward_id is not None and person.ward_id != ward_id and by is not None and not _reaches_all(by):
        raise Refused("Người này thuộc phường khác.")
    if role in STAFF and person.password_hash is None:
        raise Refused("Người này chưa có mật khẩu. Đặt mật khẩu trước, rồi giao vai trò.")
    if (role == Role.HELPER) != (group_id is not None):
        raise Refused("Người hướng dẫn thì chọn một tổ; vai trò khác thì không chọn tổ.")
    _must_lie_in(group_id, ward_id)


def _must_lie_in(group_id: int | None, ward_id: int | None) -> None:
    if group_id is not None and _ward_of(group_id) != ward_id:
        raise Refused("Tổ này không thuộc phường đã chọn.")


def _must_leave_an_administrator(ward_id: int | None, *, without: int) -> None:
    """Raise Refused when nobody else would look after the ward (None: the installation)."""
    reaches = (
        Grant.ward_id.is_(None) if ward_id is None else or_(Grant.ward_id == ward_id, Grant.ward_id.is_(None))
    )
    others = (
        exists()
        .where(Grant.role == Role.ADMINISTRATOR, reaches, Grant.person_id != without)
        .where(Person.id == Grant.person_id, Person.disabled_at.is_(None), Person.erased_at.is_(None))
    )
    if not db.session.scalar(select(others)):
        raise Refused(LAST_ONE)


def _reaches_all(by: Viewer) -> bool:
    return by.may_in(Permission.GRANT_ROLES, ward_id=None)


def _ward_of(group_id: int) -> int | None:
    return db.session.scalar(select(ResidentialGroup.ward_id).where(ResidentialGroup.id == group_id))


def _key_of(person_id: int, by: Viewer | None) -> str | None:
    """Who changes their own roles stays signed in."""
    return by.session_key if by is not None and by.person_id == person_id else None


def _note(action: str, person_id: int, by: Viewer | None, ward_id: int | None, **detail: object) -> None:
    audit.record(
        action, "person", person_id, actor_id=by.person_id if by else None, ward_id=ward_id, **detail
    )
