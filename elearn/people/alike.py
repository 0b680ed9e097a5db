"""Pages that are alike but for whose they are: laid out once, with gaps for names and for forms' tokens.

To lay a page out is most of what it costs, and for everybody who learns it comes out the same, word for
word, except who is learning and the token in its forms. So each process keeps the page with a gap in those
places and fills it for each reader. It is laid out for a stand-in, in whose name and group there are gaps:
the page cannot tell anything of the one who happened to be first, since it never sees them.
"""

import re
import secrets
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import NamedTuple

from flask import Response, current_app, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from elearn.people.device import cookie_name, kiosk_here
from elearn.people.permissions import VISITOR, Viewer
from elearn.people.session import viewer_here
from elearn.people.visitors import around

MOST = 100  # pages that a process keeps
MARK = f"gap-{secrets.token_hex(8)}-"  # stands in no text of an author: nobody knows it
NAME, GROUP, TOKEN = (Markup(f"{MARK}{what}.") for what in ("name", "group", "token"))  # noqa: S704 - words of the program
GAP = re.compile(f"{MARK}([a-z]+)\\.".encode())


class Kept(NamedTuple):
    """A page in pieces: text, what belongs into the gap after it, text, and so on."""

    content: object  # what the page was made of
    pieces: list[bytes]


def alike_but_for_names(content: object, make: Callable[..., str]) -> Response | str:
    """Return the page that `make` lays out: for who only learns, filled from the copy with gaps.

    `content` is what the page says (plain values, from the database): when it is another than the last time,
    the copy is made anew. `make` passes what it is given on to the template.

    Staff and helpers have menus of their own, and whoever is shown a notice or uses a shared machine has more
    on the page: theirs is laid out for them alone. So is a page with a question in its address; what people
    put there has no end.
    """
    viewer = viewer_here()
    if viewer.scopes or viewer.must_add_key or request.query_string or _has_more_on_it():
        return make()
    stand_in = _stand_in(viewer)
    pages: dict[Hashable, Kept] = current_app.extensions.setdefault("alike", {})
    key = (request.endpoint, stand_in, around())
    kept = pages.get(key)
    if kept is None or kept.content != content:
        if len(pages) >= MOST:
            pages.clear()
        text = make(viewer=stand_in, csrf_token=lambda: TOKEN)
        kept = pages[key] = Kept(content, GAP.split(text.encode()))
    return Response(_filled(kept.pieces, viewer), mimetype="text/html")


def _has_more_on_it() -> bool:
    return cookie_name("n") in request.cookies or kiosk_here() is not None


def _stand_in(viewer: Viewer) -> Viewer:
    """Return somebody of whom a page can tell no more than what makes it another page."""
    if not viewer.is_authenticated:  # a nameless learner has more on some pages than a visitor
        return VISITOR if viewer.person_id is None else replace(VISITOR, person_id=0)
    group = GROUP if viewer.group_name else None
    return replace(
        VISITOR, person_id=0, display_name=NAME, group_name=group, session_kind=viewer.session_kind
    )


def _filled(pieces: list[bytes], viewer: Viewer) -> bytes:
    own: dict[bytes, Callable[[], str]] = {
        b"name": lambda: escape(viewer.display_name),
        b"group": lambda: escape(viewer.group_name),
        b"token": generate_csrf,
    }
    whole = list(pieces)
    whole[1::2] = [own[what]().encode() for what in pieces[1::2]]
    return b"".join(whole)
