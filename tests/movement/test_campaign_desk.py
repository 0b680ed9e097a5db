"""The pages of campaigns, for those who make them and for anyone."""

import re
from datetime import timedelta

import pytest

from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.learning.recount import recount
from elearn.movement.campaign_rules import Terms
from elearn.movement.campaigns import freeze_campaign, make_campaign
from elearn.people.models import Grant
from elearn.people.permissions import Role
from tests.builders import attempt, kept, make_course
from tests.ward import group

HOME = "/phong-trao/chien-dich"


@pytest.fixture
def course(app):
    recount(repair=True)
    return make_course()


def typed(course, **more):
    day = today()
    return {
        "name": "30 ngày thanh toán số", "since": day.isoformat(), "until": f"{day:%d/%m/%Y}",
        "measure": "finished", "target": "500", "courses": [str(course["course"])],
    } | more  # fmt: skip


def made(viewer, course, back=10, ahead=10, **more):
    day = today()
    terms = Terms(
        "Tuần lễ số", day - timedelta(days=back), day + timedelta(days=ahead), "finished", 20,
        (course["course"],),
    )  # fmt: skip
    return make_campaign(viewer("quan"), 1, terms._replace(**more))


def learnt(course, right=True):
    who = kept("DG05")
    for revision in course["revisions"] if right else course["revisions"][:1]:
        attempt(who, revision)


def test_an_editor_makes_a_campaign_and_sees_how_far_it_has_come(browser, course):
    learnt(course)
    browser.come_as("duc").open(f"{HOME}/moi")
    page = browser.follow(browser.send(f"{HOME}/moi", 303, **typed(course)))
    assert page.text["h1"] == "30 ngày thanh toán số"
    assert "1 trên 500 lượt xong khóa" in " ".join(page.html.split())
    assert "30 ngày thanh toán số" in browser.open(HOME).html


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "Xin đặt tên"),
        ({"until": "1/1/2020"}, "đứng trước ngày bắt đầu"),
        ({"until": "1/1/2090"}, "dài nhất một năm"),
        ({"target": "0"}, "từ 1 đến"),
        ({"target": "nhiều"}, "số"),
        ({"courses": []}, "ít nhất một khóa"),
        ({"courses": ["99999"]}, "không còn trong danh sách"),
        ({"groups": ["99999"]}, "không còn trong danh sách"),
        ({"since": "hôm nay"}, ""),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(browser, course, wrong, says):
    browser.come_as("duc").open(f"{HOME}/moi")
    page = browser.send(f"{HOME}/moi", 422, **typed(course, **wrong))
    assert says in page.html
    if "name" not in wrong:
        assert "30 ngày thanh toán số" in page.html


def test_a_group_of_the_ward_next_door_cannot_be_chosen(browser, course):
    browser.come_as("duc").open(f"{HOME}/moi")
    assert browser.send(f"{HOME}/moi", 422, **typed(course, groups=[str(group("BC01").id)]))


def test_a_campaign_is_corrected(browser, viewer, course):
    campaign = made(viewer, course, groups=(group("DG05").id,))
    page = browser.come_as("quan").open(f"{HOME}/{campaign}/sua")
    assert "Tuần lễ số" in page.html
    browser.send(f"{HOME}/{campaign}/sua", 422, **typed(course, name=""))
    page = browser.follow(browser.send(f"{HOME}/{campaign}/sua", 303, **typed(course, name="Tên mới")))
    assert page.text["h1"] == "Tên mới"


def test_freezing_asks_once_more_and_shows_what_is_corrected_later(browser, viewer, course, on_day):
    on_day(3)
    learnt(course)
    on_day(0)
    running = made(viewer, course)
    browser.come_as("quan")
    assert "Từ hôm sau" in browser.open(f"{HOME}/{running}/chot").html
    browser.open(f"{HOME}/{running}/sua")
    assert "Từ hôm sau" in browser.send(f"{HOME}/{running}/chot", 422).html
    over = made(viewer, course, ahead=-1)
    browser.open(f"{HOME}/{over}/chot")
    page = browser.follow(browser.send(f"{HOME}/{over}/chot", 303))
    assert "mọi số vẫn như lúc chốt" in page.html
    (line,) = re.findall(r"<li>(<a [^>]*ban-chot/1.*?)</li>", browser.open(f"{HOME}/{over}").html)
    assert re.search("lần 1</a> <small>Chốt lúc ", line), "nothing hangs between the link and its small print"
    assert f"đến hết {today() - timedelta(days=1):%d/%m/%Y}" in page.html
    browser.open(f"{HOME}/{over}/sua")
    browser.send(f"{HOME}/{over}/sua", 303, **typed(course))
    assert "lúc chốt 1, nay 0" in browser.open(f"{HOME}/{over}/ban-chot/1").html
    browser.open(f"{HOME}/{over}/ban-chot/2", 404)


def test_what_was_set_otherwise_after_freezing_is_said(browser, viewer, course, on_day):
    over = made(viewer, course, ahead=-1)
    freeze_campaign(viewer("quan"), 1, over)
    browser.come_as("quan").open(f"{HOME}/{over}/sua")
    assert "đặt lại" not in browser.open(f"{HOME}/{over}/ban-chot/1").html
    browser.send(f"{HOME}/{over}/sua", 303, **typed(course, groups=[str(group("DG05").id)]))
    said = browser.open(f"{HOME}/{over}/ban-chot/1").html
    assert "đặt lại tên, ngày bắt đầu, ngày kết thúc, chỉ tiêu, tổ của chiến dịch" in said


def test_a_campaign_made_by_mistake_is_taken_away_and_one_that_was_frozen_stays(browser, viewer, course):
    wrong, over = made(viewer, course), made(viewer, course, ahead=-1)
    freeze_campaign(viewer("quan"), 1, over)
    browser.come_as("quan").open(f"{HOME}/{wrong}/bo")
    assert "Đã bỏ chiến dịch" in browser.follow(browser.send(f"{HOME}/{wrong}/bo", 303)).html
    browser.open(f"{HOME}/{wrong}", 404)
    browser.open("/chien-dich/tuan-le-so", 404)
    assert "không bỏ được" in browser.open(f"{HOME}/{over}/bo").html
    browser.open(f"{HOME}/{over}/sua")
    assert "không bỏ được" in browser.send(f"{HOME}/{over}/bo", 422).html
    browser.open(f"{HOME}/{over}/ban-chot/1")


def test_anyone_reads_rounded_totals_and_nothing_else(browser, viewer, course, on_day):
    on_day(9)
    for right in (True,) * 7 + (False,) * 9:
        learnt(course, right)
    on_day(0)
    made(viewer, course)
    page = browser.open("/chien-dich/tuan-le-so")
    words = " ".join(page.html.split())
    assert "Ít nhất 5 trên 20 lượt xong khóa" in words and "25,0" in words
    assert "7 lượt" not in words and "Bà Mận" not in words and "số 5" not in page.text["main"]
    assert "Tuần lễ số" in browser.open("/chien-dich").html
    browser.open("/chien-dich/khong-co", 404)


def test_a_target_that_is_reached_is_called_reached(browser, viewer, course):
    learnt(course)
    campaign = made(viewer, course, target=1)
    browser.come_as("quan")
    for path in (HOME, f"{HOME}/{campaign}"):
        assert browser.open(path).says("đạt chỉ tiêu")


def test_a_campaign_that_has_not_begun_says_so(browser, viewer, course):
    campaign = made(viewer, course, back=-2)
    assert "chưa bắt đầu" in browser.open("/chien-dich/tuan-le-so").html
    assert "chưa bắt đầu" in browser.come_as("minh").open(f"{HOME}/{campaign}").html


def test_without_a_campaign_the_pages_say_what_to_do(browser):
    assert "các bài học" in browser.open("/chien-dich").html
    assert "Lập chiến dịch" in browser.come_as("quan").open(HOME).html


def test_who_only_follows_reads_and_cannot_change(browser, viewer, course):
    campaign = made(viewer, course)
    browser.come_as("minh").open(f"{HOME}/{campaign}")
    assert "/sua" not in browser.open(f"{HOME}/{campaign}").html
    browser.open(f"{HOME}/{campaign}/sua", 403)
    browser.open(f"{HOME}/moi", 403)


def test_the_ward_next_door_finds_none_of_it(browser, viewer, course):
    campaign = made(viewer, course)
    browser.come_as("xa")
    for path in ("", "/sua", "/bo", "/chot", "/ban-chot/1", "/danh-sach-khen"):
        browser.open(f"{HOME}/{campaign}{path}", 404)
    browser.open(f"{HOME}/moi", 404)
    assert "Tuần lễ số" not in browser.open(HOME).html


def test_who_runs_those_of_another_ward_and_reads_counts_of_this_one_only_reads(
    browser, person, viewer, course
):
    campaign = made(viewer, course)
    with transaction():
        db.session.add(Grant(person_id=person("xa").id, role=Role.VIEWER, ward_id=1))
    browser.come_as("xa").open(f"{HOME}/{campaign}")
    for path in ("/sua", "/bo", "/chot", "/danh-sach-khen"):
        browser.open(f"{HOME}/{campaign}{path}", 404)
