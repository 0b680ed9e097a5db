"""Merges, splits and corrections of residential groups: people and standing go along, credits stay."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update

from elearn.kit import audit
from elearn.kit.clock import today
from elearn.kit.db import db, lock, transaction
from elearn.kit.refused import Refused
from elearn.kit.words import fold, title_key
from elearn.learning.ledger import move_standings
from elearn.people.models import Grant, GroupChange, GroupContact, GroupKind, Kiosk, Person, ResidentialGroup
from elearn.people.permissions import Viewer

Actor = Viewer | int | None


class Part(NamedTuple):
    """A new group that a split makes."""

    code: str
    name: str
    households: int | None = None
    adults: int | None = None


def merge_groups(ids: Collection[int], into_id: int, *, actor: Actor) -> None:
    """Let groups become part of another: their people and helpers go over, past credits are shown there."""
    with transaction():
        gone = [_locked(one) for one in sorted(set(ids) - {into_id})]
        into = _locked(into_id)
        if not gone:
            raise Refused("Xin chọn ít nhất một tổ khác để gộp.")
        for group in [*gone, into]:
            if group.kind != GroupKind.REGULAR or group.ward_id != into.ward_id or group.successor_id:
                raise Refused(f"{group.name} không gộp được.")
        going = [group.id for group in gone]
        move_standings(going, into.id)
        db.session.execute(update(Person).where(Person.group_id.in_(going)).values(group_id=into.id))
        _move_grants(going, into.id)
        for model in (Kiosk, GroupContact):
            db.session.execute(
                update(model).where(model.group_id.in_(going)).values(group_id=into.id)  # type: ignore[attr-defined]
            )
        into.households = _sum([into.households, *(group.households for group in gone)])
        into.adults = _sum([into.adults, *(group.adults for group in gone)])
        for group in gone:
            group.successor_id, group.valid_until = into.id, today()
            _change(group, "merged", group.name, into.name, other_id=into.id)
        _note(actor, "merge groups", into, merged=going)


def split_group(group_id: int, parts: Sequence[Part], *, ends: bool = True, actor: Actor) -> list[int]:
    """Make new groups out of one; its people and its past stay with it until they are assigned.

    With `ends` the old group is no longer offered from today.
    """
    with transaction():
        old = _locked(group_id)
        if old.kind != GroupKind.REGULAR or old.successor_id or not parts:
            raise Refused("Tổ này không tách được.")
        made = []
        for part in parts:
            group = ResidentialGroup(
                ward_id=old.ward_id, code=_free_code(part.code), name=part.name, former_ward=old.former_ward,
                households=part.households, adults=part.adults, valid_from=today(), split_from_id=old.id,
            )  # fmt: skip
            _index(group)
            db.session.add(group)
            db.session.flush()
            _change(old, "split", old.name, group.name, other_id=group.id)
            made.append(group.id)
        if ends:
            old.valid_until = today()
        _note(actor, "split group", old, made=made)
    return made


def rename_group(group_id: int, name: str, *, actor: Actor) -> None:
    """Give a group another name; the old one stays in its history."""
    with transaction():
        group = _locked(group_id)
        if group.name != name:
            _change(group, "renamed", group.name, name)
            group.name = name
            _index(group)
            _note(actor, "rename group", group)


def correct_group(
    group_id: int,
    *,
    code: str | None = None,
    former_ward: str | None = None,
    households: int | None = None,
    adults: int | None = None,
    unknown: Collection[str] = (),
    actor: Actor,
) -> None:
    """Correct what was entered wrongly; what is not given stays. `unknown` names the counts to take away."""
    given: dict[str, Any] = {"former_ward": former_ward, "households": households, "adults": adults}
    with transaction():
        group = _locked(group_id)
        if code is not None and code.strip().upper() != group.code:
            given["code"] = _free_code(code)
        changed = {
            field: value for field, value in given.items() if value not in (None, getattr(group, field))
        } | {field: None for field in unknown if getattr(group, field) is not None}
        for field, value in changed.items():
            _change(group, "corrected", f"{field}={getattr(group, field)}", f"{field}={value}")
            setattr(group, field, value)
        _index(group)
        if changed:
            _note(actor, "correct group", group, fields=sorted(changed))


def _locked(group_id: int) -> ResidentialGroup:
    group: ResidentialGroup | None = lock(ResidentialGroup, group_id)
    if group is None:
        raise LookupError(f"no group {group_id}")
    return group


def _move_grants(going: Sequence[int], into_id: int) -> None:
    held = {
        (grant.person_id, grant.role)
        for grant in db.session.scalars(select(Grant).where(Grant.group_id == into_id))
    }
    for grant in db.session.scalars(select(Grant).where(Grant.group_id.in_(going))).all():
        if (grant.person_id, grant.role) in held:
            db.session.execute(delete(Grant).where(Grant.id == grant.id))
        else:
            grant.group_id = into_id
            held.add((grant.person_id, grant.role))
    db.session.flush()


def _sum(numbers: Sequence[int | None]) -> int | None:
    """Return the sum, or None when one of them is unknown: half a denominator misleads."""
    return None if None in numbers else sum(number or 0 for number in numbers)


def _free_code(code: str) -> str:
    code = code.strip().upper()
    if db.session.scalar(select(ResidentialGroup.id).where(ResidentialGroup.code == code)) is not None:
        raise Refused(f"Mã tổ {code} đã có rồi. Xin chọn mã khác.")
    return code


def _index(group: ResidentialGroup) -> None:
    group.search = fold(f"{group.name} {group.former_ward} {group.code}")
    group.sort_key = title_key(f"{group.name} {group.former_ward}")


def _change(
    group: ResidentialGroup, kind: str, before: str, after: str, *, other_id: int | None = None
) -> None:
    db.session.add(
        GroupChange(group_id=group.id, day=today(), kind=kind, other_id=other_id, before=before, after=after)
    )


def _note(actor: Actor, action: str, group: ResidentialGroup, **detail: Any) -> None:
    db.session.flush()
    actor_id = actor.person_id if isinstance(actor, Viewer) else actor
    audit.record(action, "group", group.id, actor_id=actor_id, ward_id=group.ward_id, **detail)
