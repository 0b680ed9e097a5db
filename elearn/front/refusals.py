"""Puts into the audit who asked for what is not theirs: a page of another role, another person (T-idor).

What is out of reach and what is not there are answered alike, 404, and nothing is looked up to tell them
apart, here neither: an entry says what was asked for, not whether there is such a thing. It is written
once the answer has gone out, so that its time tells nothing; one a person and hour, so that whoever tries
a thousand numbers does not write the audit full.
"""

from functools import partial

from flask import Flask, Response, current_app, g, has_app_context, request
from sqlalchemy.exc import SQLAlchemyError

from elearn.kit.audit import once_an_hour
from elearn.kit.log import note
from elearn.people.session import ward_here

ACTS = {403: "open closed door", 404: "ask out of reach"}
# Open to everyone, and yet about one person: the result of an attempt
PERSONAL = {"learning.result"}
LONGEST = 20  # of what is kept of an address; a token is longer


def watch(app: Flask) -> None:
    """Let the app put refusals into the audit."""
    app.after_request(_look)


def _look(response: Response) -> Response:
    viewer = g.get("_login_user")
    if response.status_code in ACTS and viewer is not None and viewer.is_authenticated and _is_guarded():
        asked = [f"{name} {value}" for name, value in (request.view_args or {}).items() if _is_plain(value)]
        response.call_on_close(
            partial(
                _write, current_app._get_current_object(), ACTS[response.status_code], str(request.endpoint),  # type: ignore[attr-defined]
                viewer.person_id, ward_here().id or None, asked,
            )
        )  # fmt: skip
    return response


def _is_guarded() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.endpoint in PERSONAL or getattr(view, "access", "public") != "public"


def _is_plain(value: object) -> bool:
    """Is it a number, or a short code of letters and digits: never a token, or what somebody typed?"""
    text = str(value)
    return isinstance(value, int) or (len(text) <= LONGEST and text.replace("-", "").isalnum())


def _write(app: Flask, act: str, door: str, person_id: int, ward_id: int | None, asked: list[str]) -> None:
    if not has_app_context():  # after the last byte of the answer
        with app.app_context():
            _write(app, act, door, person_id, ward_id, asked)
        return
    try:
        once_an_hour(act, "door", door, actor_id=person_id, ward_id=ward_id, asked=asked)
    except SQLAlchemyError as fault:  # the answer is out; a database that is away must not spoil the next
        note("audit.missed", act=act.replace(" ", "_"), kind=type(fault).__name__.lower())
