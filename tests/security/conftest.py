"""The attacks knock at every door as everyone; a quick run leaves them out."""

import pytest

from tests.security.fields import listening


def pytest_collection_modifyitems(items):
    for item in items:
        if "security" in item.path.parts:
            item.add_marker(pytest.mark.faults)


@pytest.fixture
def listener(lively):
    """Somebody who knocks at every door and hears what it asks for; see tests/security/fields.py."""
    with listening(lively) as one:
        yield one
