"""What I agreed to: each time with its words, seen by nobody else, taken back at once."""

import json
import re

import pytest
from sqlalchemy import func, select

from elearn.kit.db import db, transaction
from elearn.learning.actions import keep_results, merge_people
from elearn.learning.models import Certificate
from elearn.learning.own import award_certificate, show_to_helper
from elearn.people.consents import KEEP_RESULTS, ON_PAPER, PAPER_NAME, SEEN_BY_HELPER, TEXT_VERSION
from elearn.people.models import Consent
from tests.browser import Browser
from tests.builders import attempt, make_course
from tests.security.doors import doors
from tests.ward import group


@pytest.fixture
def lan(app):
    return Browser(app).come_as("lan")


def agree(person_id, purpose, version=TEXT_VERSION, channel="self", by=None):
    with transaction():
        db.session.add(
            Consent(
                person_id=person_id, purpose=purpose, text_version=version, channel=channel, assisted_by_id=by
            )
        )  # fmt: skip


def standing():
    return set(db.session.scalars(select(Consent.purpose).where(Consent.withdrawn_at.is_(None))))


def test_every_consent_is_shown_with_the_words_of_then(lan, person):
    agree(person("lan").id, KEEP_RESULTS, version="2026-11")
    agree(person("lan").id, SEEN_BY_HELPER, channel="spoken", by=person("hoa").id)
    page = lan.open("/cua-toi/dong-y")
    assert page.says("bài đã học, câu trả lời và ngày học."), "the first version, not the one of today"
    assert "những ô không bắt buộc mà bác có điền" not in page.html
    assert page.says("nói miệng với người hướng dẫn, có Trần Thị Hoa giúp")
    assert page.says("Phòng Văn hóa - Xã hội phường Gia Viên giữ tên"), "who keeps it is named"
    assert "{office}" not in page.html


def test_what_was_agreed_on_paper_says_so(lan, person):
    agree(person("lan").id, KEEP_RESULTS, version=ON_PAPER, channel="list")
    assert lan.open("/cua-toi/dong-y").says("Lời văn đứng trên tờ danh sách giấy của phường")


def test_what_was_taken_back_stays_in_the_history(lan, person):
    show_to_helper(person("lan").id)
    lan.open("/cua-toi/du-lieu")
    lan.send("/cua-toi/nguoi-huong-dan", 303, hien="khong")
    assert lan.open("/cua-toi/dong-y").says("đã rút lại")


def test_a_no_that_was_never_asked_for_reads_as_a_no(lan):
    assert lan.open("/cua-toi/dong-y").says("chưa ghi lần đồng ý nào")
    lan.open("/cua-toi/du-lieu")
    lan.send("/cua-toi/nguoi-huong-dan", 303, hien="khong")
    assert lan.open("/cua-toi/dong-y").says("Bác nói không đồng ý")


def test_the_neighbour_reads_only_their_own(lan, app, person):
    agree(person("lan").id, KEEP_RESULTS)
    assert Browser(app).come_as("tai").open("/cua-toi/dong-y").says("chưa ghi lần đồng ý nào")
    answer = Browser(app).open("/cua-toi/dong-y", expect=302)
    assert answer.headers["Location"] == "/cua-toi"


def test_two_rows_of_one_person_are_one_history(lan, app, person):
    agree(person("tai").id, SEEN_BY_HELPER)
    merge_people(person("tai").id, person("lan").id, actor=person("quan").id)
    assert lan.open("/cua-toi/dong-y").says("xem tên và việc học của tôi")


def test_the_file_to_take_along_holds_the_words_too(lan, person):
    agree(person("lan").id, KEEP_RESULTS)
    kept = json.loads(lan.open("/cua-toi/du-lieu.json").data)["consents"]
    assert len(kept) == 1 and "giữ: tên bác ghi ở trên" in kept[0]["text"]


# -- taking back ---------------------------------------------------------------------------------


def test_what_follows_stands_beside_each_button_that_takes_back(lan, person):
    show_to_helper(person("lan").id)
    page = lan.open("/cua-toi/du-lieu")
    assert page.says("Rút lại thì tên, số điện thoại") and page.says("Rút lại thì tên bác không hiện")


def test_the_name_is_kept_for_a_paper_only_when_the_box_is_ticked(lan, person):
    course = make_course()
    for revision in course["revisions"]:
        attempt(person("lan").id, revision)
    page = lan.open("/cua-toi/giay/khoa")
    assert not [box for box in page.every("input") if "checked" in box and box.get("name") == "agree"]
    wanted = {"full_name": "Nguyễn Thị Lan", "name_shown": "full"}
    page = lan.send("/cua-toi/giay/khoa", 422, **wanted)
    assert page.says("chỉ giữ họ tên khi bác đồng ý") and "Nguyễn Thị Lan" in page.html
    assert db.session.scalar(select(func.count()).select_from(Certificate)) == 0
    for _ in range(2):
        lan.open("/cua-toi/giay/khoa")
        lan.send("/cua-toi/giay/khoa", 303, agree="y", **wanted)
    rows = db.session.execute(select(Consent.purpose, Consent.text_version)).all()
    assert list(map(tuple, rows)) == [(PAPER_NAME, TEXT_VERSION)], "twice is once"


def test_taking_the_name_back_takes_the_papers_and_leaves_the_lessons(lan, app, person):
    who, course = person("lan").id, make_course()
    for revision in course["revisions"]:
        attempt(who, revision)
    number = award_certificate(who, course["course"], full_name="Nguyễn Thị Lan", name_shown="full")
    code = db.session.scalar(select(Certificate.confirm_code).where(Certificate.number == number))
    assert lan.open("/cua-toi/du-lieu").says("Rút lại thì họ tên và giấy mất ngay")
    for _ in range(2):
        lan.send("/cua-toi/ten-tren-giay", 303)
    Browser(app).open(f"/giay/{code}", expect=404)
    lan.open(f"/cua-toi/giay/so/{number}", expect=404)
    assert db.session.scalars(select(Certificate.full_name)).all() == [None] and standing() == set()
    assert lan.open("/cua-toi").says("Nhận giấy ghi nhận"), "another paper can be asked for"
    again = award_certificate(who, course["course"], full_name="Lan", name_shown="none")
    assert again != number and standing() == {PAPER_NAME}


def test_after_taking_back_the_helper_finds_the_name_on_no_page(lively):
    """Every page of the desk, and every other page that a helper opens: at once, and by search as well."""
    browser, helper = Browser(lively).come_as("lan"), Browser(lively).come_as("hoa")
    addresses = {
        door.path for door in doors(lively) if door.method == "GET" and door.access.startswith(("see", "reg"))
    } | {"/to/DG05?tim=Lan", "/to/DG05/in", "/to/DG05?loc=het"}
    pages = [path for path in addresses if "/to" in path]
    assert any("Nguyễn Thị Lan" in read(helper, path) for path in pages), "seen before"
    browser.open("/cua-toi/du-lieu")
    browser.send("/cua-toi/nguoi-huong-dan", 303, hien="khong")
    found = [path for path in pages if re.search("Nguyễn Thị Lan|0900 000 001", read(helper, path))]
    assert found == []


def read(browser, path):
    browser._forget()
    answer = browser.client.get(path, follow_redirects=True)
    return answer.get_data(as_text=True)


def test_the_helper_cannot_register_around_a_no(app, person):
    """A likely double of somebody hidden is not pointed out: that would show the name again."""
    who = person("lan").id
    keep_results(
        who, keeping="name", group_id=group("DG05").id, name="Nguyễn Thị Lan", consents=[KEEP_RESULTS]
    )
    helper = Browser(app).come_as("hoa")
    helper.open("/to/DG05/dang-ky")
    page = helper.send(
        "/to/DG05/dang-ky", 200, name="Nguyễn Thị Lan", phone="", audience="unsaid", birth_year="",
        household="", over_16="y", keep_results="y", form_id="x" * 32,
    )  # fmt: skip
    assert not page.says("Có phải người đã có trong danh sách?")


def test_on_the_helpers_own_phone_one_may_refuse_the_helper_but_not_agree(app, person):
    """The helper, who holds that phone before and after, could else agree in the resident's place."""
    phone = Browser(app).come_as("lan", "handed")
    phone.open("/cua-toi/du-lieu")
    phone.send("/cua-toi/nguoi-huong-dan", 303, hien="khong")
    assert not phone.open("/cua-toi/du-lieu").says("Đồng ý cho người hướng dẫn xem")
    phone.send("/cua-toi/nguoi-huong-dan", 403, hien="co")
    assert SEEN_BY_HELPER not in standing()
