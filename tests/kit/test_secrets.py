"""Slow hashes: one at a time, in a thread that stands back, and nobody who is quick waits for them."""

import os
import sys
import threading

import pytest

from elearn.kit import secrets
from elearn.server.patience import patient

SALT = "00" * 16


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a whole process is nice, or none")
def test_a_hash_stands_back_and_whoever_asked_for_it_does_not(monkeypatch):
    here = os.getpriority(os.PRIO_PROCESS, 0)
    monkeypatch.setattr(secrets, "_argon2id", lambda *_: os.getpriority(os.PRIO_PROCESS, 0))
    assert secrets.slow_hash("a", SALT, "pepper") == min(here + secrets.LEISURE, 19)
    assert os.getpriority(os.PRIO_PROCESS, 0) == here


def test_no_two_are_made_at_once(monkeypatch):
    here, most = [], []

    def hash_it(secret, *_):
        here.append(1)
        most.append(len(here))
        threading.Event().wait(0.01)
        here.pop()
        return secret

    monkeypatch.setattr(secrets, "_argon2id", hash_it)
    threads = [threading.Thread(target=secrets.slow_hash, args=("a", SALT, "pepper")) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert most == [1] * 6


def test_what_goes_wrong_in_it_is_told(monkeypatch):
    def fail(*_):
        raise MemoryError

    monkeypatch.setattr(secrets, "_argon2id", fail)
    with pytest.raises(MemoryError):
        secrets.slow_hash("a", SALT, "pepper")
    monkeypatch.setattr(secrets, "_argon2id", lambda *_: "made")
    assert secrets.slow_hash("a", SALT, "pepper") == "made"


def test_a_page_does_not_wait_for_those_who_sign_in(monkeypatch):
    """However many sign in, the turns at work are for those who have something to do."""
    hashing, go = threading.Event(), threading.Event()

    def hash_it(*_):
        hashing.set()
        assert go.wait(10)
        return "made"

    def app(request, _start):
        return [
            request["PATH_INFO"] if request["PATH_INFO"] == "/page" else secrets.slow_hash("a", SALT, "b")
        ]

    monkeypatch.setattr(secrets, "_argon2id", hash_it)
    front = patient(app, 1_000, at_work=2)
    signing_in = [threading.Thread(target=front, args=({"PATH_INFO": "/in"}, None)) for _ in range(5)]
    for thread in signing_in:
        thread.start()
    assert hashing.wait(10)
    page = []
    reading = threading.Thread(target=lambda: page.append(front({"PATH_INFO": "/page"}, None)))
    reading.start()
    reading.join(5)
    assert page == [["/page"]]
    go.set()
    for thread in signing_in:
        thread.join(10)
