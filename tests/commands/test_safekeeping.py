"""The commands of safekeeping: what they say, what they keep, and a machine that was stolen."""

import re
import shlex
import shutil
import sys

import pytest
from sqlalchemy import select, text

import config
from elearn import cli
from elearn.kit.audit import AuditEntry, broken_links
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.learning.actions import erase
from elearn.learning.recount import recount
from elearn.people.actions import open_session
from elearn.people.models import Session, SessionKind
from elearn.server.lock import refuse_while_serving, serving
from elearn.upkeep import sealed
from elearn.upkeep.forgotten import LIST
from tests.installation import PASSWORD
from tests.upkeep.conftest import close, keep, names

NO_LIST = "--no-erased"


def typed_closed(typed, *words):
    """Type a command with nobody else at the database."""
    close()
    return typed(*words)


def test_what_is_backed_up_comes_back(ward, typed, tmp_path):
    keep("Bà Lan")
    code, out, _ = typed("backup", tmp_path / "a.zip")
    assert code == 0 and "secret.key" in out and "chưa mã hóa" in out and LIST in out
    keep("Ông Tài")
    code, _, err = typed_closed(typed, "restore", tmp_path / "a.zip")
    assert code == 1 and "--replace" in err and names() == {"Ngô Văn Quản", "Bà Lan", "Ông Tài"}
    code, out, _ = typed_closed(typed, "restore", tmp_path / "a.zip", "--replace")
    assert code == 0 and "Đã khôi phục" in out and names() == {"Ngô Văn Quản", "Bà Lan"}
    place = ward.config["INSTANCE"]
    assert len(list(place.glob("elearn.db.*.old"))) == 1, "what stood there is kept"
    assert (place / "elearn.db").stat().st_mode & 0o077 == 0
    acts = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert acts[-1] == "restore backup" and list(broken_links()) == [] and recount() == []


def test_only_looking_changes_nothing(ward, typed, tmp_path):
    typed("backup", tmp_path / "a.zip")
    keep("Ông Tài")
    code, out, _ = typed_closed(typed, "restore", tmp_path / "a.zip", "--check")
    assert code == 0 and "còn nguyên" in out and names() == {"Ngô Văn Quản", "Ông Tài"}
    (tmp_path / "a.zip").write_bytes((tmp_path / "a.zip").read_bytes()[:-100])
    assert typed("restore", tmp_path / "a.zip", "--check")[0] == 1


def test_who_was_erased_after_the_backup_is_erased_again(ward, typed, tmp_path):
    lan = keep("Bà Lan")
    typed("backup", tmp_path / "a.zip")
    erase(lan)
    code, out, _ = typed_closed(typed, "restore", tmp_path / "a.zip", "--replace")
    assert code == 0 and "xóa lại dữ liệu của 1 người" in out and names() == {"Ngô Văn Quản"}


def test_sessions_of_staff_and_of_shared_phones_end_with_a_restore(ward, typed, tmp_path):
    lan = keep("Bà Lan")
    for kind in SessionKind:
        open_session(kind.value, lan, kind)
    typed("backup", tmp_path / "a.zip")
    typed_closed(typed, "restore", tmp_path / "a.zip", "--replace")
    db.session.rollback()
    assert set(db.session.scalars(select(Session.token_digest))) == {"own", "nameless"}


class TestOnANewMachine:
    """The machine is stolen. There is a backup on another disk, and the secret on paper."""

    @pytest.fixture
    def stolen(self, ward, typed, tmp_path):
        """Bà Lan is in the backup, and was erased an hour later."""
        lan, place = keep("Bà Lan"), ward.config["INSTANCE"]
        key = sealed.make_key()
        (tmp_path / "key").write_text(key.private)
        typed("backup", tmp_path / "usb" / "elearn-1.zip.age", "--recipient", key.public)
        keep("Ông Tài")
        erase(lan)
        typed("backup", tmp_path / "usb" / "elearn-2.zip.age", "--recipient", key.public)
        shutil.copy(place / config.SECRET, tmp_path / config.SECRET)
        close()
        shutil.rmtree(place)
        return place

    def found_again(self, place, tmp_path):
        place.mkdir(exist_ok=True)
        shutil.copy(tmp_path / config.SECRET, place)

    def test_it_all_comes_back_with_the_two_keys(self, stolen, typed, tmp_path):
        file = tmp_path / "usb" / "elearn-1.zip.age"
        code, _, err = typed("restore", file, "--identity", tmp_path / "key")
        assert code == 1 and config.SECRET in err and "--new-secret" in err
        self.found_again(stolen, tmp_path)
        code, _, err = typed("restore", file)
        assert code == 1 and "--identity" in err
        code, out, err = typed("restore", file, "--identity", tmp_path / "key")
        assert code == 0 and "xóa lại dữ liệu của 1 người" in out, err
        assert names() == {"Ngô Văn Quản"}, "the list beside the backups knew of bà Lan"
        code, out, _ = typed_closed(typed, "doctor")
        assert "Nhật ký việc làm: 4 dòng, liền mạch" in out

    def test_without_the_list_it_is_asked_for(self, stolen, typed, tmp_path):
        self.found_again(stolen, tmp_path)
        shutil.move(tmp_path / "usb" / LIST, tmp_path / "elsewhere.json")
        call = ("restore", tmp_path / "usb" / "elearn-1.zip.age", "--identity", tmp_path / "key")
        code, _, err = typed(*call)
        assert code == 1 and LIST in err and "--erased" in err and not (stolen / "elearn.db").exists()
        code, out, _ = typed(*call, "--erased", tmp_path / "elsewhere.json")
        assert code == 0 and "xóa lại" in out and names() == {"Ngô Văn Quản"}

    def test_it_may_be_said_that_there_is_no_list(self, stolen, typed, tmp_path):
        self.found_again(stolen, tmp_path)
        (tmp_path / "usb" / LIST).unlink()
        call = ("restore", tmp_path / "usb" / "elearn-1.zip.age", "--identity", tmp_path / "key")
        assert typed(*call, NO_LIST)[0] == 0 and names() == {"Ngô Văn Quản", "Bà Lan"}

    def test_a_ward_that_was_just_set_up_does_not_know_whom_the_old_one_erased(
        self, stolen, typed, tmp_path, _set_up_once
    ):
        shutil.copytree(_set_up_once, stolen, dirs_exist_ok=True)
        with db.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE person SET created_at = '2026-12-01 00:00:00.000001'")
        (tmp_path / "usb" / LIST).unlink()
        call = ("restore", tmp_path / "usb" / "elearn-1.zip.age", "--identity", tmp_path / "key", "--replace")
        code, _, err = typed_closed(typed, *call)
        assert code == 1 and "--erased" in err and names() == {"Ngô Văn Quản"}

    def test_with_the_secret_lost_an_administrator_comes_in_anew(self, stolen, typed, tmp_path):
        (tmp_path / "password").write_text(PASSWORD)
        code, out, err = typed(
            "restore", tmp_path / "usb" / "elearn-2.zip.age", "--identity", tmp_path / "key", "--new-secret"
        )
        assert code == 0 and names() == {"Ngô Văn Quản", "Ông Tài"}, err
        assert (stolen / config.SECRET).read_text() != (tmp_path / config.SECRET).read_text()
        code, out, _ = typed_closed(
            typed, "user", "add", "--name", "Lê Mới", "--role", "quan-tri", "--phone", "",
            "--password-file", tmp_path / "password",
        )  # fmt: skip
        assert code == 0 and "Đã tạo tài khoản cho Lê Mới" in out


def test_an_old_backup_is_brought_up_to_date_when_it_comes_back(ward, typed, tmp_path, newer):
    assert typed("backup", tmp_path / "a.zip")[0] == 0
    newer()
    close()
    assert typed("restore", tmp_path / "a.zip", "--replace")[0] == 0
    assert db.session.scalar(text("SELECT count(*) FROM wish")) == 0


def test_a_backup_of_a_newer_program_is_refused(ward, typed, tmp_path, newer, monkeypatch):
    newer()
    assert typed_closed(typed, "upgrade")[0] == 0
    assert typed("backup", tmp_path / "a.zip")[0] == 0
    monkeypatch.undo()
    monkeypatch.setenv("ELEARN_INSTANCE", str(ward.config["INSTANCE"]))
    code, _, err = typed_closed(typed, "restore", tmp_path / "a.zip", "--replace")
    assert code == 1 and "phần mềm mới hơn" in err


@pytest.mark.parametrize("fault", ["cut", "not ours", "missing", "a migration that fails"])
def test_a_restore_that_fails_changes_nothing(ward, typed, kept, newer, fault):
    file, place = kept(), ward.config["INSTANCE"]
    if fault == "cut":
        file.write_bytes(file.read_bytes()[:1000])
    elif fault == "not ours":
        file.write_bytes(b"PK no zip at all")
    elif fault == "missing":
        file.unlink()
    else:
        newer()
        migration = next((config.ROOT / "migrations" / "versions").glob("9000*"))
        migration.write_text(migration.read_text() + '    op.execute("INSERT INTO nowhere VALUES (1)")\n')
    close()
    before = (place / "elearn.db").read_bytes()
    code, _, err = typed("restore", file, "--replace", NO_LIST)
    assert code == 1 and err.strip() and "Traceback" not in err
    assert (place / "elearn.db").read_bytes() == before
    assert not list(place.glob("*.old")) and not list(place.glob(".scratch*"))


def test_nothing_is_put_back_while_people_are_served(ward, typed, kept):
    file, place = kept(), ward.config["INSTANCE"]
    with serving(place):
        code, _, err = typed("restore", file, "--replace")
        assert code == 1 and "Hãy dừng máy chủ trước" in err
        with pytest.raises(Refused):
            refuse_while_serving(place)
    refuse_while_serving(place)


def test_an_upgrade_keeps_a_copy_first(ward, typed, newer):
    assert "không cần nâng cấp" in typed("upgrade")[1]
    newer()
    assert "elearn upgrade" in typed("recount")[2]
    code, out, _ = typed("upgrade")
    copy = next(iter(ward.config["INSTANCE"].glob("truoc-nang-cap-*.zip")))
    assert code == 0 and str(copy) in out and names() == {"Ngô Văn Quản"}
    assert "không cần nâng cấp" in typed("upgrade")[1]


def test_whoever_sits_at_the_keyboard_is_asked_for_the_private_key(ward, typed, kept, tmp_path, monkeypatch):
    pair, asked = sealed.make_key(), []
    file = kept("a.zip.age", public_keys=[pair.public])
    (tmp_path / "key").write_text(pair.private)
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or str(tmp_path / "key"))
    assert typed("restore", file, "--check")[0] == 0 and "khóa riêng" in asked[0]


# --- the key


def test_a_key_is_shown_once_and_kept_nowhere(instance, typed):
    code, out, _ = typed("backup-key")
    private = re.search(r"AGE-SECRET-KEY-\w+", out)[0]
    public = re.search(r"ELEARN_BACKUP_KEYS=(age1\w+)", out)[1]
    assert code == 0 and sealed.recipients_in(public) == [public] and "két" in out
    assert not instance.exists() and private not in typed("backup-key")[1]


def test_a_key_may_go_into_a_file_of_its_own(instance, typed, tmp_path):
    code, out, _ = typed("backup-key", "--file", tmp_path / "key")
    assert code == 0 and "AGE-SECRET" not in out and (tmp_path / "key").stat().st_mode & 0o077 == 0
    assert len(sealed.private_keys_in(tmp_path / "key")) == 1
    code, _, err = typed("backup-key", "--file", tmp_path / "key")
    assert code == 1 and "đã có" in err


def test_a_key_that_is_none_stops_the_backup(ward, typed, tmp_path, monkeypatch):
    monkeypatch.setenv("ELEARN_BACKUP_KEYS", sealed.make_key().private)
    code, _, err = typed("backup", tmp_path / "a.zip")
    assert code == 1 and "không được để trên máy chủ" in err and not (tmp_path / "a.zip").exists()


def test_backups_are_encrypted_once_a_key_is_set(ward, typed, tmp_path, monkeypatch):
    keys = [sealed.make_key() for _ in range(2)]
    monkeypatch.setenv("ELEARN_BACKUP_KEYS", " ".join(one.public for one in keys))
    code, out, _ = typed("backup", tmp_path / "a.zip.age")
    assert code == 0 and "đã mã hóa" in out and "(2 khóa)" in out
    (tmp_path / "key").write_text(keys[1].private)
    assert typed("restore", tmp_path / "a.zip.age", "--check", "--identity", tmp_path / "key")[0] == 0


def test_the_page_for_the_safe_names_commands_that_are_there():
    """docs/huong-dan/mat-may-chu.md is printed, and typed from paper on a bad morning."""
    page = (config.ROOT / "docs" / "huong-dan" / "mat-may-chu.md").read_text()
    typed = re.findall(r"^# elearn (.+)$", page, re.MULTILINE)
    assert len(typed) >= 5
    for line in typed:
        cli.parser().parse_args(shlex.split(line))
    assert "--new-secret" in page and LIST in page
