"""Groups merge and split; what was counted stays counted."""

import pytest

from elearn.kit.db import db
from elearn.learning.groups import Part, correct_group, merge_groups, rename_group, split_group
from elearn.learning.recount import recount
from elearn.library.rules import Refused
from elearn.people.models import Person, ResidentialGroup
from tests.builders import attempt, kept, make_course, standing, tallies
from tests.ward import group


def test_a_merge_takes_people_and_standing_along_and_leaves_credits(app, person):
    recount(repair=True)
    course, who = make_course(), kept("DG07")
    attempt(who, course["revisions"][0])
    before, credited = standing("DG05"), tallies("DG07")
    merge_groups([group("DG07").id], group("DG05").id, actor=person("quan").id)
    assert db.session.get(Person, who).group_id == group("DG05").id
    assert standing("DG07") == (0, 0, 0) and standing("DG05")[1] == before[1] + 1
    assert tallies("DG07") == credited
    assert (group("DG07").successor_id, group("DG05").adults) == (group("DG05").id, 810)
    assert recount() == []
    assert db.session.get(Person, kept("DG07", "Ông Mới")).group_id == group("DG05").id


def test_a_split_makes_groups_and_moves_nobody(app, person):
    admin, who = person("quan").id, kept("DG05")
    made = split_group(group("DG05").id, [Part("dg05a", "Tổ 5A"), Part("DG05B", "Tổ 5B")], actor=admin)
    assert [db.session.get(ResidentialGroup, one).code for one in made] == ["DG05A", "DG05B"]
    assert db.session.get(Person, who).group_id == group("DG05").id
    with pytest.raises(Refused, match="DG07"):
        correct_group(group("LT03").id, code="dg07", actor=admin)
    rename_group(group("LT03").id, "Tổ dân phố Hòa Bình", actor=admin)
    assert "hoa binh" in group("LT03").search
