"""Wards and residential groups are made and described. To merge and split groups is learning's: it counts."""

import re
from typing import Any

from sqlalchemy import select

from elearn.kit import audit
from elearn.kit.clock import today
from elearn.kit.db import db, lock, transaction
from elearn.kit.refused import Refused
from elearn.kit.words import fold, title_key
from elearn.people.models import GroupChange, GroupKind, ResidentialGroup, Ward
from elearn.people.permissions import Permission, Viewer

CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9-]{0,18}[A-Z0-9])?")
HOST = re.compile(r"[a-z0-9.-]{1,253}")
WITHOUT_A_GROUP = ((GroupKind.UNKNOWN, "KR", "Chưa rõ tổ"), (GroupKind.ELSEWHERE, "NK", "Ở nơi khác"))
DESCRIBED = frozenset({"name", "city", "host", "office_name", "office_phone", "office_address"})


def make_ward(code: str, name: str, city: str = "", host: str | None = None, **office: str) -> int:
    """Make a ward, with its two places for people who have no group to name; return its id.

    `office` is office_name, office_phone, office_address.
    """
    code = _fitting_code(code)
    with transaction():
        if db.session.scalar(select(Ward.id).where(Ward.code == code)) is not None:
            raise Refused(f"Mã phường {code} đã có rồi. Xin chọn mã khác.")
        ward = Ward(code=code, name=name, city=city, host=_fitting_host(host), **office)
        db.session.add(ward)
        db.session.flush()
        for kind, ending, called in WITHOUT_A_GROUP:
            _add_group(ward.id, f"{code}-{ending}", called, kind=kind)
        return ward.id


def save_ward(ward_id: int, by: Viewer | None, **details: str | None) -> None:
    """Change what a ward says of itself, as far as given. The caller also calls `session.forget_wards`."""
    unknown = set(details) - DESCRIBED
    if unknown:
        raise TypeError(f"A ward has no {', '.join(sorted(unknown))}.")
    if "host" in details:
        details["host"] = _fitting_host(details["host"], ward_id)
    with transaction():
        _must_manage(by, ward_id)
        ward: Ward = lock(Ward, ward_id)
        changed = {field: value for field, value in details.items() if value != getattr(ward, field)}
        for field, value in changed.items():
            setattr(ward, field, value)
        if changed:
            audit.record(
                "save ward", "ward", ward_id,
                actor_id=by.person_id if by else None, ward_id=ward_id, fields=sorted(changed),
            )  # fmt: skip


def make_group(
    ward_id: int,
    code: str,
    name: str,
    *,
    former_ward: str = "",
    households: int | None = None,
    adults: int | None = None,
    by: Viewer | None = None,
) -> int:
    """Make a residential group and return its id; raise Refused when the code is taken or has no form."""
    code = _fitting_code(code)
    with transaction():
        _must_manage(by, ward_id)
        if db.session.scalar(select(ResidentialGroup.id).where(ResidentialGroup.code == code)) is not None:
            raise Refused(f"Mã tổ {code} đã có rồi. Xin chọn mã khác.")
        group = _add_group(ward_id, code, name, former_ward=former_ward, households=households, adults=adults)
        db.session.add(GroupChange(group_id=group.id, day=today(), kind="made", after=name))
        if by is not None:
            audit.record("make group", "group", group.id, actor_id=by.person_id, ward_id=ward_id)
        return group.id


def _add_group(ward_id: int, code: str, name: str, **more: Any) -> ResidentialGroup:
    former = more.get("former_ward", "")
    group = ResidentialGroup(
        ward_id=ward_id,
        code=code,
        name=name,
        search=fold(f"{name} {former} {code}"),
        sort_key=title_key(f"{name} {former}"),
        **more,
    )
    db.session.add(group)
    db.session.flush()
    return group


def _fitting_code(code: str) -> str:
    code = code.strip().upper()
    if not CODE.fullmatch(code):
        raise Refused("Mã chỉ gồm chữ không dấu, chữ số và dấu gạch, dài nhất 20 ký tự, ví dụ DG05.")
    return code


def _fitting_host(host: str | None, ward_id: int = 0) -> str | None:
    host = (host or "").strip().lower() or None
    if host and not HOST.fullmatch(host):
        raise Refused(
            "Tên miền chỉ gồm chữ không dấu, chữ số, dấu chấm và dấu gạch, ví dụ gia-vien.example.vn."
        )
    if host and db.session.scalar(select(Ward.id).where(Ward.host == host, Ward.id != ward_id)) is not None:
        raise Refused(f"Tên miền {host} đã là của một phường khác.")
    return host


def _must_manage(by: Viewer | None, ward_id: int) -> None:
    if by is not None and not by.may_in(Permission.MANAGE_GROUPS, ward_id=ward_id):
        raise Refused("Phường này ngoài quyền của anh chị.")
