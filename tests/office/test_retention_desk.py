"""The page of retention: counts and lengths, set by whoever looks after the whole installation."""

import pytest
from sqlalchemy import delete, select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db, transaction
from elearn.learning.retention import lengths
from elearn.people.models import Grant, Person, ResidentialGroup, Session, Ward
from elearn.people.permissions import Role
from tests.browser import Browser

PAGE = "/quan-tri/giu-bao-lau"
SET = {"answers": "6", "requests": "24", "recordings": "3", "audit": "12"}


@pytest.fixture
def quan(app):
    """The administrator of the only ward."""
    with transaction():
        beside = db.session.scalars(select(Ward).where(Ward.code == "LV")).one()
        theirs = select(Person.id).where(Person.ward_id == beside.id)
        for model in (Grant, Session):
            db.session.execute(delete(model).where(model.person_id.in_(theirs)))
        for model in (Person, ResidentialGroup):
            db.session.execute(delete(model).where(model.ward_id == beside.id))
        db.session.delete(beside)
    app.extensions.pop("wards", None)
    return Browser(app).come_as("quan")


def test_the_page_says_what_is_kept_how_long_and_what_goes_next(quan):
    page = quan.open(PAGE)
    for said in ("90 ngày không mở lại", "12 tháng sau khi gửi", "12 tháng sau khi ghi", "Lần dọn tới"):
        assert page.says(said), said
    assert "Nguyễn Thị Lan" not in page.html


def test_what_may_be_set_is_kept_once_and_noted(quan):
    quan.open(PAGE)
    for _ in range(2):
        quan.send(PAGE, 303, **SET)
    assert (lengths()["answers"], lengths()["requests"]) == (6, 24)
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "set privacy rules").order_by(AuditEntry.id)
    ).all()
    assert [entry.detail["fields"] for entry in entries] == [["keep_answers"]]
    assert quan.open("/quan-tri/nhat-ky").says("giữ câu trả lời bao lâu")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"audit": "11"}, "từ 12 đến 120"), ({"answers": "1"}, "từ 3 đến 120"), ({"requests": "x"}, "một số")],
)
def test_what_is_too_short_is_refused_beside_its_field(quan, changes, sentence):
    quan.open(PAGE)
    page = quan.send(PAGE, 422, **(SET | changes))
    assert sentence in page.html and lengths()["answers"] == 12


def test_where_there_are_several_wards_one_of_them_only_reads(app):
    quan = Browser(app).come_as("quan")
    assert quan.open(PAGE).says("chung cho mọi phường")
    quan.open("/quan-tri/phuong")
    quan.send(PAGE, 404, **SET)
    with transaction():
        who = db.session.scalars(select(Person.id).where(Person.display_name == "Ngô Văn Quản")).one()
        db.session.add(Grant(person_id=who, role=Role.ADMINISTRATOR))
    quan.send(PAGE, 303, **SET)
    assert lengths()["answers"] == 6


@pytest.mark.parametrize("name", ["hoa", "minh", "thu", "lan"])
def test_others_find_a_closed_door(app, name):
    Browser(app).come_as(name).open(PAGE, expect=403)
