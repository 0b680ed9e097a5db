"""T-full: the disk is full while people answer: no false word, pages are read, all goes on by itself."""

import errno
import http.client
import os
import re
import shutil
import sqlite3
import subprocess
from collections import Counter
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

import config
from elearn.app import create_app
from elearn.cli import main
from elearn.kit.db import db
from elearn.kit.secrets import digest
from elearn.learning.recount import recount
from elearn.outreach.models import Poster
from tests.faults.learners import COURSE, hidden
from tests.security.figures import tell
from tests.serving import Server

MEGABYTES = 24
REFUSALS, MOST = 30, 2_000
AFTER = 10

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux, to find the workers"),
]


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 24 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=0755", "tmpfs", str(place)]
    if os.name == "nt" or os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("needs root, to mount a small disk")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture
def ward(small_disk, instance, _set_up_once, monkeypatch):
    """A ward on that disk, with a poster on a wall."""
    place = small_disk / "instance"
    shutil.copytree(_set_up_once, place)
    monkeypatch.setenv("ELEARN_INSTANCE", str(place))
    with create_app(config.from_environment()).app_context():
        db.session.add(Poster(code="BCDFG", ward_id=1, group_id=1, place="Nhà văn hóa", made_by_id=1))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return place


class Phone:
    """Somebody who learns: every answer is another one, and what was acknowledged is written down."""

    def __init__(self, port, cookie=""):
        self.port, self.cookie, self.ledger, self.choices, self.turn = port, cookie, [], [], 0

    def come(self):
        """Come as a new visitor and open the questions."""
        self.cookie, self.turn = "", 0
        page = self.ask("GET", f"{COURSE}/cau-hoi")[2]
        self.choices = re.findall(r'type="radio" id="[^"]+" name="([^"]+)" value="([^"]+)"', page)
        self.fields = {name: hidden(name, page) for name in ("csrf_token", "phieu")} | {"bo-trong": "1"}

    def answer(self):
        """Send an answer once; return how it was taken."""
        if self.turn == len(self.choices):
            self.come()
        name, value = self.choices[self.turn]
        self.turn += 1
        status, headers, _ = self.ask("POST", f"{COURSE}/luot-lam", urlencode(self.fields | {name: value}))
        if status == 303:
            token = re.search(r"elearn-s=([^;]+)", self.cookie)[1]
            self.ledger.append((digest(token), headers["Location"].rpartition("/")[2]))
        elif status == 503:
            assert headers["Retry-After"], "when to come again is told"
        return status

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection.request(method, path, body, headers | {"Cookie": self.cookie})
        response = connection.getresponse()
        page = response.read().decode()
        for kept in response.headers.get_all("Set-Cookie") or []:
            if kept.startswith("elearn-s="):
                self.cookie = kept.partition(";")[0]
        connection.close()
        return response.status, response.headers, page


def fill(disk):
    """Fill the disk to its last byte."""
    with (disk / "filler").open("ab", buffering=0) as filler:
        for size in (2**20, 2**12, 1):
            try:
                while True:
                    filler.write(bytes(size))
            except OSError as fault:
                assert fault.errno == errno.ENOSPC
    return disk / "filler"


def test_a_full_disk_refuses_kindly_and_is_forgotten_when_there_is_room(ward, small_disk, tmp_path, request):
    with (tmp_path / "log").open("w") as log:
        server = Server(log)
        try:
            phone = Phone(server.port)
            for _ in range(20):
                assert phone.answer() == 303
            cookie = phone.cookie
            _be_away(ward)  # so that the next page would note that its reader is here
            filler = fill(small_disk)
            refused = Counter()
            while refused[503] < REFUSALS:
                refused[phone.answer()] += 1
                assert set(refused) <= {303, 503} and refused.total() < MOST
            reader = Phone(server.port, cookie)
            for path in ("/", COURSE, "/cua-toi", f"{COURSE}/cau-hoi"):
                assert reader.ask("GET", path)[0] == 200, path
            assert reader.ask("GET", "/p/BCDFG")[0] == 303, "a poster leads on, though nobody can count it"
            filler.unlink()
            assert [phone.answer() for _ in range(AFTER)] == [303] * AFTER
        finally:
            server.stop()
    tell(
        request,
        "T-full",
        f"{dict(refused)} while full, {AFTER} of {AFTER} after; {len(phone.ledger)} acknowledged",
    )
    with closing(sqlite3.connect(ward / "elearn.db")) as found:
        kept = set(
            found.execute(
                "SELECT session.token_digest, attempt.id FROM attempt "
                "JOIN session ON session.person_id = attempt.person_id"
            )
        )
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert kept == set(phone.ledger), "an acknowledged answer is lost, or one is there that was refused"
    with create_app(config.from_environment()).app_context():
        assert recount() == []
        db.session.remove()
        db.engine.dispose()


def _be_away(ward):
    with closing(sqlite3.connect(ward / "elearn.db", timeout=15)) as found, found:
        found.execute("UPDATE session SET seen_at = '2026-11-01 00:00:00.000000'")


def test_a_backup_on_a_full_disk_leaves_nothing_half_and_is_told(ward, small_disk, monkeypatch, capsys):
    monkeypatch.setenv("ELEARN_BACKUPS", str(small_disk / "backups"))
    filler = fill(small_disk)
    os.truncate(filler, filler.stat().st_size - 300_000)  # room for a lease and a note, not for a copy
    assert main(["tick"]) == 1
    assert "ổ đĩa đã đầy" in capsys.readouterr().err
    assert not [one for one in (small_disk / "backups").iterdir() if ".zip" in one.name]
    assert not list(ward.glob(".scratch*"))
    filler.unlink()
    assert main(["tick"]) == 0 and "Diễn tập khôi phục" in capsys.readouterr().out
