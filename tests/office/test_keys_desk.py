"""Ways in are given and taken: to others than oneself, up to one's ceiling, shown once, noted."""

import re

import pyotp
import pytest
from sqlalchemy import func, select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db
from elearn.people import actions, entry, second_keys
from elearn.people.entry import Place
from elearn.people.models import Session, SessionKind
from elearn.people.permissions import Role
from tests.people.test_roles import super_admin
from tests.ward import CAST, group, person, viewer

HOME = "/quan-tri/nguoi"


@pytest.fixture
def quan(browser):
    browser.come_as("quan").open("/quan-tri/to/moi")
    return browser


def audited(action):
    return db.session.scalar(select(func.count()).where(AuditEntry.action == action))


def sessions(name):
    return db.session.scalar(select(func.count()).where(Session.person_id == person(name).id))


def shown(page):
    return re.search(r'class="secret">([\d ]+)<', page.html)[1].replace(" ", "")


def comes_in(name, secret):
    return entry.come_in(CAST[name].phone, secret, Place(group("DG05").ward_id)).person_id


@pytest.mark.parametrize("name", ["lan", "hoa"])
def test_a_new_ma_hoc_is_shown_once_and_the_old_one_ends(quan, name):
    who = person(name)
    actions.open_session("a" * 64, who.id, SessionKind.OWN)
    assert quan.open(f"{HOME}/{who.id}/ma-hoc").says("Mã học cũ không dùng được nữa")
    page = quan.send(f"{HOME}/{who.id}/ma-hoc")
    assert comes_in(name, shown(page)) == who.id and comes_in(name, CAST[name].secret) is None
    assert sessions(name) == 0 and audited("give credentials") == 1
    assert shown(page) not in quan.open(f"{HOME}/{who.id}/ma-hoc").html


def test_a_one_time_code_is_shown_once(quan):
    lan = person("lan")
    page = quan.send(f"{HOME}/{lan.id}/ma-mot-lan")
    assert page.says("0900 000 001") and len(shown(page)) == 8
    assert entry.use_code(CAST["lan"].phone, shown(page), "a browser") == lan.id
    assert quan.open(f"{HOME}/{lan.id}/ma-mot-lan", expect=302)


def test_one_is_signed_out_everywhere(quan):
    actions.open_session("a" * 64, person("lan").id, SessionKind.OWN)
    for _ in range(2):
        quan.send(f"{HOME}/{person('lan').id}/phien", expect=303)
    assert sessions("lan") == 0 and audited("end sessions") == 1


def test_who_is_kept_out_is_out_at_once_and_let_in_again(quan):
    lan = person("lan").id
    actions.open_session("a" * 64, lan, SessionKind.OWN)
    assert quan.open(f"{HOME}/{lan}/ngung").says("Kết quả học giữ nguyên")
    for _ in range(2):
        quan.send(f"{HOME}/{lan}/ngung", expect=303)
    assert sessions("lan") == 0 and comes_in("lan", CAST["lan"].secret) is None
    assert quan.open(f"{HOME}/{lan}").says("Đã ngừng đăng nhập từ")
    assert quan.open(f"{HOME}?xem=ngung").says("Nguyễn Thị Lan")
    for _ in range(2):
        quan.send(f"{HOME}/{lan}/mo-lai", expect=303)
    assert comes_in("lan", CAST["lan"].secret) == lan
    assert (audited("disable person"), audited("enable person")) == (1, 1)


def test_a_password_is_typed_twice_and_is_long(quan):
    thu = person("thu")
    path, good = f"{HOME}/{thu.id}/mat-khau", "bon tu khong lien quan"
    assert quan.send(path, expect=422, password="ngan", again="ngan").says("ít nhất 12 ký tự")
    assert quan.send(path, expect=422, password=good, again=good + "x").says("Hai lần gõ chưa giống nhau")
    assert good not in quan.send(path, expect=422, password=good, again="").html
    actions.open_session("a" * 64, thu.id, SessionKind.STAFF)
    quan.send(path, expect=303, password=good, again=good)
    assert comes_in("thu", good) == thu.id and comes_in("thu", CAST["thu"].secret) is None
    assert sessions("thu") == 0


@pytest.mark.parametrize("path", ["ma-hoc", "ma-mot-lan", "phien", "ngung", "mo-lai", "mat-khau"])
def test_nobody_does_this_to_oneself_nor_above_the_ceiling(quan, path):
    above = super_admin().person_id
    typed = {"password": "bon tu khong lien quan", "again": "bon tu khong lien quan"}
    before = db.session.scalar(select(func.count()).select_from(AuditEntry))
    for person_id in (person("quan").id, above):
        quan.send(f"{HOME}/{person_id}/{path}", expect=422, **typed)
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before
    assert comes_in("quan", CAST["quan"].secret) == person("quan").id


def test_the_last_administrator_is_not_kept_out(quan, viewer):
    actions.grant_role(person("thu").id, Role.ADMINISTRATOR, ward_id=group("DG05").ward_id, by=viewer("quan"))
    quan.come_as("thu").open("/quan-tri/to/moi")
    quan.send(f"{HOME}/{person('quan').id}/ngung", expect=303)
    quan.send(f"{HOME}/{person('thu').id}/ngung", expect=422)


# -- second keys ---------------------------------------------------------------------------------


def has_app(name):
    secret = second_keys.fresh_secret()
    second_keys.add_app(viewer(name), secret, pyotp.TOTP(secret).now(), "Điện thoại")
    return person(name).id


def test_a_colleagues_second_keys_are_taken_away_after_a_question(quan):
    thu = has_app("thu")
    assert quan.open(f"{HOME}/{thu}").says("Có 1 khóa ở lớp thứ hai")
    assert quan.open(f"{HOME}/{thu}/lop-hai").says("đã mất cả khóa lẫn mã dự phòng")
    for _ in range(2):
        quan.send(f"{HOME}/{thu}/lop-hai", expect=303)
    assert second_keys.keys_of(thu) == [] and audited("remove second keys") == 1
    assert not quan.open(f"{HOME}/{thu}").says("ở lớp thứ hai")


def test_ones_own_and_those_of_another_ward_are_out_of_reach(quan):
    mine, other = has_app("quan"), has_app("xa")
    quan.come_as("quan", by_key=True).open("/nguoi-khac")  # the first key has ended what was open
    assert quan.send(f"{HOME}/{mine}/lop-hai", expect=422).says("Việc của chính mình")
    quan.open(f"{HOME}/{other}/lop-hai", expect=404)
    quan.open("/nguoi-khac")
    quan.send(f"{HOME}/{other}/lop-hai", expect=404)
    assert len(second_keys.keys_of(mine)) == len(second_keys.keys_of(other)) == 1
