"""The results of a contest as plain values: groups in order, what may be told, places under a seal."""

from hypothesis import given
from hypothesis import strategies as st

from elearn.learning.contest_rules import Result
from elearn.movement.result_rules import (
    GroupLine,
    differences,
    person_lines,
    public_lines,
    public_total,
    sealed_places,
    total_of,
    with_ranks,
)


def group(code, adults=100, own=10, helped=0, right=None, regular=True):
    return GroupLine(
        code, f"Tổ {code}", "", adults, regular, own, helped, (own + helped) * 3 if right is None else right
    )


GROUPS = st.lists(
    st.builds(
        group,
        st.sampled_from("ABCDEFGH"),
        st.none() | st.integers(1, 60),
        st.integers(0, 30),
        st.integers(0, 30),
        st.integers(0, 200),
        st.booleans(),
    ),
    unique_by=lambda one: one.code,
)


@given(GROUPS, st.randoms())
def test_the_order_of_groups_does_not_depend_on_how_they_come(groups, chance):
    other = list(groups)
    chance.shuffle(other)
    ranks = {one.code: one.rank for one in with_ranks(groups)}
    assert ranks == {one.code: one.rank for one in with_ranks(other)}
    assert set(ranks) == {one.code for one in groups}


@given(GROUPS)
def test_who_is_ranked_has_enough_entrants_and_stands_after_those_with_a_larger_share(groups):
    placed = with_ranks(groups)
    ranked = [one for one in placed if one.rank is not None]
    assert placed[: len(ranked)] == ranked
    for one in ranked:
        better = [two for two in ranked if (-two.share, -two.average) < (-one.share, -one.average)]
        assert one.rank == len(better) + 1 and one.entrants >= 5 and one.regular and one.share is not None
    assert all(one.entrants <= one.adults for one in ranked), "more entrants than adults: something is wrong"


def test_few_entrants_or_unknown_adults_are_not_ranked_and_an_average_of_few_is_not_told():
    few, unknown, known = group("A", own=4), group("B", adults=None), group("C", helped=2)
    assert [(one.code, one.rank) for one in with_ranks([few, unknown, known])] == [
        ("C", 1), ("B", None), ("A", None),
    ]  # fmt: skip
    assert few.average is None and known.average == 3.0 and unknown.share is None


def test_equal_groups_share_a_rank():
    ranks = [one.rank for one in with_ranks([group("A"), group("B"), group("C", own=5, right=15)])]
    assert ranks == [1, 1, 3]


def test_the_sum_knows_its_adults_only_where_every_group_does():
    known = [group("A"), group("B", own=3), group("KR", None, 7, regular=False)]
    assert (total_of(known).adults, total_of(known).entrants) == (200, 20)
    assert total_of([*known, group("D", adults=None)]).adults is None
    assert total_of([]).share is None


@given(GROUPS, st.booleans())
def test_nobody_reads_of_fewer_than_ten_and_every_number_is_rounded(groups, some):
    told = public_lines(with_ranks(groups), some=some)
    by_name = {one.name: one for one in groups}
    for line in told:
        assert line.entrants is None or line.entrants % 5 == 0
        assert line.name == "Các tổ khác" or by_name[line.name].entrants >= 10
    assert not some or all(line.name != "Các tổ khác" for line in told)
    shown = [line.entrants for line in told if line.entrants is not None]
    assert public_total(told) == (sum(shown) if shown else None)
    assert (public_total(told) or 0) <= total_of(groups).entrants


def test_where_nearly_everybody_took_part_the_number_is_kept_back():
    (line,) = public_lines([group("A", adults=12, own=10)], some=False)
    assert line.entrants is None and line.average == 3


PLACES = sealed_places(
    {Result(7, 5, 60): "A", Result(8, 5, 60): "B", Result(9, 4, 10): "A", Result(3, 4, 20): "B"}
)


def test_places_are_sealed_by_number_without_a_name():
    assert PLACES == [[1, 5, 60, 7, "A"], [1, 5, 60, 8, "B"], [3, 4, 10, 9, "A"], [4, 4, 20, 3, "B"]]


def test_unnamed_people_who_follow_each_other_are_one_line_that_tells_nothing_else():
    lines = person_lines(PLACES, {7: "Bà An"}, {"A": "Tổ 5", "B": "Tổ 7"})
    assert [(one.first, one.last, one.name, one.group, one.people) for one in lines] == [
        (1, 1, "Bà An", "Tổ 5", 1), (1, 4, None, "", 3),
    ]  # fmt: skip


@given(st.sets(st.sampled_from([7, 8, 9, 3])))
def test_every_place_stands_in_the_list_once(named):
    lines = person_lines(PLACES, dict.fromkeys(named, "Bà An"), {})
    assert sum(one.people for one in lines) == len(PLACES)
    assert sum(one.name is not None for one in lines) == len(named)
    assert all(one.people == 1 or one.name is None for one in lines)


def test_what_was_corrected_is_told_group_by_group():
    sealed = [group("A", own=10, right=30)._asdict(), group("B", own=4, right=9)._asdict()]
    now = [group("A", own=9, right=27), group("C", own=1, right=2)]
    assert [tuple(one) for one in differences(sealed, now)] == [
        ("Tổ A", "Tự làm", 10, 9), ("Tổ A", "Tổng số câu đúng", 30, 27),
        ("Tổ C", "Tự làm", 0, 1), ("Tổ C", "Tổng số câu đúng", 0, 2),
        ("Tổ B", "Tự làm", 4, 0), ("Tổ B", "Tổng số câu đúng", 9, 0),
    ]  # fmt: skip
    assert differences([one._asdict() for one in now], now) == []
