"""The attacks knock at every door as everyone; a quick run leaves them out."""

import pytest


def pytest_collection_modifyitems(items):
    for item in items:
        if "security" in item.path.parts:
            item.add_marker(pytest.mark.faults)
