"""Targets, quiet groups and a comparison that is fair to small groups: plain rules on plain rows."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.progress import aims, rules
from elearn.progress.aims import AIMS, FEWEST_RANKED, Aim, Aims
from tests.progress.test_rules import line

TODAY = date(2026, 11, 24)
COVER = Aim(1, "Kế hoạch", "coverage", 0.8, date(2026, 12, 31))


def test_a_target_is_held_against_the_ward_and_its_day():
    total = rules.total_of([line(people=20, coverage=0.2), line("T2", people=40, coverage=0.4)])
    (found,) = aims.reached(Aims((COVER,)), total, TODAY)
    assert (found.now, found.share, found.left) == (0.3, 0.375, 37)
    assert found.words.replace("\xa0", " ") == "30,0 %" and found.when == "hạn 31/12/2026, còn 37 ngày"


@pytest.mark.parametrize(
    ("value", "due", "when"),
    [
        (0.3, TODAY, "đã đạt, hạn 24/11/2026"),
        (0.9, TODAY, "hạn 24/11/2026, là hôm nay"),
        (0.9, TODAY - timedelta(days=2), "hạn 22/11/2026, đã qua 2 ngày"),
    ],
)
def test_how_it_stands_with_time_is_said(value, due, when):
    total = rules.total_of([line(people=30, coverage=0.3)])
    (found,) = aims.reached(Aims((COVER._replace(value=value, due=due),)), total, TODAY)
    assert found.when == when


def test_a_number_that_is_not_known_is_held_against_nothing():
    total = rules.total_of([line(adults=None, coverage=None)])
    (found,) = aims.reached(Aims((COVER,)), total, TODAY)
    assert (found.words, found.share) == ("—", None)


@pytest.mark.parametrize("measure", AIMS)
def test_every_target_is_of_something_that_the_board_counts(measure):
    total = rules.total_of([line(people=3, finished=1)])
    kept = aims.aim_of(1, "x", measure, 80, TODAY)
    assert kept.value == (0.8 if aims.is_share(measure) else 80)
    assert aims.reached(Aims((kept,)), total, TODAY)[0].aim == kept


def test_groups_are_compared_by_the_target_that_is_due_next():
    past = COVER._replace(id=2, due=TODAY - timedelta(days=1))
    people = COVER._replace(id=3, measure="people", value=100, due=TODAY)
    assert aims.aim_of_groups(Aims((past, people, COVER)), TODAY) == COVER
    assert aims.aim_of_groups(Aims((past, people)), TODAY) == past
    assert aims.aim_of_groups(Aims((people,)), TODAY) is None


def test_a_small_group_is_not_ranked_and_the_reason_is_said():
    rows = [
        line("A", people=40, coverage=0.4, registered=4),
        line("B", people=80, coverage=0.8, registered=1),
        line("C", people=4, coverage=1.0, adults=4, registered=4),
        line("D", people=50, coverage=None, adults=None),
        line("E", people=50, coverage=None, adults=40, doubtful=True),
        line("F", people=40, coverage=0.4),
        line("G", people=40, coverage=0.4, note="đã kết thúc"),
        line("H", people=40, coverage=0.4, kind="unknown"),
    ]
    found = {one.code: one for one in aims.compared(rows, COVER)}
    assert {code: (one.rank, one.reached) for code, one in found.items()} == {
        "B": (1, 1.0), "A": (2, 0.5), "F": (2, 0.5), "C": (None, None), "D": (None, None), "E": (None, None)
    }  # fmt: skip
    assert (found["A"].gain_rank, found["B"].gain_rank, found["C"].gain_rank) == (1, 2, None)
    assert "dưới 5" in found["C"].note and "người lớn" in found["E"].note and "chưa đủ" in found["D"].note
    assert next(one.code for one in aims.compared(rows, None)) == "B", "without a target: by coverage"


@given(st.lists(st.tuples(st.integers(0, 30), st.one_of(st.none(), st.integers(1, 60)), st.integers(-3, 9))))
def test_whoever_is_ranked_has_five_learners_and_a_better_one_is_never_behind(groups):
    rows = [
        line(
            f"T{number}", people=people, adults=adults, registered=registered,
            coverage=rules.share(people, adults) if people <= (adults or 0) else None,
        )
        for number, (people, adults, registered) in enumerate(groups)
    ]  # fmt: skip
    ranked = [one for one in aims.compared(rows, COVER) if one.rank]
    assert all(one.people >= FEWEST_RANKED for one in ranked)
    for one in ranked:
        assert all((one.rank <= other.rank) == (one.reached >= other.reached) for other in ranked)
    assert len(aims.compared(rows, COVER)) == len(rows)


def test_a_group_is_quiet_after_so_many_days_without_a_result():
    rows = [
        line("A", last_day=TODAY - timedelta(days=13)), line("B", last_day=TODAY - timedelta(days=14)),
        line("C"), line("D", last_day=None, note="đã kết thúc"), line("E", kind="unknown"),
    ]  # fmt: skip
    assert [row.code for row in aims.quiet(rows, 14, TODAY)] == ["C", "B"]
    assert [row.code for row in aims.quiet(rows, 15, TODAY)] == ["C"]


def test_who_did_more_and_who_less_than_in_the_week_before():
    rows = [line("A", change=2), line("B", change=-3), line("C"), line("D", change=5)]
    found = aims.moved(rows)
    assert [row.code for row in found.more] == ["D", "A"]
    assert [row.code for row in found.less] == ["B"] and found.same == 1
