"""The helper's desk: who learns in the own group, and nobody else's business."""

import re
import unicodedata
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from elearn.desk.actions import Told, register_neighbour
from elearn.desk.queries import find_my_group
from elearn.kit import audit
from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now, today
from elearn.kit.db import Base, db, transaction
from elearn.kit.secrets import digest
from elearn.kit.words import fold
from elearn.learning.actions import keep_results, move_to_group
from elearn.learning.groups import Part, merge_groups, split_group
from elearn.people import entry
from elearn.people.actions import give_credentials
from elearn.people.consents import TEXT_VERSION
from elearn.people.models import Consent, Grant, Person, Session
from elearn.people.queries import find_card, find_class
from elearn.people.rules import spaced
from tests.builders import attempt, make_course, nameless
from tests.ward import group, person


def neighbour(name, code="DG05", agrees=True, **more):
    """Register somebody who has given their name, and perhaps lets the helper see it."""
    who = nameless()
    consents = ["keep_results"] + ["seen_by_helper"] * agrees
    keep_results(who, keeping="name", group_id=group(code).id, name=name, consents=consents, **more)
    return who


def also_helps(name, code):
    with transaction():
        here = group(code)
        db.session.add(
            Grant(person_id=person(name).id, role="helper", ward_id=here.ward_id, group_id=here.id)
        )


def noted(action):
    return db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    ).all()


def figures(page):
    """Read the figures at the top of a page."""
    found = re.findall(r"<dt>(.*?)</dt><dd>(?:<a[^>]*>)?([^<]*)", page.html)
    return {name: number.strip() for name, number in found}


# -- the roster ----------------------------------------------------------------------------------


def test_a_helper_of_one_group_goes_straight_to_it(at_desk):
    answer = at_desk("hoa").open("/to", expect=302)
    assert answer.headers["Location"] == "/to/DG05"


def test_the_administrator_finds_every_group_of_the_ward_and_no_other(at_desk):
    page = at_desk("quan").open("/to")
    assert page.says("Tổ dân phố số 7") and page.says("Chưa rõ tổ") and "BC01" not in page.html
    assert "DG05" not in at_desk("quan").open("/to?tim=lach+tray").html


def test_the_roster_names_who_agreed_and_counts_the_others(at_desk, agree):
    agree("lan")
    neighbour("Bà Kín", agrees=False)
    keep_results(nameless(), keeping="group", group_id=group("DG05").id)
    page = at_desk("hoa").open("/to/DG05")
    assert page.says("Nguyễn Thị Lan") and page.says("Trần Thị Hoa") and "Bà Kín" not in page.html
    assert page.says("Không hiện tên: 2 người")


def test_who_withdraws_the_consent_is_named_no_longer(at_desk, agree):
    agree("lan")
    consent = db.session.scalar(select(Consent).where(Consent.purpose == "seen_by_helper"))
    consent.withdrawn_at = consent.given_at
    db.session.commit()
    assert "Nguyễn Thị Lan" not in at_desk("hoa").open("/to/DG05").html


def test_the_administrator_sees_every_name(at_desk):
    neighbour("Bà Kín", agrees=False)
    assert at_desk("quan").open("/to/DG05").says("Bà Kín")


def test_neighbours_stand_in_vietnamese_order(at_desk):
    for name in ("Lê Thị Đào", "Phạm Văn Ân", "Vũ Thị Dung", "Bùi An"):
        neighbour(name, "LT03")
    html = at_desk("quan").open("/to/LT03").html
    names = ("Bùi An", "Phạm Văn Ân", "Vũ Thị Dung", "Lê Thị Đào")
    assert [html.index(name) for name in names] == sorted(html.index(name) for name in names)


def test_a_name_is_found_without_marks(at_desk):
    neighbour("Đặng Thị Thọ", household="Nhà ngõ 12")
    neighbour("Phạm Văn Bình")
    browser = at_desk("hoa")
    for asked in ("tho", "DANG", "ngo 12", "Thọ"):
        page = browser.open(f"/to/DG05?tim={asked}")
        assert page.says("Đặng Thị Thọ") and "Phạm Văn Bình" not in page.html, asked
    assert browser.open("/to/DG05?tim=khong+ai").says("Không có ai khớp")


def test_the_list_is_filtered_by_how_far_each_has_come(at_desk):
    course = make_course(lessons=2)
    neighbour("Bà Chưa")
    half, whole = neighbour("Ông Dở"), neighbour("Cô Xong")
    attempt(half, course["revisions"][0])
    for revision in course["revisions"]:
        attempt(whole, revision)
    browser = at_desk("hoa")
    for state, name in {"chua-bat-dau": "Bà Chưa", "do-dang": "Ông Dở", "da-xong": "Cô Xong"}.items():
        page = browser.open(f"/to/DG05?loc={state}")
        shown = {one for one in ("Bà Chưa", "Ông Dở", "Cô Xong") if page.says(one)}
        assert shown == {name}
        assert browser.open(f"/to/DG05/in?loc={state}").says(name)


def test_a_phone_number_is_masked_in_the_list(at_desk, agree):
    agree("lan")
    html = at_desk("hoa").open("/to/DG05").html
    assert "••• ••• 001" in html and "900000001" not in html and "900 000 001" not in html


def test_the_figures_of_the_roster_are_those_of_the_board(at_desk):
    course = make_course(lessons=1)
    attempt(neighbour("Cô Xong", "LT03"), course["revisions"][0], right=5)
    neighbour("Bà Kín", "LT03", agrees=False)
    keep_results(nameless(), keeping="group", group_id=group("LT03").id)
    also_helps("hoa", "LT03")
    browser = at_desk("hoa")
    assert browser.open("/to").says("Tổ dân phố số 3 (phường cũ Lạch Tray): 3 người")
    seen = figures(browser.open("/to/LT03"))
    board = figures(browser.open("/tien-do/LT03"))
    assert [seen[name] for name in ("Có tên trong danh sách", "Đã xong", "Không hiện tên")] == ["1", "1", "2"]
    assert int(seen["Có tên trong danh sách"]) + int(seen["Không hiện tên"]) == int(
        board["Người học hiện nay"]
    )


def test_a_long_list_comes_in_pages(at_desk):
    for number in range(51):
        neighbour(f"Người Thứ {number}")
    browser = at_desk("hoa")
    assert browser.open("/to/DG05").says("Trang 1 trên 2")
    assert browser.open("/to/DG05?trang=99").says("Trang 2 trên 2")
    assert browser.open("/to/DG05?trang=x").says("Trang 1 trên 2")


def test_an_empty_group_says_how_to_begin(at_desk):
    page = at_desk("quan").open("/to/LT03")
    assert page.says("Tổ chưa có ai học") and page.says("áp phích")


def test_each_reading_of_names_is_noted_once_and_nothing_else_is_written(at_desk, agree):
    agree("lan")
    browser = at_desk("hoa")
    browser.open("/to/DG05")
    (entry,) = noted("view roster")
    assert (entry.actor_id, entry.object_id, entry.detail) == (
        person("hoa").id, str(group("DG05").id), {"names": 2}
    )  # fmt: skip
    browser.open("/to/DG05/in")
    assert len(noted("print roster")) == 1
    browser.open("/to/DG05?tim=khong+ai")
    actions = {one.action for one in db.session.scalars(select(AuditEntry))} - {"sign in"}
    assert actions == {"view roster", "print roster"}
    assert len(noted("view roster")) == 1


# -- out of reach --------------------------------------------------------------------------------


def test_the_neighbouring_group_is_not_found_and_a_resident_finds_the_door_closed(at_desk):
    helper = at_desk("hoa")
    for path in ("/to/DG07", "/to/GV-KR", "/to/BC01", "/to/KHONG", "/to/DG07/in"):
        helper.open(path, expect=404)
    for name in ("lan", "minh", "thu"):
        at_desk(name).open("/to/DG05", expect=403)
        at_desk(name).open("/to", expect=403)
    at_desk("xa").open("/to/DG05", expect=404)


def test_a_merged_group_leads_to_the_one_it_has_become_part_of(at_desk):
    merge_groups([group("DG05").id], group("DG07").id, actor=None)
    answer = at_desk("hoa").open("/to/DG05", expect=302)
    assert answer.headers["Location"] == "/to/DG07"
    assert at_desk("hoa").open("/to/DG07").says("Trần Thị Hoa")


def test_a_group_that_was_split_keeps_its_people_and_takes_no_more(at_desk):
    new = split_group(group("DG05").id, [Part("DG05A", "Tổ dân phố số 5A")], actor=None)[0]
    browser = at_desk("hoa")
    page = browser.open("/to/DG05")
    assert page.says("Tổ này đã chia") and page.says("Nguyễn Thị Lan") and "dang-ky" not in page.html
    browser.open("/to/DG05/dang-ky", expect=404)
    who = person("lan").id
    browser.open(of(who, "/chuyen-to"))
    browser.send(of(who, "/chuyen-to"), expect=303, group=new)
    merge_groups([group("LT03").id], group("DG07").id, actor=None)
    page = at_desk("quan").open("/to")
    assert page.says("Tổ dân phố số 5A") and page.says("Tổ dân phố số 5 ") and not page.says("số 3")


def test_somebody_who_moved_away_is_on_the_other_list(at_desk, agree):
    move_to_group(agree("lan"), group("DG07").id)
    assert "Nguyễn Thị Lan" not in at_desk("hoa").open("/to/DG05").html


# -- registering a neighbour ---------------------------------------------------------------------

AGREED = {"over_16": "y", "keep_results": "y", "seen_by_helper": "y"}


def form_id(page):
    return next(field["value"] for field in page.every("input") if field.get("name") == "form_id")


def secrets_of(page):
    return re.findall(r'<span class="secret">([^<]*)</span>', page.html)


def sent(browser, name="Bà Mận", *, expect=200, **fields):
    page = browser.open("/to/DG05/dang-ky")
    fields = {"form_id": form_id(page), "name": name, "audience": "unsaid"} | AGREED | fields
    return browser.send("/to/DG05/dang-ky", expect=expect, **fields)


def find(name):
    return db.session.scalar(select(Person).where(Person.display_name == name))


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


# -- one neighbour -------------------------------------------------------------------------------


def of(who, what=""):
    return f"/to/DG05/nguoi/{who}{what}"


def act(browser, who, what, *, expect=200, **fields):
    """Do something to somebody from their page."""
    browser.open(of(who))
    return browser.send(of(who, what), expect=expect, **fields)


def row(who):
    db.session.expire_all()
    return db.session.get(Person, who)


def test_the_page_of_a_neighbour_tells_what_they_did_and_how(at_desk):
    course, who = make_course(lessons=2), neighbour("Bà Mận", phone="+84912345678")
    attempt(who, course["revisions"][0], how="assisted", assisted_by_id=person("hoa").id)
    attempt(who, course["revisions"][1])
    page = at_desk("hoa").open(of(who))
    assert page.says("Đã xong khóa") and page.says("2 bài đã xong")
    assert page.says("có người hướng dẫn (Trần Thị Hoa)") and page.says("tự học")
    assert page.says("0912 345 678") and page.says(f"{today():%d/%m/%Y}")


def test_reading_of_one_neighbour_is_noted(at_desk, monkeypatch):
    who = neighbour("Bà Mận")
    browser = at_desk("hoa")
    browser.open(of(who))
    browser.open(of(who))
    assert [entry.object_id for entry in noted("view person")] == [str(who)], "one look"
    monkeypatch.setattr(audit, "ONE_LOOK", timedelta(0))
    browser.open(of(who, "/sua"))
    assert [entry.object_id for entry in noted("view person")] == [str(who)] * 2, "another, later"


def test_the_neighbour_of_another_group_is_out_of_reach_in_every_way(at_desk):
    tai, hidden = person("tai").id, neighbour("Bà Kín", agrees=False)
    helper = at_desk("hoa")
    helper.open("/to/DG05/dang-ky")
    doors = ("/ma-mot-lan", "/dua-may", "/the", "/ma-hoc", "/thu-the", "/rut-dong-y", "/sua", "/chuyen-to")
    for who in (tai, hidden, 99_999):
        helper.open(of(who), expect=404)
        for door in doors:
            helper.send(of(who, door), expect=404, name="x", group="1")
    helper.send(f"/to/DG07/nguoi/{tai}/ma-mot-lan", expect=404)
    resident = at_desk("lan")
    resident.open(of(tai), expect=403)
    assert noted("issue code") == [] and row(tai).display_name == "Đỗ Văn Tài"


def test_a_helper_does_nothing_for_oneself_nor_for_who_has_a_role(at_desk):
    also_helps("lan", "DG05")
    browser = at_desk("hoa")
    for who, words in ((person("hoa").id, "Của tôi"), (person("lan").id, "nhiệm vụ riêng")):
        page = browser.open(of(who))
        assert page.says(words) and "dua-may" not in page.html
        browser.open("/to/DG05/dang-ky")
        for door in ("/ma-mot-lan", "/dua-may", "/the", "/ma-hoc", "/thu-the", "/rut-dong-y"):
            assert browser.send(of(who, door), expect=422).says(words)
        browser.send(of(who, "/sua"), expect=422, name="Tên Khác", audience="unsaid")
        browser.send(of(who, "/chuyen-to"), expect=422, group=group("DG07").id)
    assert row(person("lan").id).group_id == group("DG05").id
    assert {entry.action for entry in db.session.scalars(select(AuditEntry))} <= {"sign in", "view person"}


def test_a_one_time_code_is_shown_once_and_lets_its_owner_in(at_desk):
    who, browser = neighbour("Bà Mận", phone="+84912345678"), at_desk("hoa")
    page = act(browser, who, "/ma-mot-lan")
    (code,) = secrets_of(page)
    assert page.says("0912 345 678") and re.fullmatch(r"\d{4} \d{4}", code)
    assert code not in browser.follow(browser.open(of(who, "/ma-mot-lan"), expect=302)).html
    assert entry.use_code("0912345678", code.replace(" ", ""), "a browser") == who


def test_the_twenty_first_code_of_a_day_is_refused_with_what_to_do(at_desk):
    who, browser = neighbour("Bà Mận"), at_desk("hoa")
    for _ in range(20):
        act(browser, who, "/ma-mot-lan")
    page = act(browser, who, "/ma-mot-lan", expect=422)
    assert page.says("Hôm nay đã cấp đủ 20 mã")


def test_a_new_code_of_learning_ends_the_old_one_after_a_question(at_desk):
    browser = at_desk("hoa")
    _, old = secrets_of(sent(browser))
    who = find("Bà Mận").id
    assert browser.open(of(who, "/ma-hoc")).says("không dùng được nữa")
    _, new = secrets_of(browser.send(of(who, "/ma-hoc")))
    place = entry.Place(ward_id=1)
    assert entry.come_in_as(who, new, place).person_id == who
    assert entry.come_in_as(who, old, place).person_id is None


def test_a_card_is_printed_again_the_same_and_worthless_once_it_is_lost(at_desk):
    who, browser = neighbour("Bà Mận"), at_desk("hoa")
    first, again = (act(browser, who, "/the") for _ in range(2))
    card = find_card(who).id
    assert first.text["h1"] == "Thẻ học của Bà Mận" and first.every("svg") and first.html == again.html
    assert len(noted("print card")) == 2
    browser.open(of(who, "/thu-the"))
    browser.send(of(who, "/thu-the"), expect=303)
    browser.send(of(who, "/thu-the"), expect=303)
    assert find_card(who) is None and len(noted("revoke cards")) == 1
    act(browser, who, "/the")
    assert find_card(who).id != card


def test_details_are_corrected_and_refused_kindly(at_desk):
    who, browser = neighbour("Bà Mận", phone="+84912345678", household="hộ 1"), at_desk("hoa")
    page = browser.open(of(who, "/sua"))
    assert 'value="0912 345 678"' in page.html and 'value="hộ 1"' in page.html
    page = browser.send(of(who, "/sua"), expect=422, name="", phone="12", audience="unsaid")
    assert page.says("Xin ghi tên người học") and 'value="12"' in page.html
    fields = {
        "name": "Bà Mận Lớn",
        "phone": "",
        "household": "",
        "audience": "business",
        "birth_year": "1960",
    }
    browser.send(of(who, "/sua"), expect=303, **fields)
    now_kept = row(who)
    assert (now_kept.display_name, now_kept.phone, now_kept.household) == ("Bà Mận Lớn", None, None)
    assert (now_kept.audience, now_kept.birth_year) == ("business", 1960)


def test_a_neighbour_moves_to_another_group_once_and_is_out_of_reach(at_desk):
    who, browser = neighbour("Bà Mận", household="hộ 1"), at_desk("hoa")
    browser.open(of(who, "/chuyen-to"))
    assert browser.send(of(who, "/chuyen-to"), expect=422, group=0).says("Xin chọn tổ mới")
    assert browser.send(of(who, "/chuyen-to"), expect=422, group=group("BC01").id).html
    for _ in range(2):
        answer = browser.send(of(who, "/chuyen-to"), expect=303, group=group("DG07").id)
        assert answer.headers["Location"] == "/to/DG05"
    assert (row(who).group_id, row(who).household) == (group("DG07").id, None)
    assert len(noted("person moved")) == 1
    browser.open(of(who), expect=404)


def test_who_no_longer_wants_to_be_seen_is_hidden_at_once(at_desk):
    who, browser = neighbour("Bà Mận"), at_desk("hoa")
    browser.open(of(who, "/rut-dong-y"))
    for _ in range(2):
        answer = browser.send(of(who, "/rut-dong-y"), expect=303)
        assert answer.headers["Location"] == "/to/DG05"
    assert "Bà Mận" not in browser.open("/to/DG05?trang=1").html.replace("Bà Mận không", "")
    assert len(noted("withdraw aloud")) == 1


def test_a_no_of_who_came_with_a_list_is_kept_too(at_desk):
    lan = person("lan").id
    browser = at_desk("hoa")
    browser.open(of(lan, "/rut-dong-y"))
    browser.send(of(lan, "/rut-dong-y"), expect=303)
    browser.open(of(lan), expect=404)


# -- the phone is handed over --------------------------------------------------------------------


def test_the_phone_is_handed_over_and_what_is_learnt_is_assisted(at_desk):
    who, browser = neighbour("Bà Mận"), at_desk("hoa")
    assert act(browser, who, "/dua-may", expect=303).headers["Location"] == "/"
    page = browser.open("/rieng-tu")
    assert "Đang học: <strong>Bà Mận</strong>" in page.html
    browser.open("/to/DG05", expect=403)
    (session,) = db.session.scalars(select(Session).where(Session.person_id == who))
    assert (session.kind, session.assisted_by_id) == ("handed", person("hoa").id)
    assert len(noted("hand over")) == 1


# -- somebody who reads out a personal code ------------------------------------------------------


def read_out(browser, who, *, expect=200, **fields):
    browser.open("/to/DG05/ma-ca-nhan")
    return browser.send("/to/DG05/ma-ca-nhan", expect=expect, personal_code=row(who).personal_code, **fields)


def with_code(who):
    give_credentials(who)
    return who


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


# -- a class -------------------------------------------------------------------------------------


def test_a_class_has_a_code_for_three_hours_and_is_ended(at_desk):
    browser = at_desk("hoa")
    browser.open("/to/DG05/lop")
    answer = browser.send("/to/DG05/lop", expect=303, attendance="30")
    sheet = browser.follow(answer)
    token = answer.headers["Location"].rpartition("/")[2]
    assert find_class(digest(token), now()).budget == 90
    assert sheet.every("svg") and sheet.text["h1"] == "Lớp học của Tổ dân phố số 5"
    listed = browser.open("/to/DG05/lop")
    assert listed.says("Khoảng 30 người") and token not in listed.html
    mark = digest(token)[:16]
    for _ in range(2):
        browser.send(f"/to/DG05/lop/{mark}/ket-thuc", expect=303)
    assert find_class(digest(token), now()) is None and len(noted("end class")) == 1
    assert not browser.open("/to/DG05/lop").says("Lớp đang mở")
    browser.open(f"/to/DG05/lop/{token}", expect=302)


@pytest.mark.parametrize("typed", ["", "0", "301", "nhiều"])
def test_a_class_of_a_strange_size_is_refused(at_desk, typed):
    browser = at_desk("hoa")
    browser.open("/to/DG05/lop")
    page = browser.send("/to/DG05/lop", expect=422, attendance=typed)
    assert page.every("p") and f'value="{typed}"' in page.html


def test_the_class_of_another_group_is_out_of_reach(at_desk, viewer):
    token = entry.issue_class_ticket(group("DG07").id, 10, viewer("quan"))
    browser = at_desk("hoa")
    browser.open(f"/to/DG07/lop/{token}", expect=404)
    browser.open(f"/to/DG05/lop/{token}", expect=302)
    browser.open("/to/DG05/lop")
    browser.send(f"/to/DG05/lop/{digest(token)[:16]}/ket-thuc", expect=303)
    assert find_class(digest(token), now()) is not None


# -- nothing is written by reading ---------------------------------------------------------------


def test_reading_writes_nothing_but_the_audit_of_names(at_desk):
    who = with_code(neighbour("Bà Mận"))
    browser = at_desk("hoa")
    before = contents()
    desk = ("/to", "/to/DG05", "/to/DG05/in", "/to/DG05/dang-ky", "/to/DG05/ma-ca-nhan", "/to/DG05/lop")
    doors = (
        "",
        "/sua",
        "/chuyen-to",
        "/ma-hoc",
        "/thu-the",
        "/rut-dong-y",
        "/the",
        "/dua-may",
        "/ma-mot-lan",
    )
    for path in (*desk, *(of(who, door) for door in doors)):
        browser.client.get(path)
    assert contents() == before


def contents():
    """Everything in the database but the audit."""
    db.session.commit()
    with db.engine.connect() as connection:
        return {
            table.name: sorted(map(str, connection.execute(table.select()).all()))
            for table in Base.metadata.sorted_tables
            if not table.name.startswith("audit")
        }
