"""One file to keep: a copy of the whole database that was checked before it was given a name."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from elearn.kit.clock import now
from elearn.kit.refused import Refused

FORMAT = "elearn-backup-1"
NAME = "elearn-%Y%m%d-%H%M.zip"  # in the folder that `elearn tick` looks after
HOURS, DAYS, MONTHS = 24, 14, 12  # one of each hour, day and month is kept this long
EVERY = timedelta(minutes=55)


class BackupFault(Refused):
    """Something is wrong with a backup; the message says what, in words for the administrator."""


def backup(url: str, target: Path) -> dict[str, object]:
    """Write a backup of the database to `target` while people learn, and return its manifest.

    The copy is whole transactions only (SQLite: VACUUM INTO; PostgreSQL: pg_dump), is checked before
    the file gets its name, and never overwrites a file that exists. Raise BackupFault.
    """
    if target.exists():
        raise BackupFault(f"Tệp {target} đã có. Hãy chọn tên khác để không mất bản cũ.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        name, copy = _copy(make_url(url), Path(folder))
        manifest: dict[str, object] = {
            "format": FORMAT,
            "made_at": now().isoformat(timespec="seconds"),
            "database": name,
            "sha256": _sha256(copy),
        }
        whole = Path(folder) / "whole.zip"
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("manifest.json", json.dumps(manifest, indent=1))
            archive.write(copy, name)
        _sync(whole)
        whole.chmod(0o600)
        whole.rename(target)
    return manifest


def keep_backups(url: str, folder: Path) -> tuple[Path | None, int]:
    """Write a backup into the folder unless the last is fresh, and thin out the old ones.

    Return the new file, or None, and how many old ones went.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    moment, kept = now(), dict(_dated(folder))
    target = None
    if not kept or moment - max(kept) >= EVERY:
        target = folder / moment.strftime(NAME)
        backup(url, target)
        kept[moment] = target
    gone = set(kept) - worth_keeping(kept)
    for made in gone:
        kept[made].unlink()
    return target, len(gone)


def worth_keeping(made: Collection[datetime]) -> set[datetime]:
    """Return which backups to keep: the newest of each of the last hours, days and months that have one."""
    keep: set[datetime] = set()
    for slice_of_time, count in (("%Y%m%d%H", HOURS), ("%Y%m%d", DAYS), ("%Y%m", MONTHS)):
        newest = {one.strftime(slice_of_time): one for one in sorted(made)}
        keep |= set(sorted(newest.values())[-count:])
    return keep


def _dated(folder: Path) -> Iterator[tuple[datetime, Path]]:
    for file in folder.glob("elearn-*.zip"):
        try:
            yield datetime.strptime(file.name, NAME), file  # noqa: DTZ007 - kept moments have no zone
        except ValueError:
            continue


def restore(url: str, source: Path, *, replace: bool = False) -> None:
    """Put the backup in the place of the database; the one that stood there is kept beside it.

    Raise BackupFault when the file is not whole, is of another kind of database, or, without
    `replace`, when there is a database already.
    """
    with tempfile.TemporaryDirectory() as folder:
        name, copy = _unpack(source, Path(folder))
        address = make_url(url)
        if (name == "elearn.db") != (address.get_backend_name() == "sqlite"):
            raise BackupFault("Bản sao lưu này là của loại cơ sở dữ liệu khác (SQLite và PostgreSQL).")
        if address.get_backend_name() == "sqlite":
            _restore_sqlite(Path(str(address.database)), copy, replace=replace)
        else:
            _restore_postgres(address, copy, replace=replace)


def _copy(url: URL, folder: Path) -> tuple[str, Path]:
    if url.get_backend_name() != "sqlite":
        copy = folder / "elearn.dump"
        _postgres(url, "pg_dump", "-Fc", "--no-owner", "-f", str(copy))
        return copy.name, copy
    copy = folder / "elearn.db"
    if not Path(str(url.database)).exists():
        raise BackupFault("Chưa có cơ sở dữ liệu để sao lưu.")
    connection = sqlite3.connect(f"file:{url.database}?mode=ro", uri=True, timeout=30)
    try:
        connection.execute("VACUUM INTO ?", (str(copy),))
    finally:
        connection.close()
    _check_sqlite(copy)
    return copy.name, copy


def _unpack(source: Path, folder: Path) -> tuple[str, Path]:
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = json.loads(archive.read("manifest.json"))
            name = manifest["database"]
            if manifest["format"] != FORMAT or name not in ("elearn.db", "elearn.dump"):
                raise BackupFault("Tệp này không phải bản sao lưu của phần mềm.")
            archive.extract(name, folder)
    except FileNotFoundError:
        raise BackupFault(f"Không thấy tệp {source}.") from None
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, OSError) as fault:
        raise BackupFault("Tệp sao lưu bị hỏng hoặc chưa chép đủ. Hãy lấy bản khác.") from fault
    if _sha256(folder / name) != manifest["sha256"]:
        raise BackupFault("Nội dung tệp sao lưu không khớp với dấu kiểm. Hãy lấy bản khác.")
    return name, folder / name


def _restore_sqlite(place: Path, copy: Path, *, replace: bool) -> None:
    _check_sqlite(copy)
    if place.exists():
        if not replace:
            raise BackupFault(
                "Đã có cơ sở dữ liệu. Thêm --replace nếu muốn thay; bản đang có sẽ được giữ bên cạnh."
            )
        kept = place.with_name(f"{place.name}.{now():%Y%m%d-%H%M%S}.old")
        connection = sqlite3.connect(place)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        place.rename(kept)
    for left_over in ("-wal", "-shm"):
        place.with_name(place.name + left_over).unlink(missing_ok=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    arriving = place.with_name(place.name + ".arriving")
    shutil.copyfile(copy, arriving)
    _sync(arriving)
    arriving.chmod(0o600)
    arriving.rename(place)


def _restore_postgres(url: URL, copy: Path, *, replace: bool) -> None:
    tables = _postgres(url, "psql", "-Atc", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    if tables.strip() != "0" and not replace:
        raise BackupFault("Cơ sở dữ liệu đã có bảng. Thêm --replace nếu muốn thay.")
    _postgres(url, "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(copy))


def _postgres(url: URL, program: str, *arguments: str) -> str:
    if shutil.which(program) is None:
        raise BackupFault(f"Máy này chưa có lệnh {program} (gói postgresql-client).")
    call = [program, "-d", url.set(drivername="postgresql", password=None).render_as_string(), *arguments]
    if program == "pg_restore":
        call = [program, *arguments[:-1], *call[1:3], arguments[-1]]
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    done = subprocess.run(call, capture_output=True, text=True, env=_inherited() | secret)  # noqa: S603
    if done.returncode:
        raise BackupFault(f"Lệnh {program} báo lỗi: {done.stderr.strip()[:300]}")
    return done.stdout


def _inherited() -> dict[str, str]:
    return {name: value for name in ("PATH", "HOME", "LANG") if (value := os.getenv(name)) is not None}


def _check_sqlite(file: Path) -> None:
    try:
        connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        try:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
        finally:
            connection.close()
    except sqlite3.DatabaseError as fault:
        raise BackupFault("Bản sao không đọc được.") from fault
    if verdict != "ok" or broken:
        raise BackupFault(f"Bản sao có lỗi: {verdict if verdict != 'ok' else broken}")


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(file: Path) -> None:
    with file.open("rb+") as stream:
        os.fsync(stream.fileno())
