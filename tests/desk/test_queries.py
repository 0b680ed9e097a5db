"""What the helper's desk reads: never beyond the own reach, each neighbour once, what they did once."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from elearn.desk import queries
from elearn.desk.rules import State
from elearn.kit.clock import now, today
from elearn.kit.db import db, transaction
from elearn.learning import crowd
from elearn.learning.actions import erase, keep_results, merge_people, move_to_group
from elearn.learning.groups import Part, merge_groups, split_group
from elearn.people import entry
from elearn.people.models import ClassTicket, GroupKind, Person, ResidentialGroup
from tests.builders import attempt, make_course, nameless
from tests.desk.test_views import also_helps, neighbour
from tests.ward import group, person


def here(viewer, code="DG05", name="hoa"):
    found = queries.find_my_group(viewer(name), code)
    assert found is not None
    return found


def names(viewer, code="DG05", name="hoa"):
    return [line.name for line in queries.roster(viewer(name), here(viewer, code, name)).lines]


# -- groups --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code", "found"),
    [
        ("hoa", "DG05", True), ("hoa", "dg05", True), ("hoa", "DG07", False), ("hoa", "BC01", False),
        ("hoa", "KHONG", False), ("hoa", "", False), ("quan", "DG07", True), ("quan", "BC01", False),
        ("xa", "BC01", True), ("xa", "DG05", False), ("lan", "DG05", False), ("minh", "DG05", False),
    ],
)  # fmt: skip
def test_a_group_is_found_within_ones_reach_alone(app, viewer, name, code, found):
    assert (queries.find_my_group(viewer(name), code) is not None) is found


def test_ones_groups_stand_in_vietnamese_order_with_how_many_they_have(app, viewer):
    keep_results(nameless(), keeping="group", group_id=group("LT03").id)
    found = queries.my_groups(viewer("quan"))
    assert [one.code for one in found][:3] == ["LT03", "DG05", "DG07"], "those without a number stand behind"
    assert {one.code: one.people for one in found}["LT03"] == 1
    assert [one.code for one in queries.my_groups(viewer("hoa"))] == ["DG05"]
    assert queries.my_groups(viewer("lan")) == []


def test_an_ended_group_is_listed_as_long_as_it_has_people(app, viewer):
    also_helps("hoa", "LT03")
    with transaction():
        db.session.execute(
            update(ResidentialGroup).where(ResidentialGroup.code == "LT03").values(valid_until=today())
        )
    assert [one.code for one in queries.my_groups(viewer("hoa"))] == ["DG05"]
    keep_results(nameless(), keeping="group", group_id=group("LT03").id)
    assert [one.code for one in queries.my_groups(viewer("hoa"))] == ["LT03", "DG05"]
    assert not here(viewer, "LT03").is_open


def test_a_merged_group_says_what_it_has_become(app, viewer):
    merge_groups([group("LT03").id], group("DG07").id, actor=person("quan").id)
    assert queries.successor_code("lt03") == "DG07"
    assert queries.successor_code("DG07") is None is queries.successor_code("KHONG")


# -- people --------------------------------------------------------------------------------------


def test_the_roster_holds_each_person_once_and_nobody_who_does_not_count(app, viewer, monkeypatch):
    twin, whole = neighbour("Bà Mận"), neighbour("Bà Mận")
    gone, moved = neighbour("Ông Đi"), neighbour("Ông Chuyển")
    merge_people(twin, whole, actor=person("quan").id)
    erase(gone)
    move_to_group(moved, group("DG07").id)
    monkeypatch.setattr(crowd, "A_HALL", 0)
    waiting = nameless()
    keep_results(
        waiting, keeping="group", group_id=group("DG05").id,
        waits=crowd.must_wait(waiting, group("DG05").id, here=None, device=None),
    )  # fmt: skip
    everyone = queries.roster(viewer("hoa"), here(viewer))
    assert [line.name for line in everyone.lines].count("Bà Mận") == 1
    assert not {"Ông Đi", "Ông Chuyển"} & {line.name for line in everyone.lines}
    assert everyone.unnamed == 0, "who waits to be counted is not counted here either"


def test_lessons_of_a_merged_row_are_the_persons_own_and_counted_once(app, viewer):
    course = make_course(lessons=2)
    twin, whole = neighbour("Bà Mận"), neighbour("Bà Mận Hai")
    for one in (twin, whole):
        attempt(one, course["revisions"][0])
    attempt(twin, course["revisions"][1])
    merge_people(twin, whole, actor=person("quan").id)
    line = next(one for one in queries.roster(viewer("hoa"), here(viewer)).lines if one.id == whole)
    assert (line.lessons, line.finished, line.state) == (2, 1, State.FINISHED)
    (done,) = queries.deeds_of(whole)
    assert len({one.title for one in done.lessons}) == 2 and done.completed_at is not None


def test_a_phone_number_is_shown_in_part(app, viewer):
    neighbour("Bà Mận", phone="+84912345678")
    line = next(one for one in queries.roster(viewer("hoa"), here(viewer)).lines if one.name == "Bà Mận")
    assert "345" not in line.phone and line.phone.endswith("78")


@pytest.mark.parametrize("same", ["name", "phone", "nothing"])
def test_a_likely_double_is_found_by_name_or_number_and_only_among_ones_own(app, viewer, same):
    neighbour("Đặng Thị Thọ", phone="+84912345678")
    neighbour("Đặng Thị Thọ", "DG07")
    told = {"name": ("DANG THI THO", None), "phone": ("Ai Đó", "+84912345678"), "nothing": ("Ai Đó", None)}[
        same
    ]
    found = queries.likely_twins(viewer("hoa"), here(viewer), *told)
    assert len(found) == (same != "nothing")


def test_a_neighbour_is_found_as_they_are(app, viewer):
    who = neighbour("Bà Mận", assisted_by_id=person("hoa").id, household="hộ 12", birth_year=1950)
    entry.issue_card(who, None)
    one = queries.find_neighbour(viewer("hoa"), here(viewer), who)
    assert (one.name, one.registered_by, one.has_card, one.has_role, one.is_me) == (
        "Bà Mận", "Trần Thị Hoa", True, False, False
    )  # fmt: skip
    me = queries.find_neighbour(viewer("quan"), here(viewer, name="quan"), person("hoa").id)
    assert me.has_role and not me.is_me
    for other in (person("tai").id, person("xa").id, nameless(), 0, 10**9):
        assert queries.find_neighbour(viewer("hoa"), here(viewer), other) is None


def test_who_is_hidden_from_the_helper_is_seen_by_the_administrator(app, viewer):
    who = neighbour("Bà Kín", agrees=False)
    assert queries.find_neighbour(viewer("hoa"), here(viewer), who) is None
    assert queries.find_neighbour(viewer("quan"), here(viewer, name="quan"), who).name == "Bà Kín"
    assert "Bà Kín" not in names(viewer) and "Bà Kín" in names(viewer, name="quan")


# -- codes and classes ---------------------------------------------------------------------------


def code_of(who):
    return db.session.get(Person, who).personal_code


def test_a_personal_code_finds_ones_own_and_those_of_no_group(app, viewer):
    own, lost, other = neighbour("Bà Mận"), neighbour("Bà Lạc", "GV-KR"), neighbour("Ông Khác", "DG07")
    far = neighbour("Cô Xa Nhà", "GV-NK")
    codes = {}
    for number, who in enumerate((own, lost, other, far), start=1):
        with transaction():
            db.session.get(Person, who).personal_code = codes[who] = f"9000000{number}"
    found = {who: queries.find_by_code(viewer("hoa"), here(viewer), code) for who, code in codes.items()}
    assert found[own] == (own, "Bà Mận", True, True) and found[lost] == (lost, "Bà Lạc", False, False)
    assert found[other] is None is found[far]
    assert queries.find_by_code(viewer("hoa"), here(viewer), code_of(person("hoa").id)) is None, "has a role"


def test_classes_that_go_on_are_told_without_what_opens_them(app, viewer):
    token = entry.issue_class_ticket(group("DG05").id, 30, viewer("hoa"))
    entry.issue_class_ticket(group("DG07").id, 30, viewer("quan"))
    (one,) = queries.classes_of(here(viewer), now())
    assert one.attendance == 30 and one.helper == "Trần Thị Hoa"
    assert len(one.mark) == queries.MARK and one.mark not in token
    assert queries.classes_of(here(viewer), now() + timedelta(hours=3, minutes=1)) == []
    assert db.session.query(ClassTicket).count() == 2


def test_a_group_that_was_split_keeps_its_people_until_they_are_assigned(app, viewer):
    who = neighbour("Bà Mận", "DG05")
    split_group(group("DG05").id, [Part("DG05A", "Tổ 5A"), Part("DG05B", "Tổ 5B")], actor=person("quan").id)
    assert queries.find_neighbour(viewer("hoa"), here(viewer), who) is not None
    assert group("DG05A").kind == GroupKind.REGULAR
