"""What the administrator's desk reads: of the own ward, each group and person once, ended ones too."""

from datetime import timedelta

from sqlalchemy import update

from elearn.kit.clock import now, today
from elearn.kit.db import db, transaction
from elearn.learning import crowd
from elearn.learning.actions import erase, keep_results, merge_people
from elearn.learning.groups import Part, merge_groups, rename_group, split_group
from elearn.office import queries
from elearn.people import actions, entry
from elearn.people.entry import Place
from elearn.people.models import Person, ResidentialGroup
from tests.builders import nameless
from tests.desk.test_views import neighbour
from tests.ward import CAST, group, person

HERE, BESIDE = 1, 2


def by_code(ward_id=HERE):
    return {one.code: one for one in queries.groups_of(ward_id)}


# -- groups --------------------------------------------------------------------------------------


def test_each_ward_lists_its_own_groups_alone(app):
    assert set(by_code(BESIDE)) == {"BC01"} and "BC01" not in by_code()
    assert queries.find_group_of(BESIDE, "DG05") is None
    assert queries.find_group_of(HERE, "dg05").id == group("DG05").id
    assert "DG05" in queries.codes_elsewhere(BESIDE) and "DG05" not in queries.codes_elsewhere(HERE)


def test_those_without_a_group_to_name_stand_behind_the_others(app):
    kinds = [one.kind for one in queries.groups_of(HERE)]
    assert kinds == sorted(kinds, key=lambda kind: kind != "regular")


def test_a_group_counts_who_counts_and_who_helps(app, monkeypatch):
    before = by_code()["DG05"]
    assert (before.people, before.helpers) == (2, 1)
    twin, whole, gone = neighbour("Bà Mận"), neighbour("Bà Mận"), neighbour("Ông Đi")
    keep_results(nameless(), keeping="group", group_id=group("DG05").id)
    monkeypatch.setattr(crowd, "A_HALL", 0)
    waiting = nameless()
    waits = crowd.must_wait(waiting, group("DG05").id, here=None, device=None)
    keep_results(waiting, keeping="group", group_id=group("DG05").id, waits=waits)
    assert by_code()["DG05"].people == before.people + 4, "who waits does not count yet"
    merge_people(twin, whole, actor=person("quan").id)
    erase(gone)
    assert by_code()["DG05"].people == before.people + 2


def test_a_group_ends_on_its_day_and_not_before(app):
    with transaction():
        db.session.execute(
            update(ResidentialGroup)
            .where(ResidentialGroup.code == "LT03")
            .values(valid_until=today() + timedelta(days=1))
        )
    one = by_code()["LT03"]
    assert not one.has_ended(today()) and one.has_ended(today() + timedelta(days=1))
    assert not by_code()["DG05"].has_ended(today() + timedelta(days=9_999))


def test_what_happened_to_a_group_is_told_the_newest_first_with_whom(app):
    quan = person("quan").id
    rename_group(group("LT03").id, "Tổ ba", actor=quan)
    merge_groups([group("LT03").id], group("DG07").id, actor=quan)
    told = queries.changes_of(group("LT03").id)
    assert [(one.kind, one.other_code) for one in told] == [("merged", "DG07"), ("renamed", None)]
    assert (told[1].before, told[1].after) == ("Tổ dân phố số 3", "Tổ ba")
    split_group(group("DG05").id, [Part("DG05A", "Tổ 5A")], actor=quan)
    assert queries.changes_of(group("DG05").id)[0].other_code == "DG05A"


def test_the_code_of_a_group_is_found_and_of_none_there_is_none(app):
    assert queries.code_of(group("DG05").id) == "DG05"
    assert queries.code_of(None) is None is queries.code_of(10**6)


def test_helpers_of_a_group_are_named_each_once(app):
    assert [one.display_name for one in queries.helpers_of(group("DG05").id)] == ["Trần Thị Hoa"]
    assert queries.helpers_of(group("DG07").id) == []


# -- what a list is held against -----------------------------------------------------------------


def test_a_list_of_groups_is_held_against_ended_ones_too(app):
    merge_groups([group("LT03").id], group("DG07").id, actor=person("quan").id)
    known = {one.code: one for one in queries.known_groups(HERE, today())}
    assert known["LT03"].ended and not known["DG07"].ended
    assert set(known) == {"DG05", "DG07", "LT03", "GV-KR", "GV-NK"}


def test_a_list_of_residents_is_held_against_each_named_person_once(app):
    twin, whole, gone = neighbour("Bà Mận"), neighbour("Bà Mận"), neighbour("Ông Đi")
    merge_people(twin, whole, actor=person("quan").id)
    erase(gone)
    keep_results(nameless(), keeping="group", group_id=group("DG05").id)
    known = queries.known_people(HERE)
    assert [one.id for one in known].count(whole) == 1 and twin not in {one.id for one in known}
    assert gone not in {one.id for one in known} and person("xa").id not in {one.id for one in known}
    has_role = {one.name: one.has_role for one in known}
    assert has_role["Trần Thị Hoa"] and not has_role["Nguyễn Thị Lan"]


# -- the whole installation ----------------------------------------------------------------------


def test_roles_are_counted_where_they_are_held(app):
    here = queries.count_roles(HERE)
    assert (here, queries.count_roles(BESIDE)) == (5, 1)
    actions.add_staff(HERE, "Trịnh Văn Cao", "administrator", "coi soc ca thanh pho", everywhere=True)
    assert queries.count_roles(HERE) == here, "a role of the whole installation is no ward's"


def test_accounts_are_people_with_a_name_wherever_they_live(app):
    before = queries.count_accounts()
    assert before == len(CAST)
    twin, whole = neighbour("Bà Mận"), neighbour("Bà Mận")
    nameless()
    merge_people(twin, whole, actor=person("quan").id)
    assert queries.count_accounts() == before + 1
    erase(whole)
    assert queries.count_accounts() == before


def test_wrong_tries_are_told_and_right_ones_are_not(app):
    since = now() - timedelta(hours=1)
    entry.come_in(CAST["lan"].phone, CAST["lan"].secret, Place(1))
    assert queries.wrong_tries(since) == 0
    entry.come_in(CAST["lan"].phone, "640917", Place(1))
    entry.come_in(CAST["thu"].phone, "mot mat khau sai", Place(1))
    assert queries.wrong_tries(since) == 2
    assert queries.wrong_tries(now() + timedelta(minutes=2)) == 0
    assert db.session.query(Person).count() == len(CAST)
