"""A one-time code opens one thing: a new mã học. Then, and only then, one has come in (THREATS 4.3)."""

import re

import pytest

from elearn.people import actions, entry
from elearn.people.models import SessionKind
from tests.browser import Browser
from tests.people.test_views import begin_without_a_name, come, sessions, who_is_here
from tests.ward import CAST, person

CODE, NEW = "/dang-nhap/ma-mot-lan", "/dang-nhap/ma-hoc-moi"
LAN = CAST["lan"]


@pytest.fixture
def phone(browser, viewer):
    """A browser in which a code for bà Lan has just been typed."""
    return use_code(browser, viewer)


def use_code(browser, viewer, name="lan", by="hoa", **more):
    code = entry.issue_code(person(name).id, viewer(by))
    browser.open(CODE)
    answer = browser.send(CODE, expect=303, who=CAST[name].phone, code=code, **more)
    browser.follow(answer)
    return browser


def drawn_in(page):
    return re.findall(r'class="secret">([^<]+)<', page.html)[-1]


def opens(secret, name="lan"):
    return entry.come_in(CAST[name].phone, secret, entry.Place(1)).person_id == person(name).id


def test_a_code_opens_nothing_but_the_page_for_a_new_ma_hoc(phone):
    assert who_is_here(phone) is None
    for path in ("/cua-toi/du-lieu", "/cua-toi/ma-hoc", "/cua-toi/the", "/cua-toi/phien", "/cua-toi/link"):
        phone.open(path, expect=302)
    assert LAN.full_name not in phone.open("/cua-toi").html
    assert phone.open(NEW).says("Mã một lần đúng rồi, Nguyễn Thị Lan")


def test_the_ma_hoc_that_was_drawn_is_the_same_however_often_the_page_is_opened(phone):
    first = drawn_in(phone.open(NEW))
    assert first == drawn_in(phone.open(NEW)) != LAN.secret
    assert not opens(first), "nothing is written by reading"
    assert opens(LAN.secret)


@pytest.mark.parametrize("way", ["drawn", "chosen"])
def test_setting_it_lets_one_in_and_ends_everything_else(phone, app, way):
    other = Browser(app).come_as("lan")
    pin = drawn_in(phone.open(NEW)) if way == "drawn" else "592738"
    fields = {"cach": "cap"} if way == "drawn" else {"cach": "chon", "new": pin}
    answer = phone.send(NEW, expect=303, **fields)
    assert answer.headers["Location"] == "/cua-toi"
    assert phone.follow(answer).says("Đã lưu mã học mới")
    assert who_is_here(phone) == "lan" and who_is_here(other) is None
    assert opens(pin) and not opens(LAN.secret)
    assert [one.kind for one in sessions("lan")] == [SessionKind.OWN]


@pytest.mark.parametrize(
    ("new", "said"), [("", "6 chữ số"), ("12", "6 chữ số"), ("123456", "dễ đoán"), ("000001", "dễ đoán")]
)
def test_a_ma_hoc_that_will_not_do_is_refused_beside_the_field(phone, new, said):
    page = phone.send(NEW, expect=422, cach="chon", new=new)
    assert page.says(said) and who_is_here(phone) is None and opens(LAN.secret)
    assert all(
        attrs.get("value") in (None, "") for attrs in page.every("input") if attrs.get("name") == "new"
    )


def test_one_goes_on_to_where_one_was(browser, viewer):
    use_code(browser, viewer, ve="/khoa-hoc/thanh-toan-so/quet-ma-qr")
    page = browser.open(f"{NEW}?ve=/khoa-hoc/thanh-toan-so/quet-ma-qr")
    action = next(attrs["action"] for attrs in page.every("form") if NEW in (attrs.get("action") or ""))
    answer = browser.send(action, expect=303, cach="cap")
    assert answer.headers["Location"] == "/khoa-hoc/thanh-toan-so/quet-ma-qr"


@pytest.mark.parametrize(
    "hostile", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"]
)
def test_the_way_on_never_leads_away(phone, hostile):
    answer = phone.client.post(
        NEW, query_string={"ve": hostile}, data={"cach": "cap", "csrf_token": phone.page.csrf_token}
    )
    assert answer.headers["Location"] == "/cua-toi"


def test_on_a_shared_machine_nothing_of_a_name_stays(browser, viewer):
    code = entry.issue_code(person("lan").id, viewer("hoa"))
    browser.open(CODE)
    answer = browser.send(CODE, expect=303, who=LAN.phone, code=code, shared="y")
    page = browser.follow(answer)
    action = next(attrs["action"] for attrs in page.every("form") if NEW in (attrs.get("action") or ""))
    browser.send(action, expect=303, cach="cap")
    assert [one.kind for one in sessions("lan")] == [SessionKind.SHARED]
    assert browser.client.get_cookie("elearn-k") is None


def test_a_device_knows_the_name_only_once_the_ma_hoc_is_set(phone):
    assert phone.client.get_cookie("elearn-k") is None
    phone.open(NEW)
    phone.send(NEW, expect=303, cach="cap")
    assert phone.client.get_cookie("elearn-k") is not None


def test_results_without_a_name_are_offered_afterwards(browser, viewer):
    nameless = begin_without_a_name(browser)
    use_code(browser, viewer)
    answer = browser.send(NEW, expect=303, cach="cap")
    assert answer.headers["Location"].startswith("/nhan-ket-qua")
    assert sessions("lan")[-1].nameless_id == nameless


def test_a_form_that_comes_again_after_its_answer_was_lost(phone):
    """The first one has changed the mã học; the browser never heard of it and sends the old cookie."""
    pin, cookie = drawn_in(phone.open(NEW)), phone.client.get_cookie("elearn-s").value
    token = phone.page.csrf_token
    phone.send(NEW, expect=303, cach="cap")
    phone.client.set_cookie("elearn-s", cookie)
    page = phone.follow(phone.send(NEW, expect=303, cach="cap", csrf_token=token))
    assert page.says("bác đăng nhập bằng mã đó") and opens(pin)


def test_the_page_closes_after_a_quarter_of_an_hour(phone, clock):
    clock.move(minutes=16)
    assert phone.open(NEW, expect=302).headers["Location"] == CODE


def test_without_a_code_there_is_nothing_to_set(browser):
    assert browser.open(NEW, expect=302).headers["Location"] == CODE
    come(browser, "lan")
    assert browser.open(NEW, expect=302)


def test_what_ends_a_session_ends_this_one_too(phone, app):
    actions.close_sessions_of(person("lan").id)
    phone.send(NEW, expect=303, cach="cap")
    assert opens(LAN.secret) and who_is_here(phone) is None


def test_a_helper_comes_in_as_a_helper(browser, viewer):
    use_code(browser, viewer, name="hoa", by="quan")
    assert browser.open("/to", expect=302).headers["Location"].startswith("/dang-nhap")
    browser.open(NEW)
    browser.send(NEW, expect=303, cach="cap")
    assert [one.kind for one in sessions("hoa")] == [SessionKind.HELPER]
    browser.open("/to/DG05")


def test_whoever_learns_on_as_a_visitor_has_not_come_in(phone):
    """To answer something is to begin without a name; the page for a new mã học closes."""
    learner = begin_without_a_name(phone)
    assert learner != person("lan").id
    phone.open(NEW, expect=302)
