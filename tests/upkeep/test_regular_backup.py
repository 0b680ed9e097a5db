"""Hour after hour: backup, second place, rehearsal; and a fault in one does not stop the next."""

from datetime import datetime, timedelta

import pytest

from elearn.kit import upkeep_notes as notes
from elearn.kit.upkeep_notes import BACKUP, REHEARSAL, SECOND_PLACE
from elearn.learning.actions import erase
from elearn.upkeep import regular_backup as regular
from elearn.upkeep import rotation, sealed
from elearn.upkeep.digests import SUMS
from elearn.upkeep.files import BackupFault, scratch
from elearn.upkeep.forgotten import LIST, read_list
from elearn.upkeep.regular_backup import keep_backups
from elearn.upkeep.rehearsal import WHOLE
from elearn.upkeep.restore import unpack
from tests.upkeep.conftest import held, keep

NOON = datetime(2026, 11, 26, 12)


@pytest.fixture
def at(monkeypatch):
    """Set the clock that safekeeping looks at."""

    def set_to(moment):
        for one in (rotation, regular, notes):
            monkeypatch.setattr(one, "now", lambda: moment)

    set_to(NOON)
    return set_to


@pytest.fixture
def ward(ward, tmp_path):
    ward.config |= {"BACKUPS": str(tmp_path / "first"), "BACKUPS_SECOND": str(tmp_path / "second")}
    (tmp_path / "second").mkdir()
    return ward


@pytest.fixture
def key(ward):
    """From now on backups are encrypted for this key."""
    pair = sealed.make_key()
    ward.config["BACKUP_KEYS"] = pair.public
    return pair


def noted(name):
    return notes.upkeep_notes()[name]


def test_an_hour_makes_one_copies_it_and_a_day_rehearses_it(ward, at, tmp_path):
    work = keep_backups(ward.config)
    made, second = tmp_path / "first" / "elearn-20261126-1200.zip", tmp_path / "second"
    assert work.faults == [] and work.done == [
        f"Đã sao lưu vào {made}.",
        f"Diễn tập khôi phục: {made.name} {WHOLE}.",
        f"Đã chép 1 bản sang {second}.",
    ]
    assert held(second) == held(tmp_path / "first") == [SUMS, made.name, LIST]
    assert noted(BACKUP).detail["file"] == made.name and noted(SECOND_PLACE).detail["same_disk"]
    at(NOON + timedelta(minutes=30))
    assert keep_backups(ward.config).done == []
    at(NOON + timedelta(hours=1))
    work = keep_backups(ward.config)
    assert len(work.done) == 2 and "Diễn tập" not in "".join(work.done)
    at(NOON + timedelta(hours=21))
    assert "Diễn tập khôi phục: elearn-20261127-0900.zip" in keep_backups(ward.config).done[1]


def test_an_encrypted_one_is_rehearsed_before_it_is_closed_and_it_is_said_so(ward, at, key, tmp_path):
    work = keep_backups(ward.config)
    made = tmp_path / "first" / "elearn-20261126-1200.zip.age"
    assert work.faults == [] and sealed.is_sealed(made) and noted(BACKUP).detail["keys"] == 1
    assert "trước khi mã hóa" in noted(REHEARSAL).said and "không tự mở được" in noted(REHEARSAL).said
    with scratch(tmp_path) as folder:
        assert unpack(made, folder, [key.private]).manifest.rows["person"] == 1
    at(NOON + timedelta(hours=1))
    assert not [said for said in keep_backups(ward.config).done if "Diễn tập" in said]


def test_what_a_rehearsal_finds_is_told_noted_and_tried_again(ward, at, key, tmp_path, monkeypatch):
    def broken(*_):
        raise BackupFault("Bản khôi phục thử có lỗi.")

    monkeypatch.setattr(regular, "rehearse", broken)
    work = keep_backups(ward.config)
    assert work.faults == ["Bản khôi phục thử có lỗi."] and not noted(REHEARSAL).good
    assert (tmp_path / "first" / "elearn-20261126-1200.zip.age").exists(), "a backup is kept all the same"
    monkeypatch.setattr(regular, "rehearse", lambda *_: 1 / 0)
    at(NOON + timedelta(hours=1))
    assert "ZeroDivisionError" in keep_backups(ward.config).faults[0], "a fault of ours stops no backup"
    monkeypatch.setattr(regular, "rehearse", lambda *_: WHOLE)
    at(NOON + timedelta(hours=2))
    assert keep_backups(ward.config).faults == [] and noted(REHEARSAL).good
    assert len(rotation.dated(tmp_path / "first")) == 3


def test_a_full_disk_is_told_and_leaves_the_others_alone(ward, at, tmp_path, monkeypatch):
    keep_backups(ward.config)
    at(NOON + timedelta(hours=1))

    def full(*_args, **_more):
        raise OSError(28, "No space left on device", "/backups")

    monkeypatch.setattr(regular, "backup", full)
    work = keep_backups(ward.config)
    assert "ổ đĩa đã đầy" in work.faults[0] and len(work.faults) == 1
    assert not noted(BACKUP).good and noted(BACKUP).good_at == NOON and noted(SECOND_PLACE).good
    assert held(tmp_path / "first") == [SUMS, "elearn-20261126-1200.zip", LIST], (
        "nothing went, nothing half came"
    )


def test_a_second_place_that_is_not_there_is_told_and_the_first_is_kept(ward, at, tmp_path):
    (tmp_path / "second").rmdir()
    work = keep_backups(ward.config)
    assert "Không thấy nơi cất thứ hai" in work.faults[0] and not noted(SECOND_PLACE).good
    assert noted(BACKUP).good and noted(REHEARSAL).good


@pytest.mark.parametrize("place", ["first", "second"])
def test_a_backup_that_changed_on_its_disk_is_told_until_it_is_gone(ward, at, tmp_path, place):
    keep_backups(ward.config)
    file = tmp_path / place / "elearn-20261126-1200.zip"
    content = file.read_bytes()
    file.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    for hours in (1, 2):  # a day and more later, and again
        at(NOON + timedelta(hours=21 + hours))
        work = keep_backups(ward.config)
        assert f"đã khác lúc được ghi: {file.name}" in work.faults[0] and not noted(REHEARSAL).good
    file.unlink()
    at(NOON + timedelta(hours=24))
    assert keep_backups(ward.config).faults == [] and noted(REHEARSAL).good


def test_the_one_that_is_known_to_be_good_outlives_the_rules(ward, at, tmp_path, monkeypatch):
    keep_backups(ward.config)
    good = "elearn-20261126-1200.zip"
    monkeypatch.setattr(regular, "rehearse", lambda *_: 1 / 0)
    monkeypatch.setattr(regular, "backup", lambda _url, target, **_: target.touch())
    for hours in range(1, 30):
        at(NOON + timedelta(hours=hours))
        keep_backups(ward.config)
    assert good in held(tmp_path / "first") and good in held(tmp_path / "second")
    assert len(rotation.dated(tmp_path / "first")) == 24 + 1


def test_the_lists_of_who_was_erased_are_kept_up_each_time(ward, at, tmp_path):
    keep_backups(ward.config)
    erase(keep("Bà Lan"))
    at(NOON + timedelta(minutes=10))
    keep_backups(ward.config)
    assert len(read_list(tmp_path / "first" / LIST)) == len(read_list(tmp_path / "second" / LIST)) == 1


def test_a_clock_that_ran_ahead_stops_neither_backup_nor_rehearsal(ward, at):
    at(NOON + timedelta(days=1))
    assert len(keep_backups(ward.config).done) == 3
    at(NOON)
    assert len(keep_backups(ward.config).done) == 3
