"""Đi đâu thứ Bảy này: the list, the sheet and the file show the boards' figures to who plans visits."""

import csv
from io import StringIO

import pytest
from sqlalchemy import update

from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.learning.helping import ask_for_help
from elearn.movement.activities import Done, note_activity
from elearn.movement.place_queries import places_seen_by
from elearn.movement.rules import LOOKED_AT
from elearn.people.contacts import add_contact
from elearn.people.models import ResidentialGroup
from elearn.progress.queries import board_seen_by
from elearn.progress.rules import Filter, Period
from tests.builders import attempt, kept, make_course
from tests.ward import group, person

PATH = "/phong-trao/thu-bay"


@pytest.fixture
def ward(app):
    """tổ 5 and tổ 7 learn a little; of tổ 3 nobody knows how many adults it has."""
    course = make_course("quet-ma")
    for code, lessons in (("DG05", 2), ("DG07", 1), ("LT03", 1)):
        who = kept(code, f"Bà {code}")
        for revision in course["revisions"][:lessons]:
            attempt(who, revision)
    return course


def order_of(page):
    links = [one["href"] for one in page.every("a") if (one.get("href") or "").startswith("/tien-do/")]
    return [link.removeprefix("/tien-do/") for link in links]


def test_the_list_stands_in_order_with_a_sentence_each(browser, ward):
    page = browser.come_as("minh").open(PATH)
    assert order_of(page) == ["DG05", "DG07", "LT03"]
    assert page.says("419 trên 420 người lớn chưa ghi tên học; 4 tuần qua xong 2 bài.")
    assert page.says("Chưa xếp được") and page.says("1 người học, chưa có số người lớn")


def test_who_asks_for_help_brings_the_group_up(browser, ward):
    with transaction():
        db.session.execute(update(ResidentialGroup).where(ResidentialGroup.code == "DG05").values(adults=385))
    assert order_of(browser.come_as("minh").open(PATH))[:2] == ["DG07", "DG05"]
    ask_for_help(person("lan").id)
    page = browser.open(PATH)
    assert order_of(page)[:2] == ["DG05", "DG07"] and page.says("1 người đang nhờ giúp")


def test_the_figures_are_the_boards(viewer, ward):
    day, minh = today(), viewer("minh")
    period = Period("khoang", day - LOOKED_AT, day)
    board = {row.code: row for row in board_seen_by(minh, 1, Filter(period), None, day)}
    found = places_seen_by(minh, 1, day)
    assert len(found) == 3
    for place in found:
        row = board[place.code]
        assert (place.people, place.lessons, place.adults) == (row.people, row.lessons, row.adults)


def test_the_file_has_the_same_order_and_no_number_for_what_cannot_be_weighed(browser, ward, viewer):
    note_activity(viewer("minh"), 1, "f", Done(today(), "door", 3, group_id=group("DG07").id))
    answer = browser.come_as("minh").client.get(f"{PATH}.csv")
    heading, *rows = csv.reader(StringIO(answer.get_data(as_text=True).lstrip("\ufeff")))
    assert [(row[0], row[1]) for row in rows] == [("1", "DG05"), ("2", "DG07"), ("", "LT03")]
    assert [row[4] for row in rows] == ["419", "389", ""]
    assert rows[1][9] == today().isoformat() and heading[10] == "Vì sao"


def test_the_sheet_has_room_to_write_and_says_whom_to_call(browser, ward, viewer):
    add_contact(viewer("quan"), group("DG05").id, role="leader", name="Ông Trưởng", phone="+84912345678")
    page = browser.come_as("minh").open(f"{PATH}/in")
    assert page.html.count("☐") == 2
    assert page.says("Tổ trưởng: Ông Trưởng") and "0912 345 678" in page.html
    assert browser.open(PATH).says("Tổ trưởng: Ông Trưởng")


@pytest.mark.parametrize(
    ("name", "expect"),
    [("minh", 200), ("duc", 200), ("quan", 200), ("hoa", 403), ("thu", 403), ("lan", 403), ("xa", 404)],
)
def test_it_is_for_who_plans_visits_in_this_ward(browser, ward, name, expect):
    browser.come_as(name)
    for path in (PATH, f"{PATH}/in", f"{PATH}.csv"):
        browser.open(path, expect=expect)


def test_a_ward_without_groups_says_what_to_do(browser, app):
    with transaction():
        db.session.execute(update(ResidentialGroup).values(valid_until=today()))
    assert browser.come_as("minh").open(PATH).says("Phường chưa có tổ dân phố nào đang hoạt động.")
    assert browser.open(f"{PATH}/in").says("Chưa có tổ nào để xếp.")
