"""Whose phone it is: what opens an account stays out of the hands of whoever a phone was handed to."""

from typing import Any

from flask import flash, redirect, render_template, url_for

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
