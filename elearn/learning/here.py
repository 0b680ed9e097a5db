"""Whose phone it is: what opens an account stays out of the hands of whoever a phone was handed to."""

from typing import Any

from flask import render_template

from elearn.people.models import SessionKind
from elearn.people.queries import find_name
from elearn.people.session import viewer_here


def not_on_a_handed_phone() -> Any:
    """Return the answer instead of the page on a helper's phone; None on one's own."""
    if viewer_here().session_kind != SessionKind.HANDED:
        return None
    helper = find_name(viewer_here().assisted_by_id)
    return render_template("learning/mine_handed.html", helper=helper), 403
