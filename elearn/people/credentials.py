"""What proves a person: personal code, PIN (mã học), password; and what ends when one of them changes."""

import functools
from datetime import timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import delete, exists, not_, or_, select, update

from elearn.kit import audit, secrets, throttle
from elearn.kit.clock import now
from elearn.kit.db import db, lock, rest, transaction
from elearn.kit.refused import Refused
from elearn.kit.secrets import Cost
from elearn.people import entry_queries, queries, rules
from elearn.people.key_models import SecondStep
from elearn.people.models import Person, ReturnLink, Session, SignInCode
from elearn.people.permissions import Viewer

EASILY_GUESSED = "Mã này người khác dễ đoán ra. Bác chọn 6 số khác, không theo thứ tự, không phải ngày sinh."

BROUGHT_OFTEN = (
    "Số điện thoại này vừa được ghi hoặc đổi mã học nhiều lần. "
    "Mai bác làm tiếp, hoặc nhờ người hướng dẫn của tổ."
)


class Credentials(NamedTuple):
    """What a person needs to come in again; shown once."""

    personal_code: str
    pin: str


Slow = dict[Cost, str]  # the slow hash of one secret, under each cost that is in use


class Proof(NamedTuple):
    """A secret as it is kept."""

    hash: str
    salt: str


def slow(secret: str) -> Slow:
    """Return the slow part of checking a secret: the same for everybody, so one answers for all.

    A phone number may mean five people, or nobody. Each has a salt of their own in `sealed`, which is
    fast; were it in here, a try would cost one slow hash for each of them, and its time would tell how
    many there are. Salts shared by all who share a number were tried first: they break when a number
    changes hands, since nobody knows the PIN to hash it anew. The pepper keeps tables from being made
    ahead, and keeps a stolen database from being guessed at all.

    While somebody's secret is still kept under an older cost, every try pays for both, whoever it is for.
    """
    pepper = current_app.config["PEPPER"]
    salt, costs = _salt_of_this_place(pepper), _costs_in_use()
    rest()
    return {cost: secrets.slow_hash(secret, salt, pepper, cost) for cost in costs}


def _costs_in_use() -> tuple[Cost, ...]:
    """Return the costs under which a secret may be kept here: all, until nobody is left under an older one.

    A process that has once found nobody asks no more: what is kept from now on is kept under the last.
    """
    newest = secrets.COSTS[-1]
    if current_app.extensions.get("all_kept_under") != newest:
        older = or_(
            *(not_(kept.startswith(f"{newest}$")) for kept in (Person.pin_hash, Person.password_hash))
        )
        if len(secrets.COSTS) > 1 and db.session.scalar(select(exists().where(older))):
            return secrets.COSTS
        current_app.extensions["all_kept_under"] = newest
    return (newest,)


@functools.cache
def _salt_of_this_place(pepper: str) -> str:
    return secrets.keyed(pepper, "the salt of this installation")[:32]


def sealed(hashed: Slow, salt: str) -> str:
    """Return what is kept of a secret, the cost before it: equal secrets of two people do not look equal."""
    newest = secrets.COSTS[-1]
    return f"{newest}${secrets.keyed(salt, hashed[newest])}"


def proof_of(secret: str) -> Proof:
    """Return a secret as it is kept, under a fresh salt."""
    salt = secrets.random_salt()
    return Proof(sealed(slow(secret), salt), salt)


def proves(hashed: Slow, kept: str | None, salt: str | None) -> bool:
    """Is this the slow hash of the secret that was kept?"""
    cost = _cost_of(kept or "-")
    told = next((hashed[one] for one in hashed if str(one) == cost), "-")
    return secrets.same((kept or "-").rpartition("$")[2], secrets.keyed(salt or "-", told))


def _cost_of(kept: str) -> str:
    """Return the cost under which something is kept; what names none is from before there was a second."""
    return kept.rpartition("$")[0] or str(secrets.COSTS[0])


def renew(one: entry_queries.Candidate, hashed: Slow, *, by_pin: bool) -> None:
    """Keep the secret that has just proved this person under the cost of today; nothing that is open ends."""
    kept = one.pin_hash if by_pin else one.password_hash
    if kept is None or _cost_of(kept) == str(secrets.COSTS[-1]):
        return
    salt = secrets.random_salt()
    columns = (Person.pin_hash, Person.pin_salt) if by_pin else (Person.password_hash, Person.password_salt)
    with transaction():  # unless it was changed meanwhile
        db.session.execute(
            update(Person)
            .where(Person.id == one.id, columns[0] == kept)
            .values(dict(zip(columns, (sealed(hashed, salt), salt), strict=True)))
        )


def give_credentials(person_id: int, *, by: Viewer | None = None) -> Credentials:
    """Give a person a fresh PIN (mã học), and a personal code if they have none; both are shown once.

    A PIN they had before ends, and what it opened ends with it. Raise Refused where `by` may not.
    """
    must_look_after(by, person_id)
    while True:
        pin = _strong_pin(person_id)
        hashed = slow(pin)  # before the transaction: no other writer waits for it
        with transaction():
            person = _living(person_id)
            if _taken(person, hashed):
                continue
            _keep_pin(person, hashed, but=None)
            person.personal_code = person.personal_code or free_personal_code()
            if by is not None:
                _note("give credentials", person, by)
            return Credentials(person.personal_code, pin)


def keep_drawn_pin(person_id: int, pin: str) -> None:
    """Keep a PIN that was drawn for the person and that they have written down; every session of theirs ends.

    Raise Refused in the rare case that a neighbour on the same number has drawn the same.
    """
    hashed = slow(pin)
    with transaction():
        person = _living(person_id)
        if _taken(person, hashed):
            raise Refused(EASILY_GUESSED)
        _keep_pin(person, hashed, but=None)
        person.personal_code = person.personal_code or free_personal_code()


def change_pin(person_id: int, pin: str, *, but: str | None = None) -> None:
    """Let a person choose their own PIN; every session of theirs ends, except the one named by its key.

    Raise Refused when a neighbour would guess it, or when somebody on the same number has it already;
    the sentence is the same, so that it tells nothing about them.
    """
    if not rules.is_pin(pin):
        raise Refused("Mã học gồm đúng 6 chữ số. Bác xem lại từng số.")
    hashed = slow(pin)
    with transaction():
        person = _living(person_id)
        if rules.is_weak_pin(pin, person.phone, person.birth_year):
            raise Refused(EASILY_GUESSED)
        if person.phone is not None:
            count_guess_at(person.phone)
        if _taken(person, hashed):
            raise Refused(EASILY_GUESSED)
        _keep_pin(person, hashed, but=but)


def count_guess_at(phone: str) -> None:
    """Count one PIN that somebody brings to a phone number, by choosing it or by joining the number.

    That it was taken, or whose name it opens afterwards, tells what a neighbour's PIN on the number is: so
    it is a try like any other, and has a stranger's budget. Raise Refused beyond it; what is refused is
    not counted, since the caller's transaction does not go through.
    """
    key = f"brought:{secrets.keyed(current_app.config['SECRET_KEY'], 'tries', phone)[:32]}"
    throttle.note_try(key, "hour")  # first: it locks the counter, so of many at once each sees the others
    if (
        throttle.tries_within(key, timedelta(days=1)) > rules.UNKNOWN_DEVICES_A_DAY
        or throttle.tries_within(key, timedelta(days=30)) > rules.UNKNOWN_DEVICES_A_MONTH
    ):
        raise Refused(BROUGHT_OFTEN)


def set_password(person_id: int, password: str, *, by: Viewer | None) -> None:
    """Keep a password; the person's sessions end, except the one in which they set it themselves.

    Raise Refused when it is weak, or `by` may not.
    """
    own = by is not None and by.person_id == person_id
    if not own:
        must_look_after(by, person_id)
    proof = proof_of(password)
    with transaction():
        person = _living(person_id)
        if reason := rules.why_weak_password(password, person.display_name, person.phone):
            raise Refused(reason)
        person.password_hash, person.password_salt = proof
        end_what_was_opened(person_id, but=by.session_key if by is not None and own else None)
        _note("set password", person, by)


def must_look_after(by: Viewer | None, person_id: int) -> None:
    """Raise Refused unless the viewer may look after the person; None is the one who installs."""
    if by is None or queries.may_look_after(by, person_id):
        return
    if by.person_id == person_id:
        raise Refused("Không tự làm việc này cho chính mình được.")
    if queries.grants_of(person_id):
        raise Refused("Người này có nhiệm vụ riêng, cần người quản trị của phường.")
    raise Refused("Người này không ở tổ của anh chị.")


def end_what_was_opened(person_id: int, *, but: str | None = None) -> None:
    """End the person's sessions (except the one named by its key), open links and one-time codes."""
    with transaction():
        close_sessions_of(person_id, but=but)
        end_links_and_codes(person_id)


def close_sessions_of(person_id: int, *, but: str | None = None) -> int:
    """End every session of the person, except the one named; return how many ended."""
    with transaction():
        ended = db.session.execute(
            delete(Session).where(Session.person_id == person_id, Session.token_digest != (but or ""))
        )
    return ended.rowcount  # type: ignore[attr-defined, no-any-return]


def end_links_and_codes(person_id: int) -> None:
    """Make the person's open return links and one-time codes worthless, and half-done ways in."""
    with transaction():
        for model in (ReturnLink, SignInCode):
            db.session.execute(
                update(model)
                .where(model.person_id == person_id, model.used_at.is_(None))  # type: ignore[attr-defined]
                .values(used_at=now())
            )
        db.session.execute(delete(SecondStep).where(SecondStep.person_id == person_id))


def free_personal_code() -> str:
    """Return a personal code that nobody has."""
    while True:
        code = rules.with_check_digit(secrets.random_digits(rules.CODE_LENGTH - 1))
        if db.session.scalar(select(Person.id).where(Person.personal_code == code)) is None:
            return code


def _strong_pin(person_id: int) -> str:
    person = db.session.get(Person, person_id)
    phone, year = (person.phone, person.birth_year) if person else (None, None)
    while rules.is_weak_pin(pin := secrets.random_digits(rules.PIN_LENGTH), phone, year):
        pass
    return pin


def _keep_pin(person: Person, hashed: Slow, *, but: str | None) -> None:
    if person.pin_hash is not None:
        end_what_was_opened(person.id, but=but)
    person.pin_salt = secrets.random_salt()
    person.pin_hash = sealed(hashed, person.pin_salt)


def _taken(person: Person, hashed: Slow) -> bool:
    """Has somebody else on the same phone this PIN? Then phone and PIN would not say who it is."""
    if person.phone is None:
        return False
    others = [one for one in entry_queries.candidates(phone=person.phone) if one.id != person.id]
    return any(proves(hashed, one.pin_hash, one.pin_salt) for one in others)


def _living(person_id: int) -> Person:
    person: Person | None = lock(Person, person_id)
    if person is None or person.erased_at is not None:
        raise Refused("Không còn người này nữa.")
    return person


def _note(action: str, person: Person, by: Viewer | None) -> None:
    audit.record(action, "person", person.id, actor_id=by.person_id if by else None, ward_id=person.ward_id)
