"""What is dropped because its time is over: counted before, dropped by the regular work, noted after."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import String, and_, cast, delete, func, not_, or_, select, tuple_, update

from elearn.kit import audit
from elearn.kit.audit import AuditEntry
from elearn.kit.clock import day_of, now, today
from elearn.kit.db import add_up, db, transaction
from elearn.kit.throttle import Tries
from elearn.learning.actions import erase
from elearn.learning.contest_models import ContestEntry
from elearn.learning.models import Attempt, HelpRequest
from elearn.library.models import Sound
from elearn.people.key_models import SecondStep
from elearn.people.models import ClassTicket, Keeping, Person, Registration, ReturnLink, Session, SignInCode
from elearn.people.rules import ANSWER_MAY_BE_LOST
from elearn.people.session_queries import KEPT
from elearn.privacy.models import EVERYWHERE, DataRequest, PrivacySetting, RetentionRun
from elearn.privacy.periods import PERIOD, PERIODS, Period

AT_ONCE, MOST_A_TIME = 500, 20_000
SETTING = "keep_"  # before the name of a period, among the settings of the installation


class Rule(NamedTuple):
    """How one kind of data is counted and dropped."""

    period: Period
    old: Callable[[datetime], Any]  # the condition on what is older than this moment
    model: Any
    drop: Callable[[datetime], int]  # drops at most a part of it, and returns how many
    daily: bool = False  # a look at every row of a large table: once a day is enough


class Outlook(NamedTuple):
    """What is kept how long, and what goes next."""

    period: Period
    length: int
    now: int
    in_a_week: int
    in_a_month: int


# -- counting ------------------------------------------------------------------------------------


def lengths(audit_months: int = 0) -> dict[str, int]:
    """Return how long each kind is kept; `audit_months` (a setting of the server) goes before the page."""
    rows = db.session.execute(
        select(PrivacySetting.name, PrivacySetting.value).where(
            PrivacySetting.ward_id == EVERYWHERE, PrivacySetting.name.startswith(SETTING, autoescape=True)
        )
    )
    kept = {row.name.removeprefix(SETTING): int(row.value) for row in rows}
    found = {one.name: one.usual if one.is_fixed else kept.get(one.name, one.usual) for one in PERIODS}
    return found | ({"audit": audit_months} if audit_months else {})


def count_due(name: str, length: int, at: datetime) -> int:
    """Return how much of a kind would be dropped if the clock said `at`."""
    rule = RULES[name]
    old = rule.old(rule.period.before(length, at))
    return db.session.scalar(select(func.count()).select_from(rule.model).where(old)) or 0


def outlook(kept: Mapping[str, int]) -> list[Outlook]:
    """Return for each kind what is due now, within seven days and within thirty."""
    moment = now()
    return [
        Outlook(
            one,
            kept[one.name],
            *(count_due(one.name, kept[one.name], moment + timedelta(days=days)) for days in (0, 7, 30)),
        )
        for one in PERIODS
    ]


def dropped_since(day: date) -> dict[str, int]:
    """Return how much of each kind has been dropped since that day."""
    rows = db.session.execute(
        select(RetentionRun.name, func.sum(RetentionRun.count))
        .where(RetentionRun.day >= day)
        .group_by(RetentionRun.name)
    )
    return {name: int(count) for name, count in rows if count}


# -- dropping ------------------------------------------------------------------------------------


def drop_due(name: str, length: int) -> int:
    """Drop what is too old of a kind, note how much, and return it; what is daily, once a day."""
    rule, day, gone = RULES[name], today(), 0
    if rule.daily and db.session.get(RetentionRun, (day, name)) is not None:
        return 0
    before = rule.period.before(length, now())
    while (some := rule.drop(before)) and (gone := gone + some) < MOST_A_TIME:
        pass
    if gone or rule.daily:
        with transaction():
            add_up(RetentionRun, {"day": day, "name": name}, count=gone)
    return gone


def _drop_rows(model: Any, old: Callable[[datetime], Any]) -> Callable[[datetime], int]:
    """Return how rows of this model are dropped, all of them at once."""

    def drop(before: datetime) -> int:
        with transaction():
            gone = db.session.execute(delete(model).where(old(before)))
        return gone.rowcount  # type: ignore[attr-defined, no-any-return]

    return drop


def _erase_nameless(before: datetime) -> int:
    idle = db.session.scalars(select(Person.id).where(_is_idle(before)).limit(AT_ONCE)).all()
    for person_id in idle:
        erase(person_id)
    return len(idle)


def _empty_answers(before: datetime) -> int:
    key = tuple_(Attempt.person_id, Attempt.id)
    with transaction():
        some = db.session.execute(
            select(Attempt.person_id, Attempt.id).where(_has_old_answers(before)).limit(AT_ONCE)
        ).all()
        if some:
            db.session.execute(
                update(Attempt)
                .where(key.in_([tuple(row) for row in some]))
                .values(answers={}, shown={})
                .execution_options(synchronize_session=False)
            )
    return len(some)


def _empty_entries(before: datetime) -> int:
    with transaction():
        gone = db.session.execute(
            update(ContestEntry)
            .where(_has_old_entry(before))
            .values(answers={}, shown={}, right_keys=[])
            .execution_options(synchronize_session=False)
        )
    return gone.rowcount  # type: ignore[attr-defined, no-any-return]


def _empty_requests(before: datetime) -> int:
    with transaction():
        gone = db.session.execute(
            update(DataRequest)
            .where(_has_old_words(before))
            .values(asker="", wish="", reply="", extended_because="", answer="")
            .execution_options(synchronize_session=False)
        )
    return gone.rowcount  # type: ignore[attr-defined, no-any-return]


def _drop_audit(before: datetime) -> int:
    old = db.session.scalar(select(func.count()).where(_is_of_old_month(before))) or 0
    if old:
        audit.drop_months(f"{before:%Y-%m}")
    return old


# -- what is old ---------------------------------------------------------------------------------


def _is_idle(before: datetime) -> Any:
    seen = select(Session.person_id).where(Session.seen_at >= before)
    return and_(
        Person.display_name.is_(None), Person.keeping == Keeping.NOTHING, Person.erased_at.is_(None),
        Person.merged_into_id.is_(None), Person.last_active_on < day_of(before), Person.id.not_in(seen),
    )  # fmt: skip


def _has_ended(before: datetime) -> Any:
    """The trace of a session that kept a name stays a while: its answer may have been lost on the way."""
    trace = and_(Session.came_by == KEPT, Session.created_at > before - ANSWER_MAY_BE_LOST)
    return and_(Session.expires_at <= before, not_(trace))


def _has_old_answers(before: datetime) -> Any:
    return and_(Attempt.sent_at < before, cast(Attempt.answers, String) != "{}")


def _has_old_entry(before: datetime) -> Any:
    return and_(ContestEntry.started_at < before, cast(ContestEntry.shown, String) != "{}")


def _has_old_words(before: datetime) -> Any:
    said = (DataRequest.asker, DataRequest.wish, DataRequest.reply, DataRequest.answer)
    return and_(DataRequest.closed_at < before, or_(*(one != "" for one in said)))


def _is_of_old_month(before: datetime) -> Any:
    return AuditEntry.month < f"{before:%Y-%m}"


def _simple(name: str, model: Any, old: Callable[[datetime], Any]) -> Rule:
    return Rule(PERIOD[name], old, model, _drop_rows(model, old))


RULES = {
    rule.period.name: rule
    for rule in (
        Rule(PERIOD["nameless"], _is_idle, Person, _erase_nameless),
        _simple("sessions", Session, _has_ended),
        _simple("codes", SignInCode, lambda before: SignInCode.expires_at <= before),
        _simple("links", ReturnLink, lambda before: ReturnLink.expires_at <= before),
        _simple("steps", SecondStep, lambda before: SecondStep.expires_at <= before),
        _simple("tickets", ClassTicket, lambda before: ClassTicket.expires_at <= before),
        _simple("forms", Registration, lambda before: Registration.sent_at < before),
        _simple("tries", Tries, lambda before: Tries.slice < before),
        Rule(PERIOD["answers"], _has_old_answers, Attempt, _empty_answers, daily=True),
        Rule(PERIOD["contests"], _has_old_entry, ContestEntry, _empty_entries, daily=True),
        Rule(PERIOD["requests"], _has_old_words, DataRequest, _empty_requests),
        _simple("recordings", Sound, lambda before: Sound.unused_since < before),
        _simple("help", HelpRequest, lambda before: HelpRequest.done_at < before),
        Rule(PERIOD["audit"], _is_of_old_month, AuditEntry, _drop_audit),
    )
}
