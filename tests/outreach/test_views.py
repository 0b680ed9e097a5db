"""Posters in the browser: who may make them, where they lead, what they leave behind."""

import re

import pytest
from flask import url_for
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.outreach import actions
from elearn.outreach.models import Arrival, Poster
from elearn.people.queries import find_group
from tests.builders import make_course
from tests.ward import group


@pytest.fixture
def course(app):
    return make_course("quet-ma")


@pytest.fixture
def poster(course, viewer):
    made = actions.make_poster(
        viewer("hoa"),
        1,
        group_id=group("DG05").id,
        course_id=course["course"],
        lesson_id=course["lessons"][1],
    )
    return db.session.get(Poster, made)


def arrivals():
    db.session.rollback()
    return sum(row.count for row in db.session.scalars(select(Arrival)))


def way_to(app, endpoint, **names):
    with app.test_request_context():
        return url_for(endpoint, **names)


# -- arriving


@pytest.mark.parametrize("spell", [str.upper, str.lower])
def test_a_scanned_poster_leads_to_its_lesson_and_remembers_the_group(app, browser, poster, spell):
    response = browser.open(spell(f"/p/{poster.code}"), expect=303)
    assert response.location == way_to(app, "learning.lesson", course="quet-ma", lesson="bai-2")
    assert browser.client.get_cookie("elearn-g").value == "DG05"
    assert response.headers["Cache-Control"] == "no-store"
    assert arrivals() == 1


def test_opening_again_within_the_visit_counts_once_and_another_phone_counts_more(app, browser, poster):
    for _ in range(3):
        browser.open(f"/p/{poster.code}", expect=303)
    assert arrivals() == 1
    other = app.test_client()
    other.head(f"/p/{poster.code}")
    other.get(f"/p/{poster.code}", headers={"User-Agent": "facebookexternalhit/1.1"})
    assert arrivals() == 1
    app.test_client().get(f"/p/{poster.code}")
    assert arrivals() == 2


def test_a_poster_leads_on_where_nobody_can_be_counted(browser, poster, monkeypatch):
    """The disk is full, or the database does not take writes just now."""

    def full(_):
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(actions, "record_arrival", full)
    assert browser.open(f"/p/{poster.code}", expect=303).location.endswith("/bai-2")
    assert arrivals() == 0


def test_a_retired_poster_still_leads_to_learning(app, browser, poster, viewer):
    actions.retire_poster(viewer("hoa"), 1, poster.id)
    page = browser.open(f"/p/{poster.code}", expect=410)
    links = [attrs.get("href") for attrs in page.every("a")]
    assert way_to(app, "learning.lesson", course="quet-ma", lesson="bai-2") in links
    assert way_to(app, "learning.course", course="quet-ma") in links
    assert browser.client.get_cookie("elearn-g") is None and arrivals() == 0


@pytest.mark.parametrize("code", ["22222", "khong-co", "%20", "<script>", "a" * 500])
def test_an_unknown_code_gets_a_kind_page(app, browser, course, code):
    page = browser.open(f"/p/{code}", expect=404)
    assert way_to(app, "learning.course", course="quet-ma") in [a.get("href") for a in page.every("a")]
    assert page.text["h1"] == "Chưa nhận ra mã này"


def test_a_poster_of_another_ward_is_unknown_here(app, poster):
    assert app.test_client().get(f"/p/{poster.code}", headers={"Host": "ben-canh.test"}).status_code == 404


# -- ?to=


@pytest.mark.parametrize(
    ("asked", "plain"),
    [
        ("/rieng-tu?to=DG05", "/rieng-tu"),
        ("/rieng-tu?to=dg05", "/rieng-tu"),
        ("/rieng-tu?a=1&to=DG05&b=hai+ba&a=2", "/rieng-tu?a=1&a=2&b=hai+ba"),
        ("/rieng-tu?%74o=DG05", "/rieng-tu"),
    ],
)
def test_a_link_with_a_group_leads_on_without_it(browser, asked, plain):
    response = browser.open(asked, expect=303)
    assert response.location == plain
    assert browser.client.get_cookie("elearn-g").value == "DG05"


@pytest.mark.parametrize("code", ["KHONG", "", "BC01", "DG05'--", "x" * 900])
def test_an_unknown_group_or_another_wards_is_ignored(browser, code):
    assert browser.open(f"/rieng-tu?to={code}", expect=303).location == "/rieng-tu"
    assert browser.client.get_cookie("elearn-g") is None


def test_a_link_with_a_group_never_leads_away(app):
    client = app.test_client()
    for path in ("//evil.test/rieng-tu?to=DG05", "/\\evil.test?to=DG05", "/%2F%2Fevil.test?to=DG05"):
        location = client.get(path).headers.get("Location", "/")
        assert re.match(r"/(?![/\\])|http://localhost/", location), location


def test_a_form_that_is_sent_to_such_an_address_arrives(browser, course):
    browser.come_as("minh").open("/ap-phich")
    response = browser.send("/ap-phich?to=DG05", expect=303, target="trang-dau", group="", place="")
    assert response.location.startswith("/ap-phich/") and db.session.scalar(select(Poster))


# -- making


def test_a_helper_makes_a_poster_for_the_own_group(app, browser, course, person):
    page = browser.come_as("hoa").open("/ap-phich")
    assert [attrs["value"] for attrs in page.every("option") if attrs["value"].startswith(("DG", "LT"))] == [
        "DG05"
    ]
    lesson = course["lessons"][0]
    response = browser.send("/ap-phich", expect=303, target=f"b{lesson}", group="DG05", place="Cổng chợ")
    page = browser.follow(response)
    assert page.says("Cổng chợ") and page.says("Bài 1")
    made = db.session.scalar(select(Poster))
    assert (made.lesson_id, made.group_id, made.made_by_id) == (lesson, group("DG05").id, person("hoa").id)
    assert f"/p/{made.code}" in page.html
    assert browser.open("/ap-phich").says("Cổng chợ")


def test_sending_the_form_twice_makes_one_poster(browser, course):
    browser.come_as("minh").open("/ap-phich")
    for _ in range(2):
        browser.send("/ap-phich", expect=303, target="trang-dau", group="", place="")
    assert len(db.session.scalars(select(Poster)).all()) == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"target": "b999999", "group": "DG05"}, "target"),
        ({"target": "trang-dau", "group": "DG07"}, "group"),
        ({"target": "trang-dau", "group": ""}, "group"),
        ({"target": "trang-dau", "group": "DG05", "place": "x" * 81}, "place"),
    ],
)
def test_a_mistake_is_said_beside_the_field_and_nothing_is_lost(browser, course, fields, field):
    browser.come_as("hoa").open("/ap-phich")
    page = browser.send("/ap-phich", expect=422, **({"place": "Cổng chợ"} | fields))
    assert f'id="{field}-error"' in page.html
    assert fields.get("place", "Cổng chợ") in page.html
    assert db.session.scalar(select(Poster)) is None


def test_a_refusal_stands_beside_the_group(browser, course, monkeypatch):
    def refuse(*_, **__):
        raise Refused("Tổ này vừa đổi người phụ trách.")

    monkeypatch.setattr(actions, "make_poster", refuse)
    browser.come_as("hoa").open("/ap-phich")
    page = browser.send("/ap-phich", expect=422, target="trang-dau", group="DG05", place="Cổng chợ")
    assert page.says("Tổ này vừa đổi người phụ trách.") and "Cổng chợ" in page.html


def test_the_sheet_shows_what_a_passer_by_needs(app, browser, poster):
    page = browser.come_as("hoa").open(f"/ap-phich/{poster.id}/in")
    assert 'class="qr"' in page.html
    assert page.says("Quét. Đọc. Làm.") and page.says("0225 000 0000")
    assert page.says("Trang này không bao giờ hỏi OTP")
    short = poster.lesson_id and page.text["main"]
    assert re.search(r"/b/\d{4}", short)


def test_retiring_can_be_undone_from_the_same_page(browser, poster):
    browser.come_as("hoa").open(f"/ap-phich/{poster.id}")
    page = browser.follow(browser.send(f"/ap-phich/{poster.id}/ngung-dung", expect=303))
    assert page.says("đã ngừng dùng từ ngày")
    page = browser.follow(browser.send(f"/ap-phich/{poster.id}/dung-lai", expect=303))
    assert page.says("Ngừng dùng áp phích này")


def test_the_posters_of_another_group_are_not_there(browser, viewer):
    other = actions.make_poster(viewer("minh"), 1, group_id=find_group("DG07").id)
    browser.come_as("hoa").open("/ap-phich")
    for path in (f"/ap-phich/{other}", f"/ap-phich/{other}/in", "/ap-phich/99999"):
        browser.open(path, expect=404)
    for path in (f"/ap-phich/{other}/ngung-dung", f"/ap-phich/{other}/dung-lai"):
        browser.send(path, expect=404)


def test_who_has_no_such_task_is_shown_a_closed_door(browser, poster):
    browser.come_as("lan")
    for path in ("/ap-phich", f"/ap-phich/{poster.id}", f"/ap-phich/{poster.id}/in"):
        browser.open(path, expect=403)


def test_looking_changes_nothing(browser, poster):
    browser.come_as("hoa")
    before = db.session.scalars(select(Poster.retired_at)).all()
    for path in ("/ap-phich", f"/ap-phich/{poster.id}", f"/ap-phich/{poster.id}/in"):
        browser.open(path)
    assert db.session.scalars(select(Poster.retired_at)).all() == before and arrivals() == 0
