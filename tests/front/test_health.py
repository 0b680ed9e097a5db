"""What machines ask: one word each, and counts for who has the token."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from elearn.kit import metrics, revision
from elearn.kit.db import db
from elearn.kit.lease import TICK, give_back, take_lease
from elearn.kit.upkeep_notes import BACKUP, REHEARSAL, note_upkeep

TOKEN = "forty-letters-that-only-the-machine-that-asks-has"


@pytest.fixture
def broken(monkeypatch):
    """The database is away."""

    def refuse(*_, **__):
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(db.session, "execute", refuse)
    monkeypatch.setattr(db.session, "scalars", refuse)


@pytest.fixture
def counting(app, monkeypatch, tmp_path):
    """The app of an administrator who has set a token."""
    monkeypatch.setattr(metrics, "_kept", [])
    monkeypatch.setitem(app.config, "METRICS_TOKEN", TOKEN)
    monkeypatch.setitem(app.config, "INSTANCE", tmp_path)
    monkeypatch.setitem(app.extensions, "metrics", metrics.keep_metrics(None))


def told(browser, token=TOKEN):
    """Ask for the counts; return the status, and each line by its name."""
    answer = browser.client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    lines = [line for line in answer.get_data(as_text=True).splitlines() if not line.startswith("#")]
    return answer.status_code, dict(line.rsplit(" ", 1) for line in lines if " " in line)


def test_the_process_says_that_it_answers_whatever_the_database_does(browser, broken):
    assert browser.open("/healthz").get_data(as_text=True) == "ok\n"


def test_people_may_be_sent_where_the_database_fits_the_program(browser):
    answer = browser.open("/readyz")
    assert answer.get_data(as_text=True) == "ok\n" and answer.headers["Cache-Control"] == "no-store"


def test_nobody_is_sent_where_the_database_is_away(browser, broken):
    assert browser.open("/readyz", expect=503).get_data(as_text=True) == "no\n"


def test_nobody_is_sent_where_the_tables_are_of_another_revision(browser, monkeypatch):
    monkeypatch.setattr(revision, "_expected", lambda _: frozenset({"9999"}))
    assert browser.open("/readyz", expect=503).get_data(as_text=True) == "no\n"


def test_nothing_is_counted_or_told_without_a_token(browser):
    assert told(browser)[0] == 404 and metrics._kept == []


def test_who_has_not_the_token_is_told_nothing(browser, counting):
    for wrong in ("", TOKEN[:-1], f"{TOKEN}x", "ướt"):
        answer = browser.client.get("/metrics", headers={"Authorization": f"Bearer {wrong}".encode()})
        assert answer.status_code == 401 and "elearn_" not in answer.get_data(as_text=True)


def test_answers_are_counted_by_rule_and_class_and_time(browser, counting):
    browser.open("/mau")
    browser.client.get("/the/tok-8f3kZq")
    browser.client.get("/khong-co/tok-8f3kZq")
    browser.client.post("/dang-nhap")
    status, lines = told(browser)
    assert status == 200
    assert lines['elearn_requests_total{rule="/mau",status="2xx"}'] == "1.0"
    assert lines['elearn_requests_total{rule="no.such.page",status="4xx"}'] == "1.0"
    assert lines['elearn_request_seconds_count{how="write"}'] == "1.0"
    assert 'elearn_request_seconds_bucket{how="read",le="0.3"}' in lines
    assert "tok-8f3kZq" not in " ".join(lines)


def test_what_is_true_now_is_told_too(app, browser, counting):
    assert "elearn_backup_age_seconds" not in told(browser)[1]
    for work in (BACKUP, REHEARSAL):
        note_upkeep(work, "Làm được.")
    take_lease(TICK, timedelta(0))
    give_back(TICK)
    lines = told(browser)[1]
    assert float(lines["elearn_backup_age_seconds"]) < 600 and float(lines["elearn_tick_age_seconds"]) < 600
    assert lines["elearn_ready"] == "1.0" and float(lines["elearn_disk_free_bytes"]) > 0
    assert {f"elearn_{name}" for name in metrics.MOMENTS} <= set(lines)


def test_the_counts_can_be_read_while_the_database_is_away(browser, counting, broken):
    status, lines = told(browser)
    assert status == 200 and lines["elearn_ready"] == "0.0" and "elearn_tick_age_seconds" not in lines
