"""Whose phone it is: what opens an account stays out of the hands of whoever a phone was handed to; and
whether what is kept on it counts at once."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from elearn.learning.crowd import counts_anyone, must_wait
from elearn.people.device import class_here, known_here
from elearn.people.models import SessionKind
from elearn.people.queries import find_name
from elearn.people.session import viewer_here


def not_on_a_handed_phone() -> Any:
    """Return the answer instead of the page on a helper's phone; None on one's own."""
    if viewer_here().session_kind != SessionKind.HANDED:
        return None
    helper = find_name(viewer_here().assisted_by_id)
    return render_template("learning/mine_handed.html", helper=helper), 403


def not_on_a_lent_machine() -> Any:
    """Return the answer instead of what would outlast the visit, on the machine of somebody else."""
    if viewer_here().session_kind != SessionKind.KIOSK:
        return not_on_a_handed_phone()
    flash("Đây là máy dùng chung. Việc này bác làm trên máy của bác: ai đến sau cũng mở được thứ để lại đây.")
    return redirect(url_for("mine.overview"), 303)


def must_wait_here(person_id: int, group_id: int, *, named: bool) -> bool:
    """Must what is kept in this browser wait for somebody to look, before it counts for the group?"""
    known = known_here()
    # whom nobody has looked at yet vouches for nobody; and a name is not vouched for by the last one
    device = known.nonce if not named and counts_anyone(known.ids) else None
    return must_wait(person_id, group_id, here=class_here(), device=device, named=named)
