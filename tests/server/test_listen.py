"""What is done once before the workers are made."""

import gc
import sys

from elearn.server.listen import _load_once


def test_the_program_is_loaded_once_and_for_all(monkeypatch):
    monkeypatch.delitem(sys.modules, "elearn.server.apps", raising=False)
    try:
        _load_once("elearn.server.apps:real_app")
        assert "elearn.app" in sys.modules and gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()


def test_another_program_may_have_nothing_to_load():
    try:
        _load_once("platform:node")
    finally:
        gc.unfreeze()
