"""This browser as a device: its cookies, a word for it, whom it knows, its class, its place."""

import re
from collections.abc import Container, Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from flask import Response, after_this_request, current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from elearn.kit.clock import now
from elearn.kit.networks import network_of
from elearn.kit.secrets import digest, random_token
from elearn.people import entry_queries, kiosks, queries, rules
from elearn.people.entry import Place
from elearn.people.entry_queries import ClassHere
from elearn.people.kiosks import KioskHere
from elearn.people.queries import Name

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # what random_token makes; nothing longer is ever hashed
GROUP_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}")
A_YEAR = 365 * 86_400


def cookie_name(letter: str) -> str:
    """Return a cookie's name; under TLS with the prefix that binds it to this host and to https."""
    return f"__Host-{letter}" if current_app.config["SECURE_COOKIES"] else f"elearn-{letter}"


def cookie_options() -> dict[str, Any]:
    """Return the options that every cookie of ours carries."""
    return {"secure": current_app.config["SECURE_COOKIES"], "samesite": "Lax", "path": "/"}


# What the next one at a shared machine must not find: whom it knows, group, class, poster, half-way in, looks
LEFT_BEHIND = ("k", "g", "c", "v", "h", "d-look")


ELSEWHERE = frozenset({"none", "cross-site"})
HAS_BEEN_HERE = ("s", "m", "k", "d-look")
SIZES, THEMES = ("1", "2", "3", "4"), ("", "light", "dark")


class Display(NamedTuple):
    """How the reader wants pages to look; kept in a cookie, so that it works without script."""

    text: int
    theme: str


def display_of(kept: str | None) -> Display:
    """Return what a cookie says, "2-dark"; anything else is the default."""
    text, _, theme = (kept or "1-").partition("-")
    return Display(int(text) if text in SIZES else 1, theme if theme in THEMES else "")


def display_here() -> Display:
    """Return how this reader wants pages to look."""
    return display_of(request.cookies.get(cookie_name("d-look")))


def comes_from_elsewhere(fetched_from: str | None, cookies: Container[str], ours: Iterable[str]) -> bool:
    """Does a browser come from a poster, a message or another site, so that it may not have the style sheet?

    `fetched_from` is what it says of itself (Sec-Fetch-Site, Fetch Metadata); older ones say nothing. `ours`
    are the names of cookies: who has one of them has been here.
    """
    return fetched_from in ELSEWHERE and not any(name in cookies for name in ours)


def is_first_page_here() -> bool:
    """Does this request come from elsewhere?"""
    ours = map(cookie_name, HAS_BEEN_HERE)
    return comes_from_elsewhere(request.headers.get("Sec-Fetch-Site"), request.cookies, ours)


class Known(NamedTuple):
    """What a device remembers: a number of its own, and the ids of those who came in on it, last first."""

    nonce: str | None
    ids: tuple[int, ...]


def known_here() -> Known:
    """Return what this device remembers, as far as the signature of its cookie is ours; a shared machine
    remembers nobody."""
    kept = request.cookies.get(cookie_name("k"))
    if not kept or kiosk_here():
        return Known(None, ())
    try:
        (nonce, ids), signed = _signer().loads(kept, return_timestamp=True)
        if now() - signed.replace(tzinfo=None) > timedelta(
            seconds=A_YEAR
        ):  # one of tomorrow is ours all the same
            return Known(None, ())
        return Known(str(nonce), tuple(int(one) for one in ids))
    except (BadSignature, ValueError, TypeError):
        return Known(None, ())


def know_device(response: Response | None, person_id: int) -> None:
    """Let this device know the person: their mistakes here are counted apart from a stranger's elsewhere.

    Only ids stand in the cookie, of at most five people. Without a response, the one of this request.
    Never call it where the person said that the machine is shared with strangers.
    """
    known = known_here()
    ids = (person_id, *(one for one in known.ids if one != person_id))[: rules.NAMES_ON_A_DEVICE]
    _remember(response, Known(known.nonce or random_token()[:22], ids))


def forget_on_device(response: Response | None, person_id: int) -> None:
    """Let this device forget the person."""
    known = known_here()
    _remember(response, known._replace(ids=tuple(one for one in known.ids if one != person_id)))


def names_here() -> list[Name]:
    """Return who is known on this device and signs in with a mã học, the last one first; never staff."""
    ids = list(known_here().ids)
    return queries.names_of(ids) if ids else []


def place_here(ward_id: int) -> Place:
    """Return where a try to come in is made from."""
    known = known_here()
    return Place(ward_id, known.nonce, frozenset(known.ids), class_here(), network_of(request.remote_addr))


def class_here() -> ClassHere | None:
    """Return the class that this browser has joined, while it lasts."""
    if "class_here" not in g:
        token = request.cookies.get(cookie_name("c"), "")
        g.class_here = entry_queries.find_class(digest(token), now()) if TOKEN.fullmatch(token) else None
    return g.class_here  # type: ignore[no-any-return]


def sit_in_class(response: Response, token: str) -> None:
    """Let this browser sit in the class of the ticket until the ticket ends."""
    seconds = int(rules.CLASS_LASTS.total_seconds())
    response.set_cookie(cookie_name("c"), token, max_age=seconds, httponly=True, **cookie_options())


def suggest_group(response: Response, code: str) -> None:
    """Let this browser remember the group that a poster or a link came from; it is only an offer."""
    response.set_cookie(cookie_name("g"), code, max_age=30 * 86_400, httponly=True, **cookie_options())


def suggested_group() -> str | None:
    """Return the code of the group that this browser came by, as far as it has the form of one; else that
    of the place where it stands, if it is a shared machine; else None."""
    code = request.cookies.get(cookie_name("g"), "")
    if GROUP_CODE.fullmatch(code):
        return code
    return here.group_code if (here := kiosk_here()) else None


# A shared machine at a place (máy dùng chung)


def kiosk_here() -> KioskHere | None:
    """Return the shared machine that this browser is, or None."""
    if "kiosk_here" not in g:
        token = request.cookies.get(cookie_name("m"), "")
        asked = TOKEN.fullmatch(token) and not g.get("without_database")
        g.kiosk_here = kiosks.find_kiosk(digest(token)) if asked else None
    return g.kiosk_here  # type: ignore[no-any-return]


def become_kiosk(response: Response, token: str) -> None:
    """Let this browser be the shared machine of the token, from the next page on."""
    response.set_cookie(cookie_name("m"), token, max_age=A_YEAR, httponly=True, **cookie_options())
    for letter in LEFT_BEHIND:
        response.delete_cookie(cookie_name(letter), **cookie_options())


def leave_nothing() -> None:
    """Let this answer empty what the browser has kept of whoever was here: pages, ticks of half-done lessons.

    Not its cookies: the mark of a shared machine is one, and the session's own is dropped by itself.
    """

    def empty(response: Response) -> Response:
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        if kiosk_here():
            become_kiosk(response, request.cookies[cookie_name("m")])
        return response

    after_this_request(empty)


class Word(NamedTuple):
    """A word for a kind of device, and the mark by which a browser tells it."""

    mark: str
    name: str


WORDS = (
    Word("iPad", "iPad"),
    Word("iPhone", "iPhone"),
    Word("Android", "Điện thoại Android"),
    Word("Windows", "Máy tính Windows"),
    Word("Macintosh", "Máy tính Mac"),
    Word("Linux", "Máy tính Linux"),
)


def device_of(user_agent: str) -> str:
    """Return a plain word for the device; nothing that could tell two phones of a kind apart."""
    name = next((word.name for word in WORDS if word.mark in user_agent), "Thiết bị khác")
    return f"{name}, trong Zalo" if "Zalo" in user_agent else name


def _remember(response: Response | None, known: Known) -> None:
    if kiosk_here():
        return

    def put(answer: Response) -> Response:
        value = str(_signer().dumps([known.nonce, list(known.ids)]))
        answer.set_cookie(cookie_name("k"), value, max_age=A_YEAR, httponly=True, **cookie_options())
        return answer

    if response is None:
        after_this_request(put)
    else:
        put(response)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="device")
