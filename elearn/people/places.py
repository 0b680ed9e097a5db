"""Which groups are meant when some were chosen, and where results are shown, after merges and splits."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from elearn.kit.db import db
from elearn.people.models import ResidentialGroup


class Place(NamedTuple):
    """As much of a residential group as decides where its people belong."""

    id: int
    successor_id: int | None
    split_from_id: int | None
    valid_from: date | None
    valid_until: date | None


def places_of(ward_id: int) -> list[Place]:
    """Return every residential group of the ward, those that ended too."""
    group = ResidentialGroup
    rows = db.session.execute(
        select(group.id, group.successor_id, group.split_from_id, group.valid_from, group.valid_until).where(
            group.ward_id == ward_id
        )
    )
    return [Place(*row) for row in rows]


def meant(places: Sequence[Place], chosen: Collection[int], chosen_on: date, day: date) -> frozenset[int]:
    """Return the groups under which the chosen ones are shown on this day.

    A group that was merged away is meant under the one that followed it, all of it; one that was split off
    a chosen group after it was chosen goes on belonging to it.
    """
    known = {place.id: place for place in places}
    taken = set(chosen)
    for place in sorted(places, key=lambda one: (one.valid_from or date.min, one.id)):
        if place.split_from_id in taken and place.valid_from and place.valid_from > chosen_on:
            taken.add(place.id)
    return frozenset(_shown_under(known, one, day) for one in taken if one in known)


def shown_under(places: Sequence[Place], day: date) -> dict[int, int]:
    """Return for every group the one that its results are shown under on this day."""
    known = {place.id: place for place in places}
    return {one: _shown_under(known, one, day) for one in known}


def _shown_under(known: Mapping[int, Place], one: int, day: date) -> int:
    place = known[one]
    while place.successor_id is not None and place.valid_until is not None and place.valid_until <= day:
        place = known[place.successor_id]
    return place.id
