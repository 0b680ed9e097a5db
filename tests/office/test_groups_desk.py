"""Groups are made, corrected, merged and split by page; twice is once; another ward's are not there."""

import re
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import func, select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db
from elearn.learning.recount import recount
from elearn.office.imports import plan_of
from elearn.people.models import GroupChange, ResidentialGroup
from tests.ward import group

HOME = "/quan-tri/to"
DETAILS = {"name": "Tổ dân phố số 5", "code": "DG05", "former_ward": "Đằng Giang", "households": "180"}


@pytest.fixture
def quan(browser):
    browser.come_as("quan").open(f"{HOME}/moi")
    return browser


def changes():
    return db.session.scalar(select(func.count()).select_from(GroupChange))


def test_the_groups_are_listed_found_and_sent_as_a_file(quan):
    assert quan.open(HOME).says("Tổ dân phố số 7")
    page = quan.open(f"{HOME}?tim=lach")
    assert page.says("Tổ dân phố số 3") and not page.says("Tổ dân phố số 7")
    assert quan.open(f"{HOME}?xem=thieu-nguoi-lon").says("LT03")
    assert quan.open(f"{HOME}?xem=da-het").says("Không có tổ nào khớp")
    with quan.client.get(f"{HOME}.csv") as answer:
        text = answer.get_data(as_text=True)
    assert "DG05,Tổ dân phố số 5,Đằng Giang,180,420" in text and "BC01" not in text


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_sent_holds_no_formula_and_comes_back_as_it_was(quan, ending):
    for number, name in enumerate(("=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1")):
        quan.send(f"{HOME}/moi", expect=303, name=f"{name} tổ", code=f"F{number}")
    with quan.client.get(f"{HOME}.{ending}") as answer:
        content = answer.get_data()
    if ending == "xlsx":
        cells = [cell for row in openpyxl.load_workbook(BytesIO(content)).active for cell in row]
        assert len(cells) > 30 and not [cell.value for cell in cells if cell.data_type == "f"]
    else:
        assert not re.search(r"(^|,)\"?[=+\-@\t]", content.decode("utf-8-sig"), re.MULTILINE)
    plan = plan_of(content, group("DG05").ward_id)
    assert len(plan.verdicts) == len(plan.same) == 8


def test_a_group_is_made_once(quan):
    quan.send(f"{HOME}/moi", expect=303, name="Tổ 9", code="đg 09", adults="1.250")
    assert group("DG09").adults == 1250
    page = quan.send(f"{HOME}/moi", expect=422, name="Tổ 9", code="DG09")
    assert page.says("Mã tổ DG09 đã có rồi") and 'value="Tổ 9"' in page.html


def test_what_is_missing_is_told_beside_the_field(quan):
    page = quan.send(f"{HOME}/moi", expect=422, name="", code="a_b", adults="nhiều")
    assert page.says("Mã tổ chỉ gồm chữ cái") and page.says("Xin điền một số")


def test_details_are_corrected_and_an_emptied_count_is_taken_away(quan):
    quan.send(
        f"{HOME}/DG05", expect=303, **DETAILS | {"name": "Tổ Hoa Sen", "households": "190", "adults": ""}
    )
    five = group("DG05")
    assert (five.name, five.households, five.adults) == ("Tổ Hoa Sen", 190, None)
    page = quan.open(f"{HOME}/DG05")
    assert page.says("số người từ đủ 18 tuổi: 420 → —") and page.says("Tổ dân phố số 5 → Tổ Hoa Sen")
    before = changes()
    quan.send(
        f"{HOME}/DG05", expect=303, **DETAILS | {"name": "Tổ Hoa Sen", "households": "190", "adults": ""}
    )
    assert changes() == before


def test_a_code_that_is_taken_changes_nothing(quan):
    page = quan.send(f"{HOME}/DG05", expect=422, **DETAILS | {"name": "Tổ Khác", "code": "DG07"})
    assert page.says("Mã tổ DG07 đã có rồi")
    assert group("DG05").name == "Tổ dân phố số 5"


def test_groups_are_merged_after_being_shown_what_it_does(quan, person):
    recount(repair=True)
    tai, five = person("tai").id, group("DG05").id
    assert quan.open(f"{HOME}/DG05/gop").says("Tổ dân phố số 7")
    page = quan.open(f"{HOME}/DG05/gop?nhap=DG07")
    assert page.says("Số liệu của kỳ đã chốt không đổi") and group("DG07").successor_id is None
    quan.send(f"{HOME}/DG05/gop", expect=303, nhap="DG07")
    assert group("DG07").successor_id == five
    quan.send(f"{HOME}/DG05/gop", expect=303, nhap="DG07")  # a second tap
    assert person("tai").id == tai and person("tai").group_id == five
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "merge groups")) == 1
    assert quan.open(f"{HOME}/DG07").says("Đã gộp vào DG05")
    assert quan.open(f"{HOME}?xem=da-het").says("DG07")
    assert recount() == []


@pytest.mark.parametrize("codes", [[], ["BC01"], ["GV-KR"], ["DG05"], ["DG07", "BC01"]])
def test_what_cannot_be_merged_is_refused(quan, codes):
    assert quan.send(f"{HOME}/DG05/gop", expect=422, nhap=codes).says("Xin chọn lại")
    assert group("DG07").successor_id is None


def split(**more):
    return {"name_1": "Tổ 5A", "code_1": "DG05A", "name_2": "Tổ 5B", "code_2": "DG05B", "old": "het"} | more


def test_a_group_is_split_once(quan, person):
    assert quan.open(f"{HOME}/DG05/tach").says("chưa chuyển đi đâu")
    quan.send(f"{HOME}/DG05/tach", expect=303, **split(adults_1="200"))
    assert (group("DG05A").adults, group("DG05A").split_from_id) == (200, group("DG05").id)
    assert person("lan").group_id == group("DG05").id and group("DG05").valid_until
    before = db.session.scalar(select(func.count()).select_from(ResidentialGroup))
    quan.send(f"{HOME}/DG05/tach", expect=303, **split(adults_1="200"))
    assert db.session.scalar(select(func.count()).select_from(ResidentialGroup)) == before
    assert quan.open(f"{HOME}/DG05").says("người chưa chuyển sang tổ mới")
    assert quan.open(f"{HOME}/DG05A").says("Tách ra từ DG05")


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        (split(name_2=""), "ít nhất 2 tổ mới"),
        (split(old=""), "Xin chọn tổ cũ"),
        (split(code_2=""), "Xin đặt mã"),
        (split(code_2="dg05a"), "cùng một mã"),
        (split(code_2="DG07"), "Mã tổ DG07 đã có rồi"),
        (split(adults_2="x"), "Xin điền một số"),
    ],
)
def test_a_split_that_cannot_be_is_refused_whole(quan, typed, because):
    page = quan.send(f"{HOME}/DG05/tach", expect=422, **typed)
    assert page.says(because) and 'value="Tổ 5A"' in page.html
    assert db.session.scalar(select(ResidentialGroup).where(ResidentialGroup.code == "DG05A")) is None


@pytest.mark.parametrize("path", [HOME, f"{HOME}.csv", f"{HOME}/moi", f"{HOME}/DG05", f"{HOME}/DG05/gop"])
def test_another_ward_and_other_roles_do_not_get_in(app, browser, path):
    browser.come_as("xa").open(path, expect=404)
    browser.come_as("minh").open(path, expect=403)


@pytest.mark.parametrize("path", ["BC01", "BC01/gop", "BC01/tach", "GV-KR/gop", "KHONG"])
def test_a_group_of_another_ward_is_not_there(quan, path):
    quan.open(f"{HOME}/{path}", expect=404)
    quan.send(f"{HOME}/{path}", expect=404)


# -- whom to call


def test_whom_to_call_is_entered_with_consent_and_shown_on_the_board_never_to_the_public(browser, app):
    page = browser.come_as("quan").open("/quan-tri/to/DG05")
    sent = {"role": "leader", "contact": "Ông Trưởng", "contact_phone": "0912 345 678"}
    page = browser.send("/quan-tri/to/DG05/lien-he", expect=422, **sent)
    assert page.says("Xin hỏi rồi chạm vào ô này.") and "Ông Trưởng" in page.html
    wrong = sent | {"contact_phone": "12", "agreed": "y"}
    assert "Ông Trưởng" in browser.send("/quan-tri/to/DG05/lien-he", expect=422, **wrong).html
    for _ in range(2):
        browser.send("/quan-tri/to/DG05/lien-he", expect=303, agreed="y", **sent)
    assert browser.open("/quan-tri/to/DG05").says("Tổ trưởng: Ông Trưởng")
    for name in ("minh", "hoa"):
        assert browser.come_as(name).open("/tien-do/DG05").says("Tổ trưởng: Ông Trưởng")
    for name in ("lan", "tai", "xa"):
        assert "Ông Trưởng" not in browser.come_as(name).open("/tien-do/DG05").html
    browser.client.delete_cookie("elearn-s")
    assert "Ông Trưởng" not in browser.open("/tien-do/DG05").html
    browser.come_as("quan").open("/quan-tri/to/DG05/lien-he/1/bo")
    for _ in range(2):
        browser.send("/quan-tri/to/DG05/lien-he/1/bo", expect=303)
    assert not browser.open("/quan-tri/to/DG05").says("Ông Trưởng")
    browser.open("/quan-tri/to/DG05/lien-he/1/bo", expect=404)
