"""The regular work (`elearn tick`, every hour): forget what is old, renew pages, keep backups."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from flask import current_app

from elearn.kit import audit
from elearn.kit.clock import now, today
from elearn.kit.db import db
from elearn.kit.lease import TICK, give_back, take_lease
from elearn.kit.refused import Refused
from elearn.kit.throttle import drop_old_tries
from elearn.learning.actions import erase_idle_nameless
from elearn.library.ready_pages import refresh_pages
from elearn.people.actions import forget_old_sessions, forget_old_ways_in
from elearn.upkeep.regular_backup import keep_backups

LONGEST = timedelta(minutes=30)  # a process that dies at work holds the others up no longer
TRIES_MATTER = timedelta(days=31)
AT_ONCE, MOST_A_TIME = 500, 20_000


class Unfinished(Refused):
    """Something that was due could not be done; the rest was."""

    def __init__(self, done: list[str], faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.done, self.faults = done, faults


def tick() -> list[str] | None:
    """Do what is due and say it, a sentence each; None when another process is at it.

    A fault in one piece of work does not keep the others from being done; it is raised at the end:
    Unfinished where a sentence tells it.
    """
    if not take_lease(TICK, LONGEST):
        return None
    try:
        return _each((_forget, _sessions, _pages, _audit, _backups))
    finally:
        give_back(TICK)


def _each(work: Iterable[Callable[[], str]]) -> list[str]:
    done: list[str] = []
    told: list[str] = []
    unknown: list[Exception] = []
    for one in work:
        try:
            done += filter(None, [one()])
        except Unfinished as fault:
            done += fault.done
            told += fault.faults
        except Exception as fault:
            db.session.rollback()
            unknown.append(fault)
    if unknown:
        raise unknown[0]
    if told:
        raise Unfinished(done, told)
    return done


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
    work = keep_backups(current_app.config)
    if work.faults:
        raise Unfinished(work.done, work.faults)
    return "\n".join(work.done)
