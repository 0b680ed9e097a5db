"""The ways in: PIN or password, card, one-time code, return link, class ticket; and their budgets."""

from datetime import timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import Select, func, or_, select, update

from elearn.kit import audit, log, secrets, typed
from elearn.kit.clock import now
from elearn.kit.db import db, lock, transaction
from elearn.kit.refused import Refused
from elearn.kit.uptime import Uptime, uptime
from elearn.people import code_queries, credentials, entry_queries, queries, rules
from elearn.people.credentials import end_links_and_codes, must_look_after
from elearn.people.entry_queries import Candidate
from elearn.people.models import (
    ClassTicket,
    LearningCard,
    Person,
    ResidentialGroup,
    ReturnLink,
    SignInCode,
)
from elearn.people.permissions import Permission, Viewer
from elearn.people.tries import Place, Tally
from elearn.people.wrong_tries import note_wrong_try


class Outcome(NamedTuple):
    """What came of a try: a person and their kind of session, or a refusal, or (both None) a wrong secret."""

    person_id: int | None = None
    kind: str | None = None
    refusal: str | None = None


def come_in(who: str, secret: str, place: Place) -> Outcome:
    """Try a phone number or personal code with a PIN or password.

    Known and unknown numbers cost the same: one statement, one reservation, one slow hash.
    """
    phone, code = _meaning(who)
    if phone is None and code is None:
        return _try([], typed.digits(who) or who, secret, place)
    found = entry_queries.candidates(phone=phone, code=None if phone else code)
    return _try(found, _identity(found, phone or code or ""), secret, place)


def come_in_as(person_id: int, secret: str, place: Place) -> Outcome:
    """Try a PIN or password for somebody whom the device knows by name."""
    found = entry_queries.candidates(person_id=person_id)
    return _try(found, _identity(found, str(person_id)), secret, place)


def proves(person_id: int, secret: str, place: Place) -> bool:
    """Does the secret prove the person? Counted like a sign-in."""
    return come_in_as(person_id, secret, place).person_id is not None


def whom_it_means(who: str) -> list[int]:
    """Return the ids of the people whom a phone number or personal code means; never for a page to show."""
    phone, code = _meaning(who)
    meant = entry_queries.candidates(phone=phone, code=None if phone else code or "")
    return [one.signs_in_as for one in meant]


def _meaning(who: str) -> tuple[str | None, str | None]:
    phone = typed.mobile_number(who)
    digits = typed.digits(who)
    return phone, digits if phone is None and rules.is_personal_code(digits) else None


def _identity(found: list[Candidate], otherwise: str) -> str:
    """Return under what the tries are counted: the phone if there is one, so that a code adds no budget."""
    return next((one.phone or one.personal_code or otherwise for one in found), otherwise)


def _try(found: list[Candidate], identity: str, secret: str, place: Place) -> Outcome:
    bare = typed.digits(secret)
    by_pin = rules.is_pin(bare)
    secret = bare if by_pin else secret
    known = [one for one in found if one.id in place.knows]
    tally = Tally(
        "pin" if by_pin else "password", identity, place,
        known=bool(known), strangers=len(known) < len(found),
    )  # fmt: skip
    if refusal := tally.reserve():
        note_wrong_try("refused", place.ward_id, place.network)
        log.note("sign_in_refused", by=tally.what, why=refusal, ward=place.ward_id)
        return Outcome(refusal=refusal)
    hashed = credentials.slow(secret)
    right = sorted((one for one in found if _fits(one, hashed, by_pin)), key=lambda one: one not in known)
    match = next((one for one in right if one in known or not known or tally.strangers_may()), None)
    if match is None:
        tally.wrong()
        note_wrong_try(tally.what, place.ward_id, place.network, found)
        log.note("sign_in_wrong", by=tally.what, known=bool(known), ward=place.ward_id)
        return Outcome()
    tally.right()
    credentials.renew(match, hashed, by_pin=by_pin)
    return Outcome(match.signs_in_as, match.kind)


def _fits(one: Candidate, hashed: credentials.Slow, by_pin: bool) -> bool:
    if not by_pin:
        return credentials.proves(hashed, one.password_hash, one.password_salt)
    # staff never come in by a PIN, not even by one they had before
    return credentials.proves(hashed, None if one.is_staff else one.pin_hash, one.pin_salt)


# The learning card (thẻ học)


def card_token(card: LearningCard) -> str:
    """Return the token of a card, made again from the secret, so that it can be printed again."""
    keyed = secrets.keyed(current_app.config["SECRET_KEY"], "card", card.nonce)
    return keyed[: rules.CARD_BITS_IN_HEX]


def issue_card(person_id: int, by_id: int | None) -> str:
    """Return the token of the person's card, making a card when there is none; raise Refused for a role."""
    with transaction():
        if queries.grants_of(person_id):
            raise Refused("Người có nhiệm vụ đăng nhập bằng mã học hoặc mật khẩu, không dùng thẻ học.")
        card = entry_queries.find_card(person_id)
        if card is None:
            card = LearningCard(person_id=person_id, nonce=secrets.random_token(), issued_by_id=by_id)
            card.token_digest = secrets.digest(card_token(card))
            db.session.add(card)
            db.session.flush()
            _note("issue card", person_id, by_id)
        return card_token(card)


def issue_card_for(person_id: int, by: Viewer) -> str:
    """Return the token of the card of somebody whom the helper may register; raise Refused otherwise."""
    must_look_after(by, person_id)
    return issue_card(person_id, by.person_id)


def revoke_cards(person_id: int, by_id: int | None) -> None:
    """Make the person's cards worthless, printed ones too."""
    with transaction():
        revoked = db.session.execute(
            update(LearningCard)
            .where(LearningCard.person_id == person_id, LearningCard.revoked_at.is_(None))
            .values(revoked_at=now())
        )
        if revoked.rowcount:  # type: ignore[attr-defined]
            _note("revoke cards", person_id, by_id)


# The return link


def issue_return_link(person_id: int) -> str:
    """Return the token of a link that works once within 15 minutes; older ones of the person end."""
    token = secrets.random_token()
    with transaction():
        if queries.grants_of(person_id):
            raise Refused("Người có nhiệm vụ đăng nhập bằng mã học hoặc mật khẩu, không dùng đường link.")
        end_links_and_codes(person_id)
        db.session.add(
            ReturnLink(
                token_digest=secrets.digest(token),
                person_id=person_id,
                issued_at=now(),
                expires_at=now() + rules.LINK_LASTS,
            )
        )
    return token


def use_return_link(token: str, browser: str) -> int | None:
    """Return whom the link signs in, once; None when it was used, has run out, or never was.

    `browser` is the key of the session that uses it: a trembling thumb taps twice, and the second tap
    in the same browser is the same use.
    """
    kept = secrets.digest(token)
    with transaction():
        db.session.execute(
            update(ReturnLink)
            .where(ReturnLink.token_digest == kept, ReturnLink.used_at.is_(None))
            .values(used_at=now(), used_by=browser)
        )
        owner = entry_queries.find_link_owner(kept, now(), used_by=browser)
        return owner.id if owner else None


# The one-time code that a helper issues


def issue_code(person_id: int, by: Viewer) -> str:
    """Return a fresh one-time code of eight digits for somebody of the helper's own group.

    Raise Refused beyond twenty a day, for oneself, and for people whose role the issuer may not give.
    """
    must_look_after(by, person_id)
    code = secrets.random_digits(rules.CODE_LENGTH)
    proof = credentials.proof_of(code)
    with transaction():
        issued = uptime()
        _must_have_codes_left(by)
        end_links_and_codes(person_id)
        in_use = code_queries.has_phone_in_use(person_id, now())
        db.session.add(
            SignInCode(
                person_id=person_id,
                code_hash=proof.hash,
                salt=proof.salt,
                issued_by_id=by.person_id,
                issued_at=now(),
                expires_at=now() + rules.ONE_TIME_CODE_LASTS,
                boot=issued.boot,
                boot_seconds=int(issued.seconds),
                had_session=in_use,
            )
        )
        _note("issue code", person_id, by.person_id)
    return code


def use_code(who: str, code: str, browser: str, place: Place | None = None) -> int | None:
    """Return whose open code this is, once; None otherwise. A wrong code costs each open one a try.

    A second tap in the same browser is the same use, as with a return link.
    """
    phone, personal = _meaning(who)
    found = entry_queries.candidates(phone=phone, code=None if phone else personal or "")
    hashed = credentials.slow(code)
    with transaction():
        theirs = _codes_of([one for one in found if not one.is_staff], browser)
        kept = [one for one in db.session.scalars(theirs) if not _has_run_out(one)]
        match = next((one for one in kept if credentials.proves(hashed, one.code_hash, one.salt)), None)
        if match is not None:
            match.used_at, match.used_by = now(), browser
            return next(one.signs_in_as for one in found if one.id == match.person_id)
        for one in kept:
            one.tries += 1
    if place is not None:
        note_wrong_try("code", place.ward_id, place.network, found)
    return None


def _has_run_out(code: SignInCode) -> bool:
    steady = uptime().since(Uptime(code.boot, code.boot_seconds))
    return rules.has_run_out(code.issued_at, now(), rules.ONE_TIME_CODE_LASTS, steady)


def _codes_of(people: list[Candidate], browser: str) -> Select[tuple[SignInCode]]:
    """Select the codes that may still be used, locked: two browsers cannot use one, nor share its tries."""
    return (
        select(SignInCode)
        .where(
            SignInCode.person_id.in_([one.id for one in people]),
            or_(SignInCode.used_at.is_(None), entry_queries.used_just_now(SignInCode, browser, now())),
            SignInCode.expires_at > now(),
            SignInCode.tries < rules.ONE_TIME_CODE_TRIES,
        )
        .with_for_update()
    )


def tell_of_codes(person_id: int, *, came_by_code: bool = False) -> list[entry_queries.IssuedCode]:
    """Return the codes that were issued for the person since they last came in; each is told once.

    Who comes in by a code may be whoever issued it: so its owner hears of it again, when they come in by
    what only they have.
    """
    untold = entry_queries.codes_to_tell(person_id)
    if untold and not came_by_code:
        with transaction():
            db.session.execute(
                update(SignInCode)
                .where(SignInCode.id.in_([code.id for code in untold]))
                .values(told_at=now())
            )
    return untold


def _must_have_codes_left(by: Viewer) -> None:
    lock(Person, by.person_id)
    issued = db.session.scalar(
        select(func.count())
        .select_from(SignInCode)
        .where(SignInCode.issued_by_id == by.person_id, SignInCode.issued_at > now() - timedelta(days=1))
    )
    if (issued or 0) >= rules.ONE_TIME_CODES_A_DAY:
        raise Refused("Hôm nay đã cấp đủ 20 mã. Mai anh chị cấp tiếp được, hoặc nhờ người khác của tổ cấp.")


# The class ticket, and the phone handed over


def issue_class_ticket(group_id: int, attendance: int, by: Viewer) -> str:
    """Return the token of a ticket for a class of one's own group: three hours, three tries a head."""
    token = secrets.random_token()
    with transaction():
        group = db.session.scalar(
            queries.groups_seen_by(by, Permission.REGISTER_RESIDENTS).where(ResidentialGroup.id == group_id)
        )
        if group is None:
            raise Refused("Tổ này không phải tổ của anh chị.")
        db.session.add(
            ClassTicket(
                token_digest=secrets.digest(token),
                group_id=group_id,
                issued_by_id=by.person_id,
                attendance=max(1, min(attendance, rules.LARGEST_CLASS)),
                issued_at=now(),
                expires_at=now() + rules.CLASS_LASTS,
            )
        )
        audit.record("issue class ticket", "group", group_id, actor_id=by.person_id, ward_id=group.ward_id)
    return token


def hand_over(helper: Viewer, person_id: int) -> None:
    """Check and record that a helper gives the own phone to this person; raise Refused otherwise."""
    must_look_after(helper, person_id)
    if queries.grants_of(person_id):
        raise Refused("Người có nhiệm vụ thì tự đăng nhập, không nhận máy theo cách này.")
    with transaction():
        _note("hand over", person_id, helper.person_id)


def _note(action: str, person_id: int, actor_id: int | None) -> None:
    """Put an act of staff or of a helper into the audit; what people do for themselves is theirs alone."""
    if actor_id not in (None, person_id):
        ward_id = db.session.scalar(select(Person.ward_id).where(Person.id == person_id))
        audit.record(action, "person", person_id, actor_id=actor_id, ward_id=ward_id)
