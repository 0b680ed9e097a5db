"""The office answers what people ask about their data: in time, with reasons, by whoever may."""

from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import select, update

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.learning.actions import erase
from elearn.office import views
from elearn.people.models import Grant
from elearn.privacy import actions
from elearn.privacy.models import DataRequest
from elearn.privacy.queries import count_requests
from elearn.upkeep import doctor
from tests.browser import Browser

HOME = "/quan-tri/yeu-cau"
NEW = {
    "kind": "access", "channel": "phone", "asked_on": "", "asker": "Bà Năm, 0912 345 678",
    "wish": "Bà muốn biết phường giữ gì.", "form_id": "f" * 22, "nguoi": "",
}  # fmt: skip


@pytest.fixture
def quan(app):
    return Browser(app).come_as("quan")


@pytest.fixture
def asked(app, person):
    """Bà Lan asks that a mistake is put right; return the number."""
    return actions.ask(1, "correction", "Tên tôi sai dấu", form_id="a", person_id=person("lan").id)


def one(number):
    return db.session.get(DataRequest, number, populate_existing=True)


def make_late(number, days=30):
    with transaction():
        db.session.execute(
            update(DataRequest)
            .where(DataRequest.id == number)
            .values(reply_by=today() - timedelta(days=days), act_by=today() - timedelta(days=1))
        )


def acts():
    return [entry.action for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]


# -- the list ------------------------------------------------------------------------------------


def test_an_empty_list_says_where_requests_come_from(quan):
    page = quan.open(HOME)
    assert page.says("Không có yêu cầu nào đang chờ") and acts() == []


def test_the_list_has_the_last_days_and_reading_names_is_noted(quan, asked):
    page = quan.open(HOME)
    assert page.says("Sửa dữ liệu") and page.says("Nguyễn Thị Lan") and page.says("Trả lời lần đầu muộn nhất")
    assert acts() == ["view requests"]


def test_what_is_late_is_said_in_the_list_at_home_and_by_the_doctor(quan, asked, app):
    assert quan.open(HOME + "?xem=qua-han").says("Không có yêu cầu nào quá hạn")
    assert doctor.requests().good
    make_late(asked)
    assert quan.open(HOME).says("1 yêu cầu quá hạn")
    assert quan.open(HOME + "?xem=qua-han").says("Nguyễn Thị Lan")
    assert quan.open(f"{HOME}/{asked}").says("Yêu cầu này quá hạn")
    finding = doctor.requests()
    assert not finding.good and "/quan-tri/yeu-cau" in finding.remedy
    assert count_requests(today(), "late", 1) == 1 and count_requests(today(), "late", 2) == 0


def test_home_says_how_many_wait(asked, viewer):
    assert [need.said for need in needs_of(1)] == ["1 yêu cầu về dữ liệu chưa xong."]
    make_late(asked)
    assert [need.said for need in needs_of(1)] == ["1 yêu cầu về dữ liệu quá hạn."]
    actions.close(asked, "done", "Xong", viewer("quan"))
    assert needs_of(1) == []


def needs_of(ward_id):
    with current_app.test_request_context():
        return views._of_requests(ward_id)


# -- one request ---------------------------------------------------------------------------------


def test_a_request_goes_from_new_to_done_and_every_step_is_noted(quan, asked, person):
    place, me = f"{HOME}/{asked}", person("quan").id
    quan.open(place)
    for _ in range(2):
        quan.send(place + "/tiep-nhan", 303)
    assert (one(asked).state, one(asked).in_hand_by_id) == ("in_hand", me)
    for _ in range(2):
        quan.send(place + "/tra-loi", 303, text="Phường đã nhận, mai xong.")
    assert one(asked).replied_at and one(asked).reply == "Phường đã nhận, mai xong."
    for _ in range(2):
        quan.send(place + "/ket-qua", 303, state="done", answer="Đã sửa dấu.")
    assert (one(asked).state, one(asked).answer, one(asked).closed_by_id) == ("done", "Đã sửa dấu.", me)
    assert acts() == ["view request", "take request", "answer request", "finish request"]
    entry = db.session.scalars(select(AuditEntry)).first()
    assert (entry.object_kind, entry.object_id) == ("person", str(person("lan").id))
    assert entry.detail == {"request": asked}, "ids only"
    page = quan.open(place)
    assert page.says("Đã xong") and "Đóng yêu cầu" not in page.html
    assert page.says("người trả lời: Ngô Văn Quản") and page.says("Người đóng: Ngô Văn Quản")


def test_a_refusal_needs_its_reason(quan, asked):
    quan.open(f"{HOME}/{asked}")
    page = quan.send(f"{HOME}/{asked}/ket-qua", 422, state="refused", answer="")
    assert page.says("vì sao từ chối") and one(asked).closed_at is None
    page = quan.send(f"{HOME}/{asked}/ket-qua", 422, state="", answer="Vì thế")
    assert page.says("Xin chọn đã làm xong hay từ chối") and "Vì thế" in page.html
    quan.send(f"{HOME}/{asked}/ket-qua", 303, state="refused", answer="Không có lỗi nào.")
    assert one(asked).state == "refused" and one(asked).replied_at, "closing is an answer"


def test_what_is_closed_is_not_changed_any_more(quan, asked, viewer):
    actions.close(asked, "done", "Xong", viewer("quan"))
    quan.open("/quan-tri/phuong")
    for act, fields in (
        ("tiep-nhan", {}),
        ("tra-loi", {"text": "x"}),
        ("ket-qua", {"state": "refused", "answer": "x"}),
        ("gia-han", {"until": str(today() + timedelta(days=12)), "because": "x"}),
    ):
        page = quan.send(f"{HOME}/{asked}/{act}", 422, **fields)
        assert page.says("không sửa được nữa")
    assert one(asked).answer == "Xong"


def test_the_last_day_is_put_off_once_by_a_day_that_fits(quan, asked):
    place, before = f"{HOME}/{asked}", one(asked).act_by
    quan.open(place)
    for until in (before, before + timedelta(days=11)):
        page = quan.send(place + "/gia-han", 422, until=str(until), because="Chờ hồ sơ giấy")
        assert page.says("Hạn mới phải sau") and "Chờ hồ sơ giấy" in page.html
    assert quan.send(place + "/gia-han", 422, until="", because="").says("Xin ghi lý do")
    wanted = {"until": str(before + timedelta(days=10)), "because": "Chờ hồ sơ giấy"}
    for _ in range(2):
        quan.send(place + "/gia-han", 303, **wanted)
    assert one(asked).act_by == before + timedelta(days=10)
    again = wanted | {"until": str(before + timedelta(days=12))}
    assert quan.send(place + "/gia-han", 422, **again).says("chỉ gia hạn một lần")
    assert acts().count("extend request") == 1


@pytest.mark.parametrize(("kind", "words"), [("objection", "Nghị định 356/2025"), ("erasure", "quy chế")])
def test_the_page_says_whether_the_days_are_law_or_the_wards_own(quan, person, kind, words):
    number = actions.ask(1, kind, "x", form_id="x", person_id=person("lan").id)
    assert words in quan.open(f"{HOME}/{number}").html


@pytest.mark.parametrize(
    ("kind", "leads_to"),
    [
        ("access", "ban-sao"), ("copy", "ban-sao"), ("correction", "sua"), ("erasure", "xoa"),
        ("withdrawal", "rut-dong-y"), ("restriction", "rut-dong-y"), ("objection", "rut-dong-y"),
    ],
)  # fmt: skip
def test_each_kind_leads_to_where_it_is_done(quan, person, kind, leads_to):
    who = person("lan").id
    number = actions.ask(1, kind, "x", form_id="x", person_id=who)
    place = f"/quan-tri/nguoi/{who}/{leads_to}"
    assert place in quan.open(f"{HOME}/{number}").html
    assert quan.client.get(place).status_code == 200


# -- from the counter or the phone ---------------------------------------------------------------


def test_what_a_caller_asks_is_kept_once_with_who_noted_it(quan, person):
    quan.open(HOME + "/moi")
    wanted = NEW | {"asked_on": str(today() - timedelta(days=1))}
    for _ in range(2):
        answer = quan.send(HOME + "/moi", 303, **wanted)
    (kept,) = db.session.scalars(select(DataRequest)).all()
    assert (kept.person_id, kept.asker, kept.channel) == (None, "Bà Năm, 0912 345 678", "phone")
    assert kept.noted_by_id == person("quan").id and kept.asked_on == today() - timedelta(days=1)
    assert quan.follow(answer).says("Bà Năm") and acts().count("note request") == 1


def test_a_request_of_somebody_with_a_name_here_is_theirs_to_read(quan, app, person):
    who = person("lan").id
    assert quan.open(f"{HOME}/moi?nguoi={who}").says("Nguyễn Thị Lan")
    quan.send(
        HOME + "/moi",
        303,
        **(NEW | {"nguoi": who, "asker": "", "asked_on": str(today()), "channel": "office"}),
    )
    assert Browser(app).come_as("lan").open("/cua-toi/yeu-cau").says("tại trụ sở")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"asker": ""}, "Xin ghi ai hỏi"),
        ({"kind": ""}, "Xin chọn loại yêu cầu"),
        ({"channel": ""}, "tại trụ sở hay qua điện thoại"),
        ({"wish": ""}, "Xin ghi người ấy muốn gì"),
        ({"asked_on": "2099-01-01"}, "từ hôm nay trở về trước"),
        ({"asked_on": "2020-01-01"}, "nhiều nhất 60 ngày"),
        ({"asked_on": "x"}, "ngày"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(quan, changes, sentence):
    quan.open(HOME + "/moi")
    page = quan.send(HOME + "/moi", 422, **(NEW | {"asked_on": str(today())} | changes))
    assert sentence in page.html and db.session.scalar(select(DataRequest)) is None
    assert "Bà muốn biết" in page.html or "wish" in changes


# -- who may ---------------------------------------------------------------------------------------


def test_the_ward_next_door_finds_nothing(app, asked):
    here = Browser(app).come_as("xa")
    for place in (f"{HOME}/{asked}", HOME, HOME + "/moi", HOME + "/han"):
        here.open(place, expect=404)
    token = here.client.get_cookie("elearn-s").value
    beside = app.test_client()
    beside.set_cookie("elearn-s", token, domain="ben-canh.test")
    own = {"base_url": "http://ben-canh.test"}
    assert "Nguyễn Thị Lan" not in beside.get(HOME, **own).text and beside.get(HOME, **own).status_code == 200
    assert beside.get(f"{HOME}/{asked}", **own).status_code == 404


@pytest.mark.parametrize("name", ["hoa", "minh", "thu", "duc", "lan"])
def test_who_does_not_look_after_people_finds_a_closed_door(app, asked, name):
    browser = Browser(app).come_as(name)
    for place in (HOME, f"{HOME}/{asked}", HOME + "/moi", HOME + "/han"):
        browser.open(place, expect=403)


# -- the ward's terms ----------------------------------------------------------------------------


def test_the_ward_sets_its_own_terms_and_open_requests_keep_their_days(quan, asked, person):
    before = one(asked).act_by
    page = quan.open(HOME + "/han")
    assert page.says("Theo quy chế của phường") and page.says("Phần mềm không tự biết ngày lễ")
    wanted = {
        "answer_days": "7", "erase_days": "12", "processor": "", "contact": "Ông Quản",
        "holidays": "02/09/2026 Quốc khánh", "worked": "",
    }  # fmt: skip
    for _ in range(2):
        quan.send(HOME + "/han", 303, **wanted)
    assert 'value="7"' in quan.open(HOME + "/han").html and acts().count("set privacy rules") == 1
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "set privacy rules")).one()
    assert entry.detail == {"fields": ["answer_days", "contact", "erase_days", "holidays"]}
    number = actions.ask(1, "erasure", "x", form_id="y", person_id=person("lan").id)
    assert one(number).act_by == today() + timedelta(days=12) and one(asked).act_by == before


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"holidays": "Tết"}, "chưa đọc được"),
        ({"worked": "x"}, "chưa đọc được"),
        ({"erase_days": "0"}, "từ 1 đến 60"),
        ({"answer_days": "mười"}, "Xin điền một số"),
    ],
)
def test_a_term_that_is_none_is_refused(quan, changes, sentence):
    quan.open(HOME + "/han")
    given = {
        "answer_days": "7",
        "erase_days": "12",
        "holidays": "",
        "worked": "",
        "processor": "",
        "contact": "",
    }
    assert sentence in quan.send(HOME + "/han", 422, **(given | changes)).html
    assert acts() == []


# -- erasing ---------------------------------------------------------------------------------------


def test_who_is_erased_leaves_the_days_of_their_requests_and_no_word(quan, asked, person, viewer):
    who = person("lan").id
    actions.reply(asked, "Bác Lan chờ nhé", viewer("quan"))
    erase(who, actor=viewer("quan"))
    kept = one(asked)
    assert (kept.wish, kept.reply, kept.answer, kept.asker) == ("",) * 4 and kept.asked_on
    actions.close(asked, "done", "Đã xóa bà Lan", viewer("quan"))
    assert one(asked).state == "done" and one(asked).answer == ""


def test_who_looks_after_all_wards_sees_at_each_address_its_own(app, asked, person):
    with transaction():
        db.session.add(Grant(person_id=person("quan").id, role="administrator"))
    token = Browser(app).come_as("quan").client.get_cookie("elearn-s").value
    beside = app.test_client()
    beside.set_cookie("elearn-s", token, domain="ben-canh.test")
    own = {"base_url": "http://ben-canh.test"}
    assert "Nguyễn Thị Lan" not in beside.get(HOME, **own).text
    assert beside.get(f"{HOME}/{asked}", **own).status_code == 404
