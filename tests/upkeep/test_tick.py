"""The regular work: what is old goes, what is not stays, and of two that wake at once one works."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

import config
from elearn.app import create_app
from elearn.kit import audit
from elearn.kit.audit import AuditEntry, AuditHead, broken_links
from elearn.kit.clock import now, today
from elearn.kit.db import db, transaction
from elearn.kit.findings import upkeep
from elearn.kit.lease import TICK, take_lease
from elearn.kit.throttle import Tries
from elearn.kit.upkeep_notes import BACKUP, CLOCK, upkeep_notes
from elearn.learning import retention
from elearn.learning.models import DailyTally
from elearn.library.models import RevisionPage
from elearn.people.actions import open_session
from elearn.people.models import ClassTicket, Person, ResidentialGroup, ReturnLink, Session, SignInCode
from elearn.upkeep import tick as regular
from elearn.upkeep.tick import tick
from tests.builders import nameless


@pytest.fixture
def ward(installed):
    with create_app(config.from_environment() | {"TESTING": True}).app_context() as context:
        yield context.app
        db.session.remove()
        db.engine.dispose()


def test_nothing_old_means_nothing_to_do(ward):
    assert tick() == []


def test_the_months_that_are_over_are_added_up_once(ward):
    group_id = db.session.scalar(select(func.min(ResidentialGroup.id)))
    with transaction():
        db.session.add(
            DailyTally(day=today() - timedelta(days=50), group_id=group_id, audience="resident", how="alone")
        )
    assert tick()[0].startswith("Đã cộng sổ ") and tick() == []


def test_one_of_two_works(ward):
    take_lease(TICK, timedelta(minutes=1))
    assert tick() is None


def test_the_lease_is_given_back_even_after_a_fault(ward, monkeypatch):
    monkeypatch.setattr(regular, "refresh_pages", lambda _day: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tick()
    monkeypatch.undo()
    assert tick() == []


def test_who_was_nameless_and_idle_is_erased_and_nobody_else(ward, monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    idle, active = [nameless() for _ in range(5)], nameless()
    with transaction():
        long_ago = today() - timedelta(days=200)
        db.session.execute(update(Person).where(Person.id.in_(idle)).values(last_active_on=long_ago))
    assert tick() == ["Hết hạn giữ: người học không ghi tên, không tính cho tổ, 5."]
    erased = set(db.session.scalars(select(Person.id).where(Person.erased_at.is_not(None))))
    assert erased == set(idle) and active not in erased


def test_old_sessions_and_tries_are_forgotten(ward):
    person = nameless()
    open_session("old", person, "own", lasts=timedelta(days=-3))
    open_session("new", person, "own")
    with transaction():
        db.session.add_all(
            [Tries(key="a", slice=now() - timedelta(days=days), count=1) for days in (1, 29, 40)]
        )
    assert tick() == ["Hết hạn giữ: phiên đăng nhập, 1.", "Hết hạn giữ: số lần gõ sai mã, 1."]
    assert db.session.scalars(select(Session.token_digest)).all() == ["new"]
    assert db.session.scalar(select(func.count()).select_from(Tries)) == 2


def test_codes_and_links_are_forgotten_long_after_they_ran_out(ward):
    person, day = nameless(), timedelta(days=1)
    with transaction():
        for number, age in enumerate((0.5, 2, 40, 100)):
            ends = now() - age * day
            db.session.add(ReturnLink(token_digest=f"l{number}", person_id=person, expires_at=ends))
            db.session.add(
                ClassTicket(
                    token_digest=f"t{number}", group_id=1, issued_by_id=1, attendance=9, expires_at=ends
                )
            )
            db.session.add(
                SignInCode(person_id=person, code_hash="", salt="", issued_by_id=1, expires_at=ends)
            )
    assert tick() == [
        "Hết hạn giữ: mã một lần đã cấp, 1.",
        "Hết hạn giữ: đường link mở ở máy khác, 3.",
        "Hết hạn giữ: mã QR của lớp, 2.",
    ]
    kept = [
        db.session.scalar(select(func.count()).select_from(one))
        for one in (ReturnLink, ClassTicket, SignInCode)
    ]
    assert kept == [1, 2, 3] and tick() == []


def test_a_page_with_a_fact_that_lapsed_is_made_anew(ward):
    with transaction():
        db.session.execute(update(RevisionPage).values(good_until=today()))
    assert tick() == ["Đã làm mới 1 bài có dữ kiện vừa quá hạn."]
    assert tick() == []


def test_old_months_of_the_audit_go_whole_after_a_year(ward, monkeypatch):
    for month in (1, 5, 9):
        monkeypatch.setattr(audit, "now", lambda month=month: datetime(2024, month, 3))
        audit.record("look", "ward", month, actor_id=1)
    monkeypatch.undo()
    before = db.session.scalar(select(func.count()).select_from(AuditHead))
    ward.config["AUDIT_MONTHS"] = 1_200
    assert tick() == [], "what the server says goes before the page"
    ward.config["AUDIT_MONTHS"] = 0
    assert tick() == ["Hết hạn giữ: nhật ký việc làm, 3."]
    assert db.session.scalar(select(func.count()).select_from(AuditHead)) == before - 3
    assert db.session.scalar(select(func.min(AuditEntry.month))) > "2026"
    assert list(broken_links()) == []


def test_the_database_refuses_to_lose_a_month_of_the_last_year(ward):
    with pytest.raises(IntegrityError, match="never edited"):
        audit.drop_months("9999-01")
    assert db.session.scalar(select(func.count()).select_from(AuditHead)) == 1


def test_backups_are_kept_where_the_ward_says(ward, tmp_path):
    ward.config["BACKUPS"] = str(tmp_path / "kept")
    said = tick()
    made = next((tmp_path / "kept").glob("*.zip"))
    assert said[0].startswith(f"Đã sao lưu vào {made}.\nDiễn tập khôi phục: {made.name} khôi phục thử được")
    assert upkeep_notes()[BACKUP].good and tick() == []


def test_a_clock_that_leapt_drops_nothing_for_a_day(ward, tmp_path, clock):
    """T-clock: a machine whose clock says 2038 loses nothing, and goes on by itself when it is put right."""
    ward.config["BACKUPS"] = str(tmp_path / "kept")
    person = nameless()
    open_session("new", person, "own")
    tick()
    years = timedelta(days=4380)
    for leap in (years, -years):  # ahead, and back again
        clock.move(days=leap.days)
        for _ in range(3):
            clock.move(hours=1)
            assert "Đã sao lưu" in "".join(tick()), "what keeps goes on"
        assert not upkeep_notes()[CLOCK].good and "Đồng hồ nhảy" in {one.what for one in upkeep()}
        assert db.session.scalars(select(Session.token_digest)).all() == ["new"]
        assert db.session.scalar(select(Person.erased_at).where(Person.id == person)) is None
    clock.move(hours=22)
    tick()
    assert upkeep_notes()[CLOCK].good and "Đồng hồ nhảy" not in {one.what for one in upkeep()}


def test_a_machine_that_was_off_for_months_forgets_a_day_later(ward, clock):
    idle = nameless()
    tick()
    clock.move(days=200)
    tick()
    assert db.session.scalar(select(Person.erased_at).where(Person.id == idle)) is None
    clock.move(hours=25)
    tick()
    db.session.rollback()
    assert db.session.scalar(select(Person.erased_at).where(Person.id == idle)) is not None


def test_a_backup_that_fails_is_told_after_the_rest_was_done(ward, typed, tmp_path, monkeypatch):
    (tmp_path / "kept").write_text("no folder")
    monkeypatch.setenv("ELEARN_BACKUPS", str(tmp_path / "kept"))
    open_session("old", nameless(), "own", lasts=timedelta(days=-3))
    code, out, err = typed("tick")
    assert code == 1 and "phiên đăng nhập, 1" in out and "Không làm được với" in err
    assert not upkeep_notes()[BACKUP].good


def test_a_fault_in_one_piece_of_work_leaves_the_others_done(ward, tmp_path, monkeypatch):
    ward.config["BACKUPS"] = str(tmp_path / "kept")
    monkeypatch.setattr(regular, "refresh_pages", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        tick()
    assert upkeep_notes()[BACKUP].good


def test_the_command_says_what_was_done(ward, typed):
    assert typed("tick")[:2] == (0, "Không có việc gì đến hạn.\n")
    take_lease(TICK, timedelta(minutes=1))
    assert typed("tick")[:2] == (0, "Máy khác đang làm việc này.\n")
    assert db.session.scalar(text("SELECT 1")) == 1


def test_a_dry_run_says_what_is_due_and_drops_nothing(ward, typed):
    open_session("old", nameless(), "own", lasts=timedelta(days=-3))
    code, out, _ = typed("tick", "--dry-run")
    assert code == 0 and "Phiên đăng nhập: 1 (xóa dòng; giữ 2 ngày sau khi phiên hết hạn)" in out
    assert db.session.scalars(select(Session.token_digest)).all() == ["old"]
    tick()
    assert typed("tick", "--dry-run")[1].strip() == "Không có gì hết hạn giữ."


def test_a_fault_in_one_kind_stops_no_other(ward, monkeypatch):
    open_session("old", nameless(), "own", lasts=timedelta(days=-3))
    broken = retention.RULES["nameless"]._replace(drop=lambda _before: 1 / 0)
    monkeypatch.setitem(retention.RULES, "nameless", broken)
    with pytest.raises(ZeroDivisionError):
        tick()
    assert db.session.scalars(select(Session.token_digest)).all() == []
