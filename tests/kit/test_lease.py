"""Of several that wake at once, one works; and a clock that ran ahead holds nobody up."""

from datetime import timedelta

from elearn.kit.clock import now
from elearn.kit.lease import ended_at, give_back, take_lease

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
