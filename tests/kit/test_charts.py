"""Charts say what the numbers say: to the eye, to who listens, and where there is no colour."""

import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.kit.charts import WIDE, Bar, Goal, Line, bar_chart, line_chart, round_top, small_line

NUMBERS = st.one_of(st.integers(0, 10**7), st.floats(0, 1), st.just(0))
NAMES = st.text(max_size=60)
BARS = st.lists(
    st.builds(Bar, NAMES, st.lists(NUMBERS, max_size=4).map(tuple), st.text(max_size=12)), max_size=12
)
GOALS = st.one_of(st.none(), st.builds(Goal, NUMBERS, NAMES))
SVG = "{http://www.w3.org/2000/svg}"


def parts_of(chart, tag):
    return list(read(chart).iter(tag))


def read(chart):
    """Read a chart as a browser that is strict would."""
    text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", str(chart))  # XML has no name for these
    return ET.fromstring(text)


def bars_of(chart):
    return [one for one in parts_of(chart, "rect") if one.get("class", "").startswith("chart-part")]


def test_a_bar_is_as_long_as_its_number():
    chart = bar_chart("a", "Bài", "x", [Bar("Tổ 5", (40,), "40"), Bar("Tổ 7", (10,), "10")])
    long, short = (float(one.get("width")) for one in bars_of(chart))
    assert long == pytest.approx(4 * short, abs=0.5)
    assert [one.text for one in parts_of(chart, "text")] == ["Tổ 5", "40", "Tổ 7", "10"]


def test_the_same_scale_may_be_asked_for():
    half = bar_chart("a", "Phủ", "x", [Bar("Tổ 5", (0.5,), "50 %")], most=1)
    whole = bar_chart("a", "Phủ", "x", [Bar("Tổ 5", (1,), "50 %")], most=1)
    wide, full = (float(bars_of(chart)[0].get("width")) for chart in (half, whole))
    assert wide == pytest.approx(full / 2, abs=0.2)


def test_the_parts_of_a_bar_are_told_apart_without_colour():
    parts = ("Tự học", "Có người giúp", "Buổi họp", "Máy chung")
    chart = bar_chart("k", "Bài", "x", [Bar("Tổ 5", (4, 3, 2, 1), "10")], parts=parts)
    pieces = bars_of(chart)[-4:]
    assert len({one.get("fill") for one in pieces}) == 4
    ends = [(float(one.get("x")), float(one.get("x")) + float(one.get("width"))) for one in pieces]
    assert all(end == pytest.approx(start, abs=0.2) for (_, end), (start, _) in pairwise(ends))
    assert {one.get("id") for one in parts_of(chart, "pattern")} == {"k-1", "k-2"}
    assert set(parts) <= {one.text for one in parts_of(chart, "text")}, "a legend"


def test_what_is_not_known_has_no_bar():
    chart = bar_chart("a", "Phủ", "x", [Bar("Tổ 5", (), "—")])
    assert bars_of(chart) == [] and "—" in chart


def test_lines_are_told_apart_by_dash_and_mark_and_carry_their_names():
    lines = [Line("Tổ 5", [0, 2, 4]), Line("Tổ 7", [4, 2, 4])]
    chart = line_chart("a", "Tuần", "x", lines, ["01/11", "08/11", "15/11"])
    one, two = (path for path in parts_of(chart, "path") if path.get("class") == "chart-stroke")
    assert one.get("stroke-dasharray") is None and two.get("stroke-dasharray")
    ends = [text for text in parts_of(chart, "text") if text.text in ("4 Tổ 5", "4 Tổ 7")]
    assert abs(float(ends[0].get("y")) - float(ends[1].get("y"))) >= 12, "not one on the other"


def test_a_gap_stays_a_gap():
    chart = line_chart("a", "Tuần", "x", [Line("", [1, None, 2, 3])], ["a", "b", "c", "d"])
    (way,) = (one.get("d") for one in parts_of(chart, "path") if one.get("class") == "chart-stroke")
    assert re.sub("[0-9. ]", "", way) == "MML"


def test_a_greater_value_lies_higher_and_the_goal_within():
    chart = line_chart("a", "t", "x", [Line("", [1, 5, 9])], ["a", "b", "c"], goal=Goal(12, "Mục tiêu 12"))
    points = [float(one.get("cy")) for one in parts_of(chart, "circle")]
    assert points == sorted(points, reverse=True)
    (goal,) = (one.get("d") for one in parts_of(chart, "path") if one.get("class") == "chart-goal")
    assert 14 <= float(re.findall("[0-9.]+", goal)[1]) < points[-1]
    assert "Mục tiêu 12" in chart


def test_small_lines_of_one_scale_can_be_compared():
    low, high = (small_line("t", [0, value], 10) for value in (2, 8))
    heights = [float(parts_of(chart, "circle")[0].get("cy")) for chart in (low, high)]
    assert heights[0] - heights[1] == pytest.approx(30 * 0.6, abs=0.1)


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 1), (1, 1), (3, 3), (7, 8), (10, 10), (99, 100), (101, 150), (1234, 1500), (0.81, 1)],
)
def test_a_scale_ends_at_a_round_number(most, top):
    assert round_top(most) == pytest.approx(top)


@given(st.one_of(st.integers(0, 10**9), st.floats(1e-6, 1)))
def test_a_scale_holds_every_value_and_is_not_much_too_large(most):
    assert most <= round_top(most) * (1 + 1e-8)
    assert most <= 1 or round_top(most) <= 2 * most


@given(BARS, GOALS, NAMES, NAMES)
def test_whatever_the_numbers_a_bar_chart_stays_within_its_frame(bars, goal, title, about):
    chart = bar_chart("k", title, about, bars, goal=goal)
    for one in bars_of(chart):
        assert float(one.get("x")) + float(one.get("width")) <= WIDE + 0.2
    holds_for_everyone(chart)


@given(
    st.lists(
        st.builds(Line, NAMES, st.lists(st.one_of(st.none(), NUMBERS), min_size=1, max_size=12)), max_size=4
    ),
    GOALS,
    NAMES,
)
def test_whatever_the_numbers_a_line_chart_stays_within_its_frame(lines, goal, title):
    most = max((len(line.values) for line in lines), default=0)
    whole = [Line(line.name, [*line.values, *[None] * (most - len(line.values))]) for line in lines]
    chart = line_chart("k", title, "x", whole, [f"{place}" for place in range(most)], goal=goal)
    for one in parts_of(chart, "circle"):
        assert 0 <= float(one.get("cx")) <= WIDE and 0 <= float(one.get("cy")) <= 172
    holds_for_everyone(chart)


def holds_for_everyone(chart):
    """One picture with a title and a description, no script, no style, nothing typed that becomes a tag."""
    picture = read(chart)
    assert picture.get("role") == "img"
    ids = picture.get("aria-labelledby").split()
    assert [one.get("id") for one in picture][:2] == ids
    allowed = {
        *("svg", "title", "desc", "defs", "pattern", "rect", "circle", "path", "text"),
    }
    for one in picture.iter():
        assert one.tag.removeprefix(SVG) in allowed
        assert not {"style", "onload", "href"} & set(one.keys())


def test_a_picture_of_its_own_says_what_it_is():
    chart = bar_chart("a", "t", "x", [Bar("Tổ 5", (1,), "1")], alone=True)
    assert read(chart).tag == f"{SVG}svg"
    assert not str(bar_chart("a", "t", "x", [])).startswith("<svg xmlns")


def test_names_are_escaped():
    chart = bar_chart("a", "<b>", '"&', [Bar("<script>", (1,), "<")])
    assert "<script>" not in chart and "<b>" not in chart
    assert parts_of(chart, "text")[0].text == "<script>"
