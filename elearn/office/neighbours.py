"""Writes of the helper's desk: what is noted when a list of names is read."""

from elearn.kit import audit
from elearn.office.roster import DeskGroup
from elearn.people.permissions import Viewer


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
