"""Real or fake: an inbox of invented messages. What is chosen stays on the phone; nothing is kept."""

from pathlib import Path
from typing import Any

from flask import Blueprint, abort, current_app, render_template

from elearn.kit.access import public
from elearn.kit.clock import today
from elearn.library.drills import offered_drills
from elearn.people.session import ward_here
from elearn.people.visitors import same_for_visitors

pages = Blueprint("drills", __name__)


@pages.get("/that-hay-gia")
@public
def inbox() -> Any:
    """List what came in, without telling what is real."""
    drills, _ = _offered()
    return same_for_visitors(drills, lambda: render_template("learning/drills.html", drills=drills))


@pages.get("/that-hay-gia/<key>")
@public
def drill(key: str) -> Any:
    """Show one of them, to be judged; the next one is a tap away."""
    drills, words = _offered()
    place = next((place for place, one in enumerate(drills) if one.key == key), None)
    if place is None:
        abort(404)
    one, following = drills[place], drills[(place + 1) % len(drills)]
    pieces = one.pieces(words)
    return same_for_visitors(
        (one, pieces, following.key, place, len(drills)),
        lambda: render_template(
            "learning/drill.html",
            drill=one,
            pieces=pieces,
            number=place + 1,
            of=len(drills),
            following=following,
        ),
    )


def _offered() -> Any:
    return offered_drills(Path(current_app.config["COURSES"]), ward_here().id, today())
