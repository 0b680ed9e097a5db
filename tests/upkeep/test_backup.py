"""One file with everything: whole, checked before it gets its name, made while people learn."""

import json
import sqlite3
import threading
import zipfile

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

import config
from elearn.kit.audit import AuditHead, record
from elearn.kit.db import db
from elearn.upkeep import backup as backups
from elearn.upkeep import files, manifest, sealed
from elearn.upkeep.backup import backup
from elearn.upkeep.database_copy import checked_sqlite
from elearn.upkeep.files import BackupFault
from elearn.upkeep.restore import unpack
from tests.sizes import size
from tests.upkeep.conftest import close, held, keep, url

CYCLES = size(3, 30)


def test_it_holds_database_courses_and_a_manifest(ward, kept):
    keep("Bà Lan")
    record("look", "ward", 1, actor_id=1)
    media = ward.config["INSTANCE"] / "media"
    media.mkdir()
    (media / "a.png").write_bytes(b"png")
    (media / ".hidden").touch()
    (media / "link").symlink_to("/etc/hostname")
    file = kept()
    assert file.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(file) as archive:
        held = set(archive.namelist())
        told = manifest.read(archive.read("manifest.json"))
    lesson = "courses/thanh-toan-so/1-tien-trong-dien-thoai.md"
    assert {"elearn.db", "manifest.json", lesson, "courses/facts.yaml", "media/a.png"} <= held
    assert set(told.members) == held - {"manifest.json"} and not {
        one for one in held if one in ("media/.hidden", "media/link")
    }
    assert told.rows["person"] == 2 and told.rows["course_image"] > 0 and told.engine.startswith("SQLite 3")
    head = db.session.query(AuditHead).one()
    assert told.audit_heads == [[head.month, head.entry_id, head.hash]]
    assert told.revision == ScriptDirectory(str(config.ROOT / "migrations")).get_current_head()


def test_a_folder_may_be_called_as_people_call_folders(ward, tmp_path):
    place = tmp_path / "sao lưu 100% #1?"
    place.mkdir()
    close()
    (place / "elearn.db").write_bytes((ward.config["INSTANCE"] / "elearn.db").read_bytes())
    assert checked_sqlite(place / "elearn.db").rows["person"] == 1


def test_it_never_takes_the_place_of_another(ward, tmp_path):
    (tmp_path / "a.zip").write_text("old")
    with pytest.raises(BackupFault, match="đã có"):
        backup(url(), tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_text() == "old"


def test_an_encrypted_one_leaves_nothing_readable_beside_it(ward, tmp_path, monkeypatch):
    key, seen = sealed.make_key(), []

    def look(source, target, keys):
        seen.extend(held(tmp_path / "usb"))
        real(source, target, keys)

    real = sealed.seal
    monkeypatch.setattr(sealed, "seal", look)
    backup(url(), tmp_path / "usb" / "a.zip.age", public_keys=[key.public], at_work=tmp_path / "own")
    assert seen == [".a.zip.age.part"] and held(tmp_path / "own") == []
    assert held(tmp_path / "usb") == ["a.zip.age"] and sealed.is_sealed(tmp_path / "usb" / "a.zip.age")
    unpack(tmp_path / "usb" / "a.zip.age", files_in(tmp_path / "out"), [key.private])


def files_in(folder):
    folder.mkdir()
    return folder


@pytest.mark.parametrize("where", ["copy", "zip", "seal"])
def test_a_full_disk_leaves_nothing_half(ward, tmp_path, monkeypatch, where):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(*{
        "copy": (backups, "take_copy"), "zip": (backups, "_put"), "seal": (sealed, "seal"),
    }[where], full)  # fmt: skip
    with pytest.raises(OSError, match="No space"):
        backup(url(), tmp_path / "kept" / "a.zip", public_keys=[sealed.make_key().public])
    assert held(tmp_path / "kept") == []


def test_a_database_that_is_broken_is_not_taken_for_a_backup(ward, kept):
    db.session.remove()
    db.engine.dispose()
    with sqlite3.connect(ward.config["INSTANCE"] / "elearn.db") as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("INSERT INTO consent (person_id, purpose, text_version, given_at, channel) "
                           "VALUES (999, 'x', 'x', '2026-01-01 00:00:00', 'self')")  # fmt: skip
    connection.close()
    with pytest.raises(BackupFault, match="Bản sao có lỗi"):
        kept()


def test_a_zip_that_reads_back_otherwise_is_not_kept(ward, kept, tmp_path, monkeypatch):
    monkeypatch.setattr(
        backups, "_put", lambda archive, name, _: archive.writestr(name, b"x") or manifest.Member(1, "0")
    )
    with pytest.raises(BackupFault, match="đọc lại không đúng"):
        kept()
    assert held(tmp_path / "kept") == []


@pytest.mark.faults
def test_under_writes_each_backup_holds_whole_transactions(ward, tmp_path):
    """T-backup: two rows go in together, again and again; no copy has one of a pair, and none goes back."""
    engine = create_engine(url())
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE pair (number INTEGER, half TEXT)")
    stop, counts = threading.Event(), []

    def write():
        number = 0
        while not stop.is_set():
            number += 1
            with (
                engine.connect().execution_options(begin=("BEGIN IMMEDIATE",)) as connection,
                connection.begin(),
            ):
                for half in "ab":
                    connection.exec_driver_sql("INSERT INTO pair VALUES (?, ?)", (number, half))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(CYCLES):
            told = backup(url(), tmp_path / f"{number}.zip")
            with files.scratch(tmp_path / "out") as folder:
                whole = unpack(tmp_path / f"{number}.zip", folder)
                with sqlite3.connect(whole.database) as copy:
                    halves = copy.execute("SELECT count(*) FROM pair GROUP BY number").fetchall()
                copy.close()
            assert all(count == 2 for (count,) in halves) and 2 * len(halves) == told.rows["pair"]
            counts.append(len(halves))
    finally:
        stop.set()
        writer.join()
        engine.dispose()
    assert counts == sorted(counts)


def test_the_manifest_of_another_program_is_refused():
    for content in (
        b"",
        b"[]",
        b"{}",
        b'{"format": "other"}',
        json.dumps({"format": manifest.FORMAT}).encode(),
    ):
        with pytest.raises(BackupFault, match="không phải bản sao lưu"):
            manifest.read(content)


@pytest.mark.parametrize(
    "name", ["../x", "courses/../../x", "/etc/passwd", "courses/a\\b", "secret.key", "courses/c:x"]
)
def test_no_manifest_leads_out_of_its_folder(ward, kept, name):
    with zipfile.ZipFile(kept()) as archive:
        told = json.loads(archive.read("manifest.json"))
    told["members"][name] = {"bytes": 1, "sha256": "0"}
    with pytest.raises(BackupFault, match="không phải bản sao lưu"):
        manifest.read(json.dumps(told).encode())
