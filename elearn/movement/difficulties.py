"""Writes of difficulties: one is told, taken in hand, answered, done."""

from typing import NamedTuple

from sqlalchemy import select

from elearn.kit.audit import record
from elearn.kit.clock import now
from elearn.kit.db import db, insert_if_absent, lock, transaction
from elearn.kit.refused import Refused
from elearn.kit.secrets import digest
from elearn.movement.difficulty_queries import find_difficulty_seen_by
from elearn.movement.models import Difficulty
from elearn.people.permissions import Permission, Viewer


class Told(NamedTuple):
    """What somebody tells of a difficulty; `workplace` where it is no group's."""

    kind: str
    what: str
    wish: str = ""
    group_id: int | None = None
    workplace: str = ""


def tell_difficulty(by: Viewer, ward_id: int, form_id: str, told: Told) -> int:
    """Keep a difficulty and return its id; the same form sent again is the same difficulty.

    Raise Refused where the viewer may not speak for that group or for a workplace.
    """
    if not by.may_in(Permission.JOIN_MOVEMENT, ward_id=ward_id, group_id=told.group_id):
        raise Refused("Anh chị chỉ báo được cho tổ mình phụ trách. Xin chọn lại tổ.")
    form_digest = digest(f"difficulty {by.person_id} {form_id}")
    with transaction():
        is_new = insert_if_absent(
            Difficulty, ward_id=ward_id, told_by_id=by.person_id, form_digest=form_digest, **told._asdict()
        )
        made = db.session.scalar(select(Difficulty.id).where(Difficulty.form_digest == form_digest))
        assert made is not None
        if is_new:
            record(
                "tell difficulty",
                "difficulty",
                made,
                actor_id=by.person_id,
                ward_id=ward_id,
                group_id=told.group_id,
            )
    return made


def answer_difficulty(
    by: Viewer, ward_id: int, difficulty_id: int, *, state: str, answer: str, seen: int
) -> bool:
    """Say how far a difficulty is, and what is answered; the same again changes nothing.

    `seen` is how often it had been dealt with when the page was opened: raise Refused when somebody else has
    dealt with it since. Return whether there is such a difficulty that the viewer may answer.
    """
    if not by.may_in(Permission.ANSWER_DIFFICULTIES, ward_id=ward_id):
        return False
    with transaction():
        if find_difficulty_seen_by(by, ward_id, difficulty_id) is None:
            return False
        row: Difficulty = lock(Difficulty, difficulty_id)
        if (row.state, row.answer) == (state, answer):
            return True
        if row.changes != seen:
            raise Refused("Vừa có người khác sửa vướng mắc này. Xin xem lại bên dưới rồi lưu tiếp.")
        moment, was = now(), row.state
        row.in_hand_at = None if state == "new" else row.in_hand_at or moment
        row.done_at = (row.done_at or moment) if state == "done" else None
        row.state, row.answer, row.changes = state, answer, row.changes + 1
        row.answered_by_id = by.person_id
        record(
            "answer difficulty",
            "difficulty",
            difficulty_id,
            actor_id=by.person_id,
            ward_id=ward_id,
            was=was,
            state=state,
        )
    return True
