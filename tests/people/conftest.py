"""A clock that a test moves, hashes that it counts, an app that shows codes."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from elearn.kit import clock as kit_clock
from elearn.kit import secrets
from elearn.people import second_keys
from tests.ward import viewer


class Clock:
    """Stands still until it is moved."""

    def __init__(self, at=None):
        self.at = at or datetime.now(UTC)

    def now(self, zone):
        return self.at.astimezone(zone)

    def move(self, **span):
        self.at += timedelta(**span)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(kit_clock, "datetime", clock)
    return clock


@pytest.fixture
def hashes(monkeypatch):
    """Every slow hash that is made from now on."""
    made, hash_as_before = [], secrets._argon2id

    def count(secret, salt, cost):
        made.append(salt)
        return hash_as_before(secret, salt, cost)

    monkeypatch.setattr(secrets, "_argon2id", count)
    return made


@pytest.fixture
def code(app, clock):
    """Chị Thu has an app: code() is what it shows, code(1) what it shows half a minute later."""
    secret = second_keys.fresh_secret()
    shows = pyotp.TOTP(secret)

    def code(ahead=0):
        return shows.at(int(clock.at.timestamp()) + ahead * 30)

    second_keys.add_app(viewer("thu"), secret, code(), "Điện thoại")
    clock.move(minutes=1)
    return code
