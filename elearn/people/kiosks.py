"""Shared machines at a place (máy dùng chung): who sets them up, where they stand, and how they end."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, false, literal, or_, select

from elearn.kit import audit
from elearn.kit.clock import now, today
from elearn.kit.db import db, lock, transaction
from elearn.kit.refused import Refused
from elearn.kit.secrets import digest, random_token
from elearn.people import queries
from elearn.people.models import Kiosk, Person, ResidentialGroup, Session
from elearn.people.permissions import Permission, Viewer


class KioskHere(NamedTuple):
    """The shared machine that a browser is."""

    id: int
    ward_id: int
    place: str
    group_id: int | None
    group_code: str | None


class KioskLine(NamedTuple):
    """A shared machine in the list of those who look after it."""

    id: int
    place: str
    group_name: str | None
    set_up_at: datetime
    set_up_by: str | None
    has_ended: bool


def find_kiosk(token_digest: str) -> KioskHere | None:
    """Return the shared machine whose mark has this digest; None when it has ended, or never was."""
    row = db.session.execute(
        select(Kiosk.id, Kiosk.ward_id, Kiosk.place, Kiosk.group_id, ResidentialGroup.code)
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Kiosk.group_id)
        .where(Kiosk.token_digest == token_digest, Kiosk.ended_at.is_(None))
    ).first()
    return KioskHere(*row) if row else None


def kiosks_seen_by(viewer: Viewer) -> list[KioskLine]:
    """Return the shared machines that the viewer looks after, by place."""
    statement = _lines(viewer).where(Kiosk.ended_at.is_(None))
    rows = db.session.execute(statement.order_by(ResidentialGroup.sort_key, Kiosk.place, Kiosk.id))
    return [KioskLine(*row) for row in rows]


def find_kiosk_seen_by(viewer: Viewer, kiosk_id: int) -> KioskLine | None:
    """Return a shared machine that the viewer looks after, one that has ended too; or None."""
    row = db.session.execute(_lines(viewer).where(Kiosk.id == kiosk_id)).first()
    return KioskLine(*row) if row else None


def _lines(viewer: Viewer) -> Select[Any]:
    reaches = [
        Kiosk.group_id == scope.group_id
        if scope.group_id is not None
        else or_(Kiosk.ward_id == scope.ward_id, literal(scope.ward_id is None))
        for scope in viewer.reach(Permission.SET_UP_KIOSKS)
    ]
    return (
        select(
            Kiosk.id, Kiosk.place, ResidentialGroup.name, Kiosk.set_up_at, Person.display_name,
            Kiosk.ended_at.is_not(None),
        )
        .outerjoin(ResidentialGroup, ResidentialGroup.id == Kiosk.group_id)
        .outerjoin(Person, Person.id == Kiosk.set_up_by_id)
        .where(or_(false(), *reaches))
    )  # fmt: skip


def set_up_kiosk(ward_id: int, group_id: int | None, place: str, by: Viewer) -> str:
    """Return the token that makes a browser a shared machine of the group (None: of the whole ward).

    Raise Refused where `by` may not, or where the group does not exist today.
    """
    token = random_token()
    with transaction():
        if not by.may_in(Permission.SET_UP_KIOSKS, ward_id=ward_id, group_id=group_id):
            raise Refused("Nơi này ngoài tổ của anh chị. Xin chọn tổ của mình.")
        open_here = queries.groups_seen_by(by, Permission.SET_UP_KIOSKS).where(
            ResidentialGroup.id == group_id,
            ResidentialGroup.ward_id == ward_id,
            queries.exists_on(today()),
        )
        if group_id is not None and db.session.scalar(open_here) is None:
            raise Refused("Tổ này không còn. Xin chọn tổ khác.")
        kiosk = Kiosk(
            token_digest=digest(token), ward_id=ward_id, group_id=group_id, place=place,
            set_up_by_id=by.person_id, set_up_at=now(),
        )  # fmt: skip
        db.session.add(kiosk)
        db.session.flush()
        _note("set up kiosk", kiosk, by)
    return token


def end_kiosk(kiosk_id: int, by: Viewer) -> None:
    """Let a machine be a shared one no longer; whoever learns there is out. Twice is once."""
    with transaction():
        kiosk: Kiosk | None = lock(Kiosk, kiosk_id)
        if kiosk is None or kiosk.ended_at is not None:
            return
        if not by.may_in(Permission.SET_UP_KIOSKS, ward_id=kiosk.ward_id, group_id=kiosk.group_id):
            raise Refused("Máy này không phải của tổ anh chị.")
        kiosk.ended_at = now()
        db.session.execute(delete(Session).where(Session.kiosk_id == kiosk_id))
        _note("end kiosk", kiosk, by)


def _note(action: str, kiosk: Kiosk, by: Viewer) -> None:
    audit.record(action, "kiosk", kiosk.id, actor_id=by.person_id, ward_id=kiosk.ward_id)
