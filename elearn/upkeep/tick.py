"""The regular work (`elearn tick`, every hour): forget what is old, renew pages, keep backups."""

from datetime import timedelta
from pathlib import Path

from flask import current_app

from elearn.kit import audit
from elearn.kit.clock import now, today
from elearn.kit.last_backup import note_backup
from elearn.kit.lease import TICK, give_back, take_lease
from elearn.kit.throttle import drop_old_tries
from elearn.learning.actions import erase_idle_nameless
from elearn.library.ready_pages import refresh_pages
from elearn.people.actions import forget_old_sessions, forget_old_ways_in
from elearn.upkeep.backup import backup, folders_of
from elearn.upkeep.files import sweep
from elearn.upkeep.forgotten import note_beside
from elearn.upkeep.rotation import is_due, next_file, thin_out
from elearn.upkeep.sealed import recipients_in

LONGEST = timedelta(minutes=30)  # a process that dies at work holds the others up no longer
TRIES_MATTER = timedelta(days=31)
AT_ONCE, MOST_A_TIME = 500, 20_000


def tick() -> list[str] | None:
    """Do what is due and say it, a sentence each; None when another process is at it."""
    if not take_lease(TICK, LONGEST):
        return None
    try:
        return list(filter(None, (_forget(), _sessions(), _pages(), _audit(), _backups())))
    finally:
        give_back(TICK)


def _forget() -> str:
    erased = 0
    while (some := erase_idle_nameless(AT_ONCE)) and (erased := erased + some) < MOST_A_TIME:
        pass
    return f"Đã xóa dữ liệu của {erased} người học không ghi tên, lâu không quay lại." if erased else ""


def _sessions() -> str:
    ended = forget_old_sessions()
    links = forget_old_ways_in()
    drop_old_tries(now() - TRIES_MATTER)
    return f"Đã bỏ {ended} phiên, {links} mã và đường link hết hạn." if ended or links else ""


def _pages() -> str:
    renewed = refresh_pages(today())
    return f"Đã làm mới {renewed} bài có dữ kiện vừa quá hạn." if renewed else ""


def _audit() -> str:
    months = int(current_app.config["AUDIT_MONTHS"])
    if not months:
        return ""
    day = today()
    first = day.year * 12 + day.month - 1 - months
    dropped = audit.drop_months(f"{first // 12:04d}-{first % 12 + 1:02d}")
    return f"Đã bỏ nhật ký của {dropped} tháng quá {months} tháng." if dropped else ""


def _backups() -> str:
    if not current_app.config["BACKUPS"]:
        return ""
    folder, place = Path(current_app.config["BACKUPS"]), Path(current_app.config["INSTANCE"])
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in (folder, place):
        sweep(left)
    note_beside(folder)
    if not is_due(folder):
        return ""
    keys = recipients_in(str(current_app.config["BACKUP_KEYS"]))
    made = next_file(folder, ".zip.age" if keys else ".zip")
    backup(
        str(current_app.config["SQLALCHEMY_DATABASE_URI"]), made,
        folders=folders_of(current_app.config), public_keys=keys, at_work=place,
    )  # fmt: skip
    gone = thin_out(folder)
    note_backup(place, made)
    return f"Đã sao lưu vào {made}" + (f", bỏ {gone} bản cũ." if gone else ".")
