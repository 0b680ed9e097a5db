"""The ward that the tests of upkeep use, for the commands that look after it."""

from tests.upkeep.conftest import kept, newer, ward

__all__ = ["kept", "newer", "ward"]
