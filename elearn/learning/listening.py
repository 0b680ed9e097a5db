"""What is said in a part of a lesson, as a file to be heard."""

from typing import Any

from flask import Blueprint, Response, abort, request

from elearn.kit.access import public
from elearn.kit.headers import A_YEAR, MEDIA_POLICY
from elearn.library.sound_queries import File, find_sound, heard_of
from elearn.people.session import ward_here

pages = Blueprint("listening", __name__)

A_MINUTE = 60


@pages.get("/nghe/<part>.opus")
@public
def sound(part: str) -> Any:
    """Send how a part of a published lesson sounds."""
    return sent(find_sound(part, ward_here().id) or abort(404))


def heard_here(parts: list[str]) -> dict[str, str]:
    """Return of each part that can be heard in this ward the mark of its sound; one statement."""
    return heard_of(parts, ward_here().id)


def sent(file: File) -> Response:
    """Return the file, or a piece of it; a phone keeps for a year what it asks for by its mark."""
    response = Response(file.data, mimetype=file.mime)
    response.headers["Content-Security-Policy"] = MEDIA_POLICY
    response.set_etag(file.mark)
    asked_by_mark = request.args.get("v") == file.mark
    kept = f"public, max-age={A_YEAR}, immutable" if asked_by_mark else f"public, max-age={A_MINUTE}"
    response.headers["Cache-Control"] = kept
    return response.make_conditional(request, accept_ranges=True, complete_length=len(file.data))
