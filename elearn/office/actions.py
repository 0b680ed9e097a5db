"""Writes of the administrator's desk that are made of several acts below."""

from collections.abc import Collection
from datetime import date

from elearn.kit import audit
from elearn.kit.db import db, insert_if_absent, transaction
from elearn.kit.refused import Refused
from elearn.kit.secrets import digest, random_token
from elearn.learning import actions as learning
from elearn.learning import own
from elearn.learning.groups import correct_group, rename_group
from elearn.office.people_queries import Held, PersonCard
from elearn.people import actions as people
from elearn.people import second_keys
from elearn.people.colleagues import must_be_announced
from elearn.people.consents import (
    KEEP_RESULTS,
    NAMED_IN_CAMPAIGN,
    NAMED_IN_CONTEST,
    PAPER_NAME,
    SEEN_BY_HELPER,
)
from elearn.people.models import Registration
from elearn.people.permissions import Viewer
from elearn.people.queries import grants_of, may_look_after
from elearn.privacy.guardians import Guardian, kept_of

HAS_ROLE = "{name} đang có nhiệm vụ ở phường. Xin thu vai trò trước, ở trang Vai trò."


def save_group(
    group_id: int,
    *,
    name: str,
    code: str,
    former_ward: str,
    households: int | None,
    adults: int | None,
    by: Viewer,
) -> None:
    """Keep what is known of a group as it was typed; an empty count is taken away."""
    counts = {"households": households, "adults": adults}
    with transaction():
        rename_group(group_id, name, actor=by)
        correct_group(
            group_id,
            code=code,
            former_ward=former_ward,
            households=households,
            adults=adults,
            unknown=[field for field, count in counts.items() if count is None],
            actor=by,
        )


def note_view(
    what: str, object_kind: str, object_id: object, *, by: Viewer, ward_id: int, names: int
) -> None:
    """Record that the viewer read so many names; where none stood, nothing."""
    if names:
        audit.record(what, object_kind, object_id, actor_id=by.person_id, ward_id=ward_id, names=names)


def note_incident(
    what: str,
    ward_id: int,
    *,
    since: date,
    until: date,
    people: Collection[int],
    group_id: int | None,
    staff_id: int | None,
    by: Viewer,
) -> None:
    """Record that an incident sheet was made: of which days, of whom; ids only."""
    audit.record(
        what, "ward", ward_id, actor_id=by.person_id, ward_id=ward_id, since=since.isoformat(),
        until=until.isoformat(), people=list(people), group=group_id, staff=staff_id,
    )  # fmt: skip


def note_person_read(card: PersonCard, *, by: Viewer) -> None:
    """Record that the viewer read what is known of somebody else."""
    if card.id != by.person_id:
        audit.record_view("view person", "person", card.id, actor_id=by.person_id, ward_id=card.ward_id)


def must_look_after(card: PersonCard, *, by: Viewer) -> None:
    """Raise Refused for oneself, and for whoever holds a role that the viewer could not give."""
    if card.id == by.person_id:
        raise Refused("Việc của chính mình thì làm ở trang Của tôi, hoặc nhờ người quản trị khác.")
    if not may_look_after(by, card.id):
        raise Refused("Người này giữ vai trò ngoài quyền của anh chị.")


def save_person(
    card: PersonCard,
    *,
    name: str,
    phone: str | None,
    birth_year: int | None,
    household: str,
    audience: str,
    group_id: int | None,
    by: Viewer,
) -> None:
    """Keep what was corrected; who moves leaves the label of the household behind, it was the old group's."""
    must_look_after(card, by=by)
    moves = group_id is not None and group_id != card.group_id
    if moves and household == (card.household or ""):
        household = ""
    with transaction():
        phone, birth_year = kept_of(card.id, phone, birth_year)
        people.change_details(
            card.id, name=name, phone=phone, birth_year=birth_year, household=household, actor=by
        )
        learning.change_audience(card.id, audience, actor=by)
        if moves and group_id is not None:
            learning.move_to_group(card.id, group_id, actor=by)


def move_people(ids: Collection[int], group_id: int, *, by: Viewer) -> None:
    """Let all of these people belong to the group from today on."""
    with transaction():
        for person_id in sorted(ids):
            learning.move_to_group(person_id, group_id, actor=by)


def end_sessions(card: PersonCard, *, by: Viewer) -> None:
    """Sign the person out everywhere."""
    must_look_after(card, by=by)
    with transaction():
        if people.close_sessions_of(card.id):
            audit.record("end sessions", "person", card.id, actor_id=by.person_id, ward_id=card.ward_id)


def merge(twin: PersonCard, into: PersonCard, *, by: Viewer) -> None:
    """Let two rows be one person. Nobody with a role is merged: a resident's mã học would open a desk."""
    for card in (twin, into):
        must_look_after(card, by=by)
        if grants_of(card.id):
            raise Refused(HAS_ROLE.format(name=card.name))
    learning.merge_people(twin.id, into.id, actor=by)


def erase(card: PersonCard, *, by: Viewer) -> None:
    """Erase a person who asked for it, or who cannot ask."""
    must_look_after(card, by=by)
    if grants_of(card.id):
        raise Refused(HAS_ROLE.format(name=card.name))
    learning.erase(card.id, actor=by)


TAKEN_BACK = {
    KEEP_RESULTS: own.go_on_without_name,
    SEEN_BY_HELPER: own.hide_from_helper,
    PAPER_NAME: own.take_papers_back,
    NAMED_IN_CAMPAIGN: own.be_named_no_longer,
    NAMED_IN_CONTEST: lambda person_id: own.be_named_no_longer(person_id, NAMED_IN_CONTEST),
}


def take_back(card: PersonCard, purpose: str, *, by: Viewer) -> None:
    """Take back a consent for somebody who asked for it at the counter or by phone."""
    must_look_after(card, by=by)
    with transaction():
        TAKEN_BACK[purpose](card.id)
        audit.record(
            "withdraw for person", "person", card.id,
            actor_id=by.person_id, ward_id=card.ward_id, purpose=purpose,
        )  # fmt: skip


def put_under_guardian(card: PersonCard, said: Guardian, *, by: Viewer) -> None:
    """Record that a parent or guardian agrees for somebody under sixteen, before the viewer or on paper."""
    must_look_after(card, by=by)
    if grants_of(card.id):
        raise Refused(HAS_ROLE.format(name=card.name))
    with transaction():
        own.put_under_guardian(card.id, said, witness_id=by.person_id)
        audit.record("record guardian", "person", card.id, actor_id=by.person_id, ward_id=card.ward_id)


def note_copy(card: PersonCard, *, by: Viewer) -> None:
    """Record that everything kept about somebody was laid out for the printer."""
    audit.record("copy person", "person", card.id, actor_id=by.person_id, ward_id=card.ward_id)


def reset_password(card: PersonCard, password: str, *, by: Viewer) -> None:
    """Set a colleague's password; one's own is changed where one proves the old one."""
    must_look_after(card, by=by)
    must_be_announced(by, card.id)
    people.set_password(card.id, password, by=by)


def remove_second_keys(card: PersonCard, *, by: Viewer) -> None:
    """Let a colleague who has lost every key come in by the password."""
    must_look_after(card, by=by)
    must_be_announced(by, card.id)
    second_keys.remove_keys_of(card.id, by=by)


# -- roles ---------------------------------------------------------------------------------------


def grant(card: PersonCard, role: str, *, ward_id: int, group_id: int | None, by: Viewer) -> None:
    """Give a person a role of this ward. Nobody raises themselves."""
    if card.id == by.person_id:
        raise Refused("Không tự giao vai trò cho mình được. Xin nhờ người quản trị khác.")
    people.grant_role(card.id, role, ward_id=ward_id, group_id=group_id, by=by)


def revoke(held: Held, *, by: Viewer) -> None:
    """Take a role back."""
    people.revoke_grant(held.id, by)


def add_staff(
    ward_id: int, form_id: str, name: str, role: str, password: str, *, phone: str | None, by: Viewer
) -> int:
    """Make a colleague and return their id; the same form sent again returns the same one."""
    key = digest(f"staff {by.person_id} {form_id or random_token()}")
    with transaction():
        if not insert_if_absent(Registration, form_digest=key):
            return db.session.get_one(Registration, key).person_id or 0
        person_id = people.add_staff(ward_id, name, role, password, phone=phone, by=by)
        db.session.get_one(Registration, key).person_id = person_id
    return person_id
