"""The commands of safekeeping: a backup, the key that opens it, and putting it back."""

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

import config
from elearn.commands.chores import opened
from elearn.kit.clock import local, now
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.kit.upkeep_notes import BACKUP, REHEARSAL, note_upkeep
from elearn.server.lock import refuse_while_serving
from elearn.upkeep import audit_ends, comeback, doctor, files, forgotten, restore, sealed
from elearn.upkeep import backup as backups
from elearn.upkeep.database_copy import origin_of
from elearn.upkeep.database_servers import refuse_while_others_work
from elearn.upkeep.forgotten import Wish
from elearn.upkeep.migrate import knows
from elearn.upkeep.private_files import keep_secret
from elearn.upkeep.rehearsal import look_over
from elearn.upkeep.restore import Opened


def back_up(options: argparse.Namespace) -> int:
    """Write one file with everything, while people learn."""
    with opened(options) as app:
        target = Path(options.file).absolute()
        keys = sealed.recipients_in(" ".join(options.recipient or [app.config["BACKUP_KEYS"]]))
        backups.backup(
            str(app.config["SQLALCHEMY_DATABASE_URI"]), target, folders=backups.folders_of(app.config),
            public_keys=keys, at_work=Path(app.config["INSTANCE"]),
        )  # fmt: skip
        with contextlib.suppress(SQLAlchemyError):  # before an upgrade the tables may be older ones
            note_upkeep(BACKUP, f"Đã sao lưu vào {target}.", keys=len(keys))
            forgotten.note_beside(target.parent)
    print(f"Đã sao lưu vào {target} ({target.stat().st_size / 1e6:.1f} MB), đã kiểm tra đọc lại được.")
    if keys:
        print(f"Tệp đã mã hóa; chỉ người giữ khóa riêng mở được ({len(keys)} khóa).")
    else:
        print("Tệp chưa mã hóa: ai có tệp đều đọc được. Muốn mã hóa: elearn backup-key --help")
    secret = config.DEMO_SECRET if options.demo else config.SECRET
    print(
        f"Hãy chép tệp này, và tệp {forgotten.LIST} bên cạnh, sang máy khác.\n"
        "Bản sao lưu không chứa khóa bí mật của máy chủ: cất riêng tệp\n"
        f"{config.instance() / secret}; mất khóa thì mã học và thẻ học cũ không dùng được nữa."
    )
    return 0


def make_key(options: argparse.Namespace) -> int:
    """Make a pair of keys; the private one is shown once, or written to a file, and kept nowhere else."""
    pair = sealed.make_key()
    if options.file:
        _write_key(Path(options.file).absolute(), pair)
        print(f"Đã ghi khóa riêng vào {options.file}. Hãy chuyển tệp này ra USB rồi xóa khỏi máy chủ.")
    else:
        print(
            "KHÓA RIÊNG (chỉ hiện một lần này; chép ra giấy và USB, cất trong két của phường, không để trên "
            f"máy chủ):\n  {pair.private}"
        )
    print(
        f"\nKhóa công khai:\n  {pair.public}\n\n"
        "Đặt khóa công khai cho máy chủ, từ đó mọi bản sao lưu được mã hóa:\n"
        f"  ELEARN_BACKUP_KEYS={pair.public}\n"
        "hoặc cho một lần sao lưu:\n"
        f"  python3 -m elearn backup TỆP.zip.age --recipient {pair.public}\n"
        "Mất khóa riêng thì không ai mở được bản sao lưu. Nên tạo hai cặp, hai người giữ."
    )
    return 0


def _write_key(file: Path, pair: sealed.KeyPair) -> None:
    if file.exists():
        raise Refused(f"Tệp {file} đã có. Hãy chọn tên khác để không mất khóa cũ.")
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(f"# elearn, {local(now()):%d/%m/%Y}\n# public key: {pair.public}\n{pair.private}\n")


# --- putting back


def put_back(options: argparse.Namespace) -> int:
    """Put a backup in the place of the database, or with --check only look whether it could be."""
    source = Path(options.file).absolute()
    keys = _private_keys(options, source)
    if options.check:
        return _only_check(options, source, keys)
    refuse_while_serving(config.instance())
    if not (options.demo or config.has_secret()):
        _need_a_secret(options)
    with opened(options) as app, _unpacked(source, keys) as whole:
        refuse_while_others_work()
        url = str(app.config["SQLALCHEMY_DATABASE_URI"])
        restore.refuse_another_engine(whole, url)
        occupied = restore.is_occupied(url)
        if occupied and not options.replace:
            raise Refused("Đã có dữ liệu. Thêm --replace nếu muốn thay; bản đang có sẽ được giữ bên cạnh.")
        wishes = _wishes(options, source, whole)
        db.session.remove()
        db.engine.dispose()
        if whole.database.name == restore.SQLITE:
            again = comeback.make_ready(app.config, f"sqlite:///{whole.database}", whole.manifest, wishes)
            kept = restore.put_sqlite(url, whole.database)
        else:
            kept = _keep_postgres(url) if occupied else None
            restore.put_postgres(url, whole)
            again = comeback.make_ready(app.config, url, whole.manifest, wishes)
        beside = _put_folders(whole, app.config)
        audit_ends.begin_anew()
    _tell(whole, again, kept, beside)
    return 0


def _need_a_secret(options: argparse.Namespace) -> None:
    """Make a new secret where that was asked for; raise Refused otherwise: the old one may still be found."""
    file = config.instance() / config.SECRET
    if not options.new_secret:
        raise Refused(
            f"Chưa có khóa bí mật. Hãy chép tệp {config.SECRET} đã cất riêng vào {file}, rồi chạy lại.\n"
            "Nếu tệp đó đã mất, thêm --new-secret: dữ liệu vẫn về đủ, nhưng mật khẩu, mã học và thẻ học cũ\n"
            "không dùng được nữa; lập lại người quản trị bằng: python3 -m elearn user add --role quan-tri"
        )
    keep_secret(file)


@contextlib.contextmanager
def _unpacked(source: Path, keys: list[str]) -> Iterator[Opened]:
    """Unpack the backup in the instance folder: only that disk is known to be the server's own."""
    with files.scratch(config.instance()) as folder:
        whole = restore.unpack(source, folder, keys)
        if not knows(whole.manifest.revision, Path(config.ROOT / "migrations")):
            raise Refused(
                f"Bản sao lưu này của phần mềm mới hơn ({whole.manifest.program}). "
                "Hãy cập nhật phần mềm rồi khôi phục."
            )
        yield whole


def _only_check(options: argparse.Namespace, source: Path, keys: list[str]) -> int:
    """Say whether the backup is whole; where its installation stands, rehearse the restore and note it."""
    with _unpacked(source, keys) as whole:
        told = whole.manifest
        print(
            f"Bản sao lưu lúc {local(told.made_at):%H:%M ngày %d/%m/%Y} còn nguyên: {len(told.members)} tệp, "
            f"{sum(told.rows.values())} dòng trong {len(told.rows)} bảng. Chưa thay đổi gì trên máy này."
        )
        if config.has_secret() and not options.demo:
            with opened(options) as app:
                if doctor.reachable() and _is_of_this_place(whole):
                    said = f"{source.name} {look_over(whole, app.config)}."
                    note_upkeep(REHEARSAL, said, file=source.name)
                    print(f"Diễn tập khôi phục: {said}")
    return 0


def _is_of_this_place(whole: Opened) -> bool:
    try:
        return origin_of(str(current_app.config["SQLALCHEMY_DATABASE_URI"])) == whole.manifest.origin
    except SQLAlchemyError:
        return False


def _private_keys(options: argparse.Namespace, source: Path) -> list[str]:
    """Return the private keys for a backup that is encrypted, asking for their file."""
    if options.identity:
        return sealed.private_keys_in(Path(options.identity))
    if not source.is_file() or not sealed.is_sealed(source) or not sys.stdin.isatty():
        return []
    return sealed.private_keys_in(Path(input("Bản sao lưu đã mã hóa. Tệp khóa riêng: ").strip()))


def _wishes(options: argparse.Namespace, source: Path, whole: Opened) -> set[Wish]:
    """Return who asked to be forgotten: what this database knows, and the lists that are at hand."""
    known, seen = _known_here(whole)
    lists = [Path(options.erased)] if options.erased else []
    lists += [beside] if (beside := source.with_name(forgotten.LIST)).exists() else []
    for one in lists:
        known |= forgotten.read_list(one)
    if not (lists or seen or options.no_erased):
        made = local(whole.manifest.made_at)
        raise Refused(
            f"Chưa thấy danh sách người đã yêu cầu xóa sau {made:%H:%M ngày %d/%m/%Y}: "
            "ai đã được xóa sau lúc đó sẽ hiện lại.\n"
            f"Hãy tìm tệp {forgotten.LIST} (nằm cạnh các bản sao lưu), rồi thêm: --erased TỆP\n"
            "Nếu chắc chắn không có, thêm: --no-erased; sau đó hỏi lại trong phường ai đã yêu cầu xóa."
        )
    return known


def _known_here(whole: Opened) -> tuple[set[Wish], bool]:
    """Return the wishes in the database that is about to go, and whether it could be asked.

    One that was just set up on a new machine knows nothing of this installation.
    """
    if not doctor.reachable() or not _is_of_this_place(whole):
        return set(), False
    try:
        return forgotten.wishes_here(), True
    except SQLAlchemyError:  # of a program whose tables are too different
        db.session.rollback()
        return set(), False


def _keep_postgres(url: str) -> Path:
    """Keep what is in the database as a backup in the instance folder."""
    kept = config.instance() / f"truoc-khoi-phuc-{now():%Y%m%d-%H%M%S}.zip"
    backups.backup(url, kept)
    return kept


def _put_folders(whole: Opened, settings: Any) -> list[Path]:
    places = backups.folders_of(settings)
    return [
        there for name, place in places.items() if (there := restore.put_folder(whole.folder / name, place))
    ]


def _tell(whole: Opened, again: forgotten.Again, kept: Path | None, beside: list[Path]) -> None:
    print(f"Đã khôi phục bản lúc {local(whole.manifest.made_at):%H:%M ngày %d/%m/%Y}.")
    if kept is not None:
        print(f"Dữ liệu trước đó được giữ ở {kept}")
    if again.done:
        print(f"Đã xóa lại dữ liệu của {again.done} người: họ đã yêu cầu xóa sau khi bản này được sao lưu.")
    if again.left:
        print(f"Còn {again.left} người đang giữ vai trò nên chưa xóa lại được: xem trang Quản trị.")
    for place in beside:
        print(f"Thư mục đang có khác bản trong sao lưu nên được giữ nguyên; bản trong sao lưu ở {place}")
    print("Cán bộ, người hướng dẫn và máy dùng chung cần đăng nhập lại. Xem lại: python3 -m elearn doctor")
