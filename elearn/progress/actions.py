"""Writes of the board: links with which a body reads the counts of a ward without an account."""

from datetime import timedelta

from elearn.kit.audit import record
from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.kit.secrets import digest, keyed, random_token
from elearn.people.models import ReadLink
from elearn.people.permissions import Permission, Viewer
from elearn.progress import queries


def read_link_token(secret: str, nonce: str) -> str:
    """Return the token of a read link; it is made again from the secret, never stored."""
    return keyed(secret, "read link", nonce)


def give_read_link(viewer: Viewer, ward_id: int, label: str, days: int, secret: str) -> int | None:
    """Make a link for a body to read the counts of the ward; return its id, or None where not allowed."""
    if not viewer.may_in(Permission.GIVE_READ_LINKS, ward_id=ward_id):
        return None
    nonce, moment = random_token(), now()
    with transaction():
        link = ReadLink(
            token_digest=digest(read_link_token(secret, nonce)),
            nonce=nonce,
            ward_id=ward_id,
            label=label,
            issued_by_id=viewer.person_id,
            issued_at=moment,
            expires_at=moment + timedelta(days=days),
        )
        db.session.add(link)
        db.session.flush()
        record("give read link", "read_link", link.id, actor_id=viewer.person_id, ward_id=ward_id, days=days)
    return link.id


def revoke_read_link(viewer: Viewer, ward_id: int, link_id: int) -> bool:
    """Take a read link back; twice is once. Return whether there is such a link within the viewer's reach."""
    if not viewer.may_in(Permission.GIVE_READ_LINKS, ward_id=ward_id):
        return False
    with transaction():
        link = queries.find_link_of(ward_id, link_id)
        if link is None:
            return False
        if link.revoked_at is None:
            link.revoked_at = now()
            record("revoke read link", "read_link", link.id, actor_id=viewer.person_id, ward_id=ward_id)
    return True
