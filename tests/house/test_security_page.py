"""docs/security.md speaks of every requirement once, and what it points to is there."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| (met|n/a|open) \| ([^|]+) \|$", PAGE, re.MULTILINE)
LEVELS_1_AND_2 = 253  # OWASP ASVS 5.0.0: 70 and 183


def test_every_requirement_has_one_row_and_the_sum_is_told():
    assert len(ROWS) == len({row[0] for row in ROWS}) == LEVELS_1_AND_2
    count = Counter(state for _, _, state, _ in ROWS)
    assert f"{count['met']} met, {count['n/a']} not applicable, {count['open']} open" in PAGE


def test_what_a_row_points_to_is_there():
    named = re.findall(r"`((?:tests|docs|deploy)/[\w/.-]+)`", PAGE)
    named += [f"elearn/{name}" for name in re.findall(r"`((?:people|kit|static)/\w+\.\w+)`", PAGE)]
    assert len(named) > 150
    assert not [name for name in named if not (ROOT / name).exists()]


def test_what_is_open_says_what_is_missing():
    assert all(len(how.split()) > 5 for _, _, state, how in ROWS if state == "open")
