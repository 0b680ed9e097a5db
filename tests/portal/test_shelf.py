"""The shipped courses, told to machines: as the pages show them, and as the description says."""

from sqlalchemy import select

from elearn.kit.db import db
from elearn.library.models import Course
from tests.browser import Browser
from tests.life import COURSE
from tests.portal.test_openapi import PREFIX, unlike


def test_the_courses_are_those_of_the_home_page_with_their_lessons(lively):
    told = lively.test_client().get("/api/v1/courses.json").get_json()
    assert [one["url"] for one in told["courses"]] == [
        f"http://localhost/khoa-hoc/{one.slug}"
        for one in db.session.scalars(
            select(Course).where(Course.slug != "khoa-cua-phuong").order_by(Course.position)
        )
    ]
    one = next(one for one in told["courses"] if one["slug"] == COURSE)
    assert one["minutes"] == sum(lesson["minutes"] for lesson in one["lessons"])
    for lesson in one["lessons"]:
        page = Browser(lively).open(lesson["url"].removeprefix("http://localhost"))
        assert page.says(f"Bản số {lesson['version']}") and lesson["title"] in page.text["h1"]
        assert Browser(lively).client.get(lesson["short_url"]).headers["Location"] in lesson["url"]


def test_the_shipped_courses_are_told_as_the_description_says(lively):
    client = lively.test_client()
    for path in ("/courses.json", "/feed.json", "/progress.json"):
        assert not unlike(path, client.get(PREFIX + path))
    assert len(client.get(f"{PREFIX}/courses.json").get_json()["courses"]) > 8
