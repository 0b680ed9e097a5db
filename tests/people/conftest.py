"""A clock that a test moves, and hashes that it counts."""

from datetime import UTC, datetime, timedelta

import pytest

from elearn.kit import clock as kit_clock
from elearn.kit import secrets


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

    def count(secret, salt):
        made.append(salt)
        return hash_as_before(secret, salt)

    monkeypatch.setattr(secrets, "_argon2id", count)
    return made
