"""One file with everything: whole, checked, put back; and who was erased stays erased."""

import json
import shutil
import sqlite3
import threading
import zipfile
from datetime import datetime, timedelta

import pytest
from sqlalchemy import create_engine, select, text

import config
from elearn.app import create_app
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.learning.actions import erase, keep_results
from elearn.people.models import Person
from elearn.server.lock import refuse_while_serving, serving
from elearn.upkeep import backup as backups
from elearn.upkeep.backup import BackupFault, backup, keep_backups, restore, worth_keeping
from tests.builders import nameless


@pytest.fixture
def ward(installed):
    with create_app(config.from_environment() | {"TESTING": True}).app_context():
        yield installed
        db.session.remove()
        db.engine.dispose()


def url():
    return str(db.engine.url)


def keep(name):
    """Let somebody keep their results under a name."""
    person = nameless()
    group = db.session.scalar(text("SELECT id FROM residential_group LIMIT 1"))
    keep_results(person, keeping="name", name=name, group_id=group)
    return person


def names():
    db.session.rollback()
    return set(db.session.scalars(select(Person.display_name).where(Person.display_name.is_not(None))))


# --- there and back


def test_what_is_backed_up_comes_back(ward, typed, tmp_path):
    keep("Bà Lan")
    code, out, _ = typed("backup", tmp_path / "a.zip")
    assert code == 0 and "secret.key" in out
    assert (tmp_path / "a.zip").stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert sorted(archive.namelist()) == ["elearn.db", "manifest.json"]
        assert json.loads(archive.read("manifest.json"))["format"] == backups.FORMAT
    keep("Ông Tài")
    db.session.remove()
    db.engine.dispose()
    code, _, err = typed("restore", tmp_path / "a.zip")
    assert code == 1 and "--replace" in err and names() == {"Ngô Văn Quản", "Bà Lan", "Ông Tài"}
    db.session.remove()
    db.engine.dispose()
    code, out, _ = typed("restore", tmp_path / "a.zip", "--replace")
    assert code == 0 and "Đã khôi phục." in out and names() == {"Ngô Văn Quản", "Bà Lan"}
    assert len(list(ward.glob("elearn.db.*.old"))) == 1, "what stood there is kept"
    assert (ward / "elearn.db").stat().st_mode & 0o077 == 0


def test_a_backup_never_takes_the_place_of_another(ward, typed, tmp_path):
    (tmp_path / "a.zip").write_text("old")
    code, _, err = typed("backup", tmp_path / "a.zip")
    assert code == 1 and "đã có" in err and (tmp_path / "a.zip").read_text() == "old"


def test_who_was_erased_after_the_backup_is_erased_again(ward, typed, tmp_path):
    lan = keep("Bà Lan")
    typed("backup", tmp_path / "a.zip")
    erase(lan)
    db.session.remove()
    db.engine.dispose()
    code, out, _ = typed("restore", tmp_path / "a.zip", "--replace")
    assert code == 0 and "xóa lại dữ liệu của 1 người" in out and names() == {"Ngô Văn Quản"}


def test_an_old_backup_is_brought_up_to_date_when_it_comes_back(ward, typed, tmp_path, newer):
    assert typed("backup", tmp_path / "a.zip")[0] == 0
    newer()
    db.session.remove()
    db.engine.dispose()
    assert typed("restore", tmp_path / "a.zip", "--replace")[0] == 0
    assert db.session.scalar(text("SELECT count(*) FROM wish")) == 0


@pytest.fixture
def newer(tmp_path, monkeypatch):
    """Let the program become a newer one, which expects a table more."""

    def come():
        shutil.copytree(config.ROOT / "migrations", tmp_path / "newer" / "migrations")
        versions = tmp_path / "newer" / "migrations" / "versions"
        last = max(file.stem[:4] for file in versions.glob("0*.py"))
        (versions / "9000_wish.py").write_text(WISH.format(last=last))
        monkeypatch.setattr(config, "ROOT", tmp_path / "newer")

    return come


WISH = '''
"""A table that comes with a newer program."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9000", "{last}"
def upgrade():
    op.create_table("wish", sa.Column("id", sa.Integer(), primary_key=True))
'''


@pytest.mark.parametrize(
    "fault", ["cut", "changed", "of another program", "not ours", "missing", "an app's zip"]
)
def test_a_file_that_is_not_whole_changes_nothing(ward, typed, tmp_path, fault):
    file = tmp_path / "a.zip"
    backup(url(), file)
    content = file.read_bytes()
    if fault == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif fault in ("changed", "of another program"):
        with zipfile.ZipFile(file) as archive:
            manifest, copy = archive.read("manifest.json"), archive.read("elearn.db")
        if fault == "changed":  # to another database that is whole
            copy = copy.replace("phường Gia Viên".encode(), "phường Gia Vien".encode() + b" ", 1)
        else:
            manifest = manifest.replace(backups.FORMAT.encode(), b"another-backup-1")
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("manifest.json", manifest)
            archive.writestr("elearn.db", copy)
    elif fault == "not ours":
        file.write_bytes(b"PK no zip at all")
    elif fault == "missing":
        file.unlink()
    else:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("word/document.xml", "")
    before = (ward / "elearn.db").read_bytes()
    db.session.remove()
    db.engine.dispose()
    code, _, err = typed("restore", file, "--replace")
    assert code == 1 and err.strip() and "Traceback" not in err
    assert (ward / "elearn.db").read_bytes() == before and not list(ward.glob("*.old"))


def test_nothing_is_put_back_while_people_are_served(ward, typed, tmp_path):
    backup(url(), tmp_path / "a.zip")
    with serving(ward):
        code, _, err = typed("restore", tmp_path / "a.zip", "--replace")
        assert code == 1 and "Hãy dừng máy chủ trước" in err
        with pytest.raises(Refused):
            refuse_while_serving(ward)
    refuse_while_serving(ward)


def test_a_backup_under_writes_holds_whole_transactions(ward, tmp_path):
    """Two rows go in together, again and again; no copy has one of a pair."""
    engine = create_engine(url())
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE pair (number INTEGER, half TEXT)")
    stop = threading.Event()

    def write():
        number = 0
        while not stop.is_set():
            number += 1
            with (
                engine.connect().execution_options(begin="BEGIN IMMEDIATE") as connection,
                connection.begin(),
            ):
                for half in "ab":
                    connection.exec_driver_sql("INSERT INTO pair VALUES (?, ?)", (number, half))

    writers = [threading.Thread(target=write)]
    for writer in writers:
        writer.start()
    try:
        for number in range(3):
            backup(url(), tmp_path / f"{number}.zip")
    finally:
        stop.set()
        for writer in writers:
            writer.join()
        engine.dispose()
    for number in range(3):
        with zipfile.ZipFile(tmp_path / f"{number}.zip") as archive:
            archive.extract("elearn.db", tmp_path / str(number))
        with sqlite3.connect(tmp_path / str(number) / "elearn.db") as copy:
            halves = copy.execute("SELECT count(*) FROM pair GROUP BY number").fetchall()
            assert all(count == 2 for (count,) in halves)
        copy.close()


# --- thinning out


def test_what_is_kept_of_many_backups():
    last = datetime(2026, 11, 26, 12)
    made = [last - timedelta(hours=hours) for hours in range(24 * 400)]
    kept = sorted(worth_keeping(made))
    assert len([one for one in kept if one > last - timedelta(hours=24)]) == 24
    assert len([one for one in kept if one > last - timedelta(days=14)]) == 24 + 14 - 2
    assert len(kept) == 24 + 14 - 2 + 11 and kept[0] == datetime(2025, 12, 31, 23)
    assert worth_keeping(kept) == set(kept), "what is kept is kept the next time too"
    assert worth_keeping([]) == set()


def test_the_folder_of_backups_is_thinned_out_and_nothing_else(ward, tmp_path, monkeypatch):
    folder, moment = tmp_path / "backups", datetime(2026, 11, 26, 12)
    folder.mkdir()
    (folder / "của phường.zip").write_text("mine")
    (folder / "elearn-cũ.zip").write_text("mine")
    made, gone = keep_backups(url(), folder)
    assert zipfile.is_zipfile(made) and gone == 0
    made.unlink()
    monkeypatch.setattr(backups, "backup", lambda _url, target: target.touch())
    for number in range(30):
        monkeypatch.setattr(backups, "now", lambda number=number: moment + timedelta(hours=number))
        assert keep_backups(url(), folder)[0].exists()
    assert keep_backups(url(), folder) == (None, 0), "the last is fresh"
    ours = sorted(file.name for file in folder.glob("elearn-2*.zip"))
    assert len(ours) == 24 and ours[0] == "elearn-20261126-1800.zip"
    assert (folder / "của phường.zip").exists() and (folder / "elearn-cũ.zip").exists()


# --- upgrade


def test_an_upgrade_keeps_a_copy_first(ward, typed, newer):
    assert "không cần nâng cấp" in typed("upgrade")[1]
    newer()
    assert "elearn upgrade" in typed("recount")[2]
    code, out, _ = typed("upgrade")
    kept = next(iter(ward.glob("truoc-nang-cap-*.zip")))
    assert code == 0 and str(kept) in out and names() == {"Ngô Văn Quản"}
    assert "không cần nâng cấp" in typed("upgrade")[1]


# --- PostgreSQL


@pytest.mark.postgres
def test_a_database_server_is_backed_up_and_restored(postgres_url, tmp_path):
    from elearn.upkeep.migrate import migrate

    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE kept"))
    engine.dispose()
    address = postgres_url.rpartition("/")[0] + "/kept"
    engine = create_engine(address)
    migrate(engine, config.ROOT / "migrations")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO lease VALUES ('a', now())"))
    backup(address, tmp_path / "a.zip")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO lease VALUES ('b', now())"))
    engine.dispose()
    with pytest.raises(BackupFault, match="--replace"):
        restore(address, tmp_path / "a.zip")
    restore(address, tmp_path / "a.zip", replace=True)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM lease")).scalars().all() == ["a"]
    engine.dispose()
    with pytest.raises(BackupFault, match="loại cơ sở dữ liệu khác"):
        restore(f"sqlite:///{tmp_path / 'x.db'}", tmp_path / "a.zip")
