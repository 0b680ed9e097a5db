"""One neighbour at the helper's desk: codes, a card, corrections, another group, the phone handed over."""

import re
from datetime import timedelta

from sqlalchemy import select

from elearn.kit import audit
from elearn.kit.audit import AuditEntry
from elearn.kit.clock import today
from elearn.kit.db import db
from elearn.people import entry
from elearn.people.entry_queries import find_card
from elearn.people.models import Session
from tests.builders import attempt, make_course
from tests.desk.doing import (
    act,
    also_helps,
    find,
    neighbour,
    noted,
    of,
    row,
    secrets_of,
    sent,
)
from tests.ward import group, person

# -- one neighbour -----------------------------------------------------------------------------------


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


# -- the phone is handed over ------------------------------------------------------------------------


def test_the_phone_is_handed_over_and_what_is_learnt_is_assisted(at_desk):
    who, browser = neighbour("Bà Mận"), at_desk("hoa")
    assert act(browser, who, "/dua-may", expect=303).headers["Location"] == "/"
    page = browser.open("/rieng-tu")
    assert "Đang học: <strong>Bà Mận</strong>" in page.html
    browser.open("/to/DG05", expect=403)
    (session,) = db.session.scalars(select(Session).where(Session.person_id == who))
    assert (session.kind, session.assisted_by_id) == ("handed", person("hoa").id)
    assert len(noted("hand over")) == 1
