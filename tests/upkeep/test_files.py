"""A file is whole and on the disk, or it is not there."""

import errno
import os
from datetime import datetime

import pytest

from elearn.upkeep import files
from tests.upkeep.conftest import held


def test_a_file_gets_its_name_when_it_is_whole(tmp_path):
    with files.arriving(tmp_path / "a") as part:
        part.write_text("whole")
        assert not (tmp_path / "a").exists() and part.stat().st_mode & 0o077 == 0
    assert (tmp_path / "a").read_text() == "whole" and held(tmp_path) == ["a"]
    assert (tmp_path / "a").stat().st_mode & 0o077 == 0


def test_a_full_disk_leaves_nothing_half(tmp_path):
    (tmp_path / "a").write_text("old")
    with pytest.raises(OSError, match="full"), files.arriving(tmp_path / "a") as part:
        part.write_text("ha")
        raise OSError(errno.ENOSPC, "full")
    assert held(tmp_path) == ["a"] and (tmp_path / "a").read_text() == "old"


def test_a_scratch_folder_is_private_and_goes(tmp_path):
    with files.scratch(tmp_path / "new") as folder:
        (folder / "x").touch()
        assert folder.stat().st_mode & 0o077 == 0
    assert held(tmp_path / "new") == []


def test_what_a_killed_process_left_is_swept_and_nothing_else(tmp_path):
    names = (".a.zip.part", ".scratch-x", ".b.zip.part", "của phường.part", ".scratch")
    for name in names:
        (tmp_path / name).touch()
    (tmp_path / ".scratch-x").unlink()
    (tmp_path / ".scratch-x").mkdir()
    (tmp_path / ".scratch-x" / "elearn.db").touch()
    long_ago = datetime(2026, 1, 1).timestamp()
    for name in names:
        if name != ".b.zip.part":
            os.utime(tmp_path / name, (long_ago, long_ago))
    files.sweep(tmp_path)
    assert held(tmp_path) == [".b.zip.part", ".scratch", "của phường.part"]


def test_what_stands_there_is_kept_under_a_free_name(tmp_path):
    first = files.aside(tmp_path / "a.db")
    first.touch()
    assert files.aside(tmp_path / "a.db") != first and first.name.startswith("a.db.20")
