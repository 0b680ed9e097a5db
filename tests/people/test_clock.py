"""T-clock: the server's clock leaps a day, either way: no learner is signed out, nothing lives longer."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from elearn.kit.clock import now
from elearn.kit.db import db
from elearn.kit.secrets import digest
from elearn.kit.uptime import Uptime
from elearn.learning import retention
from elearn.learning.quiz import Slip, seal, unseal
from elearn.people import entry, rules
from elearn.people.actions import note_seen, open_session
from elearn.people.device import known_here
from elearn.people.entry_queries import find_link_owner
from elearn.people.models import Session, SessionKind
from elearn.privacy.periods import PERIOD
from tests.people.test_session import come, is_in
from tests.ward import CAST

DAY = timedelta(days=1)
TEN = rules.ONE_TIME_CODE_LASTS


@pytest.fixture
def machine(monkeypatch):
    """The machine's own count of time, which the wall's clock does not move: machine.seconds."""

    class Machine:
        boot, seconds = "this start", 1000.0

    monkeypatch.setattr(entry, "uptime", lambda: Uptime(Machine.boot, Machine.seconds))
    return Machine


# --- sessions


@pytest.mark.parametrize("days", [1, -1])
def test_who_learns_on_an_own_phone_stays_signed_in(browser, clock, days):
    come(browser)
    for _ in range(3):
        clock.move(days=days)
        assert is_in(browser)
        clock.move(days=-days)
        assert is_in(browser)


@pytest.mark.parametrize("name", ["hoa", "quan"])
def test_a_clock_that_was_a_day_ahead_for_an_hour_signs_nobody_out_for_good(browser, clock, name):
    """The hourly work ran while the clock was wrong: it drops no session that may yet be good."""
    come(browser, name)
    clock.move(days=1)
    retention.drop_due("sessions", PERIOD["sessions"].usual)
    clock.move(days=-1, minutes=5)
    assert is_in(browser)


@pytest.mark.parametrize("name", ["hoa", "quan"])
def test_who_came_in_while_the_clock_was_ahead_is_out_when_they_would_have_been(browser, clock, name):
    """A session of some hours does not become one of a day and some hours."""
    clock.move(days=1)
    come(browser, name)
    clock.move(days=-1)
    assert is_in(browser)
    (session,) = db.session.scalars(select(Session))
    db.session.refresh(session)
    assert session.expires_at <= now() + rules.SESSION_LASTS[session.kind] and session.seen_at == now()
    clock.move(hours=13)
    assert not is_in(browser)


def test_idle_staff_are_out_though_the_clock_was_ahead(browser, clock):
    come(browser, "quan")
    clock.move(minutes=20)
    clock.move(days=1, minutes=-1430)  # it is put ahead for a moment, and back
    browser.open("/giup-do")
    clock.move(minutes=-10)
    browser.open("/giup-do")
    clock.move(minutes=31)
    assert not is_in(browser)


def test_a_device_that_was_known_tomorrow_is_known_today(app, browser, person, monkeypatch):
    """Its cookie was signed by a clock that ran a day ahead."""
    real = time.time
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: real() + 86_400)
    come(browser)
    monkeypatch.undo()
    kept = browser.client.get_cookie("elearn-k").value
    with app.test_request_context("/", headers={"Cookie": f"elearn-k={kept}"}):
        assert known_here().ids == (person("lan").id,)


# --- codes and links


def test_a_code_runs_out_after_ten_minutes_whatever_the_wall_says(person, viewer, clock, machine):
    lan, hoa = person("lan").id, viewer("hoa")
    phone = CAST["lan"].phone

    def left(*, wall=timedelta(0), steady=timedelta(0), boot="this start"):
        """Issue a code, let time pass by either clock, and use it."""
        code = entry.issue_code(lan, hoa)
        clock.at += wall
        machine.seconds += steady.total_seconds()
        machine.boot = boot
        used = entry.use_code(phone, code, "a browser")
        clock.at -= wall
        machine.boot = "this start"
        return used == lan

    minute = timedelta(minutes=1)
    assert left(wall=9 * minute, steady=9 * minute)
    assert not left(wall=10 * minute, steady=10 * minute)
    assert not left(wall=-DAY), "issued tomorrow"
    assert not left(wall=DAY), "issued yesterday: it has run out, though only now"
    assert not left(wall=-5 * minute, steady=5 * minute), "put back by minutes, it is of the future"
    assert not left(wall=-minute / 2, steady=11 * minute), "put back by half a minute, again and again"
    assert not left(wall=0 * minute, steady=-minute), "no machine counts backwards"
    assert left(wall=9 * minute, steady=900 * minute, boot="another"), "after a restart the wall decides"


def test_a_code_keeps_when_it_was_issued_by_the_machines_own_count(person, viewer, machine):
    entry.issue_code(person("lan").id, viewer("hoa"))
    kept = db.session.scalar(select(entry.SignInCode))
    assert (kept.boot, kept.boot_seconds) == ("this start", 1000)


def test_a_return_link_of_tomorrow_opens_nothing(person, clock):
    clock.move(days=1)
    link = digest(entry.issue_return_link(person("lan").id))
    clock.move(days=-1)
    assert find_link_owner(link, now()) is None
    clock.move(days=1)
    assert find_link_owner(link, now()).id == person("lan").id


@pytest.mark.parametrize("days", [1, -1])
def test_mistakes_of_another_day_do_not_lock_anybody_out(browser, clock, days):
    for _ in range(2):
        for _ in range(rules.UNKNOWN_DEVICES_A_DAY - 1):
            browser.open("/dang-nhap")
            browser.send("/dang-nhap", expect=422, who=CAST["lan"].phone, secret="000001")
        clock.move(days=days)
    browser.send("/dang-nhap", expect=303, who=CAST["lan"].phone, secret=CAST["lan"].secret)


# --- how long something took


def test_nobody_answers_before_the_questions_were_opened(app, clock):
    slip = Slip("a" * 32, 1, now().replace(microsecond=0), 0, ("a",), {}, "")
    text = seal(slip, "a secret of the tests")
    clock.move(days=-1)
    opened = unseal(text, "a secret of the tests", now()).opened_at
    assert opened <= now()
    clock.move(days=2)
    assert unseal(text, "a secret of the tests", now()).opened_at == slip.opened_at


def test_what_has_run_out():
    moment, minute = now(), timedelta(minutes=1)
    for age, steady, out in (
        (9, None, False), (10, None, True), (9, 9, False), (9, 10, True), (0, 11, True), (-1, 0, False),
        (-2, 0, True), (9, -1, True), (-1440, None, True), (1440, None, True),
    ):  # fmt: skip
        count = None if steady is None else steady * minute
        assert rules.has_run_out(moment - age * minute, moment, TEN, count) is out, (age, steady)


def test_every_kind_of_session_is_clamped(app, viewer, clock):
    for kind in SessionKind:
        clock.move(days=1)
        open_session(kind.value, viewer("lan").person_id, kind)
        clock.move(days=-1)
        note_seen(kind.value)
        ends = db.session.scalar(select(Session.expires_at).where(Session.token_digest == kind.value))
        assert ends <= now() + rules.SESSION_LASTS[kind], kind
