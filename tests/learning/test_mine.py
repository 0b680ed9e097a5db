"""My learning and my data: seen, corrected, taken along, taken back, erased; by nobody but me."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.kit.secrets import digest
from elearn.learning.actions import erase, keep_results
from elearn.learning.models import Certificate, Credit
from elearn.learning.own import award_certificate, go_on_without_name, show_to_helper
from elearn.learning.recount import recount
from elearn.people.actions import open_session
from elearn.people.consents import KEEP_RESULTS
from elearn.people.entry import Place, come_in, issue_card, use_return_link
from elearn.people.entry_queries import find_card_owner
from elearn.people.kiosks import set_up_kiosk
from elearn.people.models import Consent, LearningCard, Person, ReturnLink, Session, SessionKind
from elearn.people.queries import people_seen_by
from tests.browser import Browser
from tests.builders import attempt, make_course, nameless, standing, tallies
from tests.learning.test_keeping import errors
from tests.ward import CAST, group

LAN = {
    "name": "Nguyễn Thị Lan", "group": "DG05", "audience": "unsaid", "phone": "0900000001", "birth_year": "",
}  # fmt: skip
FOR_ALL = ("/cua-toi/du-lieu", "/cua-toi/phien", "/cua-toi/ma-hoc", "/cua-toi/the", "/cua-toi/link")


@pytest.fixture
def lan(app):
    return Browser(app).come_as("lan")


def reload(name="lan"):
    db.session.expire_all()
    return db.session.scalar(select(Person).where(Person.phone == CAST[name].phone))


def without_name(app, keeping=None, lessons=1):
    """Return a browser of somebody who has learnt without a name."""
    course, who = make_course(), nameless()
    for revision in course["revisions"][:lessons]:
        attempt(who, revision)
    if keeping:
        keep_results(who, keeping=keeping, group_id=group("DG05").id, consents=[KEEP_RESULTS])
    browser = Browser(app)
    open_session(digest("t" * 43), who, SessionKind.NAMELESS)
    browser.client.set_cookie("elearn-s", "t" * 43)
    return browser, who


# -- my learning ---------------------------------------------------------------------------------


def test_a_visitor_reads_how_to_begin(browser):
    before = db.session.scalar(select(func.count()).select_from(Person))
    page = browser.open("/cua-toi")
    assert page.says("Ở đây chưa có gì") and page.says("Đăng nhập")
    assert db.session.scalar(select(func.count()).select_from(Person)) == before


def test_who_has_no_name_reads_what_this_browser_keeps(app):
    browser, _ = without_name(app)
    page = browser.open("/cua-toi")
    assert page.says("Chỉ trong trình duyệt này") and page.says("Giữ kết quả này")
    assert page.says("1 trên 2 bài")


def test_the_overview_shows_where_to_continue_what_is_done_and_half_done(lan, person):
    course = make_course(lessons=3)
    attempt(person("lan").id, course["revisions"][0])
    tried = attempt(person("lan").id, course["revisions"][1], right=1)
    page = lan.open("/cua-toi")
    assert page.says("Học tiếp: Bài 2") and page.says("1 trên 3 bài")
    assert page.says("Bài 2: làm lại câu sai") and tried.attempt_id
    for revision in course["revisions"][1:]:
        attempt(person("lan").id, revision)
    page = lan.open("/cua-toi")
    assert page.says("Nhận giấy ghi nhận") and not page.says("Đang làm dở")
    number = award_certificate(person("lan").id, course["course"], full_name="Lan", name_shown="none")
    assert f"/cua-toi/giay/so/{number}" in lan.open("/cua-toi").html


# -- correcting ----------------------------------------------------------------------------------


def test_what_is_kept_can_be_corrected(lan, person):
    course = make_course()
    attempt(person("lan").id, course["revisions"][0])
    lan.open("/cua-toi/du-lieu")
    lan.send(
        "/cua-toi/du-lieu", 303, name="Bà Lan", group="DG07", audience="business", phone="", birth_year="1954"
    )
    row = db.session.scalar(select(Person).where(Person.display_name == "Bà Lan"))
    assert (row.group_id, row.audience, row.phone, row.birth_year) == (
        group("DG07").id, "business", None, 1954,
    )  # fmt: skip
    assert tallies("DG05")[2] == 1 and standing("DG05")[1] == 0 and standing("DG07")[1] == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Xin ghi tên"),
        ({"name": "001122334455"}, "đừng ghi số"),
        ({"group": "BC01"}, "Xin chọn một mục"),
        ({"phone": "113"}, "số tổng đài"),
        ({"birth_year": "chín mươi"}, "Xin điền một số"),
        ({"audience": "x"}, "Xin chọn một mục"),
    ],
)
def test_a_wrong_correction_is_refused_beside_its_field(lan, changes, sentence):
    lan.open("/cua-toi/du-lieu")
    page = lan.send("/cua-toi/du-lieu", 422, **(LAN | {"name": "Bà Lan Mới"} | changes))
    assert sentence in errors(page) and reload().display_name == "Nguyễn Thị Lan"


def test_a_number_with_five_people_takes_no_sixth(lan, app):
    with transaction():
        for _ in range(5):
            db.session.add(Person(ward_id=1, display_name="X", phone="+84912345678"))
    lan.open("/cua-toi/du-lieu")
    page = lan.send("/cua-toi/du-lieu", 422, **(LAN | {"group": "DG07", "phone": "0912345678"}))
    assert "5 người dùng chung" in page.html and reload().group_id == group("DG05").id, "all or nothing"


def later(minutes=11):
    """Let everybody have come in so long ago."""
    with transaction():
        moment = now() - timedelta(minutes=minutes)
        db.session.execute(update(Session).values(proved_at=moment, created_at=moment))


NEW_NUMBER, NEW_NAME = LAN | {"phone": "0912345678"}, LAN | {"name": "Bà Lan"}


@pytest.mark.parametrize("changed", [NEW_NUMBER, NEW_NAME])
def test_the_name_and_the_number_change_for_who_knows_the_ma_hoc(lan, person, changed):
    """Whoever holds her phone for a moment, to help, could else make her name theirs."""
    who = person("lan").id
    later()
    page = lan.open("/cua-toi/du-lieu")
    assert page.says("Chỉ cần khi bác đổi tên hoặc số điện thoại")
    page = lan.send("/cua-toi/du-lieu", 422, **(changed | {"group": "DG07"}))
    assert "bác điền mã học của bác ở đây" in errors(page) and reload().group_id == group("DG05").id
    assert "Mã học chưa đúng" in errors(lan.send("/cua-toi/du-lieu", 422, **changed, pin="123123"))
    page = lan.send("/cua-toi/du-lieu", 422, **(changed | {"audience": "x"}), pin=CAST["lan"].secret)
    assert CAST["lan"].secret not in page.html and reload().display_name == LAN["name"]
    lan.send("/cua-toi/du-lieu", 303, **changed, pin=CAST["lan"].secret)
    row = db.session.get(Person, who, populate_existing=True)
    assert (row.display_name, row.phone) == (changed["name"], "+84" + changed["phone"][1:])


def test_the_rest_changes_without_it(lan):
    later()
    lan.open("/cua-toi/du-lieu")
    lan.send("/cua-toi/du-lieu", 303, **(LAN | {"group": "DG07", "birth_year": "1954"}))
    assert (reload().birth_year, reload().group_id) == (1954, group("DG07").id)


def test_who_has_just_given_the_ma_hoc_or_registered_is_not_asked(lan, person):
    assert not lan.open("/cua-toi/du-lieu").says("Mã học của bác")
    lan.send("/cua-toi/du-lieu", 303, **NEW_NAME)
    later()
    with transaction():
        db.session.execute(update(Session).values(came_by="registration", proved_at=None))
    lan.open("/cua-toi/du-lieu")
    lan.send("/cua-toi/du-lieu", 303, **LAN)


@pytest.mark.parametrize("kind", ["handed", "kiosk", "shared"])
def test_on_the_machine_of_others_it_is_always_asked(app, kind):
    machine = Browser(app).come_as("lan", kind)
    with transaction():
        db.session.execute(update(Session).values(came_by="registration"))
    machine.open("/cua-toi/du-lieu")
    machine.send("/cua-toi/du-lieu", 422, **NEW_NUMBER)
    machine.send("/cua-toi/du-lieu", 303, **NEW_NUMBER, pin=CAST["lan"].secret)


def test_who_has_no_ma_hoc_is_not_asked_for_one(lan, person):
    with transaction():
        db.session.execute(update(Person).where(Person.id == person("lan").id).values(pin_hash=None))
    later()
    lan.open("/cua-toi/du-lieu")
    lan.send("/cua-toi/du-lieu", 303, **NEW_NUMBER)


def test_staff_give_the_password_for_it(app):
    thu = Browser(app).come_as("thu")
    later()
    thu.open("/cua-toi/du-lieu")
    theirs = {"name": "Cô Thu", "group": "", "audience": "unsaid", "phone": "0900000004", "birth_year": ""}
    assert "điền mật khẩu ở đây" in errors(thu.send("/cua-toi/du-lieu", 422, **theirs))
    assert "Mật khẩu đang dùng chưa đúng" in errors(thu.send("/cua-toi/du-lieu", 422, **theirs, password="x"))
    thu.send("/cua-toi/du-lieu", 303, **theirs, password=CAST["thu"].secret)
    assert reload("thu").display_name == "Cô Thu"


# -- taking along --------------------------------------------------------------------------------


def test_everything_is_in_the_file_and_nothing_of_others(lan, app, person):
    course = make_course()
    attempt(person("lan").id, course["revisions"][0])
    attempt(person("tai").id, course["revisions"][1])
    answer = lan.open("/cua-toi/du-lieu.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    kept = json.loads(answer.data)
    assert kept["person"]["display_name"] == "Nguyễn Thị Lan"
    assert len(kept["attempts"]) == len(kept["lessons_completed"]) == 1
    assert kept["names_of_lessons"] == {str(course["lessons"][0]): "Bài 1"}
    text = answer.get_data(as_text=True)
    assert "Tài" not in text and "hash" not in text and "salt" not in text
    nobody = Browser(app).open("/cua-toi/du-lieu.json", expect=302)
    assert nobody.headers["Location"] == "/cua-toi"


def test_who_has_no_name_takes_their_data_along_too(app):
    browser, _ = without_name(app)
    assert len(json.loads(browser.open("/cua-toi/du-lieu.json").data)["attempts"]) == 1


# -- consents ------------------------------------------------------------------------------------


def sees(viewer, person_id):
    return db.session.scalar(people_seen_by(viewer("hoa")).where(Person.id == person_id)) is not None


def test_taking_back_that_the_helper_sees_one_hides_the_name_and_agreeing_shows_it(lan, person, viewer):
    who = person("lan").id
    assert sees(viewer, who), "the list of the ward"
    for answer, seen in (("khong", False), ("khong", False), ("co", True), ("co", True), ("khong", False)):
        lan.open("/cua-toi/du-lieu")
        lan.send("/cua-toi/nguoi-huong-dan", 303, hien=answer)
        assert sees(viewer, who) is seen
    standing_ones = select(func.count()).select_from(Consent).where(Consent.withdrawn_at.is_(None))
    assert db.session.scalar(standing_ones) == 0


def test_what_follows_is_said_before_the_consent_is_taken_back(lan):
    page = lan.open("/cua-toi/rut-lai")
    assert page.says("Tổ bớt đi các bài của bác") and page.says("Xem và xóa hết")


def test_without_the_consent_one_goes_on_without_a_name(lan, person, app):
    who, course = person("lan").id, make_course(lessons=1)
    show_to_helper(who)
    attempt(who, course["revisions"][0])
    number = award_certificate(who, course["course"], full_name="Lan", name_shown="full")
    code = db.session.scalar(select(Certificate.confirm_code).where(Certificate.number == number))
    card = issue_card(who, None)
    recount(repair=True)
    lan.open("/cua-toi/rut-lai")
    lan.send("/cua-toi/rut-lai", 303)
    row = db.session.get(Person, who, populate_existing=True)
    assert (row.display_name, row.phone, row.personal_code, row.group_id) == (None,) * 4
    assert row.pin_hash is None and row.keeping == "nothing" and row.erased_at is None
    assert standing("DG05", course["course"]) == (0, 0, 0) and recount() == []
    assert find_card_owner(digest(card)) is None and db.session.query(LearningCard).count() == 0
    assert db.session.query(Consent).filter(Consent.withdrawn_at.is_(None)).count() == 0
    assert Browser(app).open(f"/giay/{code}", expect=404).says("Chủ giấy có thể đã rút giấy lại")
    page = lan.open("/cua-toi")
    assert page.says("1 trên 1 bài") and page.says("Chỉ trong trình duyệt này")
    assert come_in(CAST["lan"].phone, CAST["lan"].secret, Place(1)).person_id is None


def test_keeping_again_after_that_counts_once(lan, person):
    who, course = person("lan").id, make_course()
    attempt(who, course["revisions"][0])
    recount(repair=True)
    go_on_without_name(who)
    keep_results(who, keeping="name", group_id=group("DG05").id, name="Bà Lan", consents=[KEEP_RESULTS])
    total = db.session.scalar(
        select(func.sum(Credit.amount)).where(Credit.person_id == who, Credit.what == "lesson")
    )
    assert total == 1 and recount() == []


def test_who_counts_for_a_group_without_a_name_can_take_that_back(app):
    browser, who = without_name(app, keeping="group")
    assert browser.open("/cua-toi").says("Tổ dân phố số 5")
    browser.open("/cua-toi/rut-lai")
    browser.send("/cua-toi/rut-lai", 303)
    assert standing("DG05")[1] == 0 and db.session.get(Person, who).erased_at is None


# -- erasing -------------------------------------------------------------------------------------


def test_erasing_says_what_goes_and_what_stays_and_does_it_once(lan, person):
    who, course = person("lan").id, make_course()
    attempt(who, course["revisions"][0])
    page = lan.open("/cua-toi/xoa")
    assert page.says("Sẽ mất") and page.says("Sẽ ở lại") and page.says("1 bài đã xong")
    assert reload().erased_at is None, "looking erases nobody"
    old, token = lan.client.get_cookie("elearn-s").value, lan.page.csrf_token
    lan.send("/cua-toi/xoa", 303)
    row = db.session.get(Person, who, populate_existing=True)
    assert row.erased_at and row.display_name is None and tallies("DG05")[2] == 1
    assert lan.open("/cua-toi").says("Ở đây chưa có gì")
    lan.client.set_cookie("elearn-s", old)
    assert lan.send("/cua-toi/xoa", 303, csrf_token=token).headers["Location"] == "/cua-toi"


def test_who_has_no_name_can_erase_too(app):
    browser, who = without_name(app)
    browser.open("/cua-toi/xoa")
    browser.send("/cua-toi/xoa", 303)
    assert db.session.get(Person, who, populate_existing=True).erased_at


@pytest.mark.parametrize("name", ["hoa", "quan"])
def test_who_has_a_role_hands_it_back_first(app, name, person):
    browser = Browser(app).come_as(name)
    browser.open("/cua-toi/du-lieu")
    for address in ("/cua-toi/xoa", "/cua-toi/rut-lai"):
        page = browser.send(address, 422)
        assert page.says("thu lại nhiệm vụ")
    assert reload(name).erased_at is None and reload(name).display_name


# -- sessions ------------------------------------------------------------------------------------


def test_open_sessions_are_listed_and_ended(lan, app, person):
    other = Browser(app).come_as("lan")
    stranger = Browser(app).come_as("tai")
    page = lan.open("/cua-toi/phien")
    marks = [one["value"] for one in page.every("input") if one.get("name") == "phien"]
    assert len(marks) == 2
    theirs = db.session.scalars(
        select(Session.token_digest).where(Session.person_id == person("tai").id)
    ).one()
    lan.send("/cua-toi/phien", 303, phien=theirs[:16])
    assert stranger.open("/cua-toi/phien"), "somebody else's session is out of reach"
    lan.send("/cua-toi/phien", 303, phien="khac")
    lan.send("/cua-toi/phien", 303, phien="khac")
    other.open("/cua-toi/phien", expect=302)
    assert lan.open("/cua-toi/phien").says("Chỉ có máy này")


def test_one_session_is_ended_by_its_mark_also_the_own(lan, app):
    other = Browser(app).come_as("lan")
    page = lan.open("/cua-toi/phien")
    marks = {one["value"] for one in page.every("input") if one.get("name") == "phien"}
    own = digest(lan.client.get_cookie("elearn-s").value)[:16]
    lan.send("/cua-toi/phien", 303, phien=(marks - {own}).pop())
    other.open("/cua-toi/phien", expect=302)
    lan.send("/cua-toi/phien", 303, phien=own)
    lan.open("/cua-toi/phien", expect=302)


# -- mã học --------------------------------------------------------------------------------------


def test_the_old_ma_hoc_is_needed_for_a_new_one(lan, app):
    other = Browser(app).come_as("lan")
    lan.open("/cua-toi/ma-hoc")
    assert "Xin điền mã học đang dùng" in lan.send("/cua-toi/ma-hoc", 422, cach="chon", new="573920").html
    page = lan.send("/cua-toi/ma-hoc", 422, cach="chon", old="000000", new="573920")
    assert "Mã học chưa đúng" in errors(page) and "573920" not in page.html
    lan.send("/cua-toi/ma-hoc", 303, cach="chon", old=CAST["lan"].secret, new="573920")
    assert come_in(CAST["lan"].phone, "573920", Place(1)).person_id == reload().id
    lan.open("/cua-toi/ma-hoc")
    other.open("/cua-toi/ma-hoc", expect=302)


@pytest.mark.parametrize("weak", ["123456", "111111", "000001", "010154", "12345", ""])
def test_a_ma_hoc_that_is_easy_to_guess_is_refused(lan, weak):
    lan.open("/cua-toi/ma-hoc")
    page = lan.send("/cua-toi/ma-hoc", 422, cach="chon", old=CAST["lan"].secret, new=weak)
    assert 'id="new-error"' in page.html
    assert come_in(CAST["lan"].phone, CAST["lan"].secret, Place(1)).person_id


def test_the_system_draws_one_and_shows_it(lan):
    lan.open("/cua-toi/ma-hoc")
    page = lan.follow(lan.send("/cua-toi/ma-hoc", 303, cach="cap", old=CAST["lan"].secret))
    drawn = page.text["main"].split("Mã học mới", 1)[1].split()[0]
    assert come_in(CAST["lan"].phone, drawn, Place(1)).person_id == reload().id
    assert come_in(CAST["lan"].phone, CAST["lan"].secret, Place(1)).person_id is None


@pytest.mark.parametrize(("minutes", "asked"), [(5, False), (65, True)])
def test_who_has_just_registered_needs_no_old_one(lan, minutes, asked):
    with transaction():
        opened = now() - timedelta(minutes=minutes)
        db.session.execute(update(Session).values(came_by="registration", created_at=opened))
    lan.open("/cua-toi/ma-hoc")
    lan.send("/cua-toi/ma-hoc", 422 if asked else 303, cach="chon", new="573920")


def test_a_ma_hoc_that_was_chosen_is_known_to_who_chose_it(lan):
    """The hour after registering is for the one that was drawn, not for whoever picks the phone up next."""
    with transaction():
        db.session.execute(update(Session).values(came_by="registration"))
    lan.open("/cua-toi/ma-hoc")
    before = lan.client.get_cookie("elearn-s").value
    lan.send("/cua-toi/ma-hoc", 303, cach="chon", new="573920")
    assert lan.client.get_cookie("elearn-s").value != before
    assert not lan.open("/cua-toi/ma-hoc").says("không cần mã học cũ")
    lan.send("/cua-toi/ma-hoc", 422, cach="chon", new="684031")


@pytest.mark.parametrize("kind", ["kiosk", "shared"])
def test_on_a_machine_of_many_who_has_just_registered_needs_the_old_one_too(app, kind):
    """Whoever comes next may find the name still open."""
    machine = Browser(app).come_as("lan", kind)
    with transaction():
        db.session.execute(update(Session).values(came_by="registration"))
    machine.open("/cua-toi/ma-hoc")
    machine.send("/cua-toi/ma-hoc", 422, cach="cap")
    machine.send("/cua-toi/ma-hoc", 303, cach="cap", old=CAST["lan"].secret)


def test_wrong_tries_are_counted_as_at_the_door(lan):
    lan.open("/cua-toi/ma-hoc")
    pages = [lan.send("/cua-toi/ma-hoc", 422, cach="cap", old="900001").html for _ in range(7)]
    assert "Mã học chưa đúng" in pages[0] and "đã bị gõ sai nhiều lần" in pages[-1]


def test_staff_change_their_password(app):
    thu = Browser(app).come_as("thu")
    thu.open("/cua-toi/ma-hoc")
    assert "chưa đúng" in thu.send("/cua-toi/ma-hoc", 422, old="sai roi", new="mot cau rat dai nhe").html
    assert "12 ký tự" in thu.send("/cua-toi/ma-hoc", 422, old=CAST["thu"].secret, new="ngan").html
    thu.send("/cua-toi/ma-hoc", 303, old=CAST["thu"].secret, new="mot cau rat dai nhe")
    assert come_in(CAST["thu"].phone, "mot cau rat dai nhe", Place(1)).person_id == reload("thu").id
    thu.open("/cua-toi/ma-hoc")


# -- card and link -------------------------------------------------------------------------------


def test_the_card_is_made_once_and_printed_again(lan, person):
    lan.open("/cua-toi/the")
    assert db.session.scalar(select(func.count()).select_from(LearningCard)) == 0, "looking makes none"
    for _ in range(2):
        lan.send("/cua-toi/the", 303)
    page = lan.open("/cua-toi/the")
    assert db.session.scalar(select(func.count()).select_from(LearningCard)) == 1
    code = person("lan").personal_code
    assert page.says(f"{code[:4]} {code[4:]}") and "<svg" in page.html
    token = issue_card(person("lan").id, None)
    assert find_card_owner(digest(token)).id == person("lan").id


def test_a_lost_card_is_made_worthless(lan, person):
    token = issue_card(person("lan").id, None)
    lan.open("/cua-toi/the")
    lan.send("/cua-toi/the", 303, viec="huy")
    assert find_card_owner(digest(token)) is None
    assert lan.open("/cua-toi/the").says("Làm thẻ học")


def test_the_return_link_works_once_and_warns(lan, person):
    lan.open("/cua-toi/link")
    page = lan.follow(lan.send("/cua-toi/link", 303))
    assert page.says("Đừng gửi đường link này cho ai") and page.says("15 phút")
    token = next(one["href"] for one in page.every("a") if "/ve/" in one["href"]).rsplit("/", 1)[1]
    assert use_return_link(token, "one browser") == person("lan").id
    assert use_return_link(token, "another") is None


def test_who_has_a_role_gets_neither_card_nor_link(app):
    hoa = Browser(app).come_as("hoa")
    hoa.open("/cua-toi/the")
    assert hoa.send("/cua-toi/the", 422).says("không dùng thẻ học")
    assert hoa.send("/cua-toi/link", 422).says("không dùng đường link")


# -- who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", FOR_ALL)
def test_a_visitor_is_asked_to_sign_in(browser, address):
    browser.open(address, 302)


def test_on_a_handed_phone_nothing_that_opens_the_account_is_shown(app, person):
    phone = Browser(app).come_as("lan", "handed")
    with transaction():
        db.session.execute(update(Session).values(assisted_by_id=person("hoa").id))
    page = phone.open("/cua-toi")
    assert page.says("Trả máy") and not page.says("Thẻ học: in lại")
    for address in FOR_ALL[1:]:
        assert phone.open(address, 403).says("Máy này đang mượn của Trần Thị Hoa")
        phone.page = phone.open("/cua-toi/du-lieu")
        phone.send(address, 403)
    assert db.session.scalar(select(func.count()).select_from(LearningCard)) == 0
    assert "Bỏ tên, học tiếp" not in phone.open("/cua-toi/rut-lai").html
    phone.open("/cua-toi/du-lieu")
    phone.send("/cua-toi/rut-lai", 403)
    assert db.session.get(Person, person("lan").id, populate_existing=True).display_name
    phone.open("/cua-toi/xoa")
    assert "điền mã học của bác để xóa" in phone.send("/cua-toi/xoa", 422).html
    assert "Mã học chưa đúng" in phone.send("/cua-toi/xoa", 422, pin="123123").html
    phone.send("/cua-toi/xoa", 303, pin=CAST["lan"].secret)
    assert db.session.scalar(select(Person).where(Person.phone == CAST["lan"].phone)) is None


def test_after_erasing_nobody_comes_in_with_the_old_cookie(lan, person):
    lan.open("/cua-toi/du-lieu")
    erase(person("lan").id)
    lan.open("/cua-toi/du-lieu", expect=302)
    assert lan.open("/cua-toi").says("Ở đây chưa có gì")


def test_a_file_of_everything_stays_on_nobody_elses_machine(app, viewer):
    phone = Browser(app).come_as("lan", "handed")
    phone.open("/cua-toi/du-lieu.json", 403)
    assert not phone.open("/cua-toi/du-lieu").says("Một tệp với mọi thứ ở đây")
    machine = Browser(app)
    machine.client.set_cookie("elearn-m", set_up_kiosk(1, None, "Trung tâm", viewer("quan")))
    machine.come_as("lan", "kiosk")
    answer = machine.open("/cua-toi/du-lieu.json", 303)
    assert machine.follow(answer).says("Đây là máy dùng chung")
    assert not machine.open("/cua-toi/du-lieu").says("Một tệp với mọi thứ ở đây")


def test_a_shared_machine_gives_no_link_that_opens_the_name_elsewhere(app, viewer):
    machine = Browser(app)
    machine.client.set_cookie("elearn-m", set_up_kiosk(1, None, "Trung tâm", viewer("quan")))
    machine.come_as("lan", "kiosk").open("/cua-toi/du-lieu")
    assert machine.follow(machine.open("/cua-toi/link", 303)).says("Đây là máy dùng chung")
    machine.open("/cua-toi/du-lieu")
    machine.send("/cua-toi/link", 303)
    assert db.session.scalar(select(func.count()).select_from(ReturnLink)) == 0


def test_a_shared_machine_gives_no_card_that_opens_the_name_elsewhere(app, viewer):
    machine = Browser(app)
    machine.client.set_cookie("elearn-m", set_up_kiosk(1, None, "Trung tâm", viewer("quan")))
    machine.come_as("lan", "kiosk")
    assert 'href="/cua-toi/the"' not in machine.open("/cua-toi").html
    assert machine.follow(machine.open("/cua-toi/the", 303)).says("Đây là máy dùng chung")
    machine.open("/cua-toi/du-lieu")
    machine.send("/cua-toi/the", 303)
    assert db.session.scalar(select(func.count()).select_from(LearningCard)) == 0
