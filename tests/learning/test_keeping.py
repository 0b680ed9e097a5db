"""Keeping a result: three equal ways, each kept once, nothing told about anybody else."""

import re

import pytest
from sqlalchemy import func, select, update

from elearn.kit.db import db, transaction
from elearn.learning import crowd
from elearn.learning.models import Attempt
from elearn.learning.retention import drop_due
from elearn.people.consents import KEEP_RESULTS, SEEN_BY_HELPER, TEXT_VERSION
from elearn.people.entry import Place, come_in, issue_class_ticket
from elearn.people.models import Consent, Keeping, Person, Session, SessionKind
from tests.browser import Browser
from tests.builders import attempt, make_course, standing, tallies
from tests.ward import CAST, group

AGREED = {"adult": "y", "keep_results": "y", "seen_by_helper": "y"}
MAN = {"cach": "ten", "name": "Bà Mận", "group": "DG05", **AGREED}


def counted(model, *where):
    return db.session.scalar(select(func.count()).select_from(model).where(*where))


def named(name="Bà Mận"):
    return db.session.scalars(select(Person).where(Person.display_name == name).order_by(Person.id)).all()


def learnt(browser, lessons=1):
    """Let the visitor of this browser finish lessons, as the page of the quiz would."""
    course = make_course()
    browser.open("/dang-ky")
    browser.send("/dang-ky", 303, cach="to", group="DG05", **AGREED)
    person_id = db.session.scalars(
        select(Person.id).where(Person.display_name.is_(None)).order_by(Person.id.desc())
    ).first()
    for revision in course["revisions"][:lessons]:
        attempt(person_id, revision)
    return person_id


def errors(page):
    """Return what the page says is wrong, beside the fields."""
    return " ".join(re.findall(r'class="error"[^>]*>(.*?)</p>', page.html, re.DOTALL))


def test_with_a_name_the_learner_is_signed_in_and_counts_once(browser):
    who = learnt(browser)
    old = browser.client.get_cookie("elearn-s").value
    page = browser.open("/dang-ky?ve=/khoa-hoc/khoa")
    assert page.says("1 bài")
    page = browser.follow(browser.send("/dang-ky?ve=/khoa-hoc/khoa", 303, **MAN))
    row = db.session.get(Person, who)
    assert (row.display_name, row.keeping, row.group_id) == ("Bà Mận", Keeping.NAME, group("DG05").id)
    assert page.says(f"{row.personal_code[:4]} {row.personal_code[4:]}") and page.says("Mã học")
    assert 'href="/khoa-hoc/khoa"' in page.html
    assert browser.client.get_cookie("elearn-s").value != old, "a new token when somebody gets a name"
    kinds = db.session.scalars(select(Session.kind).where(Session.expires_at > Session.created_at)).all()
    assert kinds == [SessionKind.OWN]
    assert tallies("DG05") == (1, 1, 1, 0) and standing("DG05")[0] == 1


def test_after_keeping_the_next_lesson_is_one_tap_away(browser):
    learnt(browser)
    page = keep(browser)
    assert 'href="/khoa-hoc/khoa/bai-2"' in page.html and page.says("Học tiếp: ")


def test_the_codes_prove_the_learner_elsewhere(browser):
    page = keep(browser)
    pin = page.text["main"].split("Mã học", 1)[1].split()[0]
    assert come_in(named()[0].personal_code, pin, Place(1)).person_id == named()[0].id


def keep(browser, **changes):
    browser.open("/dang-ky")
    return browser.follow(browser.send("/dang-ky", 303, **(MAN | changes)))


def test_consent_is_kept_with_its_text_and_nothing_is_ticked_beforehand(browser):
    page = browser.open("/dang-ky")
    assert not [box for box in page.every("input") if "checked" in box]
    keep(browser)
    rows = db.session.execute(select(Consent.purpose, Consent.text_version, Consent.channel)).all()
    assert sorted(map(tuple, rows)) == [
        (KEEP_RESULTS, TEXT_VERSION, "self"), (SEEN_BY_HELPER, TEXT_VERSION, "self"),
    ]  # fmt: skip


def test_who_is_not_shown_to_the_helper_still_learns(browser, viewer):
    keep(browser, seen_by_helper="")
    assert db.session.scalars(select(Consent.purpose)).all() == [KEEP_RESULTS]


def test_for_the_group_alone_no_name_is_kept(browser):
    browser.open("/dang-ky?ve=/khoa-hoc/khoa")
    answer = browser.send(
        "/dang-ky?ve=/khoa-hoc/khoa",
        303,
        **(MAN | {"cach": "to", "phone": "0912345678", "birth_year": "1950"}),
    )
    assert answer.headers["Location"] == "/khoa-hoc/khoa"
    row = db.session.scalars(select(Person).where(Person.keeping == Keeping.GROUP)).one()
    assert (row.display_name, row.phone, row.birth_year, row.search) == (None, None, None, "")
    assert row.group_id == group("DG05").id and tallies("DG05") == (1, 0, 0, 0)
    assert db.session.scalars(select(Consent.purpose)).all() == [KEEP_RESULTS]


def test_anonymous_keeps_nothing_more_and_says_where_the_results_are(browser):
    before = counted(Person)
    browser.open("/dang-ky?ve=/khoa-hoc/khoa")
    answer = browser.send("/hoc-an-danh?ve=/mau", 303)
    assert answer.headers["Location"] == "/mau" and counted(Person) == before
    assert browser.send("/hoc-an-danh", 303, ve="/mau").headers["Location"] == "/mau"
    assert browser.send("/hoc-an-danh", 303, ve="//evil.example").headers["Location"] == "/"
    assert "90 ngày" in browser.follow(answer).html


def test_looking_at_the_page_keeps_nobody(browser):
    before = counted(Person), counted(Session)
    browser.open("/dang-ky")
    browser.open("/dang-ky?ve=https://evil.example/")
    assert (counted(Person), counted(Session)) == before


def test_sent_twice_with_the_same_cookie_is_one_person(browser):
    """The answer was lost on a bad line: the phone sends the form again, and still has the old cookie."""
    who = learnt(browser)
    old = browser.client.get_cookie("elearn-s").value
    form = form_of(browser.open("/dang-ky"))
    browser.send("/dang-ky", 303, **form, **MAN)
    browser.client.set_cookie("elearn-s", old)
    drop_due("sessions", 0)  # as the machine does every so often
    page = browser.follow(browser.send("/dang-ky", 303, **form, **MAN))
    assert [person.id for person in named()] == [who]
    assert page.says("Mã học") and tallies("DG05") == (1, 1, 1, 0)
    assert counted(Session, Session.person_id == who, Session.expires_at > Session.created_at) == 1


def form_of(page):
    """Return what marks this very form."""
    form_id = next(one["value"] for one in page.every("input") if one.get("name") == "form_id")
    return {"csrf_token": page.csrf_token, "form_id": form_id}


def test_who_planted_the_cookie_in_a_browser_that_others_use_is_not_given_their_codes(app, browser):
    browser.open("/dang-ky")
    planted = browser.client.get_cookie("elearn-s").value
    browser.send("/dang-ky", 303, **form_of(browser.open("/dang-ky")), **MAN)
    pin = named()[0].pin_hash
    thief = Browser(app)
    thief.client.set_cookie("elearn-s", planted)
    theirs = form_of(thief.open("/dang-ky"))
    for form in (theirs, theirs | {"form_id": ""}):
        thief.client.set_cookie("elearn-s", planted)
        thief.send("/dang-ky", 303, **form, **MAN)
    assert len({row.id for row in named()}) == 3, "each is somebody else of the same name"
    assert named()[0].pin_hash == pin


def test_the_old_cookie_opens_nothing_and_another_name_is_another_person(browser):
    learnt(browser)
    old = browser.client.get_cookie("elearn-s").value
    browser.open("/dang-ky")
    token = browser.page.csrf_token
    browser.send("/dang-ky", 303, **MAN)
    browser.client.set_cookie("elearn-s", old)
    browser.open("/dang-ky/xong", 302)
    browser.send("/dang-ky", 303, csrf_token=token, **(MAN | {"name": "Ông Khác"}))
    assert len(named()) == len(named("Ông Khác")) == 1
    assert named()[0].id != named("Ông Khác")[0].id


def test_who_has_kept_already_finds_their_data(browser):
    keep(browser)
    assert browser.open("/dang-ky", 302).headers["Location"] == "/cua-toi/du-lieu"
    browser.open("/cua-toi/du-lieu")
    browser.send("/dang-ky", 303, **MAN)
    assert len(named()) == 1


def test_on_a_shared_phone_the_codes_are_shown_once_and_the_session_is_short(browser):
    page = keep(browser, shared="y")
    code = named()[0].personal_code
    assert page.says(f"{code[:4]} {code[4:]}")
    assert db.session.scalars(select(Session.kind).where(Session.expires_at > Session.created_at)).all() == [
        SessionKind.SHARED
    ]
    again = browser.open("/dang-ky/xong")
    assert code[:4] not in again.text["main"] and again.says("chỉ hiện một lần")


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ({"name": ""}, "Xin ghi tên bác muốn hiện"),
        ({"name": "031170001234"}, "đừng ghi số điện thoại hay số căn cước"),
        ({"name": "N" * 61}, "Dài quá"),
        ({"group": ""}, "Tôi không biết tổ nào"),
        ({"group": "BC01"}, "Xin chọn một mục"),
        ({"adult": ""}, "dưới 16 tuổi thì học ẩn danh"),
        ({"keep_results": ""}, "Trang chỉ giữ khi bác đồng ý"),
        ({"phone": "12345"}, "Số điện thoại"),
        ({"birth_year": "1700"}, "Xin điền một số từ"),
        ({"birth_year": "2024"}, "chưa đủ 16 tuổi"),
        ({"audience": "king"}, "Xin chọn một mục"),
    ],
)
def test_what_is_missing_is_said_beside_the_field_and_what_was_typed_stays(browser, missing, sentence):
    before = counted(Person)
    browser.open("/dang-ky")
    page = browser.send("/dang-ky", 422, **(MAN | {"phone": "0912345678"} | missing))
    assert sentence in errors(page) and counted(Person) == before
    assert ("Bà Mận" in page.html) or "name" in missing
    assert ("0912 345 678" in page.html) or "phone" in missing


def test_under_sixteen_a_guardian_beside_them_agrees(browser):
    browser.open("/dang-ky")
    page = browser.send("/dang-ky", 422, **(MAN | {"adult": ""}))
    assert any(box.get("name") == "guardian" for box in page.every("input"))
    guardian = {"guardian": "y", "guardian_name": "Trần Thị Mẹ", "relation": "parent"}
    browser.send("/dang-ky", 303, **(MAN | guardian | {"adult": "", "birth_year": "2015"}))
    assert set(db.session.scalars(select(Consent.channel))) == {"guardian"}


def test_in_a_class_the_helper_who_holds_it_has_assisted(browser, person, viewer):
    ticket = issue_class_ticket(group("DG05").id, 30, viewer("hoa"))
    browser.open(f"/lop/{ticket}")
    browser.send(f"/lop/{ticket}", 303)
    page = browser.open("/dang-ky")
    assert page.says("Đã chọn sẵn Tổ dân phố số 5"), "the class's group"
    keep(browser)
    assert named()[0].registered_by_id == person("hoa").id
    assert set(db.session.scalars(select(Consent.assisted_by_id))) == {person("hoa").id}
    sitting = select(Session.class_group_id).where(Session.person_id == named()[0].id, Session.kind == "own")
    assert db.session.scalar(sitting) == group("DG05").id, "what is learnt next still counts as in the class"


def test_the_group_of_the_link_is_offered_and_may_be_corrected(browser):
    browser.client.set_cookie("elearn-g", "DG07")
    page = browser.open("/dang-ky")
    assert page.says("Đã chọn sẵn Tổ dân phố số 7 (Đằng Giang cũ)")
    assert [one["value"] for one in page.every("option") if "selected" in one] == ["DG07"]
    browser.send("/dang-ky", 303, **MAN)
    assert named()[0].group_id == group("DG05").id


def test_without_script_the_list_is_narrowed_and_nothing_is_lost(browser):
    browser.open("/dang-ky")
    page = browser.send("/dang-ky", **(MAN | {"cach": "tim", "find": "3 lach tray", "group": ""}))
    offered = [one["value"] for one in page.every("option")]
    assert offered == ["", "GV-KR", "GV-NK", "LT03"] and "Bà Mận" in page.html
    assert [one["value"] for one in page.every("option") if "selected" in one] == ["LT03"]
    assert not named()
    page = browser.send("/dang-ky", cach="tim", find="99")
    assert page.says("Không có tổ nào hợp với “99”")
    assert [one["value"] for one in page.every("option")] == ["", "GV-KR", "GV-NK"]


def test_who_knows_no_group_or_lives_elsewhere_is_kept_too(browser, app):
    keep(browser, group="GV-KR")
    keep(Browser(app), group="GV-NK", name="Ông Xa")
    assert named()[0].group_id == group("GV-KR").id
    assert named("Ông Xa")[0].group_id == group("GV-NK").id


def test_registering_never_tells_that_a_number_is_known(app):
    """T-enum: known, unknown, and shared by five already: the same answer, word for word."""
    pages = []
    for name, phone in [(f"Bà {n}", "0912345678") for n in range(6)] + [("Bà 6", CAST["tai"].phone)]:
        browser = Browser(app)
        page = keep(browser, name=name, phone=phone)
        row = named(name)[0]
        pages.append(" ".join(page.text["main"].split("Mã cá nhân")[0].replace(name, "").split()))
        pages.append(" ".join(page.text["main"].split("Mã học chỉ hiện")[1].split()))
        assert row.personal_code and row.pin_hash
    assert len(set(pages)) == 2
    assert counted(Person, Person.phone == "+84912345678") == 5


# -- claiming ------------------------------------------------------------------------------------


def waiting(browser, person):
    """Let somebody learn without a name in this browser, and bà Lan sign in there."""
    who = learnt(browser, lessons=2)
    browser.come_as("lan")
    with transaction():
        db.session.execute(
            update(Session).where(Session.person_id == person("lan").id).values(nameless_id=who)
        )
    return who


def test_results_of_a_device_are_taken_over_only_when_asked(browser, person):
    who = waiting(browser, person)
    page = browser.open("/nhan-ket-qua")
    assert page.says("2 bài xong")
    assert counted(Attempt, Attempt.person_id == who) == 2
    browser.send("/nhan-ket-qua", 303, **{"cua-ai": "toi"})
    browser.send("/nhan-ket-qua", 303, **{"cua-ai": "toi"})
    assert counted(Attempt, Attempt.person_id == person("lan").id) == 2
    assert browser.open("/nhan-ket-qua").says("Không có bài nào đang chờ")


def test_somebody_elses_results_stay_where_they_are(browser, person):
    who = waiting(browser, person)
    browser.open("/nhan-ket-qua")
    browser.send("/nhan-ket-qua", 303, **{"cua-ai": "khong"})
    assert counted(Attempt, Attempt.person_id == who) == 2
    assert counted(Attempt, Attempt.person_id == person("lan").id) == 0
    browser.send("/nhan-ket-qua", 303, **{"cua-ai": "toi"})
    assert counted(Attempt, Attempt.person_id == who) == 2, "no is no"


def test_the_next_one_at_this_browser_does_not_find_the_codes_of_who_was_here(browser):
    keep(browser)
    code = named()[0].personal_code
    browser.open("/nguoi-khac")
    browser.send("/dang-xuat", 303)
    browser.sign_in("lan")
    assert f"{code[:4]} {code[4:]}" not in browser.open("/dang-ky/xong").html


def test_many_new_machines_without_a_name_are_kept_and_wait(app, monkeypatch):
    """The page says what is so: kept, and looked at before it counts."""
    monkeypatch.setattr(crowd, "A_HALL", 1)
    said = []
    for _ in range(3):
        browser = Browser(app)
        browser.open("/dang-ky")
        page = browser.follow(browser.send("/dang-ky", expect=303, cach="to", group="DG05", **AGREED))
        browser.follow(
            browser.send("/dang-ky", expect=303, cach="to", group="DG05", **AGREED)
        )  # a bad line sends it twice
        said.append((page.says("phường xem lại rồi mới tính"), page.says("tính cho Tổ dân phố số 5")))
    assert said == [(False, True), (True, False), (True, False)]
    assert crowd.count_waiting(1) == 2
