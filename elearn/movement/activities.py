"""Writes of the log of activities: a line is noted, mended, taken out."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from elearn.kit.audit import record
from elearn.kit.db import db, insert_if_absent, lock, transaction
from elearn.kit.refused import Refused
from elearn.kit.secrets import digest
from elearn.movement.activity_queries import find_activity_seen_by
from elearn.movement.models import Activity
from elearn.people.permissions import Permission, Viewer


class Done(NamedTuple):
    """What was done; `workplace` where it was no group's."""

    day: date
    channel: str
    count: int
    attendees: int | None = None
    note: str = ""
    group_id: int | None = None
    workplace: str = ""


def note_activity(
    by: Viewer, ward_id: int, form_id: str, done: Done, *, meeting_mark: str | None = None
) -> int:
    """Note an activity and return its id; the same form sent again, or the same class, is the same line.

    Raise Refused where the viewer may not note anything for that group or for a workplace.
    """
    _may(by, ward_id, done)
    form_digest = digest(f"activity {by.person_id} {form_id}")
    with transaction():
        is_new = insert_if_absent(
            Activity, ward_id=ward_id, noted_by_id=by.person_id, form_digest=form_digest,
            meeting_mark=meeting_mark, **done._asdict(),
        )  # fmt: skip
        same = Activity.form_digest == form_digest
        if not is_new and meeting_mark is not None:
            same |= (Activity.ward_id == ward_id) & (Activity.meeting_mark == meeting_mark)
        made = db.session.scalar(select(Activity.id).where(same).limit(1))
        assert made is not None
        if is_new:
            _note("note activity", made, by, ward_id)
    return made


def mend_activity(by: Viewer, ward_id: int, activity_id: int, done: Done) -> bool:
    """Change a line of the log; return whether there is such a line within the viewer's reach.

    Raise Refused where it would become another group's than the viewer may speak for.
    """
    with transaction():
        if find_activity_seen_by(by, ward_id, activity_id) is None:
            return False
        row: Activity = lock(Activity, activity_id)
        changed = [name for name, value in done._asdict().items() if getattr(row, name) != value]
        if {"group_id", "workplace"} & set(changed):
            _may(by, ward_id, done)
        for name in changed:
            setattr(row, name, getattr(done, name))
        if changed:
            _note("mend activity", activity_id, by, ward_id, fields=sorted(changed))
    return True


def drop_activity(by: Viewer, ward_id: int, activity_id: int) -> bool:
    """Take a line out of the log; return whether there was one within the viewer's reach."""
    with transaction():
        line = find_activity_seen_by(by, ward_id, activity_id)
        if line is None:
            return False
        db.session.delete(lock(Activity, activity_id))
        _note("drop activity", activity_id, by, ward_id)
    return True


def _may(by: Viewer, ward_id: int, done: Done) -> None:
    if not by.may_in(Permission.LOG_ACTIVITIES, ward_id=ward_id, group_id=done.group_id):
        raise Refused("Anh chị chỉ ghi được cho tổ mình phụ trách. Xin chọn lại tổ.")


def _note(act: str, activity_id: int, by: Viewer, ward_id: int, **detail: object) -> None:
    record(act, "activity", activity_id, actor_id=by.person_id, ward_id=ward_id, **detail)
