"""What I ask about my data: kept once, with its last days, read by me and the office alone."""

from datetime import datetime

import pytest
from sqlalchemy import func, select

from elearn.kit.db import db
from elearn.learning.actions import merge_people
from elearn.people.models import SessionKind
from elearn.privacy.actions import MOST_OPEN, ask, close, reply
from elearn.privacy.models import DataRequest
from tests.browser import Browser

PAGE = "/cua-toi/yeu-cau"
WISH = {"kind": "correction", "wish": "Tên tôi ghi sai dấu.", "form_id": "a" * 22}


@pytest.fixture
def lan(app):
    return Browser(app).come_as("lan")


@pytest.fixture
def thursday(monkeypatch):
    """The morning of Thursday 26 November 2026 in Hải Phòng."""
    moment = datetime(2026, 11, 26, 2)
    for module in ("elearn.kit.clock.now", "elearn.privacy.actions.now"):
        monkeypatch.setattr(module, lambda: moment)
    return moment


def kept():
    db.session.expire_all()
    return db.session.scalars(select(DataRequest).order_by(DataRequest.id)).all()


def test_a_request_is_kept_once_with_its_last_days(lan, thursday, person):
    page = lan.open(PAGE)
    assert not [box for box in page.every("input") if "checked" in box]
    for _ in range(2):
        page = lan.follow(lan.send(PAGE, 303, **WISH))
    (one,) = kept()
    assert (one.person_id, one.kind, one.channel, one.state) == (
        person("lan").id, "correction", "self", "new",
    )  # fmt: skip
    assert (str(one.asked_on), str(one.reply_by), str(one.act_by)) == (
        "2026-11-26",
        "2026-11-30",
        "2026-12-06",
    )
    assert page.says("Hạn trả lời lần đầu: ngày 30/11/2026")
    assert page.says("Làm xong muộn nhất ngày 06/12/2026") and page.says("Tên tôi ghi sai dấu.")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": ""}, "Xin chọn một dòng"),
        ({"kind": "x"}, "Xin chọn một mục"),
        ({"wish": ""}, "Xin viết một hai câu"),
        ({"wish": "a" * 1001}, "Dài quá 1 chữ cái"),
        ({"wish": "Số 031 170 001 234 của tôi"}, "như số căn cước"),
    ],
)
def test_what_is_missing_is_said_beside_the_field_and_what_was_typed_stays(lan, changes, sentence):
    lan.open(PAGE)
    page = lan.send(PAGE, 422, **(WISH | changes))
    assert sentence in page.html and kept() == []
    assert changes.get("wish", WISH["wish"])[:20] in page.html


def test_looking_keeps_nothing_and_strangers_sign_in_first(lan, app):
    lan.open(PAGE)
    assert kept() == []
    assert "/dang-nhap" in Browser(app).open(PAGE, expect=302).headers["Location"]


def test_the_neighbour_reads_nothing_of_it(lan, app, person):
    ask(1, "complaint", "Chuyện riêng của Lan", form_id="x", person_id=person("lan").id)
    for name in ("tai", "hoa", "minh", "quan"):
        assert "Chuyện riêng" not in Browser(app).come_as(name).open(PAGE).html


def test_the_answer_and_the_reason_of_a_refusal_are_read_on_the_page(lan, person, viewer):
    who = person("lan").id
    one = ask(1, "copy", "Cho tôi một bản", form_id="1", person_id=who)
    two = ask(1, "objection", "Đừng dùng", form_id="2", person_id=who)
    reply(one, "Mai bác ra lấy nhé.", viewer("quan"))
    close(two, "refused", "Số đếm không có tên bác.", viewer("quan"))
    page = lan.open(PAGE)
    assert page.says("Phường trả lời: Mai bác ra lấy nhé.") and page.says("Đang làm")
    assert page.says("vì: Số đếm không có tên bác.")


def test_there_is_room_for_a_few_open_requests_and_for_more_when_they_are_closed(lan, person, viewer):
    made = [
        ask(1, "access", "x", form_id=str(number), person_id=person("lan").id) for number in range(MOST_OPEN)
    ]
    lan.open(PAGE)
    assert lan.send(PAGE, 422, **WISH).says("5 yêu cầu chưa xong")
    close(made[0], "done", "Xong.", viewer("quan"))
    lan.send(PAGE, 303, **WISH)
    assert db.session.scalar(select(func.count()).select_from(DataRequest)) == MOST_OPEN + 1


def test_two_rows_of_one_person_show_their_requests_together(lan, person):
    ask(1, "access", "Hỏi từ dòng kia", form_id="x", person_id=person("tai").id)
    merge_people(person("tai").id, person("lan").id, actor=person("quan").id)
    assert lan.open(PAGE).says("Hỏi từ dòng kia")


def test_a_handed_phone_may_ask_as_well(app):
    phone = Browser(app).come_as("lan", SessionKind.HANDED)
    phone.open(PAGE)
    phone.send(PAGE, 303, **WISH)
    assert len(kept()) == 1


def test_a_handed_phone_does_not_show_what_was_asked(app, person):
    """It may be about the helper, whose phone it is."""
    ask(1, "complaint", "Người hướng dẫn gọi tôi nhiều lần", form_id="x", person_id=person("lan").id)
    phone = Browser(app).come_as("lan", SessionKind.HANDED)
    page = phone.open(PAGE)
    assert "gọi tôi nhiều lần" not in page.html and page.says("không hiện trên máy của người khác")
    page = phone.follow(phone.send(PAGE, 303, **WISH))
    assert "gọi tôi nhiều lần" not in page.html and WISH["wish"] not in page.html
    assert "gọi tôi nhiều lần" in Browser(app).come_as("lan").open(PAGE).html
