"""Of several that wake at once, one works; and a clock that ran ahead holds nobody up."""

from datetime import timedelta

from elearn.kit.clock import now
from elearn.kit.lease import ended_at, give_back, take_lease
from tests.people.test_at_once import at_once, town  # noqa: F401 - fixtures

HALF_AN_HOUR = timedelta(minutes=30)


def test_one_works_until_it_has_ended_or_its_time_is_over(app, clock):
    assert ended_at("work") is None
    assert take_lease("work", HALF_AN_HOUR) and not take_lease("work", HALF_AN_HOUR)
    clock.move(minutes=29)
    assert not take_lease("work", HALF_AN_HOUR)
    give_back("work")
    assert ended_at("work") == now() and take_lease("work", HALF_AN_HOUR)
    clock.move(minutes=31)
    assert take_lease("work", HALF_AN_HOUR), "who took it has died"


def test_what_was_taken_by_a_clock_a_day_ahead_is_free(app, clock):
    clock.move(days=1)
    take_lease("work", HALF_AN_HOUR)
    give_back("work")
    clock.move(days=-1)
    assert take_lease("work", HALF_AN_HOUR) and not take_lease("work", HALF_AN_HOUR)


def test_of_many_that_wake_at_the_same_moment_one_works(town):  # noqa: F811
    found = at_once(town, lambda number: take_lease("work", HALF_AN_HOUR))
    assert sum(one is not None for one in found) == 1


def test_each_piece_of_work_is_taken_for_itself(app):
    assert take_lease("work", HALF_AN_HOUR) and take_lease("other work", HALF_AN_HOUR)
    give_back("other work")
    assert not take_lease("work", HALF_AN_HOUR)


def test_who_took_longer_than_the_lease_lets_go_of_nobody_elses(app, clock):
    """The first is slow; the second takes over; when the first ends at last, no third may begin."""
    first = take_lease("work", HALF_AN_HOUR)
    clock.move(minutes=31)
    second = take_lease("work", HALF_AN_HOUR)
    assert second is not None and first != second
    give_back("work", first)
    assert not take_lease("work", HALF_AN_HOUR)
    give_back("work", second)
    assert take_lease("work", HALF_AN_HOUR)


def test_giving_back_what_was_never_taken_takes_nothing(app):
    give_back("work")
    assert ended_at("work") is None and take_lease("work", HALF_AN_HOUR)


def test_a_lease_of_no_time_is_over_at_once(app):
    assert take_lease("work", timedelta(0)) and take_lease("work", HALF_AN_HOUR)


def test_a_machine_whose_clock_is_a_little_behind_waits_like_any_other(app, clock):
    """So does who asked a moment before the other had written down that it works."""
    take_lease("work", HALF_AN_HOUR)
    for seconds in (1, 60, 200):
        clock.move(seconds=-seconds)
        assert not take_lease("work", HALF_AN_HOUR)
        clock.move(seconds=seconds)
