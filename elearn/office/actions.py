"""Writes of the administrator's desk that are made of several acts below."""

from elearn.kit import audit
from elearn.kit.db import transaction
from elearn.learning.groups import correct_group, rename_group
from elearn.people.permissions import Viewer


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
