"""What an administrator comes in by, reset by another administrator: announced first, done a day later.

All administrators of the ward read of it meanwhile, and whose it is can say that they never asked. So nobody
takes a colleague's account over in an evening. Nobody is locked out by it: the day passes by itself, also
where there are only two, and at the server it is done at once (`elearn user reset`). What was announced
stands in the audit, and nowhere else.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from elearn.kit import audit
from elearn.kit.audit import AuditEntry
from elearn.kit.clock import local, now
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.people import queries
from elearn.people.models import Person
from elearn.people.permissions import Role, Viewer

A_DAY, LASTS = timedelta(days=1), timedelta(days=7)
ANNOUNCED, OBJECTED = "announce reset", "object to reset"
WAITS = (
    "Người này cũng là người quản trị, nên việc này báo trước một ngày: mọi người quản trị đọc được ở trang "
    "Quản trị. Từ {hour} ngày {day} anh chị quay lại làm, trong một tuần. Gấp thì người trông máy chủ chạy "
    "lệnh elearn user reset."
)
NOT_ASKED_FOR = (
    "Người này đã nói không nhờ đặt lại mật khẩu hay gỡ khóa. Xin gặp trực tiếp; cần thì người trông máy chủ "
    "chạy lệnh elearn user reset."
)


NOT_SILENCED = (
    "Anh chị vừa báo sẽ đặt lại mật khẩu hay gỡ khóa của người này, nên chưa khóa người này được: người ấy "
    "phải còn đường vào để nói “Tôi không nhờ”."
)


def must_be_announced(by: Viewer | None, person_id: int) -> None:
    """Raise Refused unless the viewer announced a day ago that they reset this administrator's ways in.

    The first time it is announced. Who is no administrator, and who acts at the server (None), needs none.
    """
    if by is None or not _is_administrator(person_id):
        return
    moment, announced = now(), _last(ANNOUNCED, person_id, by.person_id)
    objected = _last(OBJECTED, person_id, person_id)
    if objected is not None and objected >= (announced or objected):
        raise Refused(NOT_ASKED_FOR)
    if announced is None:
        ward_id = db.session.scalar(select(Person.ward_id).where(Person.id == person_id))
        audit.record(ANNOUNCED, "person", person_id, actor_id=by.person_id, ward_id=ward_id)
        announced = moment
    if moment - announced < A_DAY:
        then = local(announced + A_DAY)
        raise Refused(WAITS.format(hour=f"{then:%H:%M}", day=f"{then.day}/{then.month}"))


def object_to_reset(me: Viewer) -> None:
    """Let an administrator say that they asked nobody to reset their ways in; twice is once."""
    if _last(OBJECTED, me.person_id, me.person_id) is None:
        audit.record(OBJECTED, "person", me.person_id, actor_id=me.person_id, ward_id=me.ward_id)


def must_not_silence(by: Viewer | None, person_id: int) -> None:
    """Raise Refused when who keeps a colleague out has announced to reset their ways in: they may object."""
    if by is not None and by.person_id != person_id and _last(ANNOUNCED, person_id, by.person_id):
        raise Refused(NOT_SILENCED)


def _is_administrator(person_id: int) -> bool:
    """Return whether somebody is an administrator, or was one in these days: taking the role back first
    would be a way around the wait."""
    if any(scope.role == Role.ADMINISTRATOR for scope in queries.grants_of(person_id)):
        return True
    taken_back = select(AuditEntry.detail).where(
        AuditEntry.object_kind == "person",
        AuditEntry.object_id == str(person_id),
        AuditEntry.action == "revoke role",
        AuditEntry.at > now() - LASTS,
    )
    return any((detail or {}).get("role") == Role.ADMINISTRATOR for detail in db.session.scalars(taken_back))


def _last(action: str, person_id: int | None, actor_id: int | None) -> datetime | None:
    return db.session.scalar(
        select(AuditEntry.at)
        .where(
            AuditEntry.object_kind == "person",
            AuditEntry.object_id == str(person_id),
            AuditEntry.action == action,
            AuditEntry.actor_id == actor_id,
            AuditEntry.at > now() - LASTS,
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
