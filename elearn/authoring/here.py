"""Who writes, and for which ward."""

from elearn.authoring import rules
from elearn.people.permissions import Permission
from elearn.people.session import viewer_here, ward_here


def author_id() -> int:
    """Return the id of the person who is writing; 0 when nobody is signed in."""
    return int(viewer_here().person_id or 0)


def ward_id_for(permission: Permission) -> int:
    """Return the ward for which the viewer may do this: the one whose pages these are, else their own."""
    return rules.ward_at(viewer_here(), permission, ward_here().id)
