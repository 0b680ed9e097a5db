"""Writes of whom to call in a residential group: one is entered with consent, one is taken out."""

from sqlalchemy import delete, func, select

from elearn.kit.audit import record
from elearn.kit.db import db, lock, transaction
from elearn.kit.refused import Refused
from elearn.people.models import GroupContact, ResidentialGroup
from elearn.people.permissions import Viewer

MOST_CONTACTS = 4


def add_contact(by: Viewer, group_id: int, *, role: str, name: str, phone: str | None) -> None:
    """Enter whom to call in a group; the same again is the same.

    Raise Refused where the group has as many as a page can show.
    """
    with transaction():
        group: ResidentialGroup = lock(ResidentialGroup, group_id)
        mine = select(func.count()).where(GroupContact.group_id == group.id)
        same = mine.where(
            GroupContact.role == role,
            GroupContact.name == name,
            GroupContact.phone.is_not_distinct_from(phone),
        )
        if db.session.scalar(same):
            return
        if (db.session.scalar(mine) or 0) >= MOST_CONTACTS:
            raise Refused(f"Mỗi tổ ghi nhiều nhất {MOST_CONTACTS} người liên hệ. Xin bỏ bớt một người trước.")
        db.session.add(
            GroupContact(
                ward_id=group.ward_id, group_id=group.id, role=role, name=name, phone=phone,
                entered_by_id=by.person_id,
            )
        )  # fmt: skip
        record("add contact", "group", group.id, actor_id=by.person_id, ward_id=group.ward_id)


def drop_contact(by: Viewer, group_id: int, contact_id: int) -> None:
    """Take somebody out who was to be called in the group; twice is once."""
    with transaction():
        group: ResidentialGroup = lock(ResidentialGroup, group_id)
        gone = db.session.execute(
            delete(GroupContact).where(GroupContact.id == contact_id, GroupContact.group_id == group.id)
        )
        if gone.rowcount:  # type: ignore[attr-defined]
            record("drop contact", "group", group.id, actor_id=by.person_id, ward_id=group.ward_id)
