"""Reads for the Saturday list: the figures of the boards, the requests that wait, the last activity noted."""

from datetime import date
from typing import Any

from sqlalchemy import func, select

from elearn.kit.db import db
from elearn.learning.help_queries import waiting_by_group
from elearn.movement.models import Activity
from elearn.movement.rules import LOOKED_AT, Place
from elearn.people.models import GroupKind, ResidentialGroup
from elearn.people.permissions import Permission, Viewer
from elearn.progress.queries import board_seen_by
from elearn.progress.rules import Filter, Period


def places_seen_by(viewer: Viewer, ward_id: int, day: date) -> list[Place]:
    """Return the groups of today that the viewer may plan visits to, in the ward's own order; the figures of
    people and lessons are the board's."""
    if not viewer.may_in(Permission.PLAN_VISITS, ward_id=ward_id):
        return []
    asked = Filter(Period("khoang", day - LOOKED_AT, day))
    waiting, last = waiting_by_group(ward_id), _last_activities(ward_id, day)
    return [
        _place(row, waiting, last)
        for row in board_seen_by(viewer, ward_id, asked, None, day)
        if row.kind == GroupKind.REGULAR and not row.note
    ]


def _place(row: Any, waiting: dict[str, int], last: dict[str, date]) -> Place:
    return Place(
        row.code, row.name, row.former_ward, row.adults, row.people, row.lessons,
        waiting.get(row.code, 0), row.doubtful, last.get(row.code),
    )  # fmt: skip


def _last_activities(ward_id: int, day: date) -> dict[str, date]:
    rows = db.session.execute(
        select(ResidentialGroup.code, func.max(Activity.day))
        .join(Activity, Activity.group_id == ResidentialGroup.id)
        .where(Activity.ward_id == ward_id, Activity.day <= day)
        .group_by(ResidentialGroup.code)
    )
    return {str(code): last for code, last in rows}
