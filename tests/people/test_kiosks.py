"""Shared machines: who may set one up and end it, and what ends with it."""

import pytest
from sqlalchemy import func, select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.kit.secrets import digest
from elearn.learning.groups import merge_groups
from elearn.people import kiosks
from elearn.people.actions import open_session
from elearn.people.models import Kiosk, Session, SessionKind
from tests.ward import group, person


def places_seen(viewer):
    return [one.place for one in kiosks.kiosks_seen_by(viewer)]


def of_group(viewer, code="DG05", place="Nhà văn hóa tổ 5"):
    """Set a machine up and return its id."""
    kiosks.set_up_kiosk(1, group(code).id, place, viewer)
    return db.session.scalars(select(func.max(Kiosk.id))).one()


def test_a_helper_sets_up_a_machine_of_the_own_group_only(viewer):
    token = kiosks.set_up_kiosk(1, group("DG05").id, "Nhà văn hóa tổ 5", viewer("hoa"))
    here = kiosks.find_kiosk(digest(token))
    assert (here.place, here.group_code) == ("Nhà văn hóa tổ 5", "DG05")
    for other in (group("DG07").id, None):
        with pytest.raises(Refused):
            kiosks.set_up_kiosk(1, other, "Nơi khác", viewer("hoa"))
    with pytest.raises(Refused):
        kiosks.set_up_kiosk(1, group("DG05").id, "Nơi khác", viewer("minh"))


def test_the_administrator_sets_up_machines_of_the_whole_ward_and_of_no_other(viewer):
    kiosks.set_up_kiosk(1, None, "Trung tâm Phục vụ hành chính công", viewer("quan"))
    with pytest.raises(Refused):
        kiosks.set_up_kiosk(2, None, "Phường bên", viewer("quan"))
    with pytest.raises(Refused):
        kiosks.set_up_kiosk(1, group("BC01").id, "Phường bên", viewer("quan"))


def test_one_sees_the_machines_that_one_looks_after(viewer):
    of_group(viewer("hoa"))
    kiosks.set_up_kiosk(1, None, "Trung tâm", viewer("quan"))
    assert places_seen(viewer("hoa")) == ["Nhà văn hóa tổ 5"]
    assert sorted(places_seen(viewer("quan"))) == ["Nhà văn hóa tổ 5", "Trung tâm"]
    assert places_seen(viewer("xa")) == places_seen(viewer("minh")) == []


def test_ending_a_machine_ends_what_is_open_there_once(viewer, person):
    token = kiosks.set_up_kiosk(1, group("DG05").id, "Nhà văn hóa", viewer("hoa"))
    one = kiosks.find_kiosk(digest(token)).id
    open_session("there", person("lan").id, SessionKind.KIOSK, kiosk_id=one)
    open_session("elsewhere", person("lan").id, SessionKind.OWN)
    with pytest.raises(Refused):
        kiosks.end_kiosk(one, viewer("xa"))
    for _ in range(2):
        kiosks.end_kiosk(one, viewer("hoa"))
    assert kiosks.find_kiosk(digest(token)) is None and places_seen(viewer("hoa")) == []
    left = db.session.scalars(select(Session.token_digest).where(Session.person_id == person("lan").id))
    assert left.all() == ["elsewhere"]
    about_it = select(AuditEntry.action).where(AuditEntry.object_kind == "kiosk").order_by(AuditEntry.id)
    assert db.session.scalars(about_it).all() == ["set up kiosk", "end kiosk"]


def test_a_machine_goes_along_with_its_group(viewer):
    one = of_group(viewer("quan"), "LT03")
    merge_groups([group("LT03").id], group("DG07").id, actor=viewer("quan"))
    assert db.session.get(Kiosk, one).group_id == group("DG07").id


def test_only_the_digest_of_the_mark_is_kept(viewer):
    token = kiosks.set_up_kiosk(1, None, "Trung tâm", viewer("quan"))
    assert db.session.scalars(select(Kiosk.token_digest)).all() == [digest(token)]
    assert person("quan").id == db.session.scalars(select(Kiosk.set_up_by_id)).one()
