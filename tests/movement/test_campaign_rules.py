"""Whom a campaign means, what anyone may read of it, and that a seal notices every change."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from elearn.movement.campaign_rules import (
    Line,
    changed_terms,
    differences,
    public_counts,
    share_of,
    state_of,
    total_of,
)
from elearn.progress.rules import Counted

DAY = date(2026, 11, 26)
counts = st.integers(0, 60)


@st.composite
def wards(draw):
    """Groups with some learners, of whom some started, some finished and some are new."""
    groups, fresh = [], {}
    for number in range(draw(st.integers(1, 8))):
        learners = draw(counts)
        started = draw(st.integers(0, learners))
        done = {1: draw(st.integers(0, started))}
        groups.append(Counted(f"T{number}", f"Tổ {number}", "", None, learners, {1: started}, done))
        fresh[f"T{number}"] = draw(st.integers(0, learners))
    return groups, fresh


@given(wards(), st.booleans())
def test_no_public_number_points_at_somebody(ward, some):
    """T-kanon: multiples of five, never below five, nothing where fewer than five have or have not."""
    groups, fresh = ward
    told = public_counts(groups, fresh, {1: "Một"}, some=some)
    (line,) = told.lines
    shown = [one for one in (*line[1:], told.registered) if one is not None]
    assert all(one >= 5 and one % 5 == 0 for one in shown)
    assert (told.started, told.finished) == (line.started, line.finished), "the sum is of what is shown"
    if line.finished is not None:
        learners, finished = (
            sum(many) for many in zip(*((group.learners, group.finished[1]) for group in groups), strict=True)
        )
        assert learners >= 10 and line.finished <= finished <= learners


@given(wards())
def test_of_chosen_groups_those_with_few_learners_change_nothing(ward):
    """With what the board shows of the others, a sum that holds them would tell of few."""
    groups, fresh = ward
    large = [group for group in groups if group.learners >= 10]
    assert public_counts(groups, fresh, {1: "Một"}, some=True) == public_counts(
        large, fresh, {1: "Một"}, some=True
    )


def test_few_learners_of_the_ward_count_together_once_they_are_ten():
    one, other, another = (
        Counted(code, f"Tổ {code}", "", None, learners, {1: learners}, {1: 3})
        for code, learners in (("A", 4), ("B", 6), ("C", 20))
    )
    for few, finished in (([one], 0), ([other], 0), ([one, other], 5)):
        told = public_counts([another, *few], {}, {1: "Một"}, some=False)
        assert (told.lines[0].finished or 0) == finished


def test_a_campaign_begins_and_ends_with_whole_days():
    since, until = date(2026, 11, 1), date(2026, 11, 30)
    assert [state_of(since, until, day) for day in (date(2026, 10, 31), since, until, date(2026, 12, 1))] == [
        "before", "running", "running", "over",
    ]  # fmt: skip


def test_a_share_is_at_most_all_of_the_target():
    assert (share_of(None, 10), share_of(5, 10), share_of(25, 10)) == (0, 0.5, 1)


def test_a_correction_is_told_by_group_and_number():
    one, two = Line("A", "Tổ A", "", 1, 2, 3, 4), Line("B", "Tổ B", "", 0, 0, 1, 0)
    frozen = [one._asdict(), Line("C", "Tổ C", "", 0, 0, 0, 2)._asdict()]
    found = differences(frozen, [one._replace(finished=5), two])
    assert [(one.group, one.then, one.now) for one in found] == [
        ("Tổ A", 4, 5), ("Tổ B", 0, 1), ("Tổ C", 2, 0),
    ]  # fmt: skip
    assert differences([one._asdict()], [one]) == []


def test_what_has_been_set_otherwise_is_told_in_words():
    terms = {"campaign": "A", "target": 5, "courses": ["Một"], "groups": []}
    now = {"since": "2026-11-01", **terms}
    assert changed_terms(terms, now) == []
    assert changed_terms(terms, now | {"target": 6, "groups": [1]}) == ["chỉ tiêu", "tổ"]


def test_the_total_is_the_sum_of_the_lines():
    total = total_of([Line("A", "Tổ A", "", 1, 2, 3, 4), Line("B", "Tổ B", "", 10, 20, 30, 40)])
    assert total[3:] == (11, 22, 33, 44)
