"""T-reload: workers are changed, and the whole platform restarts, while people ask; nobody is refused."""

import http.client
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.serving import WORKERS, Server
from tests.sizes import size

READERS = 4
ROUNDS = size(1, 5)
PAGES = ("/healthz", "/khoa-hoc/thanh-toan-so", "/khoa-hoc/thanh-toan-so/tien-trong-dien-thoai")

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux, to find the workers"),
]


class Reader(threading.Thread):
    """Opens page after page, each on a line of its own, as phones behind a proxy do."""

    def __init__(self, port, done):
        super().__init__(daemon=True)
        self.port, self.done = port, done
        self.read, self.faults = 0, []

    def run(self):
        while not self.done.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                connection.request("GET", PAGES[self.read % len(PAGES)])
                response = connection.getresponse()
                response.read()
                if response.status != 200:
                    self.faults.append(response.status)
            except (OSError, http.client.HTTPException) as fault:
                self.faults.append(repr(fault))
            finally:
                connection.close()
            self.read += 1


@pytest.fixture
def server(installed, tmp_path):
    """A server whose socket somebody else holds, as systemd does."""
    with (tmp_path / "log").open("w") as log:
        server = Server(log, held=True)
        yield server
        server.close()


@pytest.fixture
def readers(server):
    done = threading.Event()
    readers = [Reader(server.port, done) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    yield readers
    done.set()


def wait_until(true):
    for _ in range(1200):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it does not come to that")


def read(readers):
    return sum(reader.read for reader in readers)


def faults(readers):
    return [fault for reader in readers for fault in reader.faults]


def test_fresh_workers_take_over_without_refusing_anybody(server, readers):
    for _ in range(ROUNDS):
        before, so_far = server.workers(), read(readers)
        wait_until(lambda so_far=so_far: read(readers) > so_far + 20)
        os.kill(server.process.pid, signal.SIGHUP)
        wait_until(lambda before=before: not set(before) & set(server.workers()))
        assert len(server.workers()) == WORKERS
    assert faults(readers) == []


def test_while_the_whole_platform_restarts_phones_wait_and_none_is_refused(server, readers):
    for _ in range(ROUNDS):
        so_far = read(readers)
        wait_until(lambda so_far=so_far: read(readers) > so_far + 20)
        server.stop()
        server.start()
    so_far = read(readers)
    wait_until(lambda: read(readers) > so_far + 20)
    assert faults(readers) == []
