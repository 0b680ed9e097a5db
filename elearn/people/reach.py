"""For which groups somebody may act, and which rows of a table that names wards and groups they reach."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, or_, select, true
from sqlalchemy.orm import aliased

from elearn.kit.db import db
from elearn.people.models import GroupKind, ResidentialGroup
from elearn.people.permissions import Permission, Viewer
from elearn.people.queries import exists_on, within_reach


class GroupName(NamedTuple):
    """A group that somebody may act for."""

    id: int
    code: str
    name: str
    former_ward: str

    @property
    def words(self) -> str:
        """Return the group as a list names it."""
        return self.name + (f" ({self.former_ward})" if self.former_ward else "")


def groups_for(viewer: Viewer, permission: Permission, ward_id: int, day: date) -> list[GroupName]:
    """Return today's groups of the ward within reach of the permission, in Vietnamese order."""
    group = ResidentialGroup
    rows = db.session.execute(
        select(group.id, group.code, group.name, group.former_ward)
        .where(
            group.ward_id == ward_id,
            group.kind == GroupKind.REGULAR,
            exists_on(day),
            within_reach(viewer, permission),
        )
        .order_by(group.sort_key, group.code)
    )
    return [GroupName(*row) for row in rows]


def in_reach(table: Any, viewer: Viewer, permission: Permission) -> ColumnElement[bool]:
    """Hold for rows of the table (it has `ward_id`, `group_id`) within reach: a helper's are the own group's,
    with those of the groups that became part of it."""
    conditions: list[ColumnElement[bool]] = []
    for scope in viewer.reach(permission):
        if scope.group_id is not None:
            conditions.append(table.group_id.in_(select(_merged_into(scope.group_id).c.id)))
        elif scope.ward_id is not None:
            conditions.append(table.ward_id == scope.ward_id)
        else:
            conditions.append(true())
    return or_(False, *conditions)


def _merged_into(group_id: int) -> CTE:
    """Select the group and those that became part of it: what was theirs is now its own."""
    part = (
        select(ResidentialGroup.id)
        .where(ResidentialGroup.id == group_id)
        .cte(f"part_of_{group_id}", recursive=True)
    )
    merged = aliased(ResidentialGroup)
    return part.union(select(merged.id).join(part, merged.successor_id == part.c.id))
