"""Writes of learners: results are kept with a name or a group, results of a device are claimed."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import case, delete, func, select, update

from elearn.kit import audit
from elearn.kit.clock import now
from elearn.kit.db import db, lock, transaction
from elearn.kit.refused import Refused
from elearn.learning import rules
from elearn.learning.contests import assign_entries, claim_entries, empty_entries
from elearn.learning.finishing import finish_course, locked_root
from elearn.learning.ledger import Ledger, credits_of, recounted
from elearn.learning.minors import carry_over
from elearn.learning.models import (
    Attempt,
    Certificate,
    Confidence,
    CourseCompletion,
    CourseStart,
    HelpRequest,
    LessonCompletion,
    MasteredQuestion,
    Placement,
    PracticeResult,
)
from elearn.library.models import Sound
from elearn.people import actions as people
from elearn.people.key_models import RecoveryCode, SecondKey, SecondStep
from elearn.people.models import (
    Audience,
    Consent,
    Grant,
    GroupKind,
    Keeping,
    LearningCard,
    Person,
    Registration,
    ResidentialGroup,
    ReturnLink,
    Session,
    SignInCode,
)
from elearn.people.permissions import Viewer
from elearn.people.queries import same_person
from elearn.privacy.guardians import Guardian, forget_guardians, record_guardian
from elearn.privacy.models import DataRequest

Actor = Viewer | int | None


# -- keeping and claiming ------------------------------------------------------------------------


def keep_results(
    person_id: int,
    *,
    keeping: str,
    group_id: int | None = None,
    name: str | None = None,
    audience: str | None = None,
    phone: str | None = None,
    birth_year: int | None = None,
    household: str | None = None,
    consents: Collection[str] = (),
    text_version: str = "",
    channel: str = "self",
    assisted_by_id: int | None = None,
    guardian: Guardian | None = None,
    waits: bool = False,
    actor: Actor = None,
) -> None:
    """Keep a person's results with a name, or for the group alone; `Keeping.NOTHING` changes nothing.

    `guardian`: who agreed for somebody under sixteen, of whom no more than name and group is kept.

    From now on they count; what was done before is credited today. Who `waits` (see crowd.py) counts later.
    """
    if keeping == Keeping.NOTHING:
        return
    with transaction():
        person = locked_root(person_id)
        group = _living_group(group_id) if group_id is not None else None
        if person.registered_at is not None and group is not None and person.group_id not in (None, group):
            move_to_group(person.id, group, actor=actor)
        with recounted(person.id, reason="kept"):
            people.register_details(
                person.id, name=name if keeping == Keeping.NAME else None, group_id=group,
                keeping=Keeping.NAME if person.keeping == Keeping.NAME else keeping, audience=audience,
                phone=phone, birth_year=birth_year, household=household, waits=waits,
            )  # fmt: skip
            if assisted_by_id is not None and person.registered_by_id is None:
                person.registered_by_id = assisted_by_id
            _keep_consents(person.id, consents, text_version, channel, assisted_by_id)
            if guardian is not None:
                person.birth_year = person.phone = None
                witness = None if guardian.how == "device" else assisted_by_id
                record_guardian(person.id, guardian, witness_id=witness)
        _note(actor, "register person", person)


def claim_results(nameless_id: int, person_id: int) -> None:
    """Let what a nameless person did on a device become the account's; what the account has already, wins."""
    if nameless_id == person_id:
        return
    with transaction():
        for one in sorted((nameless_id, person_id)):
            lock(Person, one)
        nameless, person = db.session.get(Person, nameless_id), locked_root(person_id)
        if nameless is None or nameless.display_name or nameless.erased_at or nameless.merged_into_id:
            return
        with recounted(nameless_id, person.id, reason="claimed"):
            _move_attempts(nameless_id, person.id)
            for model, thing in OWNED:
                _move_what_lacks(model, thing, nameless_id, person.id)
            _move_requests_for_help(nameless_id, person.id)
            claim_entries(nameless_id, person.id)
            courses = _move_completions(nameless_id, person.id)
            nameless.keeping, nameless.group_id = Keeping.NOTHING, None
            db.session.flush()
            for course_id in courses:
                finish_course(person.id, course_id, person.ward_id)
        _empty(nameless)


def _keep_consents(
    person_id: int, purposes: Collection[str], text_version: str, channel: str, assisted_by_id: int | None
) -> None:
    standing = set(
        db.session.scalars(
            select(Consent.purpose).where(
                Consent.person_id == person_id,
                Consent.text_version == text_version,
                Consent.withdrawn_at.is_(None),
            )
        )
    )
    db.session.add_all(
        Consent(
            person_id=person_id, purpose=purpose, text_version=text_version, channel=channel,
            assisted_by_id=assisted_by_id,
        )
        for purpose in sorted(set(purposes) - standing)
    )  # fmt: skip


def _move_attempts(from_id: int, into_id: int) -> None:
    taken = {
        one.id: one for one in db.session.scalars(select(Attempt).where(Attempt.person_id == into_id)).all()
    }
    for one in db.session.scalars(select(Attempt).where(Attempt.person_id == from_id)).all():
        new_id, other = one.id, taken.get(one.id)
        if other is not None and (other.revision_id, other.answers) == (one.revision_id, one.answers):
            db.session.execute(delete(Attempt).where(Attempt.person_id == from_id, Attempt.id == one.id))
            continue
        if other is not None:
            new_id = rules.other_id(one.id, one.revision_id, sorted(one.answers.items()))
        db.session.execute(
            update(Attempt)
            .where(Attempt.person_id == from_id, Attempt.id == one.id)
            .values(person_id=into_id, id=new_id)
            .execution_options(synchronize_session=False)
        )
    db.session.expire_all()


# What somebody has once of each thing, and what makes it another thing, beside whose it is
OWNED: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (PracticeResult, ("lesson_id", "round")),
    (MasteredQuestion, ("lesson_id", "question")),
    (Placement, ("lesson_id",)),
    (Confidence, ("course_id", "moment", "place")),
)


def _move_what_lacks(model: Any, thing: tuple[str, ...], from_id: int, into_id: int) -> None:
    """Move what the account has not got itself."""
    columns = [getattr(model, name) for name in thing]
    taken = set(map(tuple, db.session.execute(select(*columns).where(model.person_id == into_id))))
    for one in db.session.execute(select(*columns).where(model.person_id == from_id)).all():
        if tuple(one) not in taken:
            db.session.execute(
                update(model)
                .where(
                    model.person_id == from_id, *(c == value for c, value in zip(columns, one, strict=True))
                )
                .values(person_id=into_id)
                .execution_options(synchronize_session=False)
            )
    db.session.execute(delete(model).where(model.person_id == from_id))
    db.session.expire_all()


def _move_requests_for_help(from_id: int, into_id: int) -> None:
    """Move what was asked; who has asked in both rows has asked once."""
    waiting = HelpRequest.done_at.is_(None)
    if db.session.scalar(select(HelpRequest.id).where(HelpRequest.person_id == into_id, waiting)):
        db.session.execute(delete(HelpRequest).where(HelpRequest.person_id == from_id, waiting))
    db.session.execute(
        update(HelpRequest)
        .where(HelpRequest.person_id == from_id)
        .values(person_id=into_id, moved_from_id=func.coalesce(HelpRequest.moved_from_id, from_id))
    )


def _give_requests_back(person_id: int, root_id: int) -> None:
    """Move back what was asked in the rows that are this person's again; what waits goes on waiting."""
    theirs = list(db.session.scalars(select(same_person(person_id).c.id)))
    moved = (HelpRequest.person_id == root_id, HelpRequest.moved_from_id.in_(theirs))
    own = case((HelpRequest.moved_from_id != person_id, HelpRequest.moved_from_id))
    db.session.execute(update(HelpRequest).where(*moved).values(person_id=person_id, moved_from_id=own))


def _move_completions(from_id: int, into_id: int) -> list[int]:
    """Move starts, completions and papers that the account lacks; return the courses concerned."""
    owned: tuple[tuple[Any, str], ...] = (
        (CourseStart, "course_id"), (LessonCompletion, "lesson_id"), (CourseCompletion, "course_id")
    )  # fmt: skip
    for model, thing in owned:
        column = getattr(model, thing)
        has = select(column).where(model.person_id == into_id)
        db.session.execute(
            update(model)
            .where(model.person_id == from_id, column.not_in(db.session.scalars(has).all()))
            .values(person_id=into_id)
            .execution_options(synchronize_session=False)
        )
        db.session.execute(delete(model).where(model.person_id == from_id))
    db.session.execute(update(Certificate).where(Certificate.person_id == from_id).values(person_id=into_id))
    db.session.expire_all()
    return list(db.session.scalars(select(CourseStart.course_id).where(CourseStart.person_id == into_id)))


# -- moving, merging -----------------------------------------------------------------------------


def move_to_group(person_id: int, group_id: int, reason: str | None = None, *, actor: Actor = None) -> None:
    """Let a person belong to another group from today on.

    "moved": what was done stays with the old group. "assigned" (the rule for who comes from "chưa rõ tổ"):
    it is taken back there today and given to the new group today.
    """
    with transaction():
        person = locked_root(person_id)
        group_id, old = _living_group(group_id), person.group_id
        if old == group_id:
            return
        if reason is None:
            kind = db.session.scalar(select(ResidentialGroup.kind).where(ResidentialGroup.id == old))
            reason = "assigned" if kind == GroupKind.UNKNOWN else "moved"
        with recounted(person.id, reason=reason) as ledger:
            people.put_into_group(person, group_id)
            if reason == "assigned":
                _give_over(ledger, person.id, reason, {"group_id": (old, group_id)})
                assign_entries(db.session.scalars(select(same_person(person.id).c.id)).all(), old, group_id)
        _note(actor, f"person {reason}", person, before=old, after=group_id)


def change_audience(person_id: int, audience: str, *, actor: Actor = None) -> None:
    """Correct whom a person learns as. What was counted while it was unsaid is counted there today."""
    with transaction():
        person = locked_root(person_id)
        old = person.audience
        if old == audience:
            return
        with recounted(person.id, reason="corrected") as ledger:
            person.audience = audience
            if old == Audience.UNSAID:
                _give_over(ledger, person.id, "corrected", {"audience": (old, audience)})
        _note(actor, "change audience", person, before=old, after=audience)


def merge_people(from_id: int, into_id: int, *, actor: Actor) -> None:
    """Let two rows be one person: facts stay where they are, count once, under the second."""
    with transaction():
        for one in sorted((from_id, into_id)):
            lock(Person, one)
        twin, person = db.session.get(Person, from_id), locked_root(into_id)
        if twin is None or twin.erased_at is not None or twin.id == person.id:
            raise Refused("Hai dòng này không gộp được.")
        if twin.merged_into_id is not None:
            raise Refused("Người này đã được gộp rồi.")
        if twin.ward_id != person.ward_id:
            raise Refused("Hai người ở hai phường khác nhau.")
        with recounted(twin.id, person.id, reason="merged"):
            twin.merged_into_id = person.id
            db.session.flush()
            carry_over(twin.id, person.id)
            _move_requests_for_help(twin.id, person.id)
            starts = select(CourseStart.course_id).where(
                CourseStart.person_id.in_(select(same_person(person.id).c.id))
            )
            for course_id in sorted(set(db.session.scalars(starts))):
                finish_course(person.id, course_id, person.ward_id)
        people.close_sessions_of(twin.id)
        _note(actor, "merge people", twin, into=person.id)


def unmerge(person_id: int, *, actor: Actor) -> None:
    """Undo a merge: what it took back is given again, and what it gave is taken back, today."""
    with transaction():
        into_id = db.session.scalar(select(Person.merged_into_id).where(Person.id == person_id))
        if into_id is None:
            raise Refused("Người này không bị gộp vào ai.")
        for one in sorted((person_id, into_id)):
            lock(Person, one)
        person, root = db.session.get_one(Person, person_id), locked_root(into_id)
        with recounted(person_id, root.id, reason="unmerged"):
            person.merged_into_id = None
            db.session.flush()
            _give_requests_back(person_id, root.id)
        _note(actor, "unmerge people", person, into=into_id)


def _give_over(ledger: Ledger, person_id: int, reason: str, change: Mapping[str, tuple[Any, Any]]) -> None:
    """Take back the credits that stand at the old value and give them at the new one."""
    ((column, (old, new)),) = change.items()
    for key, places in credits_of(person_id).items():
        for place, amount in places.items():
            if getattr(place, column) == old and amount > 0:
                ledger.line(person_id, key[0], place, -amount, reason)
                ledger.line(person_id, key[0], place._replace(**{column: new}), amount, reason)


def _living_group(group_id: int) -> int:
    """Return the group, or the one that it has become part of."""
    group = db.session.get(ResidentialGroup, group_id)
    while group is not None and group.successor_id is not None:
        group = db.session.get(ResidentialGroup, group.successor_id)
    if group is None:
        raise LookupError(f"no group {group_id}")
    return group.id


# -- erasing -------------------------------------------------------------------------------------


def erase(person_id: int, *, actor: Actor = None) -> None:
    """Empty a person, and whoever was merged into them; what counted stays, under a number of nobody."""
    with transaction():
        person = locked_root(person_id)
        ids = sorted(db.session.scalars(select(same_person(person.id).c.id)))
        for one in ids:
            lock(Person, one)
        with recounted(person.id, reason="corrected"):
            for one in ids:
                _empty(db.session.get_one(Person, one))
        _note(actor if actor is not None else person.id, "erase person", person)


def _empty(person: Person) -> None:
    """Leave nothing of a person but a number."""
    for field in (
        "group_id", "display_name", "birth_year", "phone", "personal_code", "pin_hash", "pin_salt",
        "password_hash", "password_salt", "household", "registered_by_id", "waits_since",
    ):  # fmt: skip
        setattr(person, field, None)
    person.search = person.sort_key = ""
    person.audience, person.keeping, person.erased_at = Audience.UNSAID, Keeping.NOTHING, now()
    for model in (
        Session, LearningCard, SignInCode, ReturnLink, Grant, Registration,
        SecondKey, RecoveryCode, SecondStep, PracticeResult, Placement, Confidence,
        HelpRequest,
    ):  # fmt: skip
        db.session.execute(delete(model).where(model.person_id == person.id))  # type: ignore[attr-defined]
    db.session.execute(update(Session).where(Session.nameless_id == person.id).values(nameless_id=None))
    db.session.execute(
        update(Attempt)
        .where(Attempt.person_id == person.id)
        .values(answers={}, shown={}, right_keys=[], assisted_by_id=None)
    )
    db.session.execute(
        update(LessonCompletion).where(LessonCompletion.person_id == person.id).values(assisted_by_id=None)
    )
    db.session.execute(
        update(Certificate)
        .where(Certificate.person_id == person.id)
        .values(full_name=None, name_shown="none")
    )
    db.session.execute(
        update(Consent)
        .where(Consent.person_id == person.id)
        .values(assisted_by_id=None, withdrawn_at=func.coalesce(Consent.withdrawn_at, now()))
    )
    db.session.execute(delete(Sound).where(Sound.speaker_id == person.id))
    _without_words(person.id)
    empty_entries(person.id)
    forget_guardians(person.id)


def _without_words(person_id: int) -> None:
    """Empty what a person asked and was answered; the days stay, to show that it was done in time."""
    db.session.execute(
        update(DataRequest)
        .where(DataRequest.person_id == person_id)
        .values(asker="", wish="", reply="", extended_because="", answer="")
    )


def _note(actor: Actor, action: str, person: Person, **detail: Any) -> None:
    """Put an act of staff or of a helper into the audit; what people do with their own data is not."""
    actor_id = actor.person_id if isinstance(actor, Viewer) else actor
    if actor_id is not None:
        audit.record(action, "person", person.id, actor_id=actor_id, ward_id=person.ward_id, **detail)
