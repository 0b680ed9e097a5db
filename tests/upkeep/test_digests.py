"""What a backup was when it was written is written down, in the way that every machine can check."""

import shutil
import subprocess

import pytest

from elearn.upkeep import digests
from elearn.upkeep.digests import SUMS, carry_over, changed_in, digests_of, note_digest


@pytest.fixture
def folder(tmp_path):
    for hour in (10, 11, 12):
        file = tmp_path / f"elearn-20261126-{hour}00.zip"
        file.write_text(f"made at {hour}")
        note_digest(file)
    return tmp_path


def test_what_changed_is_found_and_what_went_is_forgotten(folder):
    assert len(digests_of(folder)) == 3 and changed_in(folder) == []
    (folder / "elearn-20261126-1100.zip").write_text("made at 10")
    assert changed_in(folder) == ["elearn-20261126-1100.zip"]
    (folder / "elearn-20261126-1100.zip").unlink()
    note_digest(folder / "elearn-20261126-1200.zip")
    assert changed_in(folder) == [] and len(digests_of(folder)) == 2


def test_only_so_much_is_read_in_a_day_and_the_newest_first(folder, monkeypatch):
    for hour in (10, 12):
        (folder / f"elearn-20261126-{hour}00.zip").write_text("changed")
    monkeypatch.setattr(digests, "ENOUGH", 10)
    assert changed_in(folder) == ["elearn-20261126-1200.zip"]


def test_a_second_place_has_the_list_of_what_is_there(folder, tmp_path):
    second = tmp_path / "second"
    second.mkdir()
    shutil.copy(folder / "elearn-20261126-1200.zip", second)
    carry_over(folder, second)
    assert digests_of(second) == {"elearn-20261126-1200.zip": digests_of(folder)["elearn-20261126-1200.zip"]}
    (folder / "elearn-20261126-1200.zip").unlink()
    note_digest(folder / "elearn-20261126-1100.zip")
    carry_over(folder, second)
    assert len(digests_of(second)) == 1, "what is kept there longer stays in its list"


def test_every_machine_can_check_the_list(folder):
    if shutil.which("sha256sum") is None:
        pytest.skip("this system has no sha256sum")
    done = subprocess.run(["sha256sum", "-c", SUMS], cwd=folder, capture_output=True)
    assert done.returncode == 0
