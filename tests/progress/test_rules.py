"""What the board counts, and what the public may be told."""

import random
import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.progress import pictures, rules
from elearn.progress.columns import PUBLIC_MEASURES, shown
from elearn.progress.rules import Change, Counted, PublicRow, Row
from tests.sizes import size

TODAY = date(2026, 11, 24)
COURSES = (1, 2, 3)


def line(code="T1", **more):
    plain = dict.fromkeys(rules.ADDED_UP, 0)
    shares = {"adults": 100, "coverage": 0.1, "finished_share": 0.0, "note": "", "kind": "regular"}
    return Row(code=code, name=code, former_ward="", **plain | shares | more)


# -- periods and filters


def test_seven_days_end_with_today():
    period = rules.read_period({}, TODAY)
    assert (period.since, period.until) == (date(2026, 11, 18), TODAY)


def test_a_sent_link_keeps_its_days():
    asked = rules.read_filter({"ky": "7-ngay"}, TODAY, ())
    later = rules.read_filter(asked.parameters(), date(2026, 12, 24), ())
    assert (later.period.since, later.period.until) == (asked.period.since, asked.period.until)


@pytest.mark.parametrize(
    ("asked", "since", "until"),
    [
        ({"ky": "tuan-nay"}, date(2026, 11, 23), TODAY),
        ({"ky": "thang-nay"}, date(2026, 11, 1), TODAY),
        ({"ky": "tat-ca"}, None, TODAY),
        ({"tu": "2026-11-01", "den": "2026-11-03"}, date(2026, 11, 1), date(2026, 11, 3)),
        ({"tu": "3/11/2026", "den": "01/11/2026"}, date(2026, 11, 1), date(2026, 11, 3)),
        ({"tu": "2026-11-01", "den": "2099-01-01"}, date(2026, 11, 1), TODAY),
        ({"tu": "2099-01-01", "den": "2026-11-01"}, date(2026, 11, 1), TODAY),
        ({"ky": "khoang"}, None, TODAY),
        ({"ky": "năm ngoái", "tu": "hôm qua"}, date(2026, 11, 18), TODAY),
    ],
)
def test_a_period_is_read_as_people_mean_it(asked, since, until):
    period = rules.read_period(asked, TODAY)
    assert (period.since, period.until) == (since, until)
    assert f"{until:%d/%m/%Y}" in period.words


@given(st.dictionaries(st.sampled_from(["ky", "tu", "den", "khoa", "cach", "sap-xep"]), st.text()))
def test_whatever_stands_in_an_address_gives_a_filter(asked):
    found = rules.read_filter(asked, TODAY, ("lessons",))
    assert found.period.since is None or found.period.since <= found.period.until <= TODAY
    assert found.sort in ("group", "lessons")
    assert rules.read_filter(found.parameters(), TODAY, ("lessons",)).parameters() == found.parameters()


# -- rows


def test_the_total_leaves_out_of_the_shares_who_has_none():
    rows = [line(people=50, coverage=0.5, finished=10), line(people=30, adults=None, coverage=None)]
    total = rules.total_of(rows)
    assert (total.people, total.coverage, total.finished_share) == (80, 0.5, 0.1)


@given(st.integers(0, 500), st.one_of(st.none(), st.integers(0, 400)))
def test_a_share_lies_between_nothing_and_all(part, whole):
    found = rules.share(part, whole)
    assert (found is None) == (not whole)
    assert found is None or 0 <= found <= 1


def test_unknown_values_stand_last_in_either_direction():
    rows = [line("a", coverage=None), line("b", coverage=0.3), line("c", coverage=0.1)]
    assert [row.code for row in rules.in_order(rows, "coverage", False)] == ["c", "b", "a"]
    assert [row.code for row in rules.in_order(rows, "coverage", True)] == ["b", "c", "a"]
    assert [row.code for row in rules.in_order(rows, "group", True)] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("merged", True, "Tổ 7", "Tổ 5", "Tổ 7"), "Nhập vào Tổ 7"),
        (("merged", False, "Tổ 5", "Tổ 5", "Tổ 7"), "Nhận Tổ 5 nhập vào"),
        (("split", False, "Tổ 5", "Tổ 5", "Tổ 5A"), "Được tách từ Tổ 5"),
        (("renamed", True, "", "Tổ 5", "Tổ Hòa Bình"), "Đổi tên: Tổ 5 → Tổ Hòa Bình"),
        (("corrected", True, "", "adults=None", "adults=300"), "Sửa số người lớn: — → 300"),
        (("made", True, "", "", "Tổ 5"), "Lập tổ"),
        (("moved", True, "", "", ""), "Thay đổi"),
    ],
)
def test_a_change_is_told_in_words(change, words):
    assert Change(TODAY, *change).words == words


# -- the public


def week_by_week(seed, weeks=12, count=90):
    """A ward of small and large groups that learn for some weeks; people come, leave and finish."""
    chance = random.Random(seed)
    groups = {}
    for number in range(count):
        learners = chance.choice([0, 3, 8, 9, 10, 14, 25, 40])
        groups[f"T{number}"] = {
            "adults": chance.choice([None, None, learners + chance.randint(0, 9), 400]),
            "learners": learners,
            "started": {course: chance.randint(0, learners) for course in COURSES},
            "finished": dict.fromkeys(COURSES, 0),
        }
    for _ in range(weeks):
        for group in groups.values():
            group["learners"] = max(0, group["learners"] + chance.choice([-1, 0, 0, 1, 1, 2, 3]))
            for course in COURSES:
                most = group["learners"]
                group["started"][course] = min(most, group["started"][course] + chance.randint(0, 3))
                more = group["finished"][course] + chance.choice([0, 0, 1, 1, 2, 4])
                group["finished"][course] = min(most, more)
        yield [
            Counted(
                code, code, "", one["adults"], one["learners"], dict(one["started"]), dict(one["finished"])
            )
            for code, one in groups.items()
        ]


@pytest.mark.parametrize("course", [None, *COURSES])
@pytest.mark.parametrize("seed", range(size(4, 40)))
def test_nobody_can_be_told_from_the_public_board_over_twelve_weeks(seed, course):
    """T-kanon: no cell that gives everyone away, and none that says exactly one more since last week."""
    before: dict[tuple[str, str], int | None] = {}
    cells = 0
    for groups in week_by_week(seed):
        true = {group.code: group for group in groups}
        told = rules.public_board(groups, course)
        assert {row.code for row in told if row.code} == {g.code for g in groups if g.learners >= 10}
        for row in told:
            _assert_hides(row, true.get(row.code), course)
            for name in ("learners", "started", "finished"):
                value, last = getattr(row, name), before.get((row.code, name))
                cells += value is not None
                if value is not None and last is not None:
                    assert (value - last) % rules.STEP == 0, "exactly one more"
                before[row.code, name] = value
        _assert_total_tells_no_more(told)
    assert cells > 500, "and still there is something to read"


@pytest.mark.parametrize("seed", range(size(2, 20)))
def test_a_public_chart_draws_what_the_public_table_says_and_nothing_else(seed):
    """Its bars are as long as the rounded numbers, not the true ones; an empty cell has no bar."""
    rows = rules.public_board(list(week_by_week(seed, weeks=3))[-1], None)
    for measure in PUBLIC_MEASURES:
        told = [getattr(row, measure.name) for row in rows]
        drawn = "".join(pictures.bars(rows, (measure,)))
        assert re.findall(r'600">([^<]*)<', drawn) == [shown(one, "count") for one in told]
        lengths = [float(one) for one in re.findall(r'part-0" x="4" y="[0-9.]+" width="([0-9.]+)"', drawn)]
        counts = [one for one in told if one]
        assert len(lengths) == len(counts) > 5
        for length, count in zip(lengths, counts, strict=True):
            assert length == pytest.approx(count * max(lengths) / max(counts), abs=0.11)


def _assert_hides(row: PublicRow, group: Counted | None, course: int | None):
    for value in row[3:]:
        assert value is None or value % rules.STEP == 0
    if group is None:  # "Các tổ khác": as many groups as have too few of their own
        return
    if row.learners is not None:
        assert group.learners - 5 < row.learners <= group.learners
        assert group.adults is None or group.adults - group.learners not in range(5), "everyone takes part"
    for name in ("started", "finished"):
        value = getattr(row, name)
        of = getattr(group, name)
        open_to = [
            one for one in of if (course in (None, one)) and of[one] >= 5 and group.learners - of[one] >= 5
        ]
        if value is None:
            assert not open_to
        else:
            assert open_to, "a cell that gives everyone or nobody away"
            assert value == sum(of[one] // 5 * 5 for one in open_to)


def _assert_total_tells_no_more(told):
    total = rules.public_total(told)
    for name in ("learners", "started", "finished"):
        shown = [getattr(row, name) for row in told if getattr(row, name) is not None]
        assert getattr(total, name) == (sum(shown) if shown else None)


def test_one_small_group_alone_is_not_shown_as_the_others():
    big = Counted("A", "A", "", 400, 50, {1: 20}, {1: 10})
    small = Counted("B", "B", "", 400, 9, {1: 9}, {1: 5})
    others = rules.public_board([big, small], None)[-1]
    assert (others.name, others.learners, others.started, others.finished) == (
        "Các tổ khác",
        None,
        None,
        None,
    )


def test_a_monday_is_told_until_the_sunday_before():
    for back in range(7):
        monday = rules.monday_of(TODAY - timedelta(days=back))
        assert monday.weekday() == 0 and 0 <= (TODAY - timedelta(days=back) - monday).days < 7
