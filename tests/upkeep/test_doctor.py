"""The look-over: each thing that can be wrong is found and told with what to do; nothing else is."""

import shutil
import sqlite3
from collections import namedtuple
from datetime import date, datetime, timedelta

import pytest
from flask import current_app
from sqlalchemy import delete, text, update

import config
from elearn.app import create_app
from elearn.kit import findings
from elearn.kit.audit import record
from elearn.kit.db import db, transaction
from elearn.kit.lease import TICK, give_back, take_lease
from elearn.kit.upkeep_notes import BACKUP, REHEARSAL, note_upkeep
from elearn.learning.models import Standing
from elearn.people.models import Grant, Ward
from elearn.upkeep import doctor


@pytest.fixture
def ward(installed):
    """A ward in which everything is as it should be."""
    with create_app(config.from_environment() | {"TESTING": True}).app_context():
        take_lease(TICK, timedelta(minutes=1))
        give_back(TICK)
        for work in (BACKUP, REHEARSAL):
            note_upkeep(work, "Làm được.")
        yield installed
        db.session.remove()
        db.engine.dispose()


def bad(quick=False):
    """Return what is not good, by name."""
    db.session.rollback()
    return {one.what: one for one in doctor.findings(quick=quick) if not one.good}


def test_a_ward_that_was_just_set_up_has_nothing_to_be_seen_to(ward):
    assert bad() == {}
    every = [one.what for one in doctor.findings(quick=False)]
    assert len(every) == 20 and every[0] == "Khóa bí mật" and every[-1] == "Số liệu các bảng"
    assert len(list(doctor.findings(quick=True))) == 18


def test_every_remedy_says_what_to_do(ward, monkeypatch):
    found = findings.Finding("Ổ đĩa", False, "còn trống 0.1 GB", "Xóa bớt tệp cũ.")
    assert str(found).splitlines() == ["cần xem   Ổ đĩa: còn trống 0.1 GB", "            → Xóa bớt tệp cũ."]
    assert str(found._replace(good=True)) == "đạt       Ổ đĩa: còn trống 0.1 GB"


def test_a_file_that_others_may_read(ward):
    (ward / config.SECRET).chmod(0o644)
    (ward / "elearn.db").chmod(0o640)
    found = [one for one in doctor.rights() if not one.good]
    assert [one.seen for one in found] == ["secret.key 644", "elearn.db 640"]
    assert "chmod 600" in found[0].remedy


def test_a_full_disk(ward, monkeypatch):
    usage = namedtuple("usage", "total used free")(10**12, 10**12, 10**8)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    assert list(bad()) == ["Ổ đĩa"]


def test_a_clock_that_went_backwards(ward, monkeypatch):
    monkeypatch.setattr(findings, "now", lambda: datetime(2026, 11, 20))
    assert "sớm hơn điều đã ghi" in bad(quick=True)["Đồng hồ"].seen
    monkeypatch.setattr(findings, "now", lambda: datetime(2000, 1, 1))
    assert "Đồng hồ" in bad(quick=True)


def test_a_database_that_is_not_there_or_not_ours_stops_the_look_over(ward):
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
    assert list(bad()) == ["Bản của cơ sở dữ liệu"]
    db.session.remove()
    db.engine.dispose()
    (ward / "elearn.db").unlink()
    assert list(bad()) == ["Cơ sở dữ liệu"] and not (ward / "elearn.db").exists()
    (ward / "elearn.db").write_bytes(b"no database" * 1000)
    assert list(bad()) == ["Quyền đọc tệp", "Cơ sở dữ liệu"]


def test_a_database_that_is_too_old(ward, monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_SQLITE", (99, 0))
    found = bad(quick=True)["Cơ sở dữ liệu"]
    assert found.seen.startswith("SQLite 3") and "Cài Python mới hơn" in found.remedy


def test_a_secret_that_can_be_guessed(ward, monkeypatch):
    monkeypatch.setitem(current_app.config, "SECRET_KEY", "a" * 40)
    assert "elearn init" in bad(quick=True)["Khóa bí mật"].remedy


def test_a_broken_reference_and_a_broken_page(ward):
    with sqlite3.connect(ward / "elearn.db") as connection:
        connection.execute("INSERT INTO consent (person_id, purpose, text_version, given_at, channel) "
                           "VALUES (999, 'x', 'x', '2026-01-01 00:00:00', 'self')")  # fmt: skip
    connection.close()
    assert "bảng consent" in bad()["Dữ liệu nguyên vẹn"].seen
    assert "elearn restore" in bad()["Dữ liệu nguyên vẹn"].remedy


def test_trial_accounts_no_ward_and_nobody_in_charge(ward):
    with transaction():
        db.session.execute(update(Ward).values(demo=True))
        db.session.execute(delete(Grant))
    assert list(bad(quick=True)) == ["Tài khoản thử", "Người quản trị"]


def test_a_fact_that_nobody_has_checked_for_long(ward, monkeypatch):
    monkeypatch.setattr(doctor, "today", lambda: date(2036, 1, 1))
    found = bad(quick=True)["Dữ kiện trong bài"]
    assert "quá hạn kiểm" in found.seen and "/soan-bai/du-kien" in found.remedy


def test_a_journal_that_never_ends(ward, monkeypatch):
    monkeypatch.setattr(findings, "LARGEST_JOURNAL", 1)
    with transaction():
        db.session.execute(update(Ward).values(city="Hải Phòng"))
    assert list(bad(quick=True)) == ["Phần ghi chưa gộp của cơ sở dữ liệu"]


def test_regular_work_and_backups_that_stopped(ward):
    with transaction():
        db.session.execute(text("UPDATE lease SET until = '2026-11-01 00:00:00.000000'"))
        db.session.execute(text("UPDATE upkeep_note SET at = '2026-11-01 00:00:00.000000'"))
    assert {"Việc định kỳ", "Sao lưu", "Diễn tập khôi phục"} == set(bad(quick=True))
    with transaction():
        db.session.execute(text("DELETE FROM lease"))
        db.session.execute(text("DELETE FROM upkeep_note"))
    assert bad(quick=True)["Sao lưu"].seen == "chưa có bản nào"
    assert bad(quick=True)["Việc định kỳ"].seen == "chưa chạy lần nào"


def test_an_audit_that_was_tampered_with(ward):
    record("look", "ward", 1, actor_id=1)
    with sqlite3.connect(ward / "elearn.db") as connection:
        connection.execute("DROP TRIGGER audit_entry_no_update")
        connection.execute("UPDATE audit_entry SET actor_id = 2 WHERE action = 'look'")
    connection.close()
    assert "đã bị sửa" in bad()["Nhật ký việc làm"].seen
    assert "Nhật ký việc làm" not in bad(quick=True)


def test_counts_that_do_not_fit_the_facts(ward):
    with transaction():
        group = db.session.scalar(text("SELECT id FROM residential_group LIMIT 1"))
        db.session.add(Standing(group_id=group, course_id=0, audience="resident", registered=3))
    assert "1 chỗ lệch" in bad()["Số liệu các bảng"].seen


def test_the_command_ends_with_one_when_something_is_to_be_seen_to(ward, typed):
    code, out, _ = typed("doctor")
    assert code == 0 and out.rstrip().endswith("Mọi thứ đều đạt.") and out.count("đạt  ") == 20
    (ward / config.SECRET).chmod(0o604)
    code, out, _ = typed("doctor", "--quick")
    assert code == 1 and "Có 1 điều cần xem." in out and "→ Người khác trên máy đọc được" in out


def test_the_trial_ward_is_looked_over_too(instance, typed):
    typed("demo", "--residents", "20")
    code, out, _ = typed("doctor", "--demo", "--quick")
    assert "Tài khoản thử: đây là phường thử" in out and "demo-secret.key 600" in out
    assert code == 1 and "chưa có bản nào" in out


@pytest.mark.postgres
def test_a_database_server_is_looked_over_too(postgres_app):
    with postgres_app.app_context():
        found = {one.what: one for one in doctor.findings(quick=True)}
        assert found["Cơ sở dữ liệu"].seen.startswith("PostgreSQL ") and found["Cơ sở dữ liệu"].good
        assert found["Dữ liệu nguyên vẹn"].good and found["Bản của cơ sở dữ liệu"].good
        db.session.rollback()
