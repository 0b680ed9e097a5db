"""The clock of the tests about people, for the tools that look at it."""

from tests.people.conftest import clock

__all__ = ["clock"]
