"""What the board counts, and what the public may be told."""

import random
from datetime import date

from elearn.progress import rules
from elearn.progress.rules import Counted

TODAY = date(2026, 11, 24)


def test_seven_days_end_with_today():
    period = rules.read_period({}, TODAY)
    assert (period.since, period.until) == (date(2026, 11, 18), TODAY)


def test_a_sent_link_keeps_its_days():
    asked = rules.read_filter({"ky": "7-ngay"}, TODAY, ())
    later = rules.read_filter(asked.parameters(), date(2026, 12, 24), ())
    assert (later.period.since, later.period.until) == (asked.period.since, asked.period.until)


def test_nobody_can_be_told_from_the_public_board_over_twelve_weeks():
    chance = random.Random(7)
    groups = {f"T{n}": [chance.randint(0, 40), 0] for n in range(60)}
    before: dict[str, int | None] = {}
    for _ in range(12):
        for counts in groups.values():
            counts[0] += chance.randint(0, 3)
            counts[1] = min(counts[0], counts[1] + chance.randint(0, 4))
        told = rules.public_board(
            [Counted(code, code, "", None, all_, {}, {1: done}) for code, (all_, done) in groups.items()], 1
        )
        for row in told:
            if row.finished is not None and row.code:
                learners, done = groups[row.code]
                assert done >= 5 and learners - done >= 5, "a cell gives everyone away"
                assert row.finished <= done
            if row.finished is not None and before.get(row.code) is not None:
                assert row.finished - before[row.code] != 1, "exactly one more"
            before[row.code] = row.finished
        shown = [row.finished for row in told if row.finished is not None]
        assert rules.public_total(told).finished == (sum(shown) if shown else None)
