"""Pages that are the same for every visitor: a phone keeps them for a minute and asks if they changed."""

import hashlib
from collections.abc import Callable, Hashable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from flask_login import current_user
from werkzeug.http import parse_accept_header, parse_cookie

from elearn.kit.ready import ReadyAnswers
from elearn.kit.recent import recent
from elearn.people.device import (
    HAS_BEEN_HERE,
    comes_from_elsewhere,
    cookie_name,
    display_here,
    display_of,
    is_first_page_here,
    kiosk_here,
)
from elearn.people.session import viewer_here, ward_here

P = ParamSpec("P")
T = TypeVar("T")

KEPT_SECONDS = 60
OF_THE_SITE = ("wsgi.url_scheme", "HTTP_HOST", "SCRIPT_NAME", "PATH_INFO")
PACKINGS = ("br", "gzip")  # the better first; config.py lets the app pack in no other way
MOST_HOSTS = 8  # names under which an installation that says none of its own is kept ready


def keep_ready(app: Flask) -> None:
    """Let each process keep the answers to visitors ready; call it before proxies are believed."""
    hosts: set[str] = set()
    with app.app_context():
        own, look = [cookie_name(letter) for letter in "snm"], cookie_name("d-look")
        been_here = [cookie_name(letter) for letter in HAS_BEEN_HERE]

    def key_of(environ: dict[str, Any]) -> Hashable | None:
        """Return what decides how a visitor's page looks; None for who may get a page of their own."""
        plain = environ["REQUEST_METHOD"] == "GET" and not environ.get("QUERY_STRING")
        if not plain or "HTTP_HOST" not in environ or "HTTP_RANGE" in environ:
            return None
        cookies = parse_cookie(environ) if "HTTP_COOKIE" in environ else {}
        if any(name in cookies for name in own):
            return None
        if not _is_known(app, environ["HTTP_HOST"], hosts):
            return None
        is_first = comes_from_elsewhere(environ.get("HTTP_SEC_FETCH_SITE"), cookies, been_here)
        packing = environ["HTTP_ACCEPT_ENCODING"] = _packing(environ.get("HTTP_ACCEPT_ENCODING", ""))
        return *(environ.get(name) for name in OF_THE_SITE), packing, is_first, display_of(cookies.get(look))

    ready = ReadyAnswers(app.wsgi_app, key_of, app.config["FRESH_SECONDS"])
    app.extensions["ready"] = ready
    app.wsgi_app = ready  # type: ignore[method-assign, assignment]


def _is_known(app: Flask, host: str, seen: set[str]) -> bool:
    """Is this a name of the site? Whoever asks under names or ports of their own making fills no memory."""
    public = urlsplit(str(app.config["PUBLIC_URL"])).netloc
    if host == public or host in app.extensions.get("wards", {}).get("by_host", {}):
        return True
    if public or (host not in seen and len(seen) >= MOST_HOSTS):
        return False
    seen.add(host)
    return True


@lru_cache(256)
def _packing(accepted: str) -> str:
    """Return the one way of packing in which the app answers a browser that takes these, or none."""
    asked = parse_accept_header(accepted)
    return next((packing for packing in PACKINGS if asked.quality(packing) > 0), "")


def same_for_visitors(content: object, make: Callable[[], str]) -> Response | str:
    """Return the page that `make` lays out; to visitors with a validator over all that it is made of.

    `content` is what the page says (plain values, from the database). Who has come in, and who is to be
    shown a notice once, gets a page of their own that nobody keeps; so does a shared machine.
    """
    if current_user.person_id is not None or cookie_name("n") in request.cookies or kiosk_here():
        return make()
    tag = _validator(content)
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        response = Response(make(), mimetype="text/html")
    response.set_etag(tag, weak=True)  # weak: a proxy may compress it in its own way
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response


def from_the_shelf(read: Callable[P, T], *asked: P.args, **more: P.kwargs) -> T:
    """Return what the read says: to a learner as of a moment ago, to others as of now.

    Staff may have changed it just now, and what visitors see is remembered as whole pages.
    """
    viewer = viewer_here()
    is_learner = viewer.person_id is not None and not viewer.is_staff
    return recent(read, *asked, **more) if is_learner else read(*asked, **more)


def around() -> tuple[Hashable, ...]:
    """Return what decides how a page looks besides its content and its reader: ward, looks, whether
    the style sheet stands in it, and address."""
    return ward_here(), display_here(), is_first_page_here(), request.host_url, request.full_path


def _validator(content: object) -> str:
    """Return a digest of everything that decides how the page looks to a visitor."""
    parts = (_frame(current_app.root_path), content, *around())
    return hashlib.blake2s(repr(parts).encode(), digest_size=12).hexdigest()


@cache
def _frame(root: str) -> str:
    """Return a digest of the templates and static files that this process serves."""
    digest = hashlib.blake2s(digest_size=8)
    for folder in ("templates", "static"):
        for path in sorted(Path(root, folder).rglob("*.*")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
