"""Backups that only the holder of a private key can read, in the age format (age-encryption.org/v1).

The server knows public keys alone. A thief of the backups, or of the server, cannot open them.
"""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pyrage import DecryptError, EncryptError, IdentityError, RecipientError, decrypt_io, encrypt_io, x25519

from elearn.kit.refused import Refused
from elearn.upkeep.files import A_PIECE, BackupFault

MARK = b"age-encryption.org/v1\n"
PRIVATE = "AGE-SECRET-KEY-"


class KeyPair(NamedTuple):
    """A public key, with which anyone may encrypt, and the private one that opens."""

    public: str
    private: str


def make_key() -> KeyPair:
    """Make a pair of keys. Nothing is kept of it here."""
    identity = x25519.Identity.generate()
    return KeyPair(str(identity.to_public()), str(identity))


def recipients_in(text: str) -> list[str]:
    """Return the public keys in a setting, apart by spaces or commas; raise Refused for what is none."""
    found = [word for word in re.split(r"[\s,;]+", text) if word]
    for word in found:
        if word.upper().startswith(PRIVATE):
            raise Refused("Đây là khóa riêng, không được để trên máy chủ. Hãy dùng khóa công khai, age1…")
        try:
            x25519.Recipient.from_str(word)
        except RecipientError:
            raise Refused(
                f"“{word[:12]}…” không phải khóa công khai. Khóa công khai bắt đầu bằng age1."
            ) from None
    return list(dict.fromkeys(found))


def private_keys_in(file: Path) -> list[str]:
    """Return the private keys in a file as `elearn backup-key` and age-keygen write it; raise Refused."""
    try:
        lines = [line.strip() for line in file.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        raise Refused(f"Không đọc được tệp khóa {file}.") from None
    keys = [line for line in lines if line.startswith(PRIVATE)]
    try:
        for key in keys:
            x25519.Identity.from_str(key)
    except IdentityError:
        keys = []
    if not keys:
        raise Refused(f"Tệp {file} không có khóa riêng (dòng bắt đầu bằng {PRIVATE}).")
    return keys


def is_sealed(file: Path) -> bool:
    """Is the file encrypted?"""
    with file.open("rb") as stream:
        return stream.read(len(MARK)) == MARK


def seal(source: Path, target: Path, public_keys: Sequence[str]) -> None:
    """Encrypt the source into the target, for the holders of those keys.

    One key more is made for this call and forgotten at its end: with it the new file is opened again and
    compared with the source, which the keys on this machine could not do. Raise BackupFault.
    """
    once = x25519.Identity.generate()
    keys = [x25519.Recipient.from_str(key) for key in public_keys]
    with source.open("rb") as plain, target.open("wb") as stream:
        told = _Told(stream)
        try:
            encrypt_io(plain, told, [*keys, once.to_public()])
        except EncryptError as fault:
            raise told.fault or BackupFault(f"Không mã hóa được: {fault}") from fault
    opened = _Digest()
    _open(target, opened, [once])
    with source.open("rb") as plain:
        if hashlib.file_digest(plain, "sha256").digest() != opened.found.digest():
            raise BackupFault("Bản đã mã hóa không mở lại được đúng như bản gốc.")


def unseal(source: Path, target: Path, private_keys: Sequence[str]) -> None:
    """Decrypt the source into the target; raise BackupFault when no key fits or the file is not whole."""
    with target.open("wb") as stream:
        _open(source, stream, [x25519.Identity.from_str(key) for key in private_keys])


def count_keys(file: Path) -> int:
    """Return for how many keys a sealed file can be opened, the forgotten one of `seal` among them."""
    with file.open("rb") as stream:
        head = stream.read(A_PIECE).partition(b"\n--- ")[0]
    return head.count(b"\n-> X25519 ")


def _open(source: Path, target: Any, identities: Sequence[x25519.Identity]) -> None:
    with source.open("rb") as stream:
        told = _Told(target)
        try:
            decrypt_io(stream, told, identities)
        except DecryptError as fault:
            if told.fault:
                raise told.fault from fault
            if "No matching keys" in str(fault):
                raise BackupFault(
                    "Khóa riêng này không mở được tệp sao lưu, hoặc đầu tệp bị hỏng. "
                    "Hãy dùng đúng khóa, hoặc lấy bản khác."
                ) from None
            raise BackupFault("Tệp sao lưu bị hỏng hoặc chưa chép đủ. Hãy lấy bản khác.") from fault
        except OSError as fault:  # a piece of the content does not fit its seal, or the end is missing
            raise told.fault or BackupFault(
                "Tệp sao lưu bị hỏng hoặc chưa chép đủ. Hãy lấy bản khác."
            ) from fault


class _Told:
    """A file to write to that remembers why it could not: the library tells it in words only."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.fault: OSError | None = None

    def write(self, piece: bytes) -> int:
        try:
            return int(self.stream.write(piece))
        except OSError as fault:
            self.fault = fault
            raise

    def flush(self) -> None:
        try:
            self.stream.flush()
        except OSError as fault:
            self.fault = fault
            raise


class _Digest:
    """Where a content goes of which only the digest is wanted."""

    def __init__(self) -> None:
        self.found = hashlib.sha256()

    def write(self, piece: bytes) -> int:
        self.found.update(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""
