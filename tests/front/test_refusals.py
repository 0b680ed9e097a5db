"""Who asks for what is not theirs leaves one line an hour; the answer is the same, and not a moment later."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from elearn.front import refusals
from elearn.kit.audit import AuditEntry, broken_links
from elearn.kit.db import db
from tests.browser import Browser
from tests.people.conftest import clock  # noqa: F401 - a fixture
from tests.ward import person

CLOSED, OUT_OF_REACH = "open closed door", "ask out of reach"


def lines(act):
    db.session.remove()
    return db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == act).order_by(AuditEntry.id)
    ).all()


@pytest.mark.parametrize("path", ["/to/DG07", "/to/BC01", "/to/KHONG-CO", "/to/DG05/nguoi/999999"])
def test_another_group_and_one_that_never_was_leave_the_same_line(browser, path):
    browser.come_as("hoa").open(path, expect=404)
    (line,) = lines(OUT_OF_REACH)
    assert (line.actor_id, line.ward_id, line.object_kind) == (person("hoa").id, 1, "door")
    assert line.object_id in ("desk.roster", "neighbour_desk.person")
    assert path.split("/")[2] in str(line.detail["asked"]) and "before" not in line.detail


def test_a_thousand_numbers_are_one_line_an_hour_and_the_next_hour_says_how_many(browser, clock):  # noqa: F811
    browser.come_as("hoa")
    for number in range(1000, 1030):
        browser.open(f"/to/DG05/nguoi/{number}", expect=404)
    assert len(lines(OUT_OF_REACH)) == 1
    clock.move(hours=1)
    browser.open("/to/DG07", expect=404)
    assert [line.detail.get("before") for line in lines(OUT_OF_REACH)] == [None, 30]
    assert list(broken_links()) == []


def test_a_door_of_another_role_leaves_a_line(browser):
    browser.come_as("lan").open("/quan-tri", expect=403)
    browser.open("/quan-tri/nguoi", expect=403)
    (line,) = lines(CLOSED)
    assert (line.actor_id, line.object_id) == (person("lan").id, "office.home")


@pytest.mark.parametrize("name", ["lan", "hoa"])
def test_an_address_that_nobody_has_leaves_nothing(browser, name):
    browser.come_as(name)
    for path in ("/khong-co", "/khoa-hoc/khong-co", "/static/khong-co.css", "/the/xyz", "/lien-he"):
        browser.client.get(path).close()
    assert lines(OUT_OF_REACH) == [] == lines(CLOSED)


def test_a_visitor_leaves_nothing(browser):
    for path in ("/to/DG07", "/quan-tri", "/khoa-hoc/x/y/ket-qua/z"):
        browser.client.get(path).close()
    assert lines(OUT_OF_REACH) == [] == lines(CLOSED)


def test_the_result_of_another_is_out_of_reach_too(lively):
    places = lively.extensions["places"]["learning.result"]
    tai = Browser(lively).come_as("tai")
    tai.open("/khoa-hoc/{course}/{lesson}/ket-qua/{attempt_id}".format(**places), expect=404)
    (line,) = lines(OUT_OF_REACH)
    assert line.object_id == "learning.result"
    assert places["attempt_id"] not in str(line.detail), "it opens something: no token is kept"


def test_what_was_typed_into_an_address_is_not_kept(browser):
    browser.come_as("hoa")
    browser.client.get("/to/<script>alert(1)").close()
    browser.client.get("/to/" + "x" * 300).close()
    (line,) = lines(OUT_OF_REACH)
    assert line.detail == {"asked": []}


def test_the_answer_costs_and_says_the_same_whether_there_is_such_a_thing(app, browser, statements):
    """Until the answer is out nothing more is asked of the database; what is written comes after."""
    browser.come_as("hoa").open("/to/DG05")  # the wards are read once in a while
    answers = []
    for path in ("/to/DG07", "/to/BC01", "/to/KHONG-CO"):
        statements.clear()
        browser._forget()
        answer = browser.client.get(path)
        before_close = [one.split(" ", 1)[0] for one in statements]
        assert not [one for one in before_close if one in ("INSERT", "UPDATE", "DELETE")]
        html = answer.get_data(as_text=True).replace(path.rpartition("/")[2], "")
        answers.append((answer.status_code, before_close, html.split("<main")[1].split("mã này")[0]))
        answer.close()
    assert len({str(one) for one in answers}) == 1
    assert len(lines(OUT_OF_REACH)) == 1


def test_the_next_request_goes_on_where_the_line_could_not_be_written(app, browser, monkeypatch):
    def away(*_args, **_more):
        raise OperationalError("x", {}, Exception("away"))

    monkeypatch.setattr(refusals, "once_an_hour", away)
    browser.come_as("hoa").open("/to/DG07", expect=404)
    browser.open("/to/DG05")
    assert db.session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.action == OUT_OF_REACH)) == 0
