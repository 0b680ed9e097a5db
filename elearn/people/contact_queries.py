"""Reads of whom to call in a residential group; only for who may see its true counts."""

from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import or_, select

from elearn.kit.db import db
from elearn.kit.typed import spoken_number
from elearn.people.models import GroupContact, ResidentialGroup
from elearn.people.permissions import Permission, Viewer
from elearn.people.queries import within_reach


class Contact(NamedTuple):
    """Somebody to call."""

    id: int
    role: str
    name: str
    phone: str | None

    @property
    def spoken_phone(self) -> str:
        """Return the number as people say it."""
        return spoken_number(self.phone or "")


def contacts_seen_by(viewer: Viewer, ward_id: int, code: str = "") -> dict[str, list[Contact]]:
    """Return by the code of each group of the ward (or only one) whom the viewer may know to call there."""
    group = ResidentialGroup
    counts = or_(within_reach(viewer, Permission.SEE_COUNTS), within_reach(viewer, Permission.SEE_OWN_GROUP))
    rows = db.session.execute(
        select(group.code, GroupContact.id, GroupContact.role, GroupContact.name, GroupContact.phone)
        .join(group, group.id == GroupContact.group_id)
        .where(group.ward_id == ward_id, counts, *([group.code == code] if code else []))
        .order_by(GroupContact.role != "leader", GroupContact.role != "helper", GroupContact.id)
    )
    found: dict[str, list[Contact]] = defaultdict(list)
    for of, *contact in rows:
        found[of].append(Contact(*contact))
    return dict(found)
