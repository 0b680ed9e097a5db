"""What is done once before the workers are made."""

import gc
import socket
import subprocess
import sys

import pytest

from config import ROOT
from elearn.server.listen import _load_once, listener


def test_the_program_is_loaded_once_and_for_all(monkeypatch):
    monkeypatch.delitem(sys.modules, "elearn.server.apps", raising=False)
    try:
        _load_once("elearn.server.apps:real_app")
        assert "elearn.app" in sys.modules and gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()


def test_no_worker_ties_the_classes_of_the_tables_together_for_itself():
    """In a process of its own: in this one, the tests have done it long ago."""
    look = (
        "from elearn.server.apps import load_app; load_app()\n"
        "from elearn.people.models import Person\n"
        "print(Person.__mapper__.configured)"
    )
    said = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout == "True\n"


def test_another_program_may_have_nothing_to_load():
    try:
        _load_once("platform:node")
    finally:
        gc.unfreeze()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere granian opens its own")
def test_the_body_of_a_page_does_not_wait_for_its_head():
    with listener("127.0.0.1", 0, None) as door, socket.create_connection(door.getsockname()) as phone:
        phone.sendall(b"GET")  # a line is taken up when something has arrived
        line, _ = door.accept()
        with line:
            assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
