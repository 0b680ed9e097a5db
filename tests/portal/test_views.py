"""What machines read: the numbers of the public board, the courses of the ward, and nothing of a person."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from elearn.kit.clock import monday_of, today
from elearn.kit.db import db, transaction
from elearn.learning.groups import Part, merge_groups, split_group
from elearn.library.models import Course, Lesson
from elearn.people.models import Ward
from tests.browser import Browser
from tests.builders import attempt, kept, make_course
from tests.progress.conftest import statements
from tests.progress.test_views import rows_of
from tests.security.doors import everything
from tests.sizes import size
from tests.ward import group

ADDRESSES = (
    "/api/v1/courses.json",
    "/api/v1/progress.json",
    "/api/v1/feed.json",
    "/api/v1/feed.atom",
    "/api/v1/openapi.json",
    "/api/v1/oembed?url=http://localhost/tien-do",
)
NAMES = ("learners", "started", "finished")
BESIDE = {"base_url": "http://ben-canh.test"}


def numbers_of(app, asked=""):
    """Return the numbers as rows_of returns those of the page."""
    told = app.test_client().get(f"/api/v1/progress.json{asked}").get_json()
    rows = {row["name"]: [row[name] for name in NAMES] for row in told["groups"]}
    return rows | {"Cộng các số ở trên": [told["total"][name] for name in NAMES]}


# -- the numbers


@pytest.mark.parametrize("asked", ["", "?khoa=khoa"])
def test_the_numbers_are_those_of_the_public_board(app, counted, asked):
    told = numbers_of(app, asked)
    assert told == rows_of(Browser(app).open(f"/tien-do{asked}"))
    assert told["Tổ dân phố số 5"] == [20, 15, 10] and "Tổ dân phố số 3" not in told


def test_the_numbers_are_of_last_sunday_and_say_so(app, counted):
    for number in range(10):
        kept("DG05", f"Ông {number}")
    told = app.test_client().get("/api/v1/progress.json").get_json()
    assert told["until"] == (monday_of(today()) - timedelta(days=1)).isoformat()
    assert told["groups"][0]["learners"] == 20 and told["rounded_down_to"] == 5


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["DG05", "DG07", "LT03"]),
            st.integers(0, 30),  # days back
            st.sampled_from([4, 9, 12, 17]),  # how many join
            st.integers(0, 3),  # lessons each
        ),
        max_size=2,
    ),
    st.sampled_from(["", "merge", "split"]),
)
@settings(max_examples=size(4, 200), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_page_and_json_tell_the_same_of_any_ward(app, made_once, on_day, happened, after):
    courses = made_once(two_courses)
    for place, (code, back, learners, lessons) in enumerate(happened):
        on_day(back)
        for number in range(learners):
            who = kept(code, f"Bà {place} {number}")
            for revision in courses[:lessons]:
                attempt(who, revision)
    on_day(8)
    if after == "merge":
        merge_groups([group("DG05").id], group("DG07").id, actor=None)
    elif after == "split":
        split_group(group("DG05").id, [Part("DG05A", "Tổ 5A")], actor=None)
    on_day(0)
    for asked in ("", "?khoa=khoa", "?khoa=hai"):
        told = numbers_of(app, asked)
        assert told == rows_of(Browser(app).open(f"/tien-do{asked}"))
        assert all(count is None or count % 5 == 0 for row in told.values() for count in row)


def two_courses():
    return make_course()["revisions"] + make_course("hai")["revisions"]


def test_a_course_that_the_ward_does_not_have_is_no_filter(app, counted):
    assert app.test_client().get("/api/v1/progress.json?khoa=khong-co").status_code == 404
    assert numbers_of(app, "?khoa=") == numbers_of(app) == numbers_of(app, "?la=gi&khoa=")


# -- the courses


def test_what_is_not_offered_is_not_told(app):
    made = make_course()
    make_course("hai", lessons=1)
    with transaction():
        db.session.get(Lesson, made["lessons"][1]).retired_at = today()
        db.session.scalar(select(Course).where(Course.slug == "hai")).retired_at = today()
    told = app.test_client().get("/api/v1/courses.json").get_json()["courses"]
    assert [(one["slug"], [line["slug"] for line in one["lessons"]]) for one in told] == [("khoa", ["bai-1"])]


def test_another_ward_answers_under_its_own_name_with_its_own(app, counted):
    with transaction():
        beside = db.session.scalar(select(Ward.id).where(Ward.code == "LV"))
        db.session.scalar(select(Course).where(Course.slug == "khoa")).ward_id = beside
    app.config["PUBLIC_URL"], public = "https://hoc.test", app.config["PUBLIC_URL"]
    try:
        here, there = app.test_client(), app.test_client()
        assert here.get("/api/v1/courses.json").get_json()["courses"] == []
        told = there.get("/api/v1/courses.json", **BESIDE).get_json()
        assert told["ward"]["code"] == "LV" and told["ward"]["url"] == "http://ben-canh.test/"
        assert told["courses"][0]["url"] == "http://ben-canh.test/khoa-hoc/khoa"
        assert here.get("/api/v1/progress.json").get_json()["ward"]["url"] == "https://hoc.test/"
        rows = there.get("/api/v1/progress.json", **BESIDE).get_json()["groups"]
        assert [row["learners"] for row in rows] == [None]
    finally:
        app.config["PUBLIC_URL"] = public


# -- how it is told


@pytest.mark.parametrize("path", ADDRESSES)
def test_any_site_may_read_it_and_caches_keep_it(app, counted, path):
    client = app.test_client()
    answer = client.get(path)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=600"
    assert answer.headers["Vary"] == "Accept-Encoding" and "Set-Cookie" not in answer.headers
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"") and again.headers["ETag"] == answer.headers["ETag"]
    head = client.head(path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == answer.headers["ETag"] and head.content_length == len(answer.data)
    asked = client.options(path)
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS" and not asked.data
    assert {"GET", "HEAD", "OPTIONS"} == set(asked.headers["Allow"].split(", "))
    assert "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("who", ["lan", "minh", "quan"])
@pytest.mark.parametrize("path", [*ADDRESSES, "/nhung/tien-do"])
def test_whoever_asks_gets_the_same_and_nobody_is_looked_up(app, counted, who, path):
    plain = app.test_client().get(path)
    browser = Browser(app).come_as(who)
    browser.client.set_cookie("elearn-d-look", "4-dark")
    browser._forget()
    with statements() as seen:
        answer = browser.client.get(path)
    assert answer.data == plain.data and answer.headers["ETag"] == plain.headers["ETag"]
    assert "Set-Cookie" not in answer.headers and not any("session" in one for one, _ in seen)


@pytest.mark.parametrize(
    "path", [*ADDRESSES, "/api/v1/progress.json?khoa=khoa", "/nhung/tien-do", "/nhung/khoa-hoc/khoa"]
)
def test_an_answer_takes_two_statements_at_most(app, counted, path):
    client = app.test_client()
    client.get("/healthz")
    with statements() as before:
        client.get(path)  # the ward itself is read every half minute
    with statements() as seen:
        client.get(path)
    assert len(seen) <= 2 and len(before) <= 3, seen


def test_looking_changes_nothing(app, counted):
    before = everything()
    for path in ADDRESSES:
        app.test_client().get(path)
    assert everything() == before


def test_nothing_of_a_person_is_told(app, counted):
    for path in ADDRESSES:
        text = app.test_client().get(path).text
        assert "Bà " not in text and "Nguyễn" not in text and "+84" not in text


# -- how a page of the ward is embedded


def embed(client, url, **more):
    return client.get("/api/v1/oembed", query_string={"url": url, **more})


def test_course_lesson_board_and_home_have_a_window(framed, counted):
    for path, window in (
        ("/tien-do", "/nhung/tien-do"),
        ("/tien-do?khoa=khoa&ky=7-ngay", "/nhung/tien-do?khoa=khoa"),
        ("/khoa-hoc/khoa", "/nhung/khoa-hoc/khoa"),
        ("/khoa-hoc/khoa/bai-2", "/nhung/khoa-hoc/khoa/bai-2"),
        ("/khoa-hoc/khoa/bai-2#cau-1", "/nhung/khoa-hoc/khoa/bai-2"),
        ("/", "/nhung/khoa-hoc"),
        ("", "/nhung/khoa-hoc"),
    ):
        told = embed(framed.test_client(), f"http://localhost{path}").get_json()
        assert told["type"] == "rich" and f'src="http://localhost{window}"' in told["html"], path
        assert framed.test_client().get(window).status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/khoa-hoc/khong-co",
        "http://localhost/khoa-hoc/khoa/khong-co",
        "http://localhost/khoa-hoc/khoa/bai-1/cau-hoi",
        "http://localhost/dang-nhap",
        "http://localhost/tien-do/DG05",
        "http://localhost/tien-do.csv",
        "http://localhost/api/v1/courses.json",
        "http://localhost/khong-co",
        "http://ben-canh.test/tien-do",
        "http://localhost.nghi.test/tien-do",
        "http://nghi.test/tien-do",
        "http://localhost@nghi.test/tien-do",
        "http://nghi.test@localhost/tien-do",
        "http://localhost:8001/tien-do",
        "http://localhost:99999/tien-do",
        "http://[/tien-do",
        "//localhost/tien-do",
        "/tien-do",
        "javascript:alert(1)",
        "ftp://localhost/tien-do",
        "localhost",
        "%00",
        "x" * 5000,
    ],
)
def test_any_other_address_has_none(framed, counted, url):
    assert embed(framed.test_client(), url).status_code == 404


def test_the_frame_is_no_larger_than_asked_for(framed, counted):
    client, url = framed.test_client(), "http://localhost/khoa-hoc/khoa"
    for asked, wide in (
        ({}, (600, 440)),
        ({"maxwidth": "320"}, (320, 440)),
        ({"maxwidth": "320", "maxheight": "100"}, (320, 100)),
        ({"maxwidth": "9999"}, (600, 440)),
    ):
        told = embed(client, url, **asked).get_json()
        assert (told["width"], told["height"]) == wide
        assert f'width="{wide[0]}" height="{wide[1]}"' in told["html"]
    for bad in ("0", "-1", "x", "", "1.5", "٣", "9" * 30):
        answer = embed(client, url, maxwidth=bad)
        assert answer.status_code == 400 and "maxwidth" in answer.get_json()["detail"]


def test_json_and_xml_tell_the_same_and_another_format_is_refused(framed, counted):
    from xml.etree import ElementTree as Tree

    client, url = framed.test_client(), "http://localhost/tien-do"
    told = embed(client, url).get_json()
    answer = embed(client, url, format="xml")
    assert answer.mimetype == "text/xml"
    root = Tree.fromstring(answer.data)
    assert root.tag == "oembed" and {one.tag: one.text for one in root} == {
        name: str(value) for name, value in told.items()
    }
    assert embed(client, url, format="yaml").status_code == 501
    assert client.get("/api/v1/oembed").status_code == 400


def test_without_a_portal_there_is_a_link_and_no_frame(app, counted):
    told = embed(app.test_client(), "http://localhost/khoa-hoc/khoa").get_json()
    assert told["type"] == "link" and told["title"] == "khoa" and "html" not in told


def test_a_title_cannot_leave_its_place(framed, counted):
    with transaction():
        db.session.scalar(select(Course).where(Course.slug == "khoa")).title = '"><script>x</script>&'
    html = embed(framed.test_client(), "http://localhost/khoa-hoc/khoa").get_json()["html"]
    assert "<script" not in html and html.count(">") == 2


# -- found from a page


@pytest.mark.parametrize(
    "path", ["/", "/tien-do", "/tien-do?khoa=khoa", "/khoa-hoc/khoa", "/khoa-hoc/khoa/bai-1"]
)
def test_a_page_says_how_it_is_embedded(framed, counted, path):
    heads = [one for one in Browser(framed).open(path).every("link") if one["rel"] == "alternate"]
    found = {one["type"]: one["href"] for one in heads}
    told = framed.test_client().get(found["application/json+oembed"]).get_json()
    assert told["html"].startswith("<iframe") and ("khoa=khoa" in told["html"]) == ("khoa=khoa" in path)
    if not path.startswith("/khoa-hoc"):
        for kind in ("application/atom+xml", "application/feed+json"):
            assert framed.test_client().get(found[kind]).mimetype == kind


def test_a_page_under_the_own_name_of_a_ward_says_that_name(app, counted):
    text = app.test_client().get("/khoa-hoc/khoa", base_url="https://ben-canh.test").text
    assert 'href="https://ben-canh.test/api/v1/oembed?url=https://ben-canh.test/khoa-hoc/khoa"' in text
