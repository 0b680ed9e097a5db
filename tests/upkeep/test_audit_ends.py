"""Where the audit ended is kept outside the database, and noticed when the audit was written anew."""

import argparse
import json
import os
import socket

import pytest
from sqlalchemy import text

import config
from elearn import cli
from elearn.app import create_app
from elearn.kit import audit, log
from elearn.kit.db import db
from elearn.upkeep import audit_ends, doctor
from elearn.upkeep.tick import tick
from tests.kit.test_audit import without_guard


@pytest.fixture
def ward(installed):
    with create_app(config.from_environment() | {"TESTING": True}).app_context():
        yield installed
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def said(monkeypatch):
    lines = []
    monkeypatch.setattr(log.LOG, "handle", lambda record: lines.append(json.loads(record.getMessage())))
    return lines


def act(number):
    audit.record("check fact", "fact", f"F-{number}", actor_id=number)


def ends(lines):
    return [line for line in lines if line["event"] == "audit.end"]


def test_the_end_is_in_the_log_whole_and_in_a_file_that_only_the_owner_reads(ward, said):
    act(1)
    audit_ends.note_end("start")
    month, entry_id, seal = audit.ends()[-1]
    (line,) = ends(said)
    assert (line["when"], line["month"], line["entry"], line["hash"]) == ("start", month, entry_id, seal)
    file = ward / audit_ends.FILE
    assert audit_ends.noted() == [(month, entry_id, seal)]
    assert os.name == "nt" or file.stat().st_mode & 0o077 == 0


def test_an_end_that_has_not_moved_is_logged_again_and_kept_once(ward, said):
    act(1)
    for when in ("start", "tick", "stop"):
        audit_ends.note_end(when)
    assert [line["when"] for line in ends(said)] == ["start", "tick", "stop"]
    assert len(audit_ends.noted()) == 1
    act(2)
    audit_ends.note_end("tick")
    assert len(audit_ends.noted()) == 2 and list(audit_ends.lost()) == []


def test_the_regular_work_notes_it(ward, said):
    act(1)
    tick()
    assert [line["when"] for line in ends(said)] == ["tick"]


def test_a_chain_that_was_written_anew_is_whole_and_yet_noticed(ward):
    """Whoever owns the database removes an entry and seals everything behind it again."""
    for number in range(1, 4):
        act(number)
    audit_ends.note_end("tick")
    assert doctor.audit().good
    without_guard("DELETE FROM audit_entry")
    without_guard("DELETE FROM audit_head")
    for number in (1, 3):
        act(number)
    assert list(audit.broken_links()) == [], "by itself it looks whole"
    assert len(list(audit_ends.lost())) == 1
    found = doctor.audit()
    assert not found.good and "khác với dấu đã ghi" in found.seen and "audit.end" in found.remedy


def test_the_look_over_shows_the_end_to_compare_with_the_log(ward):
    act(1)
    _, entry_id, seal = audit.ends()[-1]
    assert f"dòng cuối {entry_id}, dấu {seal[:16]}" in doctor.audit().seen


def test_a_month_that_was_dropped_whole_is_no_loss(ward):
    act(1)
    audit_ends.note_end("tick")
    file = ward / audit_ends.FILE
    file.write_text(f"2024-01-31T00:00:00Z 2024-01 7 {'0' * 64}\n" + file.read_text())
    assert list(audit_ends.lost()) == []


@pytest.mark.parametrize("line", ["", "x", "a b c", "2026-11-26 2026-11 seven 00", "\x00\x00\x00\x00"])
def test_a_line_that_was_cut_or_spoilt_is_passed_over(ward, line):
    act(1)
    audit_ends.note_end("tick")
    with (ward / audit_ends.FILE).open("a") as file:
        file.write(line + "\n")
    assert len(audit_ends.noted()) == 1 and list(audit_ends.lost()) == []


def test_after_a_restore_the_notes_begin_anew(ward, typed, tmp_path):
    act(1)
    assert typed("backup", tmp_path / "a.zip")[0] == 0
    act(2)
    audit_ends.note_end("tick")
    db.session.remove()
    db.engine.dispose()
    assert typed("restore", tmp_path / "a.zip", "--replace")[0] == 0
    assert audit_ends.noted() == [] and list(audit_ends.lost()) == []
    assert len(list(ward.glob(f"{audit_ends.FILE}.*.old"))) == 1
    acts = db.session.scalars(text("SELECT action FROM audit_entry ORDER BY id")).all()
    assert acts[-1] == "restore backup"


def test_a_start_without_a_database_is_no_reason_to_stop(ward, said, monkeypatch):
    act(1)
    settings = config.from_environment() | {"TESTING": True}
    db.session.remove()
    db.engine.dispose()
    with audit_ends.noted_around(settings):
        monkeypatch.setitem(settings, "SQLALCHEMY_DATABASE_URI", f"sqlite:///{ward / 'gone' / 'x.db'}")
    assert [line["event"] for line in said if line["event"].startswith("audit")] == [
        "audit.end", "audit.end.unknown"
    ]  # fmt: skip


def test_serving_begins_and_ends_with_it(ward, said, monkeypatch):
    act(1)
    db.session.remove()
    db.engine.dispose()
    monkeypatch.setattr(cli, "serve_until_told", lambda *_args, **_more: said.append({"event": "served"}))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    cli.serve(argparse.Namespace(host="127.0.0.1", port=port, workers=1))
    told = [line.get("when") or line["event"] for line in said if line["event"] in ("audit.end", "served")]
    assert told == ["start", "served", "stop"]
