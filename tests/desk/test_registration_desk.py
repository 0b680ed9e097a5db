"""Registering a neighbour, and taking in who reads out a personal code."""

import re
import unicodedata
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from elearn.desk.actions import Told, register_neighbour
from elearn.desk.queries import find_my_group
from elearn.kit.clock import today
from elearn.kit.db import db
from elearn.kit.words import fold
from elearn.people.consents import TEXT_VERSION
from elearn.people.models import Consent, Person
from elearn.people.rules import spaced
from tests.builders import attempt, make_course
from tests.desk.doing import (
    AGREED,
    find,
    form_id,
    neighbour,
    noted,
    of,
    read_out,
    row,
    secrets_of,
    sent,
    with_code,
)
from tests.ward import group, person

# -- registering a neighbour -------------------------------------------------------------------------


def test_a_helper_registers_a_neighbour_who_gets_their_codes_once(at_desk):
    browser = at_desk("hoa")
    page = sent(browser, phone="0912 345 678", household="hộ 12", birth_year="1951", audience="resident")
    code, pin = secrets_of(page)
    assert page.text["h1"] == "Đã ghi tên Bà Mận"
    who = find("Bà Mận")
    assert (spaced(who.personal_code), len(pin)) == (code, 6)
    assert (who.phone, who.household, who.birth_year, who.audience) == (
        "+84912345678",
        "hộ 12",
        1951,
        "resident",
    )
    assert (who.group_id, who.registered_by_id) == (group("DG05").id, person("hoa").id)
    assert pin not in browser.open(f"/to/DG05/nguoi/{who.id}").html
    assert len(noted("register person")) == 1


def test_consent_is_kept_as_spoken_with_its_text_and_who_assisted(at_desk):
    sent(at_desk("hoa"))
    kept = db.session.scalars(select(Consent).order_by(Consent.purpose)).all()
    assert [(one.purpose, one.channel, one.text_version, one.assisted_by_id) for one in kept] == [
        (purpose, "spoken", TEXT_VERSION, person("hoa").id) for purpose in ("keep_results", "seen_by_helper")
    ]


def test_the_boxes_are_not_ticked_and_what_is_asked_stands_there_to_be_read_aloud(at_desk):
    page = at_desk("hoa").open("/to/DG05/dang-ky")
    boxes = [field for field in page.every("input") if field.get("type") == "checkbox"]
    assert len(boxes) == 4 and not any("checked" in box for box in boxes)
    assert page.says("Bác có đồng ý cho Phòng Văn hóa - Xã hội phường Gia Viên giữ tên")


def test_nothing_is_kept_of_who_does_not_agree_or_is_too_young(at_desk):
    browser = at_desk("hoa")
    page = sent(browser, expect=422, keep_results="", name="Bà Thôi")
    assert page.says("chưa đồng ý thì không ghi tên") and 'value="Bà Thôi"' in page.html
    assert sent(browser, expect=422, over_16="").says("học ẩn danh")
    assert sent(browser, expect=422, birth_year=str(today().year - 15)).says("chưa ghi tên được")
    assert find("Bà Thôi") is None and find("Bà Mận") is None


def test_who_does_not_want_to_be_seen_is_counted_and_not_named(at_desk):
    browser = at_desk("hoa")
    page = sent(browser, "Bà Kín", seen_by_helper="")
    assert len(secrets_of(page)) == 2 and "dua-may" not in page.html
    assert "Bà Kín" not in browser.open("/to/DG05").html
    browser.open(f"/to/DG05/nguoi/{find('Bà Kín').id}", expect=404)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "Xin ghi tên người học."),
        ("name", "…", "Tên cần có chữ cái."),
        ("name", "x" * 61, "Dài quá 1 chữ cái"),
        ("name", "Bà Mận 031174", "Ô này chỉ ghi tên."),
        ("household", "031 174 000 123", "Ô này chỉ ghi nhãn của hộ."),
        ("phone", "0912", "Số điện thoại di động có 10 chữ số"),
        ("birth_year", "51", "Xin điền một số từ 1900"),
        ("birth_year", "năm Mão", "Xin điền một số"),
        ("household", "h" * 41, "Dài quá 1 chữ cái"),
        ("audience", "king", "Xin chọn một mục"),
    ],
)
def test_a_refused_form_says_why_beside_the_field_and_keeps_what_was_typed(at_desk, field, typed, sentence):
    page = sent(at_desk("hoa"), expect=422, **{"household": "hộ 3", field: typed})
    assert sentence in re.sub(r"\s+", " ", page.html.split(f'id="{field}-error"')[1][:200])
    assert typed in page.html or "hộ 3" in page.html


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Ánh Nguyệt", "Nguyễn " + "Trường " * 7 + "Gian", "<b>Bà</b> & 'Mận'"]
)
def test_names_of_every_shape_are_kept_as_they_are_said(at_desk, name):
    browser = at_desk("hoa")
    sent(browser, unicodedata.normalize("NFD", name))
    assert find(name) is not None
    assert browser.open(f"/to/DG05?tim={quote(fold(name))}").says(name)


def test_a_second_tap_registers_nobody_anew(at_desk):
    browser = at_desk("hoa")
    page = browser.open("/to/DG05/dang-ky")
    fields = {"form_id": form_id(page), "name": "Bà Mận", "audience": "unsaid", **AGREED}
    first = browser.send("/to/DG05/dang-ky", **fields)
    again = browser.send("/to/DG05/dang-ky", **fields)
    assert len(secrets_of(first)) == 2
    assert secrets_of(again) == secrets_of(first)[:1] and again.says("đã được ghi ở lần chạm trước")
    assert db.session.scalar(select(func.count()).where(Person.display_name == "Bà Mận")) == 1


def test_two_forms_at_once_with_one_id_are_one_neighbour(app, viewer):
    here = find_my_group(viewer("hoa"), "DG05")
    told = Told("Bà Mận", None, None, "unsaid", None)
    one = register_neighbour(viewer("hoa"), here, "f" * 32, told, seen_by_helper=True)
    two = register_neighbour(viewer("hoa"), here, "f" * 32, told, seen_by_helper=True)
    other = register_neighbour(viewer("quan"), here, "f" * 32, told, seen_by_helper=True)
    assert one.person_id == two.person_id != other.person_id
    assert one.pin and two.pin is None


def test_a_likely_double_is_pointed_out_and_a_second_tap_says_it_is_another(at_desk):
    browser = at_desk("hoa")
    sent(browser, phone="0912345678")
    page = sent(browser, "ba man", expect=422)
    assert page.says("Có phải người đã có trong danh sách?") and page.says("điện thoại ••• ••• 678")
    assert sent(browser, "Ông Khác", expect=422, phone="0912345678").says("Có phải người đã có")
    assert len(secrets_of(sent(browser, "Bà Mân", van_ghi="1"))) == 2


def test_a_double_in_another_group_or_out_of_sight_is_not_told(at_desk):
    neighbour("Bà Kín", agrees=False, phone="+84912345678")
    neighbour("Bà Xa", "DG07")
    browser = at_desk("hoa")
    sent(browser, "Bà Kín", phone="0912345678")
    sent(browser, "Bà Xa")


def test_a_number_that_five_share_is_refused_with_what_to_do(at_desk):
    for number in range(5):
        neighbour(f"Người {number}", "DG07", phone="+84912345678")
    page = sent(at_desk("hoa"), expect=422, phone="0912345678")
    assert page.says("Xin để trống, hoặc ghi số khác") and find("Bà Mận") is None


def test_a_helper_registers_in_the_own_group_alone(at_desk):
    browser = at_desk("hoa")
    browser.open("/to/DG05/dang-ky")
    for code in ("DG07", "GV-KR", "BC01"):
        browser.open(f"/to/{code}/dang-ky", expect=404)
        browser.send(f"/to/{code}/dang-ky", expect=404, name="Bà Mận", form_id="x", **AGREED)
    at_desk("minh").open("/to/DG05/dang-ky", expect=403)


# -- somebody who reads out a personal code ----------------------------------------------------------


def test_somebody_of_no_known_group_is_taken_in_by_their_personal_code(at_desk):
    course, who = make_course(lessons=1), with_code(neighbour("Bà Mận", "GV-KR"))
    attempt(who, course["revisions"][0])
    browser = at_desk("hoa")
    page = read_out(browser, who)
    assert page.says("Bà Mận") and row(who).group_id == group("GV-KR").id
    answer = read_out(browser, who, expect=303, nhan="1", seen_by_helper="y")
    assert answer.headers["Location"] == of(who)
    assert browser.follow(answer).says("Đã xong khóa")
    read_out(browser, who, expect=303, nhan="1", seen_by_helper="y")
    assert len(noted("person assigned")) == 1


def test_who_did_not_agree_before_may_agree_now(at_desk):
    who, browser = with_code(neighbour("Bà Kín", agrees=False)), at_desk("hoa")
    browser.open(of(who), expect=404)
    assert read_out(browser, who).says("chưa cho người hướng dẫn xem")
    answer = read_out(browser, who, expect=303, nhan="1")
    assert answer.headers["Location"] == "/to/DG05", "not without a spoken yes"
    assert read_out(browser, who, expect=303, nhan="1", seen_by_helper="y").headers["Location"] == of(who)
    assert len(noted("agree aloud")) == 1


def test_a_code_of_another_group_and_a_code_of_nobody_are_the_same(at_desk):
    browser = at_desk("hoa")
    page = read_out(browser, person("tai").id, expect=422)
    assert page.says("Không có ai với mã này") and "Tài" not in page.html
    browser.open("/to/DG05/ma-ca-nhan")
    again = browser.send("/to/DG05/ma-ca-nhan", expect=422, personal_code="00000000")
    assert again.says("Không có ai với mã này")
    read_out(browser, person("hoa").id, expect=422)
    assert browser.send("/to/DG05/ma-ca-nhan", expect=422, personal_code="12").says("đúng 8 chữ số")


def test_guessing_at_personal_codes_ends_soon(at_desk):
    browser = at_desk("hoa")
    for _ in range(20):
        read_out(browser, person("tai").id, expect=422)
    who = with_code(neighbour("Bà Mận", "GV-KR"))
    assert read_out(browser, who, expect=422).says("đã gõ nhiều mã không có ai")


def test_the_administrator_assigns_who_did_not_know_the_group(at_desk):
    who, browser = neighbour("Bà Mận", "GV-KR"), at_desk("quan")
    assert browser.open("/to/GV-KR").says("Bà Mận")
    browser.open(f"/to/GV-KR/nguoi/{who}/chuyen-to")
    browser.send(f"/to/GV-KR/nguoi/{who}/chuyen-to", expect=303, group=group("DG05").id)
    assert row(who).group_id == group("DG05").id and len(noted("person assigned")) == 1
