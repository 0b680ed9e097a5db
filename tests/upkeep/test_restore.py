"""A backup that is not whole changes nothing; one that is comes back whole, and the old state is kept."""

import contextlib
import json
import sqlite3
import zipfile

import pytest

from elearn.upkeep import files, restore, sealed
from elearn.upkeep.files import BackupFault
from elearn.upkeep.restore import put_folder, put_sqlite, unpack
from tests.upkeep.conftest import close, keep, names, url


@pytest.fixture
def opened(tmp_path):
    """Unpack a file into a folder of its own."""

    def open_one(file, *keys):
        with files.scratch(tmp_path / "out") as folder:
            return unpack(file, folder, keys).manifest

    return open_one


def rewritten(file, change):
    """Write the archive again, its members as `change` leaves them."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def lose_a_lesson(members):
    del members[next(name for name in members if name.startswith("courses/thanh"))]


def slip_one_in(members):
    members["courses/x.md"] = b"x"


def change_the_database(members):  # to another that is whole
    old = members["elearn.db"]
    members["elearn.db"] = old.replace("phường Gia Viên".encode(), "phường Gia Vien".encode() + b" ", 1)
    assert members["elearn.db"] != old


def tell_of_more_people(members):
    told = json.loads(members["manifest.json"])
    told["rows"]["person"] += 1
    members["manifest.json"] = json.dumps(told).encode()


def be_of_another_program(members):
    members["manifest.json"] = members["manifest.json"].replace(b"elearn-backup-2", b"another-backup-1")


def be_a_letter(members):
    members.clear()
    members["word/document.xml"] = b""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lose_a_lesson, "thiếu hoặc thừa"),
        (slip_one_in, "thiếu hoặc thừa"),
        (change_the_database, "không khớp với dấu kiểm"),
        (tell_of_more_people, r"bảng kê trong đó \(bảng person\)"),
        (be_of_another_program, "không phải bản sao lưu"),
        (be_a_letter, "không phải bản sao lưu"),
    ],
)
def test_an_archive_that_is_not_what_it_says(kept, opened, change, said):
    file = kept()
    opened(file)
    rewritten(file, change)
    with pytest.raises(BackupFault, match=said):
        opened(file)


@pytest.mark.parametrize("left", [0, 3, 1000, 0.5, 0.999])
def test_a_file_that_was_not_copied_whole(kept, opened, left):
    file = kept()
    content = file.read_bytes()
    file.write_bytes(content[: int(left * len(content) if left < 1 else left)])
    with pytest.raises(BackupFault, match="hỏng hoặc chưa chép đủ"):
        opened(file)


def test_a_file_whose_beginning_is_gone(kept, opened):
    """Its list of entries then leads to places before the file."""
    file = kept()
    file.write_bytes(file.read_bytes()[200:])
    with pytest.raises(BackupFault, match="hỏng hoặc chưa chép đủ"):
        opened(file)


def test_every_byte_counts(kept, opened):
    """A bit that fell over on the disk, wherever, is noticed or does not matter."""
    file = kept()
    content, told = file.read_bytes(), opened(file)
    for at in range(40, len(content), len(content) // 25):
        file.write_bytes(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :])
        with contextlib.suppress(BackupFault):
            assert opened(file) == told


def test_no_file_and_a_folder_are_told(opened, tmp_path):
    with pytest.raises(BackupFault, match="Không thấy tệp"):
        opened(tmp_path / "none.zip")
    with pytest.raises(BackupFault, match="là thư mục"):
        opened(tmp_path)


def test_an_encrypted_one_needs_its_key(kept, opened):
    key = sealed.make_key()
    file = kept("a.zip.age", public_keys=[key.public])
    with pytest.raises(BackupFault, match="--identity"):
        opened(file)
    with pytest.raises(BackupFault, match="không mở được"):
        opened(file, sealed.make_key().private)
    assert opened(file, key.private).rows["person"] == 1


def test_more_than_the_disk_holds_is_not_begun(kept, opened, monkeypatch):
    file = kept()
    monkeypatch.setattr(restore.shutil, "disk_usage", lambda _: restore.shutil._ntuple_diskusage(1, 1, 1000))
    with pytest.raises(BackupFault, match="không đủ chỗ"):
        opened(file)


def test_the_database_that_stood_there_is_kept_with_its_journal(ward, tmp_path):
    keep("Ông Tài")
    address = url()
    close()
    place = ward.config["INSTANCE"] / "elearn.db"
    (tmp_path / "new.db").write_bytes(place.read_bytes())
    place.write_bytes(b"no database" * 1000)
    place.with_name("elearn.db-wal").write_bytes(b"left over")
    was = put_sqlite(address, tmp_path / "new.db")
    assert was.read_bytes().startswith(b"no database") and was.with_name(was.name + "-wal").exists()
    assert not place.with_name("elearn.db-wal").exists() and place.stat().st_mode & 0o077 == 0
    assert "Ông Tài" in names()
    assert put_sqlite(f"sqlite:///{tmp_path / 'far' / 'away.db'}", tmp_path / "new.db") is None
    with sqlite3.connect(tmp_path / "far" / "away.db") as connection:
        assert connection.execute("SELECT count(*) FROM person").fetchone() == (2,)
    connection.close()


def test_a_folder_is_put_where_nothing_stands_and_beside_what_does(tmp_path):
    inside, place = tmp_path / "inside", tmp_path / "courses"
    (inside / "a").mkdir(parents=True)
    (inside / "a" / "1.md").write_text("old")
    assert put_folder(inside, place) is None and (place / "a" / "1.md").read_text() == "old"
    assert put_folder(inside, place) is None, "the same is there already"
    (place / "a" / "1.md").write_text("newer")
    for _ in range(2):
        there = put_folder(inside, place)
        assert there == tmp_path / "courses-tu-ban-sao-luu" and (there / "a" / "1.md").read_text() == "old"
    assert (place / "a" / "1.md").read_text() == "newer"
    assert put_folder(tmp_path / "none", place) is None
