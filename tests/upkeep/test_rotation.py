"""Which backups are kept, which go; and the same in a second place."""

from datetime import datetime, timedelta

import pytest

from elearn.upkeep import files, rotation
from elearn.upkeep.files import BackupFault
from elearn.upkeep.rotation import (
    copy_to,
    dated,
    is_due,
    newest_of,
    next_file,
    outlived,
    thin_out,
    worth_keeping,
)

NOON = datetime(2026, 11, 26, 12)


@pytest.fixture
def at(monkeypatch):
    """Set the clock."""

    def set_to(moment):
        monkeypatch.setattr(rotation, "now", lambda: moment)

    set_to(NOON)
    return set_to


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "first").mkdir()
    return tmp_path / "first"


def test_what_is_kept_of_many_backups():
    made = [NOON - timedelta(hours=hours) for hours in range(24 * 400)]
    kept = sorted(worth_keeping(made))
    assert len([one for one in kept if one > NOON - timedelta(hours=24)]) == 24
    assert len([one for one in kept if one > NOON - timedelta(days=14)]) == 24 + 14 - 2
    assert len(kept) == 24 + 14 - 2 + 11 and kept[0] == datetime(2025, 12, 31, 23)
    assert worth_keeping(kept) == set(kept), "what is kept is kept the next time too"
    assert worth_keeping([]) == set()


def test_an_hour_after_hour_for_a_year_never_leaves_a_day_without_one(folder, at):
    """Each is thinned out as it comes, as `tick` does it."""
    for hour in range(24 * 40):
        at(NOON + timedelta(hours=hour))
        assert is_due(folder)
        next_file(folder, ".zip").touch()
        assert not is_due(folder)
        thin_out(folder)
    days = {moment.date() for moment in dated(folder)}
    last = NOON + timedelta(hours=24 * 40 - 1)
    assert {(last - timedelta(days=back)).date() for back in range(14)} <= days
    assert {moment.month for moment in dated(folder)} == {11, 12, 1}


def test_only_ours_are_thinned_out_and_never_the_one_that_is_known_to_be_good(folder, at):
    mine = ("của phường.zip", "elearn-cũ.zip", "elearn-20269999-9999.zip", "elearn-20260101-0000.zip.bak")
    for name in mine:
        (folder / name).touch()
    for hours in range(30):
        at(NOON + timedelta(hours=hours))
        next_file(folder, ".zip.age" if hours % 2 else ".zip").touch()
    assert thin_out(folder, never={"elearn-20261126-1500.zip.age"}) == 30 - 24 - 1
    ours = sorted(file.name for file in dated(folder).values())
    assert len(ours) == 25 and ours[0] == "elearn-20261126-1500.zip.age"
    assert newest_of(folder).name == "elearn-20261127-1700.zip.age"
    assert all((folder / name).exists() for name in mine)
    assert thin_out(folder) == 1


def test_a_clock_that_ran_ahead_does_not_stop_the_backups(folder, at):
    at(NOON + timedelta(days=1))
    next_file(folder, ".zip").touch()
    at(NOON)
    assert is_due(folder), "the one of tomorrow says nothing about today"
    first = next_file(folder, ".zip")
    first.touch()
    assert next_file(folder, ".zip") != first, "the same minute twice takes another name"


def test_a_second_place_gets_what_it_lacks_and_would_keep(folder, tmp_path, at):
    second = tmp_path / "second"
    with pytest.raises(BackupFault, match="Không thấy nơi cất thứ hai"):
        copy_to(second, folder)
    second.mkdir()
    for hours in range(30):
        at(NOON + timedelta(hours=hours))
        next_file(folder, ".zip").write_text(f"{hours}")
    assert copy_to(second, folder) == 24 and copy_to(second, folder) == 0
    newest = newest_of(second)
    assert newest.read_text() == "29" and newest.stat().st_mode & 0o077 == 0
    newest.write_text("")  # cut
    assert copy_to(second, folder) == 1 and newest_of(second).read_text() == "29"
    assert rotation.shares_a_disk(folder, second)


def test_a_copy_that_differs_is_not_kept(folder, tmp_path, at, monkeypatch):
    (tmp_path / "second").mkdir()
    next_file(folder, ".zip").write_text("whole")
    monkeypatch.setattr(files, "sha256_of", lambda file: file.name)
    with pytest.raises(BackupFault, match="không giống bản gốc"):
        copy_to(tmp_path / "second", folder)
    assert list((tmp_path / "second").iterdir()) == []


def test_no_backup_outlives_a_year_by_the_newest(folder, at):
    """Whoever asked to be erased is still in an old backup."""
    made = [NOON - timedelta(days=days) for days in (0, 200, 360, 370, 800)]
    assert outlived(made) == {made[3], made[4]}
    assert outlived(made[3:]) == {made[4]}, "the newest that there is stays"
    for moment in made:
        (folder / moment.strftime("elearn-%Y%m%d-%H%M.zip")).touch()
    assert thin_out(folder, clock_is_settled=False) == 0, "it may be the clock that is wrong"
    assert thin_out(folder) == 2 and set(dated(folder)) == set(made[:3])


def test_one_from_the_future_makes_no_other_old(at):
    made = [NOON, NOON - timedelta(days=300), NOON + timedelta(days=4000)]
    assert outlived(made) == set()


def test_what_upgrades_and_restores_kept_aside_goes_after_a_quarter(tmp_path, at):
    """Whoever was erased since is still in it."""
    old = [
        "truoc-nang-cap-20260701-101500.zip", "truoc-khoi-phuc-20260701-101500.zip",
        "elearn.db.20260701-101500.old", "elearn.db.20260701-101500.old-wal",
        "elearn.db.20260701-101500-2.old",
    ]  # fmt: skip
    stay = ["truoc-nang-cap-20261101-101500.zip", "elearn.db.20261101-101500.old", "elearn.db", "secret.key",
            "elearn.db-wal", "của phường.20260701-101500.old", "truoc-nang-cap-20260701.zip"]  # fmt: skip
    for name in (*old, *stay):
        (tmp_path / name).touch()
    assert rotation.drop_kept_aside(tmp_path) == len(old)
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(stay)
