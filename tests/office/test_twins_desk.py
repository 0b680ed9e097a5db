"""Two rows become one person and two again; a person is erased; the counts equal the facts throughout."""

import pytest
from sqlalchemy import func, select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db
from elearn.learning.recount import recount
from elearn.people.models import Consent, Person
from tests.builders import attempt, kept, make_course, standing
from tests.ward import group, person

HOME = "/quan-tri/nguoi"


@pytest.fixture
def quan(browser):
    browser.come_as("quan").open("/quan-tri/to/moi")
    return browser


@pytest.fixture
def pair(app):
    """Somebody whom two helpers registered: both rows have finished the same lesson."""
    recount(repair=True)
    course, one, other = make_course(), kept("DG05", "Bùi Thị Mận"), kept("DG07", "Bùi Thị Mận")
    for who in (one, other):
        attempt(who, course["revisions"][0])
    return one, other


def audited(action):
    return db.session.scalar(select(func.count()).where(AuditEntry.action == action))


def test_a_twin_is_offered_compared_and_merged_once(quan, pair):
    one, other = pair
    assert quan.open(f"{HOME}/{one}/gop").says("Bùi Thị Mận, Tổ dân phố số 7")
    assert quan.open(f"{HOME}/{one}/gop?tim=tai").says("Đỗ Văn Tài")
    page = quan.open(f"{HOME}/{one}/gop/{other}")
    assert page.says("Tổ dân phố số 5") and page.says("Tổ dân phố số 7") and page.says("Đổi chỗ hai dòng")
    for _ in range(2):
        quan.send(f"{HOME}/{one}/gop/{other}", expect=303)
    assert db.session.get(Person, other).merged_into_id == one
    assert audited("merge people") == 1 and recount() == []
    assert quan.open(f"{HOME}?tim=man").says("Mọi người: 1 người")
    assert quan.open(f"{HOME}/{other}").says("Dòng này đã gộp vào Bùi Thị Mận")
    quan.open(f"{HOME}/{other}/gop/{one}", expect=404)
    quan.open(f"{HOME}/{other}/sua", expect=404)


def test_a_merge_is_undone_once(quan, pair):
    one, other = pair
    before = standing("DG05"), standing("DG07")
    quan.send(f"{HOME}/{one}/gop/{other}", expect=303)
    assert (standing("DG05"), standing("DG07")) != before
    assert quan.open(f"{HOME}/{other}/tach").says("Tách ra thì kết quả của ai về người ấy")
    for _ in range(2):
        quan.send(f"{HOME}/{other}/tach", expect=303)
    assert db.session.get(Person, other).merged_into_id is None
    assert (standing("DG05"), standing("DG07")) == before
    assert audited("unmerge people") == 1 and recount() == []


def test_nobody_with_a_role_is_merged_nor_oneself_nor_beyond_the_ward(quan, pair):
    one, _ = pair
    page = quan.send(f"{HOME}/{one}/gop/{person('hoa').id}", expect=422)
    assert page.says("thu vai trò trước")
    quan.send(f"{HOME}/{person('hoa').id}/gop/{one}", expect=422)
    quan.send(f"{HOME}/{one}/gop/{person('quan').id}", expect=422)
    quan.send(f"{HOME}/{one}/gop/{person('xa').id}", expect=404)
    quan.send(f"{HOME}/{person('xa').id}/gop/{one}", expect=404)
    quan.send(f"{HOME}/{one}/gop/{one}", expect=404)
    assert audited("merge people") == 0


def test_who_is_erased_leaves_a_count_and_nothing_else(quan, pair):
    one, _ = pair
    before = standing("DG05")
    page = quan.open(f"{HOME}/{one}/xoa")
    assert page.says("ghi một yêu cầu")
    assert quan.send(f"{HOME}/{one}/xoa", expect=422, name="Lan").says("gõ đúng một từ: Mận")
    for _ in range(2):
        quan.send(f"{HOME}/{one}/xoa", expect=303, name=" mận")
    gone = db.session.get(Person, one)
    assert (gone.display_name, gone.phone, gone.search, gone.group_id) == (None, None, "", None)
    assert (
        db.session.scalar(select(Consent).where(Consent.person_id == one, Consent.withdrawn_at.is_(None)))
        is None
    )
    assert standing("DG05") != before and recount() == []
    quan.open(f"{HOME}/{one}", expect=404)
    assert audited("erase person") == 1
    assert not quan.open("/quan-tri/nhat-ky").says("Mận")


def test_who_was_merged_is_erased_with_the_person(quan, pair):
    one, other = pair
    quan.send(f"{HOME}/{one}/gop/{other}", expect=303)
    quan.send(f"{HOME}/{one}/xoa", expect=303, name="Mận")
    assert db.session.get(Person, other).display_name is None
    assert recount() == []


@pytest.mark.parametrize("name", ["hoa", "quan"])
def test_nobody_with_a_role_is_erased(quan, name):
    who = person(name)
    quan.send(f"{HOME}/{who.id}/xoa", expect=422, name=who.display_name.split()[-1])
    assert person(name).display_name and group("DG05")
