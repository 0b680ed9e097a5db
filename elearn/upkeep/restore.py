"""Puts a backup back: opened, held against its own manifest, and only then put where the old state stands."""

import errno
import filecmp
import hashlib
import shutil
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.engine import make_url

from elearn.upkeep import files, manifest, sealed
from elearn.upkeep.database_copy import SQLITE, Inside, checked_sqlite, inside_postgres, load_dump
from elearn.upkeep.files import A_PIECE, BackupFault
from elearn.upkeep.manifest import Manifest

# What a damaged list of entries makes of a file that is read, or of the folder it is unpacked into.
ASTRAY = (errno.EINVAL, errno.EEXIST, errno.ENOTDIR)
DAMAGED = "Tệp sao lưu bị hỏng hoặc chưa chép đủ. Hãy lấy bản khác."


class Opened(NamedTuple):
    """A backup, unpacked into a folder and found to be what its manifest says."""

    folder: Path
    manifest: Manifest

    @property
    def database(self) -> Path:
        return self.folder / self.manifest.database


def unpack(source: Path, folder: Path, private_keys: Sequence[str] = ()) -> Opened:
    """Unpack a backup into an empty folder and hold every file against the manifest.

    Of SQLite's database every page, every reference and the count of rows is checked too; of a dump of
    PostgreSQL that can be done only where it has been loaded. Raise BackupFault when the file is missing,
    not ours, cut, changed, or encrypted for another key.
    """
    try:
        if sealed.is_sealed(source):
            source = _unsealed(source, folder, private_keys)
        with zipfile.ZipFile(source) as archive:
            told = manifest.read(_read_manifest(archive))
            _refuse_another_content(archive, told, folder)
            for name, member in told.members.items():
                _extract(archive, name, member, folder)
    except FileNotFoundError:
        raise BackupFault(f"Không thấy tệp {source}.") from None
    except IsADirectoryError:
        raise BackupFault(f"{source} là thư mục, cần một tệp sao lưu.") from None
    except (zipfile.BadZipFile, EOFError, RuntimeError, ValueError, zlib.error) as fault:
        raise BackupFault(DAMAGED) from fault
    except OSError as fault:
        if fault.errno not in ASTRAY:
            raise
        raise BackupFault(DAMAGED) from fault
    opened = Opened(folder, told)
    if told.database == SQLITE:
        hold_against(told, checked_sqlite(opened.database))
    return opened


def hold_against(told: Manifest, found: Inside) -> None:
    """Raise BackupFault unless what was found is what the manifest says."""
    if found != Inside(told.revision, told.rows, told.audit_heads, told.origin):
        differing = next((name for name in told.rows if found.rows.get(name) != told.rows[name]), "")
        where = f" (bảng {differing})" if differing else ""
        raise BackupFault(f"Nội dung bản sao lưu không khớp với bảng kê trong đó{where}. Hãy lấy bản khác.")


def refuse_another_engine(opened: Opened, url: str) -> None:
    """Raise BackupFault when the backup is of the other kind of database."""
    if (opened.manifest.database == SQLITE) != (make_url(url).get_backend_name() == "sqlite"):
        raise BackupFault(
            f"Bản sao lưu này là của loại cơ sở dữ liệu khác ({opened.manifest.engine}). "
            "Hãy đặt DATABASE_URL đúng loại đó rồi chạy lại."
        )


def is_occupied(url: str) -> bool:
    """Does something stand already where the backup is to go?"""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        file = Path(str(address.database))
        return file.exists() and file.stat().st_size > 0
    return bool(inside_postgres(url).rows)


def put_sqlite(url: str, ready: Path) -> Path | None:
    """Let the file be the database; return where the one is kept that stood there, if one did."""
    place, kept = Path(str(make_url(url).database)), None
    place.parent.mkdir(parents=True, exist_ok=True)
    with files.arriving(place) as part:
        shutil.copyfile(ready, part)
        files.sync(part)
        if place.exists():
            kept = _put_aside(place)
    return kept


def _put_aside(place: Path) -> Path:
    """Rename the database and its journal as they are, without opening them: it may be what is broken."""
    kept = files.aside(place)
    for ending in ("", "-wal"):
        if (one := place.with_name(place.name + ending)).exists():
            one.rename(kept.with_name(kept.name + ending))
    place.with_name(f"{place.name}-shm").unlink(missing_ok=True)
    return kept


def put_postgres(url: str, opened: Opened) -> None:
    """Let the dump be what is in the database, and hold it against the manifest."""
    load_dump(url, opened.database, opened.folder)
    hold_against(opened.manifest, inside_postgres(url))


def put_folder(inside: Path, place: Path) -> Path | None:
    """Put an unpacked folder where it belongs, if nothing stands there; else beside it, and return where.

    The shelf of courses may be a newer one of the project: what is there is never overwritten.
    """
    if not inside.exists() or (place.exists() and _holds(place, inside)):
        return None
    if not place.exists() or not any(place.iterdir()):
        shutil.copytree(inside, place, dirs_exist_ok=True)
        return None
    other = place.with_name(f"{place.name}-tu-ban-sao-luu")
    if other.exists():
        other.rename(files.aside(other))
    shutil.copytree(inside, other)
    return other


def _holds(place: Path, inside: Path) -> bool:
    """Are all files of the one in the other, byte for byte?"""
    ours = [file for file in inside.rglob("*") if file.is_file()]
    return all(
        (there := place / file.relative_to(inside)).is_file() and filecmp.cmp(file, there, shallow=False)
        for file in ours
    )


# -- what an archive holds ---------------------------------------------------------------------------


def _unsealed(source: Path, folder: Path, private_keys: Sequence[str]) -> Path:
    if not private_keys:
        raise BackupFault("Bản sao lưu này đã mã hóa. Cần tệp khóa riêng: thêm --identity TỆP-KHÓA.")
    plain = folder / "plain.zip"
    sealed.unseal(source, plain, private_keys)
    return plain


def _read_manifest(archive: zipfile.ZipFile) -> bytes:
    try:
        entry = archive.getinfo(manifest.NAME)
    except KeyError:
        raise BackupFault(manifest.NOT_OURS) from None
    if entry.file_size > manifest.LARGEST:
        raise BackupFault(manifest.NOT_OURS)
    return archive.read(entry)


def _refuse_another_content(archive: zipfile.ZipFile, told: Manifest, folder: Path) -> None:
    """Raise BackupFault where the entries are not those of the manifest, or there is no room for them."""
    sizes = {
        entry.filename: entry.file_size for entry in archive.infolist() if entry.filename != manifest.NAME
    }
    if sizes != {name: member.bytes for name, member in told.members.items()}:
        raise BackupFault("Bản sao lưu thiếu hoặc thừa tệp so với bảng kê trong đó. Hãy lấy bản khác.")
    if sum(sizes.values()) > shutil.disk_usage(folder).free:
        raise BackupFault("Ổ đĩa không đủ chỗ để mở bản sao lưu. Hãy xóa bớt tệp cũ rồi chạy lại.")


def _extract(archive: zipfile.ZipFile, name: str, member: manifest.Member, folder: Path) -> None:
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, left = hashlib.sha256(), member.bytes
    with archive.open(name) as stream, target.open("xb") as into:
        while piece := stream.read(A_PIECE):
            left -= len(piece)
            if left < 0:
                raise BackupFault(DAMAGED)
            digest.update(piece)
            into.write(piece)
    if digest.hexdigest() != member.sha256:
        raise BackupFault("Nội dung tệp sao lưu không khớp với dấu kiểm. Hãy lấy bản khác.")
