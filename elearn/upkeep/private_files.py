"""The files of an installation that only its owner may read: the secret and the database."""

import secrets
from pathlib import Path


def keep_secret(file: Path) -> None:
    """Make a secret that only the owner of this installation can read; one that is there stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48))


def keep_private(url: str) -> None:
    """Make the file of an SQLite database, readable by its owner alone; its journals take after it."""
    if url.startswith("sqlite:///"):
        file = Path(url.removeprefix("sqlite:///"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
