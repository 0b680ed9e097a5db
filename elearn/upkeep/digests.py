"""What each backup of a folder was when it was written: a list that `sha256sum -c SHA256SUMS` reads too."""

from collections.abc import Mapping
from pathlib import Path

from elearn.upkeep import files
from elearn.upkeep.rotation import dated

SUMS = "SHA256SUMS"
ENOUGH = 4 * 1024**3  # bytes that are read again in a day; the newest come first


def note_digest(file: Path) -> None:
    """Add a backup to the list of its folder; what is no longer there goes from the list."""
    _write(file.parent, digests_of(file.parent) | {file.name: files.sha256_of(file)})


def carry_over(folder: Path, second: Path) -> None:
    """Write the list of a second place from that of the first."""
    _write(second, digests_of(second) | digests_of(folder))


def digests_of(folder: Path) -> dict[str, str]:
    """Return the digest of each backup, by its name, as it was written down."""
    file = folder / SUMS
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines) if name}


def changed_in(folder: Path) -> list[str]:
    """Return the names of backups that are no longer what was written: a disk that forgets, or a hand."""
    known, made, changed, left = digests_of(folder), dated(folder), [], ENOUGH
    for moment in sorted(made, reverse=True):
        file = made[moment]
        if left <= 0:
            break
        left -= file.stat().st_size
        if file.name in known and files.sha256_of(file) != known[file.name]:
            changed.append(file.name)
    return changed


def _write(folder: Path, digests: Mapping[str, str]) -> None:
    there = {file.name for file in dated(folder).values()}
    lines = [f"{digests[name]}  {name}\n" for name in sorted(there & set(digests))]
    with files.arriving(folder / SUMS) as part:
        part.write_text("".join(lines), encoding="utf-8")
