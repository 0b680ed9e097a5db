"""Turns at work: no more than there are, and whoever only waits is not in the way."""

import threading

from elearn.kit.at_work import turn_at, turn_set_aside


def test_who_waits_lets_another_go_first_and_then_waits_for_a_turn_again():
    turns, done = threading.Semaphore(1), []
    aside, go, leave = threading.Event(), threading.Event(), threading.Event()

    def waits():
        with turn_at(turns):
            with turn_set_aside():
                aside.set()
                assert go.wait(10)
            done.append("waited")

    def quick():
        with turn_at(turns):
            go.set()
            assert leave.wait(10)
            done.append("quick")

    threads = [threading.Thread(target=waits), threading.Thread(target=quick)]
    threads[0].start()
    assert aside.wait(10)
    threads[1].start()
    assert go.wait(10)
    leave.set()
    for thread in threads:
        thread.join(10)
    assert done == ["quick", "waited"]
    assert turns.acquire(blocking=False) and not turns.acquire(blocking=False), "one turn is left, as before"


def test_who_has_no_turn_has_none_to_set_aside():
    turns = threading.Semaphore(1)
    with turn_at(turns):
        pass
    with turn_set_aside():
        assert turns.acquire(blocking=False)
