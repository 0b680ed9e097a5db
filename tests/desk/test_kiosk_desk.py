"""Making a tablet the shared machine of a place, seeing which there are, and letting one be so no longer."""

from sqlalchemy import select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db
from elearn.people import kiosks
from elearn.people.models import Kiosk, Session
from tests.ward import group, person, viewer


def a_machine(name="hoa", code="DG05", place="Nhà văn hóa tổ 5"):
    kiosks.set_up_kiosk(1, group(code).id if code else None, place, viewer(name))
    return db.session.scalars(select(Kiosk.id).order_by(Kiosk.id.desc())).first()


def test_a_helper_makes_the_tablet_a_shared_machine_and_is_out_there(at_desk):
    browser = at_desk("hoa")
    browser.client.set_cookie("elearn-k", "whoever")
    page = browser.open("/may-dung-chung")
    assert page.says("Đặt chính máy này") and not page.says("Đang là máy dùng chung")
    answer = browser.send(
        "/may-dung-chung", expect=303, group=group("DG05").id, place="Nhà văn hóa tổ 5, bàn cửa"
    )
    assert "storage" in answer.headers["Clear-Site-Data"]
    page = browser.follow(answer)
    assert "Máy dùng chung: Nhà văn hóa tổ 5, bàn cửa" in page.html and "Trần Thị Hoa" not in page.html
    assert browser.client.get_cookie("elearn-k") is None
    left = select(Session).where(Session.person_id == person("hoa").id)
    assert not db.session.scalars(left).all()
    browser.open("/may-dung-chung", expect=302)


def test_it_is_listed_with_where_when_and_by_whom(at_desk):
    a_machine()
    a_machine("quan", None, "Trung tâm Phục vụ hành chính công")
    page = at_desk("hoa").open("/may-dung-chung")
    assert page.says("người đặt: Trần Thị Hoa") and "Trung tâm Phục vụ" not in page.html.split("<h2>")[1]
    page = at_desk("quan").open("/may-dung-chung")
    assert page.says("Nhà văn hóa tổ 5") and page.says("Cả phường. Đặt lúc")


def test_a_helper_offers_the_own_group_the_administrator_the_ward_too(at_desk):
    own = at_desk("hoa").open("/may-dung-chung").every("option")
    assert [one["value"] for one in own] == [str(group("DG05").id)]
    page = at_desk("quan").open("/may-dung-chung")
    assert page.every("option")[0]["value"] == "0" and len(page.every("option")) == 4


def test_a_place_must_be_said_and_what_was_typed_stays(at_desk):
    browser = at_desk("quan")
    browser.open("/may-dung-chung")
    page = browser.send("/may-dung-chung", expect=422, group=group("DG07").id, place="")
    assert page.says("Xin ghi máy đặt ở đâu")
    page = browser.send("/may-dung-chung", expect=422, group=group("DG07").id, place="x" * 61)
    assert page.says("Dài quá 1 chữ cái") and "x" * 61 in page.html
    chosen = [one["value"] for one in page.every("option") if "selected" in one]
    assert chosen == [str(group("DG07").id)]


def test_a_group_of_somebody_else_is_not_taken(at_desk):
    browser = at_desk("hoa")
    browser.open("/may-dung-chung")
    browser.send("/may-dung-chung", expect=422, group=group("DG07").id, place="Tổ 7")
    browser.send("/may-dung-chung", expect=422, group=0, place="Trung tâm")
    assert not db.session.scalars(select(Kiosk)).all()


def test_it_is_ended_from_ones_own_phone_after_being_asked(at_desk, app):
    one, browser = a_machine(), at_desk("hoa")
    assert browser.open(f"/may-dung-chung/{one}/thoi").says("thoát ra ngay")
    for _ in range(2):
        answer = browser.send(f"/may-dung-chung/{one}/thoi", expect=303)
    assert not browser.follow(answer).says("Đang là máy dùng chung")
    acts = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.object_kind == "kiosk").order_by(AuditEntry.id)
    ).all()
    assert acts == ["set up kiosk", "end kiosk"]


def test_the_machine_of_another_group_or_ward_is_not_found(at_desk):
    one = a_machine("quan", "DG07", "Nhà văn hóa tổ 7")
    for name in ("hoa", "xa"):
        browser = at_desk(name)
        browser.open("/may-dung-chung")
        browser.open(f"/may-dung-chung/{one}/thoi", expect=404)
        browser.open("/may-dung-chung" if name == "hoa" else "/nguoi-khac")
        browser.send(f"/may-dung-chung/{one}/thoi", expect=404)
    assert db.session.get(Kiosk, one).ended_at is None
    at_desk("minh").open("/may-dung-chung", expect=403)


def test_the_audit_calls_it_by_its_name(at_desk):
    a_machine()
    page = at_desk("quan").open("/quan-tri/nhat-ky")
    assert page.says("Đặt máy dùng chung") and page.says("máy dùng chung")
