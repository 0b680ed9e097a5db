"""The hall: thirty phones behind one address join a class, answer, keep names and sign in, all at once.

The line is bad: every phone sends each form twice, as after a lost answer, and mistypes its mã học once.
"""

import html
import http.client
import re
import threading
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

import config
from elearn.app import create_app
from elearn.kit.clock import now
from elearn.kit.db import db
from elearn.kit.secrets import digest
from elearn.learning.models import Attempt, Credit, DailyTally
from elearn.learning.recount import recount
from elearn.people import entry
from elearn.people.actions import make_group, open_session
from elearn.people.models import Grant, How, Person, SessionKind
from elearn.people.permissions import Role
from elearn.people.session_queries import find_viewer
from tests.faults.learners import COURSE, hidden
from tests.installation import LESSONS
from tests.serving import Server

PHONES = 30
ENOUGH = 3  # right answers of the four; the fourth question is left open
RIGHT = {
    words.replace("**", "").strip()
    for words in re.findall(
        r"^- \[x\] (.+)$",
        (Path(config.ROOT) / "courses" / "thanh-toan-so" / LESSONS[0]).read_text(),
        re.MULTILINE,
    )
}

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux, to find the workers"),
]


class Phone(threading.Thread):
    """One phone of the hall, with its own cookies."""

    def __init__(self, number, port, ticket, begin):
        super().__init__(daemon=True)
        self.owner = f"Người số {number} của buổi"
        self.port, self.ticket, self.begin = port, ticket, begin
        self.cookies, self.fault, self.statuses = {}, None, Counter()

    def run(self):
        try:
            self.begin.wait()
            self.join_class()
            self.answer()
            code, pin = self.keep()
            self.sign_in_elsewhere(code, pin)
        except Exception as fault:
            self.fault = f"{self.owner}: {fault!r}"

    def join_class(self):
        page = self.read(f"/lop/{self.ticket}")
        self.send(f"/lop/{self.ticket}", page)

    def answer(self):
        self.read(COURSE)
        page = self.read(f"{COURSE}/cau-hoi")
        chosen = [
            (name, value)
            for name, value, words in re.findall(
                r'<input type="radio" id="[^"]+" name="([^"]+)" value="([^"]+)"> <span>(.*?)</span>', page
            )
            if html.unescape(re.sub(r"<[^>]+>", "", words)).strip() in RIGHT
        ]
        assert len(chosen) == ENOUGH, chosen
        sent = {"phieu": hidden("phieu", page), "bo-trong": "1", **dict(chosen)}
        where = self.send(f"{COURSE}/luot-lam", page, **sent)
        assert "Bác đã xong bài này" in self.read(where)

    def keep(self):
        """Keep the result under a name; return the codes. The group of the class stands there already."""
        page = self.read(f"/dang-ky?ve={COURSE}")
        assert re.search(r'<option selected value="DG05"', page), "the class has told the group"
        agreed = dict.fromkeys(("adult", "keep_results", "seen_by_helper"), "y")
        told = {"cach": "ten", "name": self.owner, "group": "DG05", "form_id": hidden("form_id", page)}
        where = self.send(f"/dang-ky?ve={COURSE}", page, **told, **agreed)
        page = self.read(where)
        code, pin = re.findall(r'class="secret">([^<]+)<', page)
        return code, pin

    def sign_in_elsewhere(self, code, pin):
        """On another phone of the hall: first with a wrong number, then with the right one."""
        self.cookies = {}
        self.join_class()
        page = self.read("/dang-nhap")
        wrong = pin[::-1] if pin != pin[::-1] else "730195"
        status, _, _ = self.ask("POST", "/dang-nhap", {**token_of(page), "who": code, "secret": wrong})
        assert status == 422, status
        self.send("/dang-nhap", self.read("/dang-nhap"), twice=False, who=code, secret=pin)
        assert self.owner in self.read("/cua-toi")

    def read(self, path):
        status, _, page = self.ask("GET", path)
        assert status == 200, (path, status)
        return page

    def send(self, path, page, *, twice=True, **fields):
        """Send a form; twice, as a phone does that never heard the first answer. Return where it leads."""
        sent, before = {**token_of(page), **fields}, dict(self.cookies)
        for _ in range(2 if twice else 1):
            self.cookies = dict(before)
            status, where, body = self.ask("POST", path, sent)
            assert status == 303, (path, status, re.sub(r"<[^>]+>", " ", body)[:900])
        return where

    def ask(self, method, path, fields=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, None if fields is None else urlencode(fields), headers)
        response = connection.getresponse()
        body = response.read().decode()
        for kept in response.headers.get_all("Set-Cookie") or []:
            name, _, value = kept.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        self.statuses[response.status] += 1
        return response.status, response.headers.get("Location", ""), body


def token_of(page):
    return {"csrf_token": hidden("csrf_token", page)}


@pytest.fixture
def ticket(installed):
    """A class of tổ 5, begun for as many as come."""
    with create_app(config.from_environment()).app_context():
        own = make_group(1, "DG05", "Tổ dân phố số 5", adults=420)
        chief = db.session.scalar(select(Grant.person_id).where(Grant.role == Role.ADMINISTRATOR))
        open_session(digest("the chief's"), chief, SessionKind.STAFF)
        token = entry.issue_class_ticket(own, PHONES, find_viewer(digest("the chief's"), now()))
        db.session.remove()
        db.engine.dispose()
    return token


def test_a_hall_behind_one_address_registers_passes_keeps_and_comes_back(ticket, tmp_path):
    begin = threading.Event()
    with (tmp_path / "log").open("w") as log:
        server = Server(log)
        try:
            phones = [Phone(number, server.port, ticket, begin) for number in range(PHONES)]
            for phone in phones:
                phone.start()
            begin.set()
            for phone in phones:
                phone.join(240)
        finally:
            server.stop()
    assert [phone.fault for phone in phones if phone.fault] == []
    assert not {status for phone in phones for status in phone.statuses if status == 429 or status >= 500}
    with create_app(config.from_environment()).app_context():
        each_is_counted_once({phone.owner for phone in phones})
        db.session.remove()
        db.engine.dispose()


def each_is_counted_once(owners):
    """Hold the database against who was in the hall."""
    named = select(Person.display_name).where(Person.group_id.is_not(None))
    assert sorted(db.session.scalars(named)) == sorted(owners)
    assert db.session.scalar(select(func.count(Attempt.id))) == len(owners)
    credits = db.session.execute(
        select(Credit.what, Credit.how, func.sum(Credit.amount)).group_by(Credit.what, Credit.how)
    )
    counted = {(what, how): amount for what, how, amount in credits if what in ("registered", "lesson")}
    assert counted[("lesson", How.MEETING)] == len(owners)
    assert sum(amount for (what, _), amount in counted.items() if what == "lesson") == len(owners)
    assert sum(amount for (what, _), amount in counted.items() if what == "registered") == len(owners)
    lessons = select(func.sum(DailyTally.lessons)).where(DailyTally.how == How.MEETING)
    assert db.session.scalar(lessons) == len(owners)
    assert recount() == []
