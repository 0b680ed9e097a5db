"""The first page: what a resident may want to learn, and one tap to the first sentence."""

from datetime import timedelta

from sqlalchemy import delete

from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.library.actions import approve_course, retire_course
from elearn.library.models import Course
from elearn.library.queries import published_courses
from elearn.movement.campaign_rules import Terms
from elearn.movement.campaigns import make_campaign
from elearn.people.models import Grant, LearningCard, Person, ResidentialGroup, Ward
from tests.life import answer, finish_course

DAY = timedelta(days=1)


def test_each_course_is_one_tap_from_its_first_lesson(shelf, browser):
    page = browser.open("/")
    addresses = {attrs.get("href") for attrs in page.every("a")}
    for card in published_courses(1):
        assert page.says(card.title) and page.says(card.goal)
        assert {f"/khoa-hoc/{card.slug}", f"/khoa-hoc/{card.slug}/{card.first_slug}"} <= addresses
    assert page.says("Không cần tài khoản") and page.says("Nhập số nghe từ loa")
    assert not page.says("Học tiếp")


def test_who_has_begun_goes_on_where_they_left_off(shelf, browser, person):
    answer(person("lan").id, "thanh-toan-so", "tien-trong-dien-thoai")
    answer(person("lan").id, "thuong-mai-dien-tu", "chon-nguoi-ban", wrong=5)
    page = browser.come_as("lan").open("/")
    assert page.says("Bài tiếp theo của khóa Thương mại điện tử: mua hàng qua mạng")
    assert page.says("1 trên 8 bài đã xong") and page.says("0 trên 8 bài đã xong")
    addresses = [attrs.get("href") for attrs in page.every("a")]
    assert "/khoa-hoc/thanh-toan-so/khoa-cua-truoc-khi-dung" in addresses


def test_after_a_finished_course_one_goes_on_in_the_other(shelf, browser, person):
    answer(person("lan").id, "thuong-mai-dien-tu", "chon-nguoi-ban")
    finish_course(person("lan").id)
    assert browser.come_as("lan").open("/").says("Bài tiếp theo của khóa Thương mại điện tử")


def test_a_finished_course_says_so(shelf, browser, person):
    finish_course(person("lan").id)
    page = browser.come_as("lan").open("/")
    assert page.says("Bác đã học xong") and page.says("Xem lại khóa này")


def make_for(audience, courses):
    with transaction():
        for course in courses:
            db.session.get_one(Course, course.id).audience = audience


def test_courses_for_others_are_folded_away_under_their_own_heading(shelf, browser):
    first, *others = published_courses(1)
    make_for("Người dân", [first])
    make_for("Hộ kinh doanh", others)
    page = browser.open("/")
    assert page.says("Dành cho người dân") and page.says(f"Dành cho hộ kinh doanh ({len(others)} khóa)")
    folded = page.html.index("<details")
    assert page.html.index(first.goal) < folded < page.html.index(others[0].goal)
    assert not any("open" in attrs for attrs in page.every("details"))


def test_what_one_has_begun_is_not_folded_away(shelf, browser, person):
    make_for("Người dân", published_courses(1))
    make_for("Hộ kinh doanh", [one for one in published_courses(1) if one.slug == "thanh-toan-so"])
    answer(person("lan").id, "thanh-toan-so", "tien-trong-dien-thoai")
    assert ["open" in attrs for attrs in browser.come_as("lan").open("/").every("details")] == [True]


def test_courses_that_are_all_for_the_same_people_need_no_heading(shelf, browser):
    make_for("Người dân", published_courses(1))
    page = browser.open("/")
    assert not page.says("Dành cho người dân") and not page.every("details")


def test_a_visitor_costs_three_statements_and_no_cookie(shelf, browser, statements):
    browser.open("/")
    statements.clear()
    response = browser.client.get("/")
    assert len(statements) == 3 and "Set-Cookie" not in response.headers  # courses, campaigns, contests
    again = browser.client.get("/", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_a_campaign_that_runs_is_named_and_one_that_does_not_is_not(shelf, browser, viewer):
    day, courses = today(), (published_courses(1)[0].id,)
    assert not browser.open("/").says("Đang có chiến dịch")
    for name, since, until in (
        ("Tháng trước", day - 40 * DAY, day - DAY),
        ("Tháng sau", day + DAY, day + 30 * DAY),
        ("Tháng này", day, day),
    ):
        make_campaign(viewer("quan"), 1, Terms(name, since, until, "finished", 5, courses))
    page = browser.open("/")
    assert page.says("Đang có chiến dịch Tháng này") and "/chien-dich/thang-nay" in page.html
    assert not page.says("Tháng trước") and not page.says("Tháng sau")


def test_an_empty_ward_says_what_to_do_next(app, browser):
    page = browser.open("/")
    assert page.says("Chưa có bài học nào") and page.says("elearn courses load") and page.says("Đã xong")


def test_without_a_ward_the_first_step_is_to_make_one(app, browser):
    with transaction():
        for model in (Grant, LearningCard, Person, ResidentialGroup, Ward):
            db.session.execute(delete(model))
    page = browser.open("/")
    assert page.says("elearn init") and not page.says("Đã xong")


def test_a_retired_course_is_not_offered(shelf, browser, person):
    gone = published_courses(1)[0]
    retire_course(gone.id, "Nội dung đã cũ rồi", person("duc").id)
    assert not browser.open("/").says(gone.goal)


def test_the_home_page_says_once_that_the_ward_has_not_approved_yet(shelf, browser, person):
    page = browser.open("/")
    assert page.html.count("phường chưa duyệt") == 1
    approve_course(published_courses(1)[0].id, person("duc").id)
    assert browser.open("/").html.count("phường chưa duyệt") == len(published_courses(1)) - 1
