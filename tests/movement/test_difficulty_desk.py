"""The pages of difficulties: the short form, the list, the answer."""

import pytest
from sqlalchemy import select

from elearn.kit.db import db
from elearn.movement.difficulties import Told, tell_difficulty
from elearn.movement.models import Difficulty
from tests.ward import group

PATH = "/phong-trao/vuong-mac"


@pytest.fixture
def told(app, viewer):
    where = Told("equipment", "Nhà văn hóa không có mạng.", group_id=group("DG05").id)
    return tell_difficulty(viewer("hoa"), 1, "f", where)


def kept():
    db.session.rollback()
    return list(db.session.scalars(select(Difficulty)))


def test_a_helper_tells_a_difficulty_of_the_own_group_in_a_short_form(browser, app):
    page = browser.come_as("hoa").open(f"{PATH}/moi")
    assert page.says("Không ghi tên, số điện thoại, địa chỉ hay số căn cước của ai.")
    assert not [field for field in page.every("input") if field.get("name") == "workplace"]
    sent = {"place": "DG05", "kind": "people", "what": "Các cụ ngại bấm điện thoại.", "form_id": "1"}
    answer = browser.send(f"{PATH}/moi", expect=303, **sent)
    page = browser.follow(answer)
    assert page.says("Phường chưa trả lời.") and page.says("Các cụ ngại bấm điện thoại.")
    browser.open(f"{PATH}/moi")
    browser.send(f"{PATH}/moi", expect=303, **sent)
    assert len(kept()) == 1


def test_staff_name_their_workplace(browser, app):
    browser.come_as("minh").open(f"{PATH}/moi")
    sent = {"place": "", "kind": "funds", "what": "Chưa có kinh phí in."}
    page = browser.send(f"{PATH}/moi", expect=422, **sent)
    assert page.says("Xin ghi tên đơn vị") and "Chưa có kinh phí in." in page.html
    browser.send(f"{PATH}/moi", expect=303, workplace="Đoàn Thanh niên phường", **sent)
    assert browser.open(PATH).says("Đoàn Thanh niên phường")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("what", "", "Xin kể vướng mắc là gì"),
        ("what", "Bác Tư số 0912 345 678 chưa vào được.", "Xin bỏ dãy số ấy đi"),
        ("wish", "Gọi 031 073 000 123 giúp bác.", "Xin bỏ dãy số ấy đi"),
        ("what", "a" * 601, "Dài quá 1 chữ cái"),
        ("place", "DG07", "Xin chọn"),
        ("kind", "khong-co", "Xin chọn"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_the_field_and_stays(browser, app, field, value, says):
    browser.come_as("hoa").open(f"{PATH}/moi")
    sent = {"place": "DG05", "kind": "people", "what": "Một câu giữ lại.", "wish": "Một lời mong."} | {
        field: value
    }
    page = browser.send(f"{PATH}/moi", expect=422, **sent)
    assert page.says(says) and (field in ("place", "kind") or value in page.html)
    assert field == "wish" or "Một lời mong." in page.html
    assert kept() == []


def test_the_office_answers_and_the_helper_reads_it(browser, app, told):
    page = browser.come_as("duc").open(f"{PATH}/{told}")
    assert page.says("Trần Thị Hoa") and page.says("Phường chưa trả lời.")
    path, seen = f"{PATH}/{told}", {"seen": "0"}
    assert browser.send(path, expect=422, state="done", answer="", **seen).says("đã giải quyết thế nào")
    browser.send(path, expect=303, state="in_hand", answer="Đang xin lắp.", **seen)
    refused = browser.send(path, expect=422, state="done", answer="Đã lắp.", **seen)
    assert refused.says("Vừa có người khác sửa") and "Đã lắp." in refused.html
    assert [box["value"] for box in refused.every("input") if box.get("name") == "seen"] == ["1"]
    browser.send(path, expect=303, state="done", answer="Đã lắp.", seen="1")
    page = browser.come_as("hoa").open(path)
    assert page.says("Đã lắp.") and page.says("Đã xong")
    assert not [one for one in page.every("form") if one.get("method") == "post"]
    browser.open(f"{PATH}/moi")
    browser.send(path, expect=403, state="new", answer="")


@pytest.mark.parametrize(("name", "expect"), [("minh", 404), ("thu", 404), ("xa", 404), ("lan", 403)])
def test_what_another_told_is_out_of_reach(browser, app, told, name, expect):
    browser.come_as(name).open(f"{PATH}/{told}", expect=expect)


def test_a_filter_that_finds_nothing_says_how_to_go_on(browser, app, told):
    browser.come_as("duc")
    assert browser.open(f"{PATH}?xem=moi&ve=equipment&to-dan-pho=DG05").says("1 vướng mắc, mới")
    assert browser.open(f"{PATH}?xem=da-xong").says("Bỏ lọc")
    assert browser.open(f"{PATH}?xem=<x>&ve=1&to-dan-pho=KHONG&trang=9").says("1 vướng mắc")


def test_an_empty_list_says_what_to_do(browser, app):
    assert browser.come_as("hoa").open(PATH).says("Anh chị chưa báo vướng mắc nào.")


def test_lists_say_which_of_the_groups_of_one_number_is_meant(browser, told):
    browser.come_as("quan")
    assert browser.open(PATH).says("Tổ dân phố số 5 (Đằng Giang)")
    assert browser.open(f"{PATH}/{told}").text["h1"] == "Vướng mắc của Tổ dân phố số 5 (Đằng Giang)"
