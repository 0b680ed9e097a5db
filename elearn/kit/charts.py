"""Charts from plain numbers, as SVG that stands in a page: no script, no style, and no need of colour.

To a screen reader each is one picture with a title and a description; the same numbers stand in a table
beside it. Colours are presentation attributes, which a style sheet may change (in the dark) and a picture
that leaves the page keeps. What lies beside each other differs by pattern, dash and mark, not by colour
alone. A chart is 360 units wide, as a phone is, and grows with its place.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import ceil, floor, log10
from typing import NamedTuple

from markupsafe import Markup, escape

from elearn.kit.formats import as_number

WIDE = 360
INK, SOFT, LINE, FILL, PAPER = "#16211f", "#47534f", "#6d7773", "#0a5a4f", "#ffffff"
LETTER = 0.56  # how wide a letter is in a usual typeface, in its own height
PATTERNS = 4  # solid, stripes, dots, outline only
DASHES = ("", "7 3", "2 3", "9 3 2 3")
XMLNS = "http://www.w3.org/2000/svg"

Shows = Callable[[float], str]


class Bar(NamedTuple):
    """One bar: its name, its parts (which add up to its length), and what stands beside its end.

    No part at all is an unknown value: no bar, only the words.
    """

    name: str
    parts: tuple[float, ...]
    words: str


class Line(NamedTuple):
    """One line: its name, and a value for each place from left to right; None leaves a gap."""

    name: str
    values: Sequence[float | None]


class Goal(NamedTuple):
    """A value to be reached, drawn as a dashed line across, and what is written on it."""

    value: float
    words: str


def bar_chart(
    key: str,
    title: str,
    about: str,
    bars: Sequence[Bar],
    *,
    parts: Sequence[str] = (),
    goal: Goal | None = None,
    most: float | None = None,
    letters: int = 0,
    alone: bool = False,
) -> Markup:
    """Return lying bars, one under another, each under its name and with its words at its end.

    `key` makes the ids unique in the page; `parts` names the parts of the bars, first to last; `most` is
    the value of the full width and `letters` the room for words (default: the longest of either), so that
    several pictures have one scale. `alone`: for a file of its own.
    """
    top = 8 + 20 * len(_legend_rows(parts)) + (16 if goal else 0)
    letters = max([letters, *(len(bar.words) for bar in bars)])
    room = WIDE - 16 - LETTER * 13 * letters
    whole = max([*(sum(bar.parts) for bar in bars), goal.value if goal else 0, most or 0]) or 1
    # a goal's line would cross words at the ends of the bars
    words_at = room + 9 if goal else None
    drawn = [_bar(key, bar, top + 38 * place, room / whole, words_at) for place, bar in enumerate(bars)]
    high = top + 38 * len(bars) + 4
    if goal:
        drawn.append(_goal_down(goal, 4 + goal.value * room / whole, top, high))
    return _picture(key, title, about, high, [_patterns(key), *_legend(key, parts), *drawn], alone)


def line_chart(
    key: str,
    title: str,
    about: str,
    lines: Sequence[Line],
    places: Sequence[str],
    *,
    goal: Goal | None = None,
    shows: Shows = as_number,
    alone: bool = False,
) -> Markup:
    """Return lines over the same places (weeks), from nothing up to a round number; each ends with its name.

    `places` are written below, as many as there is room for; `shows` writes a value.
    """
    values = [value for line in lines for value in line.values if value is not None]
    steps = _steps(max([*values, goal.value if goal else 0, 0]))
    left = 8 + LETTER * 11 * max(len(shows(step)) for step in steps)
    ends = [_end(line, shows, of_many=len(lines) > 1) for line in lines]
    right = WIDE - 12 - LETTER * 12 * max(map(len, ends), default=0)
    field = _Field(left, right, 14, 150, len(places), steps[-1] or 1)
    drawn = [_step(field, step, shows(step)) for step in steps]
    drawn += _places(field, places)
    if goal:
        drawn.append(_goal_across(goal, field))
    tops = _apart([field.y(_last(line.values) or 0) for line in lines], 13, 150)
    for which, (line, words, end) in enumerate(zip(lines, ends, tops, strict=True)):
        drawn += [_line(field, line.values, which), _text(right + 7, end + 4, words, 12, font_weight=600)]
    return _picture(key, title, about, 172, drawn, alone)


def small_line(title: str, values: Sequence[float | None], most: float) -> Markup:
    """Return one small line of many that stand side by side; all must be given the same `most` to compare.

    The style sheet gives its size, colour and ground; it has neither scale nor letters: they stand beside it.
    """
    field = _Field(5, 115, 5, 35, len(values), most or 1)
    points = [point and (round(point[0]), round(point[1])) for point in _points(field, values)]
    known = [point for point in points if point]
    stroke = _tag("path", class_="chart-stroke", d=_way(points))
    ends = [_tag("circle", class_="chart-fill", cx=_n(x), cy=_n(y), r=3) for x, y in known[-1:]]
    return _safe(_tag("svg", stroke + "".join(ends), viewBox="0 0 120 40", role="img", aria_label=title))


def round_top(most: float) -> float:
    """Return the round number at or above the greatest value, where a scale may end."""
    return _steps(most)[-1]


class _Field:
    """Where a value at a place lies in the picture."""

    def __init__(self, left: float, right: float, top: float, ground: float, count: int, most: float) -> None:
        self.left, self.right, self.top, self.ground = left, right, top, ground
        self.count, self.most = count, most

    def x(self, place: int) -> float:
        return self.left + (self.right - self.left) * (place / (self.count - 1) if self.count > 1 else 0.5)

    def y(self, value: float) -> float:
        return self.ground - (self.ground - self.top) * max(0.0, value) / self.most


# -- bars


def _bar(key: str, bar: Bar, top: float, scale: float, words_at: float | None) -> str:
    pieces, at = [_text(4, top + 12, _cut(bar.name, 46), 13)], 4.0
    for which, part in enumerate(bar.parts):
        wide = max(0.0, part) * scale
        if wide:
            pieces.append(_block(key, which, at, top + 17, wide, 13))
        at += wide
    return "".join([*pieces, _text(words_at or at + 5, top + 28, bar.words, 13, font_weight=600)])


def _block(key: str, which: int, x: float, y: float, wide: float, high: float) -> str:
    """A part of a bar. All are framed, so that a printer without colours shows where each ends."""
    which %= PATTERNS
    fill = FILL if which == 0 else PAPER if which == PATTERNS - 1 else f"url(#{key}-{which})"
    place = {"x": _n(x), "y": _n(y), "width": _n(wide), "height": _n(high)}
    return _tag("rect", class_=f"chart-part-{which}", **place, fill=fill, stroke=FILL)


def _patterns(key: str) -> str:
    """Stripes and dots, to fill the second and third part of a bar with."""
    stripe = _tag("rect", class_="chart-fill", width=2.5, height=6, fill=FILL)
    dot = _tag("circle", class_="chart-fill", cx=3, cy=3, r=1.3, fill=FILL)
    ground = _tag("rect", class_="chart-paper", width=6, height=6, fill=PAPER)
    frame = {"width": 6, "height": 6, "patternUnits": "userSpaceOnUse"}
    stripes = _tag("pattern", ground + stripe, id=f"{key}-1", **frame, patternTransform="rotate(45)")
    return _tag("defs", stripes + _tag("pattern", ground + dot, id=f"{key}-2", **frame))


def _legend_rows(parts: Sequence[str]) -> list[list[str]]:
    """Put the names of the parts into rows that fit."""
    rows: list[list[str]] = []
    wide = float(WIDE)
    for name in parts:
        needs = 34 + LETTER * 12 * len(name)
        if wide + needs > WIDE:
            rows.append([])
            wide = 0
        rows[-1].append(name)
        wide += needs
    return rows


def _legend(key: str, parts: Sequence[str]) -> list[str]:
    drawn, which = [], 0
    for row, names in enumerate(_legend_rows(parts)):
        at = 4.0
        for name in names:
            drawn += [_block(key, which, at, 5 + 20 * row, 18, 11), _text(at + 23, 15 + 20 * row, name, 12)]
            at += 34 + LETTER * 12 * len(name)
            which += 1
    return drawn


def _goal_down(goal: Goal, x: float, top: float, high: float) -> str:
    """A goal across lying bars; its words stand above, on the side where there is room."""
    words = _text(x, top - 3, goal.words, 12, text_anchor="end" if x > WIDE / 2 else "start")
    return words + _dashed(f"M{_n(x)} {_n(top)}V{_n(high)}")


# -- lines


def _steps(most: float) -> list[float]:
    """Return two to five round values from nothing to at or above the greatest."""
    if most <= 0:
        return [0, 1]
    size = 10 ** floor(log10(most))
    sizes = (size * part for part in (0.2, 0.25, 0.5, 1, 2, 2.5, 5))
    # counts are marked in whole numbers; the last bit of a fraction may be lost
    step = next(one for one in sizes if one * 4 >= most * (1 - 1e-9) and (most < 1 or one == int(one)))
    return [round(step * number, 10) for number in range(ceil(most / step - 1e-9) + 1)]


def _step(field: _Field, value: float, words: str) -> str:
    y = field.y(value)
    way = f"M{_n(field.left)} {_n(y)}H{_n(field.right)}"
    stroke = _tag("path", class_="chart-line", d=way, stroke=LINE, stroke_width=1 if value == 0 else 0.4)
    return stroke + _soft(field.left - 4, y + 4, words, "end")


def _places(field: _Field, places: Sequence[str]) -> list[str]:
    """Write below the line what there is room for, the last place always: it is the one that counts."""
    if not places:
        return []
    room = max(LETTER * 11 * max(map(len, places)) + 8, 1)
    each = max(1, ceil(room * max(1, len(places) - 1) / (field.right - field.left)))
    shown = range(len(places) - 1, -1, -each)
    return [_soft(field.x(at), 166, places[at], "middle") for at in shown]


def _line(field: _Field, values: Sequence[float | None], which: int) -> str:
    points = _points(field, values)
    stroke = _tag(
        "path", class_="chart-stroke", d=_way(points), fill="none", stroke=FILL, stroke_width=2,
        stroke_dasharray=DASHES[which % len(DASHES)],
    )  # fmt: skip
    return stroke + "".join(_mark(*point, which) for point in points if point)


def _points(field: _Field, values: Sequence[float | None]) -> list[tuple[float, float] | None]:
    return [None if value is None else (field.x(place), field.y(value)) for place, value in enumerate(values)]


def _way(points: Sequence[tuple[float, float] | None]) -> str:
    """Return the way of the pen through the points; it is lifted over a gap."""
    way, pen = "", "M"
    for point in points:
        way += f"{pen}{_n(point[0])} {_n(point[1])}" if point else ""
        pen = "L" if point else "M"
    return way


def _mark(x: float, y: float, which: int) -> str:
    """A point of a line: a disc, a square, a triangle or a ring."""
    match which % len(DASHES):
        case 0:
            return _tag("circle", class_="chart-fill", cx=_n(x), cy=_n(y), r=3, fill=FILL)
        case 1:
            return _tag("path", class_="chart-fill", d=f"M{_n(x - 3)} {_n(y - 3)}h6v6h-6z", fill=FILL)
        case 2:
            return _tag("path", class_="chart-fill", d=f"M{_n(x)} {_n(y - 4.5)}l4 7h-8z", fill=FILL)
    return _tag("circle", class_="chart-ring", cx=_n(x), cy=_n(y), r=3, fill=PAPER, stroke=FILL)


def _end(line: Line, shows: Shows, *, of_many: bool) -> str:
    """Return what is written where a line ends: its last value, and its name where there are others."""
    last = _last(line.values)
    words = [shows(last)] if last is not None else []
    return " ".join([*words, *([_cut(line.name, 14)] if of_many else [])])


def _goal_across(goal: Goal, field: _Field) -> str:
    y = field.y(goal.value)
    above = y - 4 if y > 26 else y + 13
    return _text(field.left + 4, above, goal.words, 12) + _dashed(
        f"M{_n(field.left)} {_n(y)}H{_n(field.right)}"
    )


def _apart(tops: list[float], least: float, lowest: float) -> list[float]:
    """Move what is written at the ends of lines apart, so that nothing stands on anything else."""
    order = sorted(range(len(tops)), key=lambda which: tops[which])
    moved = list(tops)
    for before, which in pairwise(order):
        moved[which] = max(moved[which], moved[before] + least)
    below = max(moved, default=0) - lowest
    return [top - below for top in moved] if below > 0 and len(moved) > 1 else moved


def _last(values: Sequence[float | None]) -> float | None:
    return next((value for value in reversed(values) if value is not None), None)


# -- the picture


def _picture(
    key: str, title: str, about: str, high: float, drawn: Sequence[str], alone: bool = False
) -> Markup:
    told = _tag("title", str(escape(title)), id=f"{key}-title")
    told += _tag("desc", str(escape(about)), id=f"{key}-about")
    frame = {"xmlns": XMLNS if alone else "", "class_": "chart", "viewBox": f"0 0 {WIDE} {_n(high)}"}
    named = {"role": "img", "aria_labelledby": f"{key}-title {key}-about", "focusable": "false"}
    return _safe(_tag("svg", "".join([told, *drawn]), **frame, **named))


def _text(x: float, y: float, words: str, size: int, **more: object) -> str:
    said = str(escape(words))
    return _tag("text", said, class_="chart-ink", x=_n(x), y=_n(y), font_size=size, fill=INK, **more)


def _soft(x: float, y: float, words: str, anchor: str) -> str:
    """Words of a scale, which stand back behind the rest."""
    place = {"x": _n(x), "y": _n(y), "font_size": 11, "text_anchor": anchor}
    return _tag("text", str(escape(words)), class_="chart-soft", **place, fill=SOFT)


def _dashed(way: str) -> str:
    return _tag(
        "path", class_="chart-goal", d=way, fill="none", stroke=INK, stroke_width=1.5, stroke_dasharray="5 3"
    )


def _tag(name: str, inside: str = "", **attributes: object) -> str:
    """Return an element around what was made before; what its attributes say is escaped here."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
        if value != ""
    )
    return f"<{name}{said}>{inside}</{name}>" if inside else f"<{name}{said}/>"


def _safe(made: str) -> Markup:
    """Every word from outside has gone through escape by now, in _tag or beside it."""
    return Markup(made)  # noqa: S704 - each tag escapes what it is given


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip() + "…"


def _n(value: float) -> str:
    """A place in the picture: to a tenth, and no more letters than it needs."""
    return f"{value:.1f}".removesuffix(".0")
