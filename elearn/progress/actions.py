"""Writes of the board: read links without an account, and what the ward has set itself to reach."""

from datetime import date, timedelta

from elearn.kit.audit import record
from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.kit.secrets import digest, keyed, random_token
from elearn.people.models import ReadLink, Ward
from elearn.people.permissions import Permission, Viewer
from elearn.progress import setting_queries
from elearn.progress.models import Target


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
        link = setting_queries.find_link_of(ward_id, link_id)
        if link is None:
            return False
        if link.revoked_at is None:
            link.revoked_at = now()
            record("revoke read link", "read_link", link.id, actor_id=viewer.person_id, ward_id=ward_id)
    return True


def set_target(
    viewer: Viewer, ward_id: int, target_id: int | None, name: str, measure: str, value: int, due: date
) -> int | None:
    """Set a target, or mend one; the same again changes nothing. Return its id, or None where not allowed."""
    if not viewer.may_in(Permission.SET_TARGETS, ward_id=ward_id):
        return None
    told = {"name": name, "measure": measure, "value": value, "due": due}
    with transaction():
        same = setting_queries.find_same_target(ward_id, told)
        if same is not None and target_id in (None, same):
            return same
        target = (
            Target(ward_id=ward_id)
            if target_id is None
            else setting_queries.find_target(viewer, ward_id, target_id)
        )
        if target is None:
            return None
        for key, new in told.items():
            setattr(target, key, new)
        target.set_by_id, target.set_at = viewer.person_id, now()
        db.session.add(target)
        db.session.flush()
        record("set target", "target", target.id, actor_id=viewer.person_id, ward_id=ward_id)
        return target.id


def drop_target(viewer: Viewer, ward_id: int, target_id: int) -> bool:
    """Take a target away. Return whether there was such a one within the viewer's reach."""
    with transaction():
        target = setting_queries.find_target(viewer, ward_id, target_id)
        if target is None:
            return False
        db.session.delete(target)
        record("drop target", "target", target_id, actor_id=viewer.person_id, ward_id=ward_id)
    return True


def set_quiet_days(viewer: Viewer, ward_id: int, days: int) -> bool:
    """Say after how many days without a result a group counts as quiet. Return whether it was allowed."""
    if not viewer.may_in(Permission.SET_TARGETS, ward_id=ward_id):
        return False
    with transaction():
        ward = db.session.get_one(Ward, ward_id)
        if ward.quiet_days != days:
            ward.quiet_days = days
            record("set quiet days", "ward", ward_id, actor_id=viewer.person_id, ward_id=ward_id, days=days)
    return True
