"""Writes of requests for help: somebody asks, says what about, takes it back; a helper has helped."""

from sqlalchemy import delete, select, update

from elearn.kit import audit
from elearn.kit.clock import now
from elearn.kit.db import db, insert_if_absent, transaction
from elearn.learning.finishing import locked_root
from elearn.learning.help_queries import may_ask
from elearn.learning.models import HelpRequest
from elearn.people.permissions import Viewer


def ask_for_help(person_id: int, *, about: str = "", lesson_id: int | None = None) -> bool:
    """Ask the helper of the group for help; who has asked already has asked once, and says what about.

    Return whether there is a helper to ask.
    """
    with transaction():
        person = locked_root(person_id)
        if not may_ask(person.id):
            return False
        is_new = insert_if_absent(HelpRequest, person_id=person.id, about=about, lesson_id=lesson_id)
        said = {"about": about} if about else {}
        if said and not is_new:
            db.session.execute(update(HelpRequest).where(*_open(person.id)).values(**said))
    return True


def take_request_back(person_id: int) -> bool:
    """Take the open request back, as if it had not been made; return whether there was one."""
    with transaction():
        gone = db.session.execute(delete(HelpRequest).where(*_open(locked_root(person_id).id)))
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def finish_request(by: Viewer, request_id: int, ward_id: int, how: str) -> None:
    """Note that a helper has helped, and how; twice is once, as it was noted first."""
    with transaction():
        done = db.session.execute(
            update(HelpRequest)
            .where(HelpRequest.id == request_id, HelpRequest.done_at.is_(None))
            .values(done_at=now(), done_by_id=by.person_id, done_how=how)
        )
        if done.rowcount:  # type: ignore[attr-defined]
            audit.record("finish help", "help_request", request_id, actor_id=by.person_id, ward_id=ward_id)


def reopen_request(by: Viewer, request_id: int, ward_id: int) -> bool:
    """Open a request again that was noted as done by mistake; return whether it waits again.

    Not where its owner has asked anew meanwhile.
    """
    with transaction():
        person_id = db.session.scalar(select(HelpRequest.person_id).where(HelpRequest.id == request_id))
        if person_id is None or db.session.scalar(select(HelpRequest.id).where(*_open(person_id))):
            return False
        db.session.execute(
            update(HelpRequest)
            .where(HelpRequest.id == request_id)
            .values(done_at=None, done_by_id=None, done_how="")
        )
        audit.record("reopen help", "help_request", request_id, actor_id=by.person_id, ward_id=ward_id)
    return True


def _open(person_id: int) -> tuple[object, ...]:
    return HelpRequest.person_id == person_id, HelpRequest.done_at.is_(None)
