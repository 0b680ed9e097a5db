"""What a backup says of itself: every file in it with its digest, the rows of each table, the audit's end."""

import json
import re
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from importlib import metadata
from typing import Any

from elearn.upkeep.database_copy import POSTGRES, SQLITE
from elearn.upkeep.files import BackupFault

FORMAT, NAME = "elearn-backup-2", "manifest.json"
FOLDERS = ("courses", "media")
LARGEST = 4_000_000  # bytes of a manifest
# a file of ours in one of our folders: no way up, none to another disk
SAFE = re.compile(rf"({'|'.join(FOLDERS)})(/[^/\\:\x00-\x1f]{{1,200}})+")
NOT_OURS = "Tệp này không phải bản sao lưu của phần mềm."


@dataclass(frozen=True)
class Member:
    """A file in the backup."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What the backup holds, of which moment, and by which program it was made."""

    made_at: datetime
    program: str
    engine: str
    database: str
    revision: str
    rows: dict[str, int]
    audit_heads: list[list[Any]]  # month, number and hash of the newest entry: the end of each chain
    origin: str  # who was the first person: of which installation it is
    members: dict[str, Member] = field(default_factory=dict)

    def written(self) -> str:
        """Return it as it stands in the backup."""
        told = asdict(self) | {"made_at": self.made_at.isoformat(timespec="seconds")}
        return json.dumps({"format": FORMAT} | told, ensure_ascii=False, indent=1)


def read(content: bytes) -> Manifest:
    """Return the manifest of a backup; raise BackupFault when it is not one of ours."""
    try:
        told = json.loads(content)
        if told.pop("format", "") != FORMAT:
            raise BackupFault(NOT_OURS)
        told["made_at"] = datetime.fromisoformat(told["made_at"])
        told["members"] = {name: Member(**one) for name, one in told["members"].items()}
        found = Manifest(**{one.name: told[one.name] for one in fields(Manifest)})
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise BackupFault(NOT_OURS) from fault
    if found.database not in (SQLITE, POSTGRES) or found.database not in found.members:
        raise BackupFault(NOT_OURS)
    for name in found.members:
        if name != found.database and (not SAFE.fullmatch(name) or "/../" in f"/{name}/"):
            raise BackupFault(NOT_OURS)
    return found


def program() -> str:
    """Return which program this is: its name and number."""
    try:
        return f"elearn {metadata.version('elearn')}"
    except metadata.PackageNotFoundError:
        return "elearn"
