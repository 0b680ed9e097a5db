"""Registers many residents at once, as a list of the ward brings them: rows, consents, credits."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import insert

from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.kit.words import fold, sort_key
from elearn.learning.ledger import Counted, Ledger, due, standing_of
from elearn.people.models import Audience, Consent, Keeping, Person

UTC_BEHIND = timedelta(hours=7)


class Resident(NamedTuple):
    """Who is registered; `consents` gives for each purpose the day on which they agreed."""

    name: str
    group_id: int
    phone: str | None
    birth_year: int | None
    audience: str | None
    household: str | None
    consents: Mapping[str, date]


def register_residents(
    ward_id: int,
    residents: Sequence[Resident],
    *,
    text_version: str,
    channel: str,
    by_id: int | None,
) -> list[int]:
    """Register people who are new, with what they agreed to, and return their ids.

    What `keep_results` does for one is done for all in a few statements. Nobody is looked for here:
    whether they are new has been judged before, in the same transaction.
    """
    with transaction():
        people = [_person(ward_id, resident, by_id) for resident in residents]
        db.session.add_all(people)
        db.session.flush()
        consents = [
            {
                "person_id": person.id, "purpose": purpose, "text_version": text_version, "channel": channel,
                "given_at": _noon_of(day), "assisted_by_id": by_id,
            }
            for person, resident in zip(people, residents, strict=True)
            for purpose, day in resident.consents.items()
        ]  # fmt: skip
        if consents:
            db.session.execute(insert(Consent), consents)
        ledger = Ledger()
        for person in people:
            who = Counted(
                person.id, person.group_id, person.audience, person.keeping, True,
                person.registered_by_id is not None, None, False,
            )  # fmt: skip
            ledger.give(who, due(who, {}).values(), "kept")
            ledger.stand({}, standing_of(who, {}))
        ledger.post()
    return [person.id for person in people]


def _person(ward_id: int, resident: Resident, by_id: int | None) -> Person:
    return Person(
        ward_id=ward_id, group_id=resident.group_id, keeping=Keeping.NAME, display_name=resident.name,
        search=fold(resident.name), sort_key=sort_key(resident.name),
        audience=resident.audience or Audience.UNSAID, birth_year=resident.birth_year, phone=resident.phone,
        household=resident.household, registered_at=now(), registered_by_id=by_id,
    )  # fmt: skip


def _noon_of(day: date) -> datetime:
    """A day on paper has no hour: noon in Hải Phòng falls on the same day everywhere it is read."""
    return datetime.combine(day, time(12)) - UTC_BEHIND
