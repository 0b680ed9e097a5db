"""The regular work (`elearn tick`, every hour): forget what is old, renew pages, keep backups."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from flask import current_app

from elearn.kit.clock import now, today
from elearn.kit.db import db
from elearn.kit.formats import as_moment, as_number
from elearn.kit.lease import TICK, ended_at, give_back, take_lease
from elearn.kit.refused import Refused
from elearn.kit.upkeep_notes import CLOCK, note_upkeep, upkeep_notes
from elearn.learning import retention
from elearn.learning.months import close_months
from elearn.learning.ward_totals import close_days
from elearn.library.ready_pages import refresh_pages
from elearn.library.speaking import look_through_sounds
from elearn.people.wrong_tries import write_down_wrong_tries
from elearn.privacy.periods import PERIOD, Period
from elearn.upkeep.audit_ends import note_end
from elearn.upkeep.regular_backup import keep_backups
from elearn.upkeep.rotation import drop_kept_aside
from elearn.upkeep.voice import read_aloud

LONGEST = timedelta(minutes=30)  # a process that dies at work holds the others up no longer
A_LEAP, SETTLES = timedelta(days=7), timedelta(days=1)


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
    before = ended_at(TICK)
    until = take_lease(TICK, LONGEST)
    if until is None:
        return None
    try:
        settled = _clock_is_settled(before)
        by_the_clock = (_months, _sounds, *_retention(), _kept_aside) if settled else ()
        return _each((_write_down, *by_the_clock, _pages, partial(_backups, settled), _voices))
    finally:
        give_back(TICK, until)


def _clock_is_settled(before: datetime | None) -> bool:
    """May what is old be dropped? Not on the day after the clock leapt by more than a week.

    A machine that was off for a while waits a day; one whose clock is wrong loses nothing until it is
    put right.
    """
    moment, known = now(), upkeep_notes().get(CLOCK)
    if before is not None and abs(moment - before) > A_LEAP:
        said = (
            f"từ {as_moment(before)} tới {as_moment(moment)}, nên việc bỏ dữ liệu cũ chờ một ngày; "
            "sao lưu vẫn làm như thường"
        )
        note_upkeep(CLOCK, said, good=False)
        return False
    if known is None or known.good:
        return True
    if timedelta(0) <= moment - known.at < SETTLES:
        return False
    note_upkeep(CLOCK, "Đồng hồ đã ổn.")
    return True


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


def _months() -> str:
    days, months = close_days(), close_months()
    told = [f"Đã cộng sổ {months} tháng đã qua."] if months else []
    return " ".join([*told, *([f"Đã cộng {days} ngày của các phường."] if days else [])])


def _retention() -> list[Callable[[], str]]:
    """Return the work of dropping what is too old, a kind each, so that a fault in one stops no other."""
    kept = retention.lengths(_months_by_the_server())
    return [partial(_drop, name, kept[name]) for name in retention.RULES]


def _drop(name: str, length: int) -> str:
    gone = retention.drop_due(name, length)
    return f"Hết hạn giữ: {_small(PERIOD[name].label)}, {as_number(gone)}." if gone else ""


def _small(label: str) -> str:
    return label[0].lower() + label[1:]


def _months_by_the_server() -> int:
    return int(current_app.config["AUDIT_MONTHS"])


def what_is_due() -> list[str]:
    """Say what the regular work would drop now, a sentence for each kind; nothing is dropped."""
    kept, moment = retention.lengths(_months_by_the_server()), now()
    found = {name: retention.count_due(name, kept[name], moment) for name in retention.RULES}
    return [_due(PERIOD[name], count, kept[name]) for name, count in found.items() if count]


def _due(period: Period, count: int, length: int) -> str:
    return f"{period.label}: {as_number(count)} ({period.then.lower()}; giữ {period.said(length)})"


def _pages() -> str:
    renewed = refresh_pages(today())
    return f"Đã làm mới {renewed} bài có dữ kiện vừa quá hạn." if renewed else ""


def _sounds() -> str:
    """Let the machine's reading of what is public no more go, and note which recordings nobody hears."""
    look_through_sounds()
    return ""


def _voices() -> str:
    """Let the machine's voice, where there is one, read what nobody reads yet."""
    count, fault = read_aloud()
    done = f"Máy đã đọc thêm {as_number(count)} đoạn của các bài." if count else ""
    if fault:
        raise Unfinished([done] if done else [], [f"Máy đọc chưa đọc được một đoạn. {fault}"])
    return done


def _write_down() -> str:
    """Put into the audit what an hour had of wrong sign-ins, and note outside where the audit ends."""
    write_down_wrong_tries()
    note_end("tick")
    return ""


def _kept_aside() -> str:
    place = Path(current_app.config["INSTANCE"])
    gone = drop_kept_aside(place) if place.is_dir() else 0
    return f"Đã bỏ {gone} bản dữ liệu cũ giữ lại từ lần nâng cấp hoặc khôi phục trước." if gone else ""


def _backups(clock_is_settled: bool) -> str:
    if not current_app.config["BACKUPS"]:
        return ""
    work = keep_backups(current_app.config, clock_is_settled=clock_is_settled)
    if work.faults:
        raise Unfinished(work.done, work.faults)
    return "\n".join(work.done)
