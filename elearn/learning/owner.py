"""Whether who is here is the owner of the name: by the mã học or password, or because they have only just
written their name down."""

from datetime import timedelta
from typing import Any

from elearn.kit.clock import now
from elearn.people import entry
from elearn.people.device import place_here
from elearn.people.models import LENT, USED_BY_MANY
from elearn.people.queries import Details
from elearn.people.rules import REFUSALS
from elearn.people.session import key_here, viewer_here, ward_here
from elearn.people.session_queries import came_by

NEWLY = timedelta(hours=1)  # so long whoever has just written their name down need not know the mã học
REGISTRATION = "registration"  # how they came in; it ends with the first mã học that they choose
WRONG_PIN = "Mã học chưa đúng. Bác xem lại từng số rồi thử lại."
WRONG_PASSWORD = "Mật khẩu đang dùng chưa đúng. Anh chị gõ lại."  # noqa: S105 - a sentence


def has_just_registered() -> bool:
    """Was the name written down in this very browser within the hour, and is the browser its owner's?"""
    if viewer_here().session_kind in LENT | USED_BY_MANY:
        return False
    return came_by(key_here(), now() - NEWLY) == REGISTRATION


def is_asked(details: Details) -> bool:
    """Is the secret asked before the name or the number changes?

    By the number its owner comes in, and by the name others know them. Whoever holds the phone for a moment,
    to help, has not been given that. Not where there is no secret, nor where it was given a moment ago on a
    machine of one's own.
    """
    me = viewer_here()
    if not (details.has_pin or details.has_password):
        return False
    of_many = me.session_kind in LENT | USED_BY_MANY
    return of_many or not (me.gave_secret or has_just_registered())


def why_wrong(secret: str, wrong: str = WRONG_PIN) -> str:
    """Return why the secret does not prove who is here, or nothing when it does; counted like a sign-in."""
    outcome = entry.come_in_as(viewer_here().person_id, secret, place_here(ward_here().id))
    if outcome.refusal:
        return REFUSALS[outcome.refusal]
    return "" if outcome.person_id is not None else wrong


def fits(field: Any, wrong: str) -> bool:
    """Put the sentence beside the field, if there is one; return whether all is well."""
    field.errors = [wrong] if wrong else []
    return not wrong
