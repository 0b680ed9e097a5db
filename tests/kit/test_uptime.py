"""How long ago something was, by a clock that nobody sets."""

from datetime import timedelta

from elearn.kit import uptime as module
from elearn.kit.uptime import Uptime, uptime


def test_it_runs_forwards_and_no_clock_on_the_wall_moves_it(clock):
    before = uptime()
    clock.move(days=-1)
    after = uptime()
    assert after.since(before) is None or timedelta(0) <= after.since(before) < timedelta(minutes=5)


def test_two_starts_of_a_machine_or_two_machines_are_not_compared(monkeypatch):
    assert Uptime("b", 9.5).since(Uptime("b", 2.0)) == timedelta(seconds=7.5)
    assert Uptime("b", 9.5).since(Uptime("a", 2.0)) is None
    assert Uptime("", 9.5).since(Uptime("", 2.0)) is None, "where the system does not say"
    module._boot.cache_clear()
    monkeypatch.setattr(module, "Path", lambda _: type("Missing", (), {"exists": lambda _: False})())
    assert uptime().boot == ""
    module._boot.cache_clear()
