"""Two machines of the platform over one database: what is known at one is known at the other.

Each is the real server, with an address and a folder of its own; only the database and the secret are shared.
"""

import http.client
import os
import re
import subprocess
import sys
import time
from html import unescape
from urllib.parse import urlencode

import pytest
from sqlalchemy import create_engine, text

import config
from tests.installation import small_shelf
from tests.serving import Server
from tests.ward import CAST

pytestmark = [pytest.mark.faults, pytest.mark.postgres]
ADDRESSES = ("127.0.0.1", "127.0.0.2")
COURSE = "/khoa-hoc/thanh-toan-so"
UNAPPROVED = "Bản của dự án, phường chưa duyệt"
ASKED = 24  # times, so that every worker of a machine answers at least once
SECONDS = 10  # within which something must be seen; it is a second and a bit
FILL = """
import config
from elearn.app import create_app
from elearn.kit.db import db, transaction
from elearn.people.models import Grant
from elearn.people.permissions import Role
from elearn.library.folder import read_shelf
from elearn.library.shelf import load_shelf
from elearn.upkeep.migrate import migrate
from tests import ward

app = create_app(config.from_environment())
with app.app_context():
    migrate(db.engine, app.config["MIGRATIONS"])
    ward.settle()
    with transaction():  # shared courses are published by who may do so everywhere
        db.session.add(Grant(person_id=ward.person("duc").id, role=Role.EDITOR))
    load_shelf(read_shelf(app.config["COURSES"]))
"""


@pytest.fixture(scope="module")
def machines(postgres_url, tmp_path_factory):
    """Two servers over a database of their own in which the cast lives."""
    root = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.execute(text("CREATE DATABASE two_machines"))
    home = tmp_path_factory.mktemp("two")
    shared = {
        "DATABASE_URL": postgres_url.rpartition("/")[0] + "/two_machines",
        "ELEARN_SECRET_KEY": "of two machines, and as long as it has to be",
        "ELEARN_COURSES": str(small_shelf(home / "courses")),
        "ELEARN_WITHOUT_TLS": "1",
    }
    fill = [sys.executable, "-c", FILL]  # beside this process, in which hashes are cheap
    environment = os.environ | shared | {"ELEARN_INSTANCE": str(home / "filling")}
    subprocess.run(fill, env=environment, cwd=config.ROOT, check=True, timeout=120)
    running = []
    with (home / "log").open("w") as log:
        try:
            for number, address in enumerate(ADDRESSES):
                place = str(home / f"machine-{number}")
                running.append(Server(log, host=address, **shared | {"ELEARN_INSTANCE": place}))
            yield running
        finally:
            for server in running:
                server.close()
    with root.connect() as connection:
        connection.execute(text("DROP DATABASE two_machines WITH (FORCE)"))
    root.dispose()


class Phone:
    """A browser that may ask either machine: what leads to them is one name for both."""

    def __init__(self):
        self.cookies, self.page = {}, ""

    def open(self, machine, path, method="GET", fields=None):
        """Ask, and return the status and where one is led."""
        line = http.client.HTTPConnection(machine.host, machine.port, timeout=30)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, path, urlencode(fields) if fields is not None else None, headers)
        answer = line.getresponse()
        page = answer.read().decode()
        line.close()
        for kept in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = kept.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.page = re.sub(r"\s+", " ", unescape(page))
        return answer.status, answer.headers.get("Location", "")

    def send(self, machine, path, **fields):
        """Send a form of the page that was opened last."""
        [token, *_] = re.findall(r'name="csrf_token" (?:type="hidden" )?value="([^"]+)"', self.page)
        return self.open(machine, path, "POST", fields | {"csrf_token": token})

    def sign_in(self, machine, name, secret=None):
        self.open(machine, "/dang-nhap")
        return self.send(machine, "/dang-nhap", who=CAST[name].phone, secret=secret or CAST[name].secret)


def test_who_comes_in_at_one_is_known_at_the_other_and_out_at_both(machines):
    one, other = machines
    phone = Phone()
    assert phone.sign_in(one, "lan")[0] == 303
    assert phone.open(other, "/cua-toi")[0] == 200 and CAST["lan"].full_name in phone.page
    thief = Phone()
    thief.cookies = dict(phone.cookies)
    assert phone.send(other, "/dang-xuat")[0] == 303
    thief.open(one, "/cua-toi")
    assert CAST["lan"].full_name not in thief.page and "Ở đây chưa có gì" in thief.page


def test_a_form_opened_at_one_may_be_sent_to_the_other(machines):
    one, other = machines
    phone = Phone()
    phone.open(one, "/dang-nhap")
    assert phone.send(other, "/dang-nhap", who=CAST["hoa"].phone, secret=CAST["hoa"].secret)[0] == 303
    assert phone.open(one, "/cua-toi")[0] == 200


def test_guesses_at_both_come_from_one_budget(machines):
    """5 a day from unknown devices for one account: then even the right mã học is refused, at either."""
    statuses = [Phone().sign_in(machines[number % 2], "tai", "000000")[0] for number in range(5)]
    assert statuses == [422] * 5
    for machine in machines:
        assert Phone().sign_in(machine, "tai")[0] in (422, 429)
    assert Phone().sign_in(machines[0], "lan")[0] == 303  # nobody else pays for it


def test_what_is_published_at_one_is_seen_at_the_other(machines):
    """Each machine keeps pages ready for visitors; nobody tells it that something has changed."""
    one, other = machines
    editor, visitor = Phone(), Phone()
    assert editor.sign_in(one, "duc")[0] == 303
    lesson = f"{COURSE}/tien-trong-dien-thoai"
    assert all(visitor.open(other, COURSE)[0] == 200 and UNAPPROVED in visitor.page for _ in range(ASKED))
    assert all(visitor.open(other, lesson)[0] == 200 for _ in range(ASKED))

    editor.open(one, "/soan-bai/khoa/thanh-toan-so")
    assert editor.send(one, "/soan-bai/khoa/thanh-toan-so/duyet", agreed="y")[0] == 303
    assert soon(lambda: visitor.open(other, COURSE)[0] == 200 and UNAPPROVED not in visitor.page)

    retired = "/soan-bai/bai/thanh-toan-so/tien-trong-dien-thoai"
    editor.open(one, f"{retired}/ngung")
    assert editor.send(one, f"{retired}/ngung", reason="Đang viết lại bài này.")[0] == 303
    assert soon(lambda: visitor.open(other, lesson)[0] in (404, 410))

    editor.open(other, retired)
    assert editor.send(other, f"{retired}/dung-lai")[0] == 303
    assert soon(lambda: visitor.open(one, lesson)[0] == 200)


def soon(true):
    """Does it come true, whichever worker of the machine is asked?"""
    began = time.monotonic()
    while time.monotonic() - began < SECONDS:
        if all(true() for _ in range(ASKED)):
            return True
        time.sleep(0.1)
    return False
