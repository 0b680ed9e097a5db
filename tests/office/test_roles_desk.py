"""Roles are given within the ward and up to the ceiling, taken back, and never by oneself to oneself."""

import pytest
from sqlalchemy import func, select

from elearn.kit.db import db
from elearn.people import actions, queries
from elearn.people.models import Grant, Person
from elearn.people.permissions import Role, Scope
from tests.people.test_roles import grant_of, super_admin
from tests.ward import group, person

HOME = "/quan-tri/vai-tro"
PASSWORD = {"password": "bon tu khong lien quan", "again": "bon tu khong lien quan"}


@pytest.fixture
def quan(browser):
    browser.come_as("quan").open("/quan-tri/to/moi")
    return browser


def ward_id():
    return group("DG05").ward_id


def roles(name):
    return queries.grants_of(person(name).id)


def test_who_holds_what_is_listed(quan):
    page = quan.open(HOME)
    for words in ("Trần Thị Hoa", "Tổ dân phố số 5", "Lê Quang Minh", "Đoàn Thanh niên", "cả phường"):
        assert page.says(words)
    assert not page.says("Hồ Thị Xa")
    page = quan.open(f"{HOME}?vai=author")
    assert page.says("Phạm Thị Thu") and not page.says("Lê Quang Minh")
    assert quan.open(f"{HOME}?tim=khong+ai").says("Chưa có ai")


def test_a_neighbour_becomes_helper_of_a_group_once(quan):
    lan = person("lan").id
    assert quan.open(f"{HOME}/giao?tim=lan&vai=helper").says("Nguyễn Thị Lan")
    typed = {"person": lan, "role": "helper", "group": group("DG05").id}
    assert quan.send(f"{HOME}/giao", expect=422, **typed | {"group": "0"}).says("cần được giao một tổ")
    for _ in range(2):
        quan.send(f"{HOME}/giao", expect=303, **typed)
    assert roles("lan") == [Scope(Role.HELPER, ward_id(), group("DG05").id)]


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        ({"role": "helper"}, "Xin chọn một người"),
        ({"person": "1", "role": "king"}, "Xin chọn một mục"),
        ({"person": "1", "role": "author"}, "chưa có mật khẩu"),
    ],
)
def test_what_cannot_be_given_is_told(quan, typed, because):
    if "person" in typed:
        typed = typed | {"person": person("lan").id}
    assert quan.send(f"{HOME}/giao", expect=422, group="0", **typed).says(because)
    assert roles("lan") == []


def test_nobody_raises_themselves_nor_reaches_beyond_the_ward(quan):
    typed = {"role": "editor", "group": "0"}
    page = quan.send(f"{HOME}/giao", expect=422, person=person("quan").id, **typed)
    assert page.says("Không tự giao vai trò cho mình được")
    quan.send(f"{HOME}/giao", expect=404, person=person("xa").id, **typed)
    quan.send(f"{HOME}/giao", expect=422, person=person("lan").id, role="helper", group=group("BC01").id)
    assert [one.role for one in roles("quan")] == [Role.ADMINISTRATOR]


def test_a_group_of_old_is_offered_to_a_helper_from_the_page_of_the_group(quan):
    page = quan.open(f"{HOME}/giao?vai=helper&nhom=DG07&nguoi={person('lan').id}")
    assert f'<option selected value="{group("DG07").id}">' in page.html
    assert page.says("Nguyễn Thị Lan")


def form_id(page):
    return next(one["value"] for one in page.every("input") if one.get("name") == "form_id")


def test_a_colleague_is_added_once(quan):
    page = quan.open(f"{HOME}/nguoi-moi")
    typed = {
        "name": "Mai Văn Mới",
        "phone": "0912345678",
        "role": "editor",
        "form_id": form_id(page),
    } | PASSWORD
    for _ in range(2):
        quan.send(f"{HOME}/nguoi-moi", expect=303, **typed)
    made = db.session.scalars(select(Person).where(Person.display_name == "Mai Văn Mới")).one()
    assert queries.grants_of(made.id) == [Scope(Role.EDITOR, ward_id())]
    assert made.password_hash and not made.pin_hash and made.personal_code


@pytest.mark.parametrize(
    ("wrong", "because"),
    [
        ({"name": ""}, "Xin ghi họ và tên"),
        ({"role": ""}, "Xin chọn một vai trò"),
        ({"role": "helper"}, "Xin chọn"),
        ({"password": "ngan", "again": "ngan"}, "ít nhất 12 ký tự"),
        ({"again": "khac"}, "Hai lần gõ"),
        ({"phone": "1"}, "Số điện thoại"),
    ],
)
def test_a_colleague_who_cannot_be_is_told(quan, wrong, because):
    before = db.session.scalar(select(func.count()).select_from(Person))
    typed = {"name": "Mai Văn Mới", "phone": "", "role": "author", "form_id": "x"} | PASSWORD | wrong
    assert quan.send(f"{HOME}/nguoi-moi", expect=422, **typed).says(because)
    assert db.session.scalar(select(func.count()).select_from(Person)) == before


def test_a_role_is_taken_back(quan):
    grant = grant_of("hoa")
    assert quan.open(f"{HOME}/{grant}/thu").says("Giao lại được bất cứ lúc nào")
    quan.send(f"{HOME}/{grant}/thu", expect=303)
    assert roles("hoa") == []
    quan.send(f"{HOME}/{grant}/thu", expect=303)  # a second tap


def test_the_last_administrator_stays(quan):
    page = quan.send(f"{HOME}/{grant_of('quan')}/thu", expect=422)
    assert page.says("người quản trị cuối cùng") and roles("quan")


def test_a_role_beyond_the_ward_or_the_ceiling_is_not_there(quan):
    above = db.session.scalar(select(Grant.id).where(Grant.person_id == super_admin().person_id))
    assert quan.open(HOME).says("mọi phường")
    for grant in (grant_of("xa"), above):
        quan.open(f"{HOME}/{grant}/thu", expect=404)
        quan.send(f"{HOME}/{grant}/thu", expect=404)
    assert roles("xa") and actions
