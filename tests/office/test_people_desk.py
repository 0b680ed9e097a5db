"""People are found, read and corrected by page; each reading leaves a line; another ward's are not there."""

import pytest
from sqlalchemy import func, select

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.learning.models import Standing
from elearn.learning.recount import recount
from elearn.people.models import Audience
from tests.builders import attempt, kept, make_course
from tests.ward import group

HOME = "/quan-tri/nguoi"


@pytest.fixture
def quan(browser):
    browser.come_as("quan").open("/quan-tri/to/moi")
    return browser


def audited(action):
    return db.session.scalar(select(func.count()).where(AuditEntry.action == action))


@pytest.mark.parametrize(
    "words", ["nguyen lan", "Nguyễn Thị Lan", "lan", "0900000001", "0900 000 001", "000001", "+84900000001"]
)
def test_people_are_found_however_they_are_asked_for(quan, words):
    page = quan.open(f"{HOME}?tim={words.replace('+', '%2B')}")
    assert page.says("Nguyễn Thị Lan") and not page.says("Đỗ Văn Tài")


def test_people_are_found_by_their_code_and_their_group(quan, person):
    page = quan.open(f"{HOME}?tim={person('tai').personal_code}")
    assert page.says("Đỗ Văn Tài") and not page.says("Nguyễn Thị Lan")
    page = quan.open(f"{HOME}?nhom=dg05")
    assert page.says("Nguyễn Thị Lan") and not page.says("Đỗ Văn Tài")
    assert quan.open(f"{HOME}?tim=%25").says("Không có ai khớp")
    assert quan.open(f"{HOME}?xem=nhiem-vu").says("Trần Thị Hoa")
    assert not quan.open(f"{HOME}?tim=ho").says("Hồ Thị Xa")  # the ward next door


def test_a_list_shows_the_end_of_a_number_only_and_is_noted(quan):
    page = quan.open(HOME)
    assert "0900000001" not in page.html and page.says("••• ••• 001")
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "view people"))
    assert entry.detail == {"names": 7}


def test_long_lists_are_paged(quan):
    for number in range(60):
        kept("DG05", f"Người {number}")
    assert quan.open(HOME).says("Trang 1 trên 2")
    assert quan.open(f"{HOME}?trang=2").says("Trang 2 trên 2")
    assert quan.open(f"{HOME}?trang=99").says("Trang 2 trên 2")
    assert quan.open(f"{HOME}?trang=x").says("Trang 1 trên 2")


def test_a_person_is_shown_and_the_reading_is_noted(quan, person):
    page = quan.open(f"{HOME}/{person('lan').id}")
    assert page.says("0900 000 001") and page.says("Tổ dân phố số 5")
    assert audited("view person") == 1
    assert quan.open(f"{HOME}/{person('quan').id}").says("Đây là anh chị")
    assert audited("view person") == 1


@pytest.mark.parametrize("path", ["", "/sua", "/ma-hoc", "/ngung", "/mat-khau", "/gop", "/tach", "/xoa"])
def test_people_of_another_ward_are_not_there(quan, person, path):
    quan.open(f"{HOME}/{person('xa').id}{path}", expect=404)
    quan.open(f"{HOME}/999999{path}", expect=404)
    if path not in ("", "/gop"):
        quan.send(f"{HOME}/{person('xa').id}{path}", expect=404)


@pytest.mark.parametrize("path", ["", "/sua", "/ma-hoc", "/ngung", "/mat-khau", "/gop", "/xoa"])
def test_other_roles_do_not_get_in(browser, person, path):
    lan = person("lan").id
    browser.come_as("xa").open(f"{HOME}/{lan}{path}", expect=404)
    browser.come_as("minh").open(f"{HOME}/{lan}{path}", expect=403)
    browser.come_as("hoa").open(f"{HOME}/{lan}{path}", expect=403)


# -- correcting ----------------------------------------------------------------------------------


def details(person, **more):
    return {
        "name": person.display_name, "phone": "0900 000 001", "birth_year": "1954", "household": "",
        "audience": "unsaid", "group": str(person.group_id),
    } | more  # fmt: skip


def test_details_are_corrected_once(quan, person):
    recount(repair=True)
    lan = person("lan")
    typed = details(lan, name="Nguyễn Thị Lân", audience="resident", group=str(group("DG07").id))
    for _ in range(2):
        quan.send(f"{HOME}/{lan.id}/sua", expect=303, **typed)
    db.session.expire_all()
    assert (lan.display_name, lan.birth_year, lan.audience) == ("Nguyễn Thị Lân", 1954, Audience.RESIDENT)
    assert lan.group_id == group("DG07").id
    assert [audited(one) for one in ("change details", "change audience", "person moved")] == [1, 1, 1]
    assert recount() == []


@pytest.mark.parametrize(
    ("wrong", "because"),
    [
        ({"name": ""}, "Xin ghi họ và tên"),
        ({"phone": "0123"}, "Số điện thoại"),
        ({"birth_year": "2150"}, "chưa tới"),
        ({"group": "1000000"}, "Xin chọn"),
    ],
)
def test_what_cannot_be_is_told_beside_the_field(quan, person, wrong, because):
    lan = person("lan")
    page = quan.send(f"{HOME}/{lan.id}/sua", expect=422, **details(lan, household="nhà bà Lan") | wrong)
    assert page.says(because) and 'value="nhà bà Lan"' in page.html
    db.session.expire_all()
    assert lan.household is None


def test_a_group_of_another_ward_cannot_be_chosen(quan, person):
    lan = person("lan")
    quan.send(f"{HOME}/{lan.id}/sua", expect=422, **details(lan, group=str(group("BC01").id)))
    assert person("lan").group_id == group("DG05").id


def test_one_does_not_correct_oneself_here(quan, person):
    quan_row = person("quan")
    typed = details(quan_row, group="0", phone="0900 000 007")
    assert quan.send(f"{HOME}/{quan_row.id}/sua", expect=422, **typed).says("Việc của chính mình")


def test_several_are_moved_at_once(quan, person):
    recount(repair=True)
    course, one, other = make_course(), kept("GV-KR", "Bà Một"), kept("GV-KR", "Ông Hai")
    attempt(one, course["revisions"][0])
    page = quan.open(f"{HOME}/chuyen-to?nguoi={one}&nguoi={other}")
    assert page.says("2 người sẽ chuyển") and page.says("Bà Một")
    typed = {"nguoi": [one, other], "group": str(group("DG07").id)}
    assert quan.send(f"{HOME}/chuyen-to", expect=422, **typed | {"group": "0"}).says("Xin chọn một tổ")
    quan.send(f"{HOME}/chuyen-to", expect=303, **typed)
    quan.send(f"{HOME}/chuyen-to", expect=303, **typed)
    standing = select(func.sum(Standing.started)).where(Standing.group_id == group("DG07").id)
    assert db.session.scalar(standing) == 2  # the course, and any course
    assert audited("person assigned") == 2
    assert recount() == []
    quan.send(f"{HOME}/chuyen-to", expect=404, nguoi=[one, person("xa").id], group=str(group("DG07").id))
    assert quan.open(f"{HOME}/chuyen-to").says("Chưa chọn ai")


def test_who_is_in_an_ended_group_is_found_there(quan, person):
    with transaction():
        group("DG07").valid_until = today()
    assert quan.open(f"{HOME}?xem=to-cu").says("Đỗ Văn Tài")
    assert quan.open(f"{HOME}/{person('tai').id}/sua").says("Tổ dân phố số 7 (đã hết)")
