"""Rows of a list: what an officer typed is read as meant, and what cannot be meant is told in a sentence."""

from datetime import date

import pytest

from elearn.office import rules

DAY = date(2026, 11, 24)


def resident(**cells):
    return rules.read_resident(2, {"name": "Nguyễn Thị Lan"} | cells, DAY)


def test_a_name_in_capitals_is_written_as_people_write_it():
    assert resident(name="NGUYỄN THỊ lan").name == "NGUYỄN THỊ lan"
    assert resident(name="NGUYỄN THỊ LAN").name == "Nguyễn Thị Lan"
    assert resident(name="đỗ văn tài").name == "Đỗ Văn Tài"


def test_a_number_that_a_spreadsheet_cut_gets_its_nought_back_and_says_so():
    row = resident(phone="912345678")
    assert row.phone == "+84912345678"
    assert "0912 345 678" in row.note


@pytest.mark.parametrize(
    "typed", ["24/11/2026", "24-11-2026", "24.11.2026", "2026-11-24", "24/11/2026 08:30"]
)
def test_a_day_is_read_however_it_is_written(typed):
    assert resident(consent=typed).consent == DAY


@pytest.mark.parametrize(
    ("cells", "because"),
    [
        ({"name": ""}, "Thiếu họ và tên"),
        ({"name": "123"}, "không có chữ"),
        ({"name": "a" * 81}, "dài quá"),
        ({"phone": "1900 1234"}, "số tổng đài"),
        ({"birth_year": "54"}, "Năm sinh"),
        ({"birth_year": "2999"}, "Năm sinh"),
        ({"birth_year": "2015"}, "16 tuổi"),
        ({"audience": "khách"}, "Đối tượng"),
        ({"consent": "có"}, "xin ghi một ngày"),
        ({"consent": "31/02/2026"}, "xin ghi một ngày"),
        ({"consent": "25/11/2026"}, "chưa tới"),
        ({"personal_code": "12345678"}, "Mã cá nhân"),
        ({"code": "tổ_5!"}, "Mã tổ"),
    ],
)
def test_a_cell_that_cannot_be_meant_is_told(cells, because):
    with pytest.raises(rules.Unfit, match=because):
        resident(**cells)


def test_all_that_is_wrong_with_a_row_is_told_at_once():
    with pytest.raises(rules.Unfit, match=r"Thiếu họ và tên.*Năm sinh"):
        resident(name="", birth_year="x")


def test_a_day_of_birth_keeps_only_the_year():
    assert resident(birth_year="12/03/1954").birth_year == 1954


@pytest.mark.parametrize(
    ("name", "former", "code"),
    [
        ("Tổ dân phố số 5", "Đằng Giang", "DG05"),
        ("Tổ 12", "", "TO12"),
        ("7", "Lạch Tray", "LT07"),
        ("Tổ dân phố Hòa Bình", "Gia Viên", "GVHB"),
        ("Tổ dân phố", "", "TO"),
    ],
)
def test_a_group_without_a_code_gets_one_that_can_be_read(name, former, code):
    row = rules.read_group(2, {"group": name, "former_ward": former})
    assert rules.code_for(row.name, row.former_ward, set()) == code
    assert rules.code_for(row.name, row.former_ward, {code}) == f"{code}-2"


def test_counts_are_numbers():
    assert rules.read_group(2, {"group": "Tổ 5", "households": "1.250"}).households == 1250
    with pytest.raises(rules.Unfit, match="Số hộ"):
        rules.read_group(2, {"group": "Tổ 5", "households": "khoảng 120"})
