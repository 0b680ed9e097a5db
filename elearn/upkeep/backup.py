"""One file to keep: database, courses, media and a manifest; checked before it gets its name."""

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from elearn.kit.clock import now
from elearn.upkeep import files, manifest, sealed
from elearn.upkeep.database_copy import POSTGRES, Copy, take_copy
from elearn.upkeep.files import A_PIECE, BackupFault
from elearn.upkeep.manifest import Manifest, Member


def folders_of(settings: Mapping[str, Any]) -> dict[str, Path]:
    """Return the folders of an installation that go into a backup beside the database."""
    return {"courses": Path(settings["COURSES"]), "media": Path(settings["INSTANCE"]) / "media"}


def backup(
    url: str,
    target: Path,
    *,
    folders: Mapping[str, Path] | None = None,
    public_keys: Sequence[str] = (),
    at_work: Path | None = None,
    look: Callable[[Path], object] = lambda _plain: None,
) -> Manifest:
    """Write a backup to `target` while people learn, and return its manifest.

    `folders` are what goes in beside the database: "courses", "media"; one that does not exist is left
    out. With public keys the file is encrypted for their holders; what is readable stays in `at_work`
    (a folder on the server's own disk) and is gone afterwards; `look` sees it before it is encrypted.
    Never overwrites a file that exists. Raise BackupFault.
    """
    if target.exists():
        raise BackupFault(f"Tệp {target} đã có. Hãy chọn tên khác để không mất bản cũ.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with files.scratch(at_work or target.parent) as folder:
        copy = take_copy(url, folder)
        if not public_keys:
            with files.arriving(target) as part:
                told = pack(copy, folders or {}, part)
                look(part)
                return told
        plain = folder / "plain.zip"
        told = pack(copy, folders or {}, plain)
        copy.file.unlink()  # the disk may be small
        look(plain)
        with files.arriving(target) as part:
            sealed.seal(plain, part, public_keys)
        return told


def pack(copy: Copy, folders: Mapping[str, Path], target: Path) -> Manifest:
    """Put the copy and the folders into one zip file with their manifest, and read all of it again."""
    members: dict[str, Member] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in _what_goes_in(copy, folders):
            members[name] = _put(archive, name, file)
        told = Manifest(now(), manifest.program(), copy.engine, copy.file.name, *copy.inside, members=members)
        archive.writestr(manifest.NAME, told.written())
    with zipfile.ZipFile(target) as archive:
        for name, member in members.items():
            with archive.open(name) as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() != member.sha256:  # type: ignore[arg-type]
                    raise BackupFault("Bản sao lưu đọc lại không đúng như lúc ghi. Hãy thử ổ đĩa khác.")
    return told


def _what_goes_in(copy: Copy, folders: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    yield copy.file.name, copy.file
    for name, folder in folders.items():
        for file in sorted(folder.rglob("*")):
            inside = file.relative_to(folder)
            hidden = any(part.startswith(".") for part in inside.parts)
            if file.is_file() and not file.is_symlink() and not hidden:
                yield f"{name}/{inside.as_posix()}", file


def _put(archive: zipfile.ZipFile, name: str, file: Path) -> Member:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_STORED if name == POSTGRES else zipfile.ZIP_DEFLATED
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as stream, archive.open(entry, "w", force_zip64=True) as into:
        while piece := stream.read(A_PIECE):
            digest.update(piece)
            size += len(piece)
            into.write(piece)
    return Member(size, digest.hexdigest())
