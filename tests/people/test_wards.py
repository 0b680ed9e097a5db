"""Wards and groups are made with codes that nobody else has, and described by who may."""

import pytest
from sqlalchemy import select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.people import actions
from elearn.people.models import GroupChange, GroupKind, ResidentialGroup, Ward
from tests.ward import group

WARD = 1


def test_a_ward_has_places_for_people_without_a_group(app):
    made = actions.make_ward("lc", "phường Lê Chân", "thành phố Hải Phòng", office_phone="0225 111 1111")
    ward = db.session.get(Ward, made)
    assert (ward.code, ward.office_phone, ward.host) == ("LC", "0225 111 1111", None)
    groups = db.session.execute(
        select(ResidentialGroup.code, ResidentialGroup.kind).where(ResidentialGroup.ward_id == made)
    ).all()
    assert sorted(map(tuple, groups)) == [("LC-KR", GroupKind.UNKNOWN), ("LC-NK", GroupKind.ELSEWHERE)]
    with pytest.raises(Refused, match="LC"):
        actions.make_ward("LC", "phường khác")


def test_a_group_is_found_without_marks_and_its_making_is_kept(app, viewer):
    made = actions.make_group(
        WARD, " dg11 ", "Tổ dân phố số 11", former_ward="Đằng Giang", adults=300, by=viewer("quan")
    )
    kept = db.session.get(ResidentialGroup, made)
    assert (kept.code, kept.search, kept.adults) == ("DG11", "to dan pho so 11 dang giang dg11", 300)
    assert (
        kept.sort_key
        > db.session.get(ResidentialGroup, actions.make_group(WARD, "DG9", "Tổ dân phố số 9")).sort_key
    )
    assert db.session.scalars(select(GroupChange.kind).where(GroupChange.group_id == made)).all() == ["made"]
    assert db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == ["make group"]


@pytest.mark.parametrize("code", ["dg05", "BC01", "", "tổ 5", "A" * 21, "-A", "A/B"])
def test_a_code_that_is_taken_or_has_no_form_is_refused(app, code):
    with pytest.raises(Refused):
        actions.make_group(WARD, code, "Tổ nào đó")


def test_only_who_manages_a_ward_describes_it(app, viewer):
    actions.save_ward(WARD, viewer("quan"), office_phone="0225 222 2222", host=" Gia-Vien.example.vn ")
    actions.save_ward(WARD, viewer("quan"), host="gia-vien.example.vn")
    ward = db.session.get(Ward, WARD)
    assert (ward.office_phone, ward.host) == ("0225 222 2222", "gia-vien.example.vn")
    entry = db.session.scalars(select(AuditEntry)).one()
    assert entry.detail == {"fields": ["host", "office_phone"]}
    for name in ("hoa", "thu", "xa"):
        with pytest.raises(Refused):
            actions.save_ward(WARD, viewer(name), name="phường Của Tôi")
        with pytest.raises(Refused):
            actions.make_group(WARD, "NEW1", "Tổ mới", by=viewer(name))
    with pytest.raises(Refused, match="phường khác"):
        actions.save_ward(WARD, viewer("quan"), host="ben-canh.test")
    with pytest.raises(TypeError):
        actions.save_ward(WARD, None, code="XX")
    assert group("DG05").ward_id == WARD
