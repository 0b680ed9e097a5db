"""A city's board counts what its wards' boards count, for whoever may see all of them."""

from datetime import timedelta

import pytest
from hypothesis import strategies as st

from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.learning.groups import Part, merge_groups, split_group
from elearn.learning.months import close_months
from elearn.learning.recount import recount
from elearn.learning.ward_totals import close_days
from elearn.people.models import ResidentialGroup
from elearn.people.permissions import VISITOR, Role, Scope, Viewer
from elearn.progress import city_queries, queries, rules, sums
from elearn.progress.city_rows import total_of_wards
from elearn.progress.rules import AUDIENCES, WAYS, Filter, Period
from elearn.progress.setting_queries import set_up_of
from tests.builders import attempt, kept, make_course
from tests.happenings import STEPS, Story, scene, step, tell
from tests.ward import group

CITY = Viewer(scopes=(Scope(Role.VIEWER),))
EVER = Filter(Period("tat-ca", None, today()))
NUMBERS = [*rules.ADDED_UP, "adults", "coverage", "finished_share"]
WARDS = (("GV", 1), ("LV", 2))


@pytest.fixture(autouse=True)
def _counted(app):
    recount(repair=True)  # the cast is registered without credits


def city(asked=EVER, course_id=None, viewer=CITY):
    return city_queries.city_board_seen_by(viewer, asked, course_id, today())


def assert_wards_agree(asked=EVER, course_id=None):
    """Every ward's row is the row "Cộng" of its own board, and the city's that of all groups together."""
    rows = {row.code: row for row in city(asked, course_id)}
    whole = []
    for code, ward_id in WARDS:
        board = queries.board_seen_by(CITY, ward_id, asked, course_id, today())
        total = rules.total_of(board)
        assert numbers(rows[code]) == numbers(total), (code, asked)
        whole += board
    assert numbers(total_of_wards(list(rows.values()))) == numbers(rules.total_of(whole))


def numbers(row):
    return {name: getattr(row, name) for name in NUMBERS}


def test_each_ward_has_a_row_and_a_city_is_their_sum():
    course = make_course()
    attempt(kept("DG05"), course["revisions"][0])
    attempt(kept("BC01", "Bà Ba"), course["revisions"][0])
    assert [(row.code, row.lessons, row.coverage is None) for row in city()] == [
        ("LV", 1, True), ("GV", 1, False),
    ]  # fmt: skip
    assert total_of_wards(city()).lessons == 2
    assert_wards_agree()


def test_merged_split_ended_and_doubtful_groups_count_as_on_the_wards_own_board(person):
    course, quan = make_course(), person("quan").id
    for code in ("DG05", "DG07", "LT03"):
        attempt(kept(code, code), course["revisions"][0])
    merge_groups([group("LT03").id], group("DG07").id, actor=quan)
    split_group(group("DG05").id, [Part("DG05A", "Tổ 5A", adults=200)], actor=quan)
    with transaction():
        db.session.get(ResidentialGroup, group("BC01").id).adults = 1
    for name in ("Bà Ba", "Bà Tư"):
        kept("BC01", name)
    assert_wards_agree()
    assert_wards_agree(Filter(EVER.period, audience="doan-vien"))
    row = next(row for row in city() if row.code == "GV")
    assert row.adults == 200, "the adults of a group that was split are counted in its parts"
    assert row.coverage == 0.0


def test_only_who_may_read_all_wards_reads_them(viewer):
    assert len(city()) == 2
    for who in (VISITOR, *map(viewer, ("lan", "hoa", "minh", "quan", "xa"))):
        assert city(viewer=who) == []
        assert city_queries.find_ward_seen_by(who, "GV") is None
        assert city_queries.wards_seen_by(who) == []
    ward, set_up = city_queries.find_ward_seen_by(CITY, "gv")
    assert (ward.code, ward.name) == ("GV", "phường Gia Viên") and set_up == set_up_of(ward.id)
    assert city_queries.find_ward_seen_by(CITY, "KHONG-CO") is None


# -- whatever happens


LOOKS = step(
    "somebody_looks",
    first=st.one_of(st.none(), st.integers(0, 79)), last=st.integers(0, 79),
    audience=st.sampled_from(["", *AUDIENCES]), how=st.sampled_from(["", *WAYS]),
    course=st.sampled_from([None, 0, 1]), few_days=st.sampled_from([0, 5, 20, 40]),
)  # fmt: skip


class SeenFromTheCity(Story):
    """Whatever happened in the wards, the city sees what they see."""

    def months_are_closed(self):
        close_months()

    def days_are_closed(self):
        close_days()

    def somebody_next_door_learns(self, name):
        attempt(kept("BC01", name), self.scene.revisions[0])

    def somebody_looks(self, first, last, audience, how, course, few_days):
        since = None if first is None else today() - timedelta(days=max(first, last))
        asked = Filter(Period("khoang", since, today() - timedelta(days=last)), audience=audience, how=how)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sums, "FEW_DAYS", timedelta(days=few_days))
            assert_wards_agree(asked, None if course is None else self.scene.courses[course])

    def holds_in_the_end(self):
        assert_wards_agree()
        assert recount() == []


@pytest.mark.hypothesis
def test_whatever_happens_a_wards_row_is_the_total_of_its_own_board(made_once, on_day):
    more = st.one_of(STEPS, STEPS, STEPS, LOOKS, step("months_are_closed"), step("days_are_closed"))
    tell(SeenFromTheCity, lambda: made_once(scene), on_day, more)
