"""Secrets: random tokens and codes, slow hashes with a bound on how many run at once, keyed digests; texts
that only who knows the key can read."""

import base64
import hashlib
import hmac
import os
import secrets
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from argon2.low_level import Type, hash_secret_raw

from elearn.kit.at_work import turn_set_aside
from elearn.kit.metrics import slow_hash_turn


class Cost(NamedTuple):
    """What a slow hash (argon2id) costs: memory in KiB, passes over it, lanes."""

    memory_kib: int
    passes: int
    lanes: int

    def __str__(self) -> str:
        return f"m={self.memory_kib},t={self.passes},p={self.lanes}"


# Every cost that a secret may be kept under, the oldest first; fresh ones are kept under the last. To raise
# it, add a line: who comes in is renewed. The first is the OWASP minimum, about 21 ms of processor time here.
COSTS = (Cost(19_456, 2, 1),)
LENGTH = 32
_at_once = threading.BoundedSemaphore(1)  # in each process: more would take memory, not be done earlier
LEISURE = 10  # how far a slow hash stands back behind what is quick (as `nice` counts)


def random_token() -> str:
    """Return 256 random bits as text for a cookie or an address."""
    return secrets.token_urlsafe(32)


def random_digits(count: int) -> str:
    """Return that many random decimal digits."""
    return "".join(secrets.choice("0123456789") for _ in range(count))


def random_code(alphabet: str, count: int) -> str:
    """Return that many random letters of the alphabet."""
    return "".join(secrets.choice(alphabet) for _ in range(count))


def random_salt() -> str:
    """Return a fresh salt for `slow_hash`."""
    return secrets.token_hex(16)


def digest(token: str) -> str:
    """Return the SHA-256 of a random token; only this is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed(key: str, *parts: object) -> str:
    """Return a keyed digest (HMAC-SHA-256, hex) of the parts, each kept apart from the next."""
    return hmac.new(key.encode(), "\0".join(map(str, parts)).encode(), hashlib.sha256).hexdigest()


def slow_hash(secret: str, salt: str, pepper: str, cost: Cost = COSTS[-1]) -> str:
    """Return the argon2id hash of a secret as hex. The pepper stands outside the database and its backups.

    A hash costs as much as twenty lessons. When a whole class signs in, lessons go first: whoever waits here
    gives up their turn at the program meanwhile, and the hash itself is made in a thread that stands back.
    """
    with turn_set_aside(), slow_hash_turn(_at_once), ThreadPoolExecutor(1, initializer=_stand_back) as apart:
        return apart.submit(_argon2id, keyed(pepper, secret), salt, cost).result()


def _stand_back() -> None:
    """Let other threads run before this one. On Linux, being nice is a matter of each thread."""
    if sys.platform == "linux":
        os.nice(LEISURE)


def _argon2id(secret: str, salt: str, cost: Cost) -> str:
    return hash_secret_raw(
        secret.encode(), bytes.fromhex(salt), cost.passes, cost.memory_kib, cost.lanes, LENGTH, Type.ID
    ).hex()


def encrypted(key: str, purpose: str, text: str) -> str:
    """Return the text so that only who knows the key can read it, for this purpose and no other."""
    return _fernet(key, purpose).encrypt(text.encode()).decode()


def decrypted(key: str, purpose: str, kept: str, *, lasts: int | None = None) -> str | None:
    """Return the text that `encrypted` gave; None for anything else, or older than so many seconds."""
    from cryptography.fernet import InvalidToken

    try:
        return _fernet(key, purpose).decrypt(kept, ttl=lasts).decode()
    except (InvalidToken, ValueError):  # the second says that it was not even written in plain letters
        return None


def _fernet(key: str, purpose: str):  # type: ignore[no-untyped-def]
    from cryptography.fernet import Fernet
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def same(one: str, other: str) -> bool:
    """Compare two digests in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())
