"""Second keys of staff (lớp khóa thứ hai): an app's codes, printed codes, and taking keys away."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import pyotp
from flask import current_app
from sqlalchemy import Select, bindparam, delete, func, select, update

from elearn.kit import audit, secrets, throttle
from elearn.kit.clock import now
from elearn.kit.db import db, lock, run, transaction
from elearn.kit.refused import Refused
from elearn.people import credentials, rules
from elearn.people.key_models import KeyKind, RecoveryCode, SecondKey
from elearn.people.models import Person, Session
from elearn.people.permissions import Viewer

WRONG, OFTEN = "wrong", "second"  # what comes of a try; nothing at all when it was right
CODE_IS_WRONG = "Mã này chưa khớp. Chờ ứng dụng hiện mã mới rồi gõ lại; giờ trên điện thoại phải đúng."
MANY = f"Mỗi người giữ nhiều nhất {rules.KEYS_OF_ONE} khóa. Xin bỏ bớt một khóa cũ trước."
THE_LAST = "Người quản trị phải có ít nhất một khóa. Xin thêm khóa mới trước, rồi bỏ khóa này."


class Key(NamedTuple):
    """A second key, as its owner sees it."""

    id: int
    kind: str
    label: str
    added_at: datetime
    used_at: datetime | None


class Removal(NamedTuple):
    """A key that somebody else has taken away."""

    id: int
    label: str
    removed_at: datetime
    removed_by: str | None


def keys_of(person_id: int) -> list[Key]:
    """Return the person's second keys, the oldest first."""
    rows = db.session.execute(
        select(SecondKey.id, SecondKey.kind, SecondKey.label, SecondKey.added_at, SecondKey.used_at)
        .where(SecondKey.person_id == person_id, SecondKey.removed_at.is_(None))
        .order_by(SecondKey.id)
    )
    return [Key(*row) for row in rows]


def codes_left(person_id: int) -> int:
    """Return how many printed codes the person has not used yet."""
    return db.session.scalar(
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    ) or 0  # fmt: skip


# -- an app on the phone -------------------------------------------------------------------------


def fresh_secret() -> str:
    """Return the secret of a new app: 160 random bits, in the letters in which it may be typed."""
    return pyotp.random_base32()


def app_address(secret: str, whose: str, of: str) -> str:
    """Return what an app reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=whose, issuer_name=of)


def add_app(me: Viewer, secret: str, code: str, label: str) -> bool:
    """Keep an app that shows this code now; return whether it is the first key. Sent twice, it is one.

    Raise Refused when the code is another's, and beyond the number of keys of one person.
    """
    with transaction():
        lock(Person, me.person_id)
        if any(_secret_of(one) == secret for one in _apps(me.person_id)):
            return False
        step = _step_of(secret, code)
        if step is None:
            raise Refused(CODE_IS_WRONG)
        kept = secrets.encrypted(current_app.config["PEPPER"], _purpose(me.person_id), secret)
        return keep_key(
            me, SecondKey(person_id=me.person_id, kind=KeyKind.APP, label=label, secret=kept, last_step=step)
        )


def keep_key(me: Viewer, key: SecondKey) -> bool:
    """Keep a key that was just proved; return whether it is the person's first.

    The first one ends what is open elsewhere: there nobody was asked for it.
    """
    with transaction():
        lock(Person, me.person_id)
        before = keys_of(key.person_id)
        if len(before) >= rules.KEYS_OF_ONE:
            raise Refused(MANY)
        db.session.add(key)
        db.session.flush()
        if not before:
            credentials.end_what_was_opened(key.person_id, but=me.session_key)
        note_given(me.session_key)
        _note("add second key", key.person_id, me.person_id, kind=str(key.kind))
    return not before


def note_given(session_key: str | None) -> None:
    """Record that in this session a second key was given."""
    with transaction():
        db.session.execute(
            update(Session).where(Session.token_digest == session_key).values(second_key_at=now())
        )


def try_app(person_id: int, code: str) -> str:
    """Try a code of the person's app: "" when it is right, else WRONG, or OFTEN when it was not looked at.

    The code of one half minute is good once: whoever looks over a shoulder comes too late.
    """

    def fits() -> bool:
        with transaction():
            for app in _apps(person_id):
                step = _step_of(_secret_of(app), code, after=app.last_step)
                if step is not None:
                    app.last_step, app.used_at = step, now()
                    return True
        return False

    return _counted("app", person_id, fits)


def _apps(person_id: int | None) -> list[SecondKey]:
    """Return the person's apps, locked until the transaction ends."""
    return list(
        db.session.scalars(
            select(SecondKey)
            .where(
                SecondKey.person_id == person_id,
                SecondKey.kind == KeyKind.APP,
                SecondKey.removed_at.is_(None),
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _secret_of(app: SecondKey) -> str | None:
    return secrets.decrypted(current_app.config["PEPPER"], _purpose(app.person_id), app.secret or "")


def _purpose(person_id: int | None) -> str:
    """A secret is bound to its owner: put into another row, it opens nothing."""
    return f"app of {person_id}"


def _step_of(secret: str | None, code: str, *, after: int = 0) -> int | None:
    """Return the half minute, now or one beside it, of which this is the code, if later than `after`."""
    if secret is None or len(code) != rules.APP_DIGITS:
        return None
    app, here = pyotp.TOTP(secret), _half_minute()
    fitting = [
        step for step in (here - 1, here, here + 1) if secrets.same(app.generate_otp(step), code)
    ]  # all three are looked at: the time tells nothing
    return next((step for step in fitting if step > after), None)


def _half_minute() -> int:
    return int(now().replace(tzinfo=UTC).timestamp()) // rules.APP_SECONDS


# -- printed codes -------------------------------------------------------------------------------


def make_recovery_codes(me: Viewer) -> list[str]:
    """Return ten fresh codes, which nobody can read again; those made before end."""
    codes = [
        secrets.random_code(rules.RECOVERY_LETTERS, rules.RECOVERY_LENGTH)
        for _ in range(rules.RECOVERY_CODES)
    ]
    with transaction():
        lock(Person, me.person_id)
        if not keys_of(me.person_id):  # type: ignore[arg-type]
            raise Refused("Mã dự phòng đi cùng một khóa. Xin thêm khóa trước.")
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == me.person_id))
        db.session.add_all(
            RecoveryCode(person_id=me.person_id, code_digest=_digest_of(me.person_id, code)) for code in codes
        )
        _note("make recovery codes", me.person_id, me.person_id)
    return codes


def try_recovery_code(person_id: int, typed: str) -> str:
    """Try a printed code, once: "" when it was one, else WRONG, or OFTEN when it was not looked at."""

    def fits() -> bool:
        kept = _digest_of(person_id, rules.recovery_code_of(typed))
        with transaction():
            used = db.session.execute(
                update(RecoveryCode)
                .where(
                    RecoveryCode.person_id == person_id,
                    RecoveryCode.code_digest == kept,
                    RecoveryCode.used_at.is_(None),
                )
                .values(used_at=now())
            )
            if used.rowcount:  # type: ignore[attr-defined]
                _note("use recovery code", person_id, person_id)
        return bool(used.rowcount)  # type: ignore[attr-defined]

    return _counted("recovery", person_id, fits)


def _digest_of(person_id: int | None, code: str) -> str:
    """A code has 49 random bits, so a fast digest keeps it; the pepper stands outside the database."""
    return secrets.keyed(current_app.config["PEPPER"], "recovery", person_id, code)


# -- taking keys away ----------------------------------------------------------------------------


def remove_key(me: Viewer, key_id: int, *, must_keep_one: bool) -> str | None:
    """Take one's own key away and return what it was called; None when it is none of one's own, or gone.

    With the last key the printed codes end too. Raise Refused where one must be kept.
    """
    with transaction():
        lock(Person, me.person_id)
        mine = keys_of(me.person_id)  # type: ignore[arg-type]
        label = next((key.label for key in mine if key.id == key_id), None)
        if label is None:
            return None
        if must_keep_one and len(mine) == 1:
            raise Refused(THE_LAST)
        _take_away(me.person_id, by_id=me.person_id, key_id=key_id)
        _note("remove second key", me.person_id, me.person_id)
    return label


def remove_keys_of(person_id: int, *, by: Viewer | None) -> bool:
    """Take all keys of somebody away who has lost them; return whether there were any. None: at the server.

    Whatever is open under their name ends, and they are told when they come in again.
    """
    credentials.must_look_after(by, person_id)
    with transaction():
        lock(Person, person_id)
        if not keys_of(person_id):
            return False
        _take_away(person_id, by_id=by.person_id if by else None)
        credentials.end_what_was_opened(person_id)
        _note("remove second keys", person_id, by.person_id if by else None)
    return True


def tell_of_removals(person_id: int) -> list[Removal]:
    """Return the keys that somebody else has taken away since the person last came in; each is told once."""
    untold = [Removal(*row) for row in run(_removals_to_tell(), {"person": person_id})]
    if untold:
        with transaction():
            db.session.execute(
                update(SecondKey).where(SecondKey.id.in_([one.id for one in untold])).values(told_at=now())
            )
    return untold


@cache
def _removals_to_tell() -> Select[Any]:
    return (
        select(SecondKey.id, SecondKey.label, SecondKey.removed_at, Person.display_name)
        .outerjoin(Person, Person.id == SecondKey.removed_by_id)
        .where(
            SecondKey.person_id == bindparam("person"),
            SecondKey.removed_at.is_not(None),
            SecondKey.told_at.is_(None),
        )
        .order_by(SecondKey.id)
    )


def _take_away(person_id: int | None, *, by_id: int | None, key_id: int | None = None) -> None:
    gone = update(SecondKey).where(SecondKey.person_id == person_id, SecondKey.removed_at.is_(None))
    if key_id is not None:
        gone = gone.where(SecondKey.id == key_id)
    own = by_id == person_id
    db.session.execute(
        gone.values(
            removed_at=now(), removed_by_id=by_id, told_at=now() if own else None,
            secret=None, public_key=None, credential_id=None,
        )
    )  # fmt: skip
    if not keys_of(person_id):  # type: ignore[arg-type]
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))


# -- what they share -----------------------------------------------------------------------------


def _counted(what: str, person_id: int, fits: Callable[[], bool]) -> str:
    """Judge a try within the person's budget. It is counted first and taken back when it was right, so
    that many at once cannot outrun the budget."""
    key = f"{what}:{secrets.keyed(current_app.config['SECRET_KEY'], 'tries', person_id)[:32]}"
    with transaction():
        at = throttle.note_try(key)
        too_often = (
            throttle.tries_within(key, timedelta(minutes=15)) > rules.SECOND_TRIES
            or throttle.tries_within(key, timedelta(days=1)) > rules.SECOND_TRIES_A_DAY
        )
        if too_often:
            throttle.take_back(key, at)
    if too_often:
        return OFTEN
    if not fits():
        return WRONG
    throttle.take_back(key, at)
    return ""


def _note(action: str, person_id: int | None, actor_id: int | None, **detail: object) -> None:
    ward_id = db.session.scalar(select(Person.ward_id).where(Person.id == person_id))
    audit.record(action, "person", person_id, actor_id=actor_id, ward_id=ward_id, **detail)
