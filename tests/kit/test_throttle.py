"""Tries are counted in slices of time; what a wrong clock wrote is held against nobody."""

from datetime import timedelta

from elearn.kit.clock import now
from elearn.kit.throttle import note_try, tries_since, tries_within

QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)


def test_tries_count_for_their_span(app, clock):
    note_try("a")
    clock.move(minutes=14)
    assert tries_within("a", QUARTER) == 1
    clock.move(minutes=2)
    assert tries_within("a", QUARTER) == 0 and tries_within("a", DAY) == 1


def test_tries_of_tomorrow_are_held_against_nobody(app, clock):
    """T-clock: the clock was a day ahead while somebody mistyped, and is put right."""
    clock.move(days=1)
    for _ in range(9):
        note_try("a")
    clock.move(days=-1)
    assert tries_within("a", QUARTER) == tries_within("a", DAY) == 0
    note_try("a")
    assert tries_within("a", QUARTER) == 1


def test_another_machine_may_be_a_little_ahead(app, clock):
    clock.move(minutes=2)
    note_try("a")
    clock.move(minutes=-2)
    assert tries_within("a", QUARTER) == 1


def test_the_tries_of_everybody_are_summed_by_kind(app, clock):
    for key in ("pin:a", "pin:b", "pin-device:c", "password:d", "pinned:e", "ward:1"):
        note_try(key)
    assert tries_since(now() - DAY, "pin", "pin-device", "password") == 4
    assert tries_since(now() - DAY, "pin") == 2
