"""Encrypted for those who hold a key; and nobody on the server holds one."""

import os
from pathlib import Path

import pytest

from elearn.kit.refused import Refused
from elearn.upkeep import sealed
from elearn.upkeep.files import BackupFault
from elearn.upkeep.sealed import make_key, private_keys_in, recipients_in, seal, unseal


@pytest.fixture
def plain(tmp_path):
    (tmp_path / "plain").write_bytes(os.urandom(300_000))
    return tmp_path / "plain"


def test_each_of_the_keys_opens_it_and_no_other(plain, tmp_path):
    keys, target = [make_key(), make_key()], tmp_path / "a.age"
    seal(plain, target, [one.public for one in keys])
    assert sealed.is_sealed(target) and not sealed.is_sealed(plain)
    assert sealed.count_keys(target) == 3, "the two, and one that existed for a moment"
    for one in keys:
        unseal(target, tmp_path / "again", [one.private])
        assert (tmp_path / "again").read_bytes() == plain.read_bytes()
    with pytest.raises(BackupFault, match="Khóa riêng này không mở được"):
        unseal(target, tmp_path / "again", [make_key().private])


@pytest.mark.parametrize("cut", [100, 200_000, -5])
def test_a_cut_or_changed_file_is_not_opened(plain, tmp_path, cut):
    key, target = make_key(), tmp_path / "a.age"
    seal(plain, target, [key.public])
    content = target.read_bytes()
    for broken in (content[:cut], content[:cut] + bytes([content[cut] ^ 1]) + content[cut:][1:]):
        target.write_bytes(broken)
        with pytest.raises(BackupFault, match="bị hỏng"):
            unseal(target, tmp_path / "again", [key.private])


def test_what_was_written_is_opened_again_before_it_is_believed(plain, tmp_path, monkeypatch):
    def broken(source, target, _keys):
        target.write(source.read()[:-1])

    monkeypatch.setattr(sealed, "decrypt_io", broken)
    with pytest.raises(BackupFault, match="không mở lại được"):
        seal(plain, tmp_path / "a.age", [make_key().public])


def test_a_full_disk_is_told_as_that(plain, tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no disk that is always full")
    with pytest.raises(OSError, match="No space left"):
        seal(plain, Path("/dev/full"), [make_key().public])


def test_a_setting_holds_public_keys_and_nothing_else():
    one, other = make_key(), make_key()
    assert recipients_in("") == []
    assert recipients_in(f" {one.public},{other.public}\n{one.public}") == [one.public, other.public]
    with pytest.raises(Refused, match="không phải khóa công khai"):
        recipients_in("age1abc")
    with pytest.raises(Refused, match="không được để trên máy chủ") as told:
        recipients_in(one.private)
    assert one.private not in str(told.value)


def test_a_key_file_is_read_as_age_writes_it(tmp_path):
    key = make_key()
    (tmp_path / "key").write_text(f"# created: today\n# public key: {key.public}\n{key.private}\n")
    assert private_keys_in(tmp_path / "key") == [key.private]
    for text in ("", key.public, "AGE-SECRET-KEY-1ABC"):
        (tmp_path / "key").write_text(text)
        with pytest.raises(Refused, match="không có khóa riêng"):
            private_keys_in(tmp_path / "key")
    with pytest.raises(Refused, match="Không đọc được"):
        private_keys_in(tmp_path / "none")
