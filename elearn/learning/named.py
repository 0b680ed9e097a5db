"""Whose name may stand on a list that others read: who agreed to that very list, and still does."""

from typing import NamedTuple

from sqlalchemy import exists, select

from elearn.kit.db import db
from elearn.people.models import Consent, Keeping, Person
from elearn.people.queries import roots_in
from elearn.privacy.models import GuardianConsent


class Named(NamedTuple):
    """A person as a list names them; `sort_key` puts names in Vietnamese order."""

    sort_key: str
    name: str


def names_for(ward_id: int, purpose: str) -> dict[int, Named]:
    """Return the people of the ward who may be named for this purpose: who agreed, has a name, and is not
    known to be under sixteen, in whichever of their rows that was said."""
    minors = _minors(ward_id)
    rows = db.session.execute(
        select(Person.id, Person.sort_key, Person.display_name).where(
            Person.ward_id == ward_id,
            Person.keeping == Keeping.NAME,
            Person.display_name.is_not(None),
            Person.erased_at.is_(None),
            Person.merged_into_id.is_(None),
            exists(
                select(Consent.id).where(
                    Consent.person_id == Person.id,
                    Consent.purpose == purpose,
                    Consent.withdrawn_at.is_(None),
                )
            ),
        )
    )
    return {one: Named(key, name) for one, key, name in rows if one not in minors}


def _minors(ward_id: int) -> set[int]:
    """Return for whom a guardian agreed, as whoever they were merged into."""
    roots = roots_in(ward_id)
    signed = db.session.scalars(
        select(GuardianConsent.person_id)
        .join(Person, Person.id == GuardianConsent.person_id)
        .where(Person.ward_id == ward_id, GuardianConsent.ended_at.is_(None))
    )
    return {roots.get(person_id, person_id) for person_id in signed}
