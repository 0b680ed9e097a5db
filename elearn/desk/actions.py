"""Writes of the helper's desk: registering a neighbour, looking after one, classes; what is noted."""

from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import func, select, update

from elearn.desk.queries import MARK, DeskGroup, Known, Seen, find_by_code
from elearn.kit import audit, throttle
from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now
from elearn.kit.db import db, insert_if_absent, transaction
from elearn.kit.refused import Refused
from elearn.kit.secrets import digest
from elearn.learning import actions as learning
from elearn.learning.own import hide_from_helper
from elearn.people import actions as people
from elearn.people import entry
from elearn.people.consents import KEEP_RESULTS, SEEN_BY_HELPER, TEXT_VERSION
from elearn.people.entry_queries import candidates
from elearn.people.models import ClassTicket, Consent, Keeping, Person, Registration
from elearn.people.permissions import Viewer
from elearn.people.rules import SHARING_ONE_PHONE
from elearn.privacy.guardians import Guardian, kept_of

CODES_OF_NOBODY = 20  # a day


class Registered(NamedTuple):
    """Who was registered, and with a new person their mã học, which nobody can read again."""

    person_id: int
    pin: str | None


class Told(NamedTuple):
    """What a neighbour has told the helper of themselves."""

    name: str
    phone: str | None
    household: str | None
    audience: str
    birth_year: int | None


def note_names_read(viewer: Viewer, group: DeskGroup, names: int, *, printed: bool = False) -> None:
    """Record that the viewer read so many names of a group's people; where none stood, nothing."""
    if names:
        audit.record(
            "print roster" if printed else "view roster",
            "group",
            group.id,
            actor_id=viewer.person_id,
            ward_id=group.ward_id,
            names=names,
        )


# -- registering a neighbour ---------------------------------------------------------------------


def registered_before(by: Viewer, form_id: str) -> int | None:
    """Return whom the helper has registered with this very form, or None."""
    kept = db.session.get(Registration, _form_digest(by, form_id))
    return kept.person_id if kept else None


def register_neighbour(
    by: Viewer,
    group: DeskGroup,
    form_id: str,
    told: Told,
    *,
    seen_by_helper: bool,
    guardian: Guardian | None = None,
) -> Registered:
    """Register a neighbour who agreed aloud; the same form sent again means the same person.

    For somebody under sixteen it is a guardian who agreed, before the helper.

    Raise Refused when the number is shared by five already.
    """
    with transaction():
        if not insert_if_absent(Registration, form_digest=_form_digest(by, form_id)):
            person_id = registered_before(by, form_id)
            assert person_id is not None
            return Registered(person_id, None)
        if told.phone and len(candidates(phone=told.phone)) >= SHARING_ONE_PHONE:
            raise Refused("Số này đã có 5 người dùng chung. Xin để trống, hoặc ghi số khác.")
        person_id = people.begin_nameless(group.ward_id)
        learning.keep_results(
            person_id,
            keeping=Keeping.NAME,
            group_id=group.id,
            name=told.name,
            audience=told.audience,
            phone=told.phone,
            birth_year=told.birth_year,
            household=told.household,
            consents=[KEEP_RESULTS, *[SEEN_BY_HELPER] * seen_by_helper],
            text_version=TEXT_VERSION,
            channel="guardian" if guardian else "spoken",
            assisted_by_id=by.person_id,
            guardian=guardian,
            actor=by,
        )
        db.session.execute(
            update(Registration)
            .where(Registration.form_digest == _form_digest(by, form_id))
            .values(person_id=person_id)
        )
    return Registered(person_id, people.give_credentials(person_id).pin)


def _form_digest(by: Viewer, form_id: str) -> str:
    return digest(f"{by.person_id} {form_id}")


# -- looking after one ---------------------------------------------------------------------------


def must_look_after(one: Seen) -> None:
    """Raise Refused for oneself and for whoever has a role: they are not a helper's to look after."""
    if one.is_me:
        raise Refused("Việc của chính anh chị thì làm ở trang Của tôi.")
    if one.has_role:
        raise Refused("Người này có nhiệm vụ riêng, cần người quản trị của phường.")


def note_person_read(viewer: Viewer, one: Seen) -> None:
    """Record that the viewer read what somebody has learnt, and their phone number."""
    if not one.is_me:
        audit.record_view("view person", "person", one.id, actor_id=viewer.person_id, ward_id=one.ward_id)


def correct(by: Viewer, one: Seen, told: Told) -> None:
    """Correct what is known about a neighbour. Raise Refused when the number is shared by five already."""
    must_look_after(one)
    with transaction():
        phone, birth_year = kept_of(one.id, told.phone, told.birth_year)
        people.change_details(
            one.id, name=told.name, phone=phone, birth_year=birth_year,
            household=told.household or "", actor=by,
        )  # fmt: skip
        learning.change_audience(one.id, told.audience, actor=by)


def move(by: Viewer, one: Seen, group_id: int) -> None:
    """Let a neighbour belong to another group; the label of the household was this one's and is dropped."""
    must_look_after(one)
    with transaction():
        learning.move_to_group(one.id, group_id, actor=by)
        db.session.execute(update(Person).where(Person.id == one.id).values(household=None))


def new_pin(by: Viewer, one: Seen) -> str:
    """Give the neighbour a new mã học and return it; the old one, and what it opened, ends."""
    must_look_after(one)
    return people.give_credentials(one.id, by=by).pin


def print_card(by: Viewer, one: Seen) -> str:
    """Return the token of the neighbour's card, to be printed, and record it."""
    must_look_after(one)
    with transaction():
        token = entry.issue_card_for(one.id, by)
        audit.record("print card", "person", one.id, actor_id=by.person_id, ward_id=one.ward_id)
    return token


def revoke_card(by: Viewer, one: Seen) -> None:
    """Make the neighbour's card worthless, wherever it is."""
    must_look_after(one)
    entry.revoke_cards(one.id, by.person_id)


def agree_aloud(by: Viewer, person_id: int, ward_id: int) -> None:
    """Record that somebody agreed aloud to be seen by the helper; twice is once."""
    with transaction():
        standing = select(Consent.id).where(
            Consent.person_id == person_id,
            Consent.purpose == SEEN_BY_HELPER,
            Consent.withdrawn_at.is_(None),
        )
        if db.session.scalar(standing) is None:
            db.session.add(
                Consent(
                    person_id=person_id, purpose=SEEN_BY_HELPER, text_version=TEXT_VERSION, channel="spoken",
                    assisted_by_id=by.person_id,
                )
            )  # fmt: skip
            audit.record("agree aloud", "person", person_id, actor_id=by.person_id, ward_id=ward_id)


def withdraw_aloud(by: Viewer, one: Seen) -> None:
    """Record that a neighbour no longer wants the helper to see them."""
    must_look_after(one)
    with transaction():
        hide_from_helper(one.id)
        audit.record("withdraw aloud", "person", one.id, actor_id=by.person_id, ward_id=one.ward_id)


def has_just_let_go(by: Viewer, person_id: int) -> bool:
    """Has the viewer moved this person away or hidden them just now? A second tap is no mistake."""
    entry_of = select(AuditEntry.id).where(
        AuditEntry.object_kind == "person",
        AuditEntry.object_id == str(person_id),
        AuditEntry.actor_id == by.person_id,
        AuditEntry.action.in_(("person moved", "person assigned", "withdraw aloud")),
        AuditEntry.at > now() - timedelta(minutes=2),
    )
    return db.session.scalar(entry_of.limit(1)) is not None


# -- somebody who reads out a personal code ------------------------------------------------------


def look_up(by: Viewer, group: DeskGroup, code: str) -> Known | None:
    """Return whose code this is, if they belong here or to no group that is known.

    Raise Refused after many codes of nobody: codes are for people who stand before the helper.
    """
    key = f"desk-code:{by.person_id}"
    with transaction():
        if throttle.tries_within(key, timedelta(days=1)) >= CODES_OF_NOBODY:
            raise Refused(
                "Hôm nay đã gõ nhiều mã không có ai. Mai anh chị thử tiếp, hoặc nhờ người quản trị."
            )
        found = find_by_code(by, group, code)
        if found is None:
            throttle.note_try(key, "hour")
        else:
            audit.record("find by code", "person", found.id, actor_id=by.person_id, ward_id=group.ward_id)
    return found


def take_in(by: Viewer, group: DeskGroup, one: Known, *, seen_by_helper: bool) -> None:
    """Let somebody of no known group belong to this one, and record what they agreed to; twice is once."""
    with transaction():
        learning.move_to_group(one.id, group.id, actor=by)
        if seen_by_helper:
            agree_aloud(by, one.id, group.ward_id)


# -- classes -------------------------------------------------------------------------------------


def end_class(by: Viewer, group: DeskGroup, mark: str) -> bool:
    """End a class of the group now; return whether there was one."""
    with transaction():
        ended = db.session.execute(
            update(ClassTicket)
            .where(
                ClassTicket.group_id == group.id,
                func.substr(ClassTicket.token_digest, 1, MARK) == mark,
                ClassTicket.expires_at > now(),
            )
            .values(expires_at=now())
        )
        if ended.rowcount:  # type: ignore[attr-defined]
            audit.record("end class", "group", group.id, actor_id=by.person_id, ward_id=group.ward_id)
    return bool(ended.rowcount)  # type: ignore[attr-defined]
