"""When a backup was last written: one small file in the instance folder."""

from datetime import datetime
from pathlib import Path

from elearn.kit.clock import now

LAST_BACKUP = "last-backup"


def note_backup(place: Path, target: Path) -> None:
    """Remember in the instance folder when and where a backup was written."""
    (place / LAST_BACKUP).write_text(f"{now().isoformat()}\n{target}\n", encoding="utf-8")


def last_backup_at(place: Path) -> datetime | None:
    """Return when a backup was last written, as far as it is known."""
    try:
        return datetime.fromisoformat((place / LAST_BACKUP).read_text(encoding="utf-8").splitlines()[0])
    except (OSError, ValueError, IndexError):
        return None
