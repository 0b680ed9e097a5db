"""Every answer of /api/v1/ is as its description says, and nothing is described that does not answer."""

import copy

import pytest

from elearn.portal.problems import SAY
from elearn.portal.views import description
from tests.portal.shape import faults, named

PREFIX = "/api/v1"
ASKED = (
    "/courses.json",
    "/progress.json",
    "/progress.json?khoa=khoa&la=gi",
    "/progress.json?khoa=khong-co",
    "/feed.json",
    "/feed.atom",
    "/oembed",
    "/oembed?url=http://localhost/tien-do",
    "/oembed?url=http://localhost/khoa-hoc/khoa&format=xml&maxwidth=320",
    "/oembed?url=http://localhost/khoa-hoc/khoa/bai-1&maxheight=x",
    "/oembed?url=http://localhost/khoa-hoc/khong-co",
    "/oembed?url=http://localhost/tien-do&format=yaml",
    "/openapi.json",
)


def unlike(path, answer):
    """Return what in the answer is not as the description says."""
    whole = description()
    told = whole["paths"][path.partition("?")[0]]["get"]["responses"].get(str(answer.status_code))
    if told is None:
        return [f"{path}: {answer.status_code} is not described"]
    told = named(told["$ref"], whole) if "$ref" in told else told
    if answer.status_code == 304:
        return []
    if answer.mimetype not in told["content"]:
        return [f"{path}: {answer.mimetype} is not described"]
    schema = told["content"][answer.mimetype]["schema"]
    return list(faults(answer.get_json() if "json" in answer.mimetype else answer.text, schema, whole))


@pytest.mark.parametrize("portal", [False, True])
def test_every_answer_is_as_the_description_says(app, counted, portal, monkeypatch):
    monkeypatch.setitem(app.config, "PORTALS", {"": ("https://giavien.test",)} if portal else {})
    client = app.test_client()
    for path in ASKED:
        answer = client.get(PREFIX + path)
        assert not unlike(path, answer), (path, unlike(path, answer))
        if answer.status_code == 200:
            again = client.get(PREFIX + path, headers={"If-None-Match": answer.headers["ETag"]})
            assert again.status_code == 304 and not unlike(path, again)


def test_every_address_is_described_and_every_description_has_an_address(app):
    stand = {
        rule.rule.removeprefix(PREFIX)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(f"{PREFIX}/") and rule.rule.partition(".")[2]
    } | {"/oembed"}
    assert stand == set(description()["paths"])
    assert {path.partition("?")[0] for path in ASKED} == stand


def test_the_description_says_under_which_address_it_answers(app):
    whole = app.test_client().get(f"{PREFIX}/openapi.json", base_url="https://ben-canh.test").get_json()
    assert whole["servers"] == [{"url": "https://ben-canh.test/api/v1"}]
    assert whole["openapi"].startswith("3.1.")


@pytest.mark.parametrize(
    ("schema", "good", "bad"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 5}, 3, [0, 6, "3", True, None]),
        ({"type": ["string", "null"]}, None, [1, []]),
        ({"type": "string", "format": "date"}, "2026-11-22", ["22/11/2026", ""]),
        ({"type": "string", "format": "date-time"}, "2026-11-22T00:00:00+07:00", ["2026-11-22T00:00:00"]),
        ({"type": "string", "format": "uri"}, "https://a.vn/b", ["/b", "a.vn", "https://a.vn/ b"]),
        ({"type": "string", "pattern": "^a+$"}, "aa", ["b"]),
        ({"type": "string", "enum": ["a"]}, "a", ["b"]),
        ({"type": "string", "const": "a"}, "a", ["b"]),
        ({"type": "array", "items": {"type": "boolean"}}, [True], [[1], {}]),
        (
            {
                "type": "object",
                "required": ["a"],
                "additionalProperties": False,
                "properties": {"a": {"type": "integer"}},
            },
            {"a": 1},
            [{}, {"a": "1"}, {"a": 1, "b": 1}, []],
        ),
    ],
)
def test_what_holds_answers_against_the_description_finds_what_is_wrong(schema, good, bad):
    assert not list(faults(good, schema, {}))
    assert all(list(faults(one, schema, {})) for one in bad)


def test_a_word_that_nothing_holds_may_not_stand_in_a_schema():
    with pytest.raises(AssertionError, match="minLength"):
        list(faults("", {"type": "string", "minLength": 1}, {}))


def test_every_schema_that_is_described_is_used():
    whole = copy.deepcopy(description())
    used = str(whole)
    for name in whole["components"]["schemas"]:
        assert f"#/components/schemas/{name}'" in used, name


# -- problems


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/khong-co", 404), ("POST", "/api/v1/courses.json", 405), ("DELETE", "/api/v1/oembed", 405)],
)
def test_what_has_no_address_is_a_problem_in_json_too(app, method, path, status):
    answer = app.test_client().open(path, method=method)
    schema = description()["components"]["schemas"]["Problem"]
    assert answer.status_code == status and answer.mimetype == "application/problem+json"
    assert not list(faults(answer.get_json(), schema, description()))
    assert answer.headers["Access-Control-Allow-Origin"] == "*" and "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert (status == 405) == ("GET" in answer.headers.get("Allow", ""))


def test_a_database_that_is_away_is_said_in_json_with_a_time_to_come_back(app, monkeypatch):
    from sqlalchemy.exc import OperationalError

    def away(*_):
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setattr("elearn.portal.queries._offered", away)
    answer = app.test_client().get("/api/v1/courses.json")
    assert (answer.status_code, answer.get_json()["status"]) == (503, 503)
    assert int(answer.headers["Retry-After"]) > 0


def test_a_fault_of_ours_says_nothing_of_the_inside(app, monkeypatch):
    def broken(*_):
        raise RuntimeError("the inside")

    monkeypatch.setattr("elearn.portal.queries._offered", broken)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = app.test_client().get("/api/v1/courses.json")
    assert answer.status_code == 500 and "inside" not in answer.text and answer.get_json()["title"]


def test_pages_for_people_keep_their_own_words(app):
    assert app.test_client().get("/khong-co").mimetype == "text/html"


def test_every_error_that_a_page_knows_has_words_for_machines():
    from elearn.front.errors import SAY as PAGES

    assert SAY.keys() >= PAGES.keys()
