"""The pages of a contest, as a resident goes through them."""

from datetime import datetime, timedelta

import pytest

from elearn.kit.clock import now, today
from elearn.kit.db import db, transaction
from elearn.learning import contest_pages
from elearn.learning.actions import keep_results
from elearn.learning.contest_models import ContestEntry
from elearn.learning.contest_queries import counted_of, entry_of, find_contest, key_of, slip_of
from elearn.learning.contests import begin_entry, hand_in
from elearn.library.queries import find_course
from elearn.people.models import Grant
from tests import ward
from tests.browser import Browser
from tests.builders import days_of, make_contest
from tests.ward import group

SLUG, PAGE = "mua-thu", "/cuoc-thi/mua-thu"
WITH_A_FORM = "/khoa-hoc/thanh-toan-so/quet-ma-qr/cau-hoi"


@pytest.fixture
def card(lively):
    courses = [find_course(slug, 1).id for slug in ("thanh-toan-so", "thuong-mai-dien-tu")]
    make_contest(SLUG, courses, questions=6, name="Mùa thu học số")
    return find_contest(1, SLUG)


@pytest.fixture
def tai(lively, card):
    return Browser(lively).come_as("tai")


def fields(name, card, right=6, left_open=0):
    """Fill in the form of somebody's entry: so many rightly, the last ones not at all."""
    entry = entry_of(ward.person(name).id, card.id)
    slip, key = slip_of(entry), key_of(entry.asked, 1, today())
    found = {"phieu": entry.slip}
    for place, one in enumerate(entry.asked[: len(entry.asked) - left_open]):
        wrong = next(two for two in slip.shown[one] if two not in key[one]["right"])
        found[slip.field(one)] = key[one]["right"][0] if place < right else wrong
    db.session.remove()
    return found


def begin(browser):
    browser.open(PAGE)
    return browser.follow(browser.send(f"{PAGE}/bat-dau", expect=303))


def test_a_resident_begins_answers_and_reads_how_many_were_right(tai, card):
    page = tai.open("/cuoc-thi")
    assert page.says("Đang diễn ra") and page.says("Mùa thu học số")
    page = begin(tai)
    assert page.says("6 câu, mỗi câu chọn một ý.") and page.says("Câu 6 trên 6")
    page = tai.follow(tai.send(f"{PAGE}/bai-thi", expect=303, **fields("tai", card, right=4)))
    assert page.text["h1"] == "Bác đúng 4 trên 6 câu"
    assert page.says("Bài của bác đã nộp và được tính.")
    assert not page.says("Câu trả lời đúng"), "nobody reads the right answers before the end"
    assert tai.open("/cuoc-thi").says("bác đã nộp bài")


def test_what_was_right_is_shown_once_nobody_can_answer_any_more(tai, card):
    begin(tai)
    tai.send(f"{PAGE}/bai-thi", expect=303, **fields("tai", card, right=4))
    days_of(card.id, -9, -2)
    page = tai.open(f"{PAGE}/bai-cua-toi")
    assert page.says("Câu trả lời đúng") and page.html.count('class="card wrong"') == 2


def test_double_tap_reload_and_a_second_tab_are_the_same_slip_and_clock(tai, card):
    first = begin(tai)
    again = begin(tai)
    third = tai.open(f"{PAGE}/bai-thi")
    names = [[one.get("name") for one in page.every("input")] for page in (first, again, third)]
    assert names[0] == names[1] == names[2]
    assert db.session.query(ContestEntry).filter_by(contest_id=card.id).count() == 1


def test_who_begins_late_in_the_evening_reads_the_day_on_the_wall(tai, card):
    begin(tai)
    with transaction():
        entry = db.session.get_one(ContestEntry, entry_of(ward.person("tai").id, card.id).id)
        entry.started_at = datetime(2026, 11, 26, 16, 57)
    page = tai.open(f"{PAGE}/bai-thi")
    assert page.says("Đồng hồ chạy từ 23:57 ngày 26/11/2026")
    after = card.until + timedelta(days=1)
    assert page.says(f"Nộp trước 01:00 ngày {after:%d/%m/%Y}")


def test_handed_in_twice_the_second_time_shows_the_first(tai, card):
    begin(tai)
    tai.send(f"{PAGE}/bai-thi", expect=303, **fields("tai", card, right=2))
    page = tai.follow(tai.send(f"{PAGE}/bai-thi", expect=303, **fields("tai", card, right=6)))
    assert page.text["h1"] == "Bác đúng 2 trên 6 câu"
    assert tai.follow(tai.send(f"{PAGE}/bat-dau", expect=303)).text["h1"] == "Bác đúng 2 trên 6 câu"


def test_what_is_left_open_is_asked_about_and_the_rest_is_kept(tai, card):
    begin(tai)
    filled = fields("tai", card, left_open=2)
    page = tai.follow(tai.send(f"{PAGE}/bai-thi", expect=303, **filled))
    assert page.says("Còn 2 câu chưa trả lời xong") and page.says("Nộp luôn, để trống 2 câu")
    assert sum("checked" in one for one in page.every("input")) == 4
    page = tai.open(f"{PAGE}/bai-thi")
    assert sum("checked" in one for one in page.every("input")) == 4, "kept without a script"
    tai.follow(tai.send(f"{PAGE}/bai-thi", expect=303, **filled, **{"bo-trong": "1"}))
    assert [one.right for one in counted_of(card.id)] == [4]


def test_an_empty_form_is_not_handed_in(tai, card):
    begin(tai)
    filled = fields("tai", card, left_open=6)
    page = tai.follow(tai.send(f"{PAGE}/bai-thi", expect=303, **filled, **{"bo-trong": "1"}))
    assert page.says("Còn 6 câu chưa trả lời xong") and not page.says("Nộp luôn")


def test_saved_for_later_it_is_not_handed_in(tai, card):
    begin(tai)
    filled = fields("tai", card, left_open=3)
    page = tai.follow(tai.send(f"{PAGE}/bai-thi", expect=303, **filled, **{"luu-tam": "1"}))
    assert "Đã lưu 3 câu, chưa nộp." in page.html
    assert sum("checked" in one for one in page.every("input")) == 3
    assert counted_of(card.id) == []
    assert tai.open(PAGE).says("Bác đã bắt đầu, chưa nộp.")


def test_a_form_of_somebody_else_on_the_same_phone_is_not_taken(lively, tai, card):
    begin(tai)
    filled = fields("tai", card)
    lan = Browser(lively).come_as("lan")
    begin(lan)
    page = lan.send(f"{PAGE}/bai-thi", expect=422, **filled)
    assert page.says("Trang này mở lúc người khác đang dự thi")
    assert counted_of(card.id) == []


def test_a_visitor_is_asked_to_keep_first_and_comes_back_to_the_contest(lively, card):
    visitor = Browser(lively)
    page = visitor.open(PAGE)
    assert page.says("Trước khi thi, bác giữ kết quả đã")
    assert any(one.get("href") == "/dang-ky?ve=/cuoc-thi/mua-thu" for one in page.every("a"))
    assert not any(one.get("action") == f"{PAGE}/bat-dau" for one in page.every("form"))
    visitor.open("/dang-ky")
    assert visitor.send(f"{PAGE}/bat-dau", expect=303).headers["Location"] == PAGE
    for address in ("bai-thi", "bai-cua-toi"):
        assert visitor.open(f"{PAGE}/{address}", expect=302).headers["Location"] == PAGE


def test_who_runs_it_or_knows_the_answers_reads_why_they_do_not_take_part(lively, card):
    thu = Browser(lively).come_as("thu")
    page = thu.open(PAGE)
    assert page.says("xem được đáp án, nên không dự thi")
    thu.open(WITH_A_FORM)
    page = thu.follow(thu.send(f"{PAGE}/bat-dau", expect=303))
    assert "xem được đáp án" in page.html


def test_before_and_after_its_days_the_page_says_what_to_do(tai, card):
    days_of(card.id, 2, 5)
    assert tai.open(PAGE).says("Cuộc thi chưa mở.")
    days_of(card.id, -5, -2)
    page = tai.open(PAGE)
    assert page.says("Cuộc thi đã kết thúc.") and not page.says("Bắt đầu</button>")
    tai.open(WITH_A_FORM)
    page = tai.follow(tai.send(f"{PAGE}/bat-dau", expect=303))
    assert "chỉ nhận người bắt đầu đến hết" in page.html
    assert tai.open("/cuoc-thi").says("Đã kết thúc")


def test_who_did_not_hand_in_in_time_reads_so_with_the_answers(tai, card):
    begin(tai)
    filled = fields("tai", card)
    days_of(card.id, -5, -2)
    page = tai.follow(tai.send(f"{PAGE}/bai-thi", expect=303, **filled))
    assert page.text["h1"] == "Bài thi chưa nộp" and "hết giờ nộp lúc 01:00" in page.html
    assert counted_of(card.id) == []
    assert tai.open(f"{PAGE}/bai-thi", expect=302)


def test_in_the_hour_after_the_end_who_has_begun_hands_in(tai, card, monkeypatch):
    begin(tai)
    days_of(card.id, -5, -1)
    end = contest_pages.rules.ends_at(find_contest(1, SLUG).until)
    monkeypatch.setattr(contest_pages, "now", lambda: end)
    assert tai.open(f"{PAGE}/bai-thi").says("Nộp trước 01:00")


def test_how_many_took_part_is_told_rounded_as_of_monday(lively, card, monkeypatch):
    monkeypatch.setattr(contest_pages.queries, "handed_in_before", lambda *_: 9)
    assert not Browser(lively).open(PAGE).says("Đã có ít nhất")
    monkeypatch.setattr(contest_pages.queries, "handed_in_before", lambda *_: 1_568)
    assert Browser(lively).come_as("tai").open(PAGE).says("Đã có ít nhất 1.565 người nộp bài")


def test_only_what_was_handed_in_before_monday_is_told(card):
    person = ward.person("tai").id
    keep_results(person, keeping="name", group_id=group("DG07").id)
    begin_entry(person, card, how="alone")
    hand_in(person, card, {}, how="alone")
    assert contest_pages.queries.handed_in_before(card.id, today()) == 0
    assert contest_pages.queries.handed_in_before(card.id, today() + timedelta(days=1)) == 1


def test_the_contest_of_the_ward_next_door_is_not_here(lively, card):
    browser = Browser(lively)
    assert browser.client.get(PAGE, headers={"Host": "ben-canh.test"}).status_code == 404
    assert browser.open("/cuoc-thi/khong-co", expect=404)


def test_opening_pages_changes_nothing(tai, card, statements):
    begin(tai)
    db.session.remove()
    statements.clear()
    for address in ("/cuoc-thi", PAGE, f"{PAGE}/bai-thi"):
        tai.open(address)
    assert not [one for one in statements if not one.startswith(("SELECT", "WITH", "UPDATE session"))]


@pytest.fixture
def app(lively):
    """Count the statements of this app."""
    return lively


def test_the_questions_of_thirty_are_asked_in_few_statements(lively, statements):
    courses = [
        find_course(slug, 1).id for slug in ("dich-vu-cong-truc-tuyen", "thuong-mai-dien-tu", "thanh-toan-so")
    ]
    make_contest("ba-muoi", courses, questions=30)
    tai = Browser(lively).come_as("tai")
    tai.open("/cuoc-thi/ba-muoi")
    tai.send("/cuoc-thi/ba-muoi/bat-dau", expect=303)
    db.session.remove()
    statements.clear()
    page = tai.open("/cuoc-thi/ba-muoi/bai-thi")
    assert page.says("Câu 30 trên 30")
    assert len(statements) <= 8, statements


def test_forty_questions_and_forty_explanations_stay_a_light_page(lively):
    """The browser of the tests weighs each page."""
    courses = [find_course(slug, 1).id for slug in ("an-toan-tren-mang", "kinh-doanh-len-mang")]
    contest = make_contest("bon-muoi", courses, questions=40)
    card, tai = find_contest(1, "bon-muoi"), Browser(lively).come_as("tai")
    tai.open("/cuoc-thi/bon-muoi")
    tai.follow(tai.send("/cuoc-thi/bon-muoi/bat-dau", expect=303))
    tai.send("/cuoc-thi/bon-muoi/bai-thi", expect=303, **fields("tai", card, right=0))
    days_of(contest, -9, -2)
    page = tai.open("/cuoc-thi/bon-muoi/bai-cua-toi")
    assert page.html.count('class="card wrong"') == 40


def test_a_helped_entry_is_told_apart(lively, card):
    entry = begin_entry(ward.person("tai").id, card, how="alone")
    assert entry.how == "alone" and now() >= entry.started_at
    browser = Browser(lively).come_as("tai", "handed")
    browser.open(f"{PAGE}/bai-thi")
    browser.send(f"{PAGE}/bai-thi", expect=303, **fields("tai", card))
    assert entry_of(ward.person("tai").id, card.id).how == "assisted"


def test_kept_half_way_on_a_helpers_phone_it_is_helped_wherever_it_is_handed_in(lively, card):
    begin_entry(ward.person("tai").id, card, how="alone")
    helpers, own = Browser(lively).come_as("tai", "handed"), Browser(lively).come_as("tai")
    helpers.open(f"{PAGE}/bai-thi")
    helpers.send(f"{PAGE}/bai-thi", expect=303, **fields("tai", card), **{"luu-tam": "1"})
    own.open(f"{PAGE}/bai-thi")
    own.send(f"{PAGE}/bai-thi", expect=303, **fields("tai", card))
    (one,) = counted_of(card.id)
    assert one.right == 6 and one.helped


def test_who_was_given_a_role_half_way_reads_why_it_is_not_taken(lively, card):
    tai = Browser(lively).come_as("tai")
    begin(tai)
    with transaction():
        db.session.add(Grant(person_id=ward.person("tai").id, role="author", ward_id=1))
    page = tai.send(f"{PAGE}/bai-thi", expect=303, **fields("tai", card))
    assert entry_of(ward.person("tai").id, card.id).handed_in_at is None, page


def test_who_erases_themselves_reads_that_an_entry_goes_with_it_until_the_seal(tai, card):
    begin(tai)
    assert tai.open("/cua-toi/xoa").says("Bài dự thi, nếu có, của cuộc thi mà phường chưa chốt kết quả")
