"""Answers to other sites: the same for whoever asks, kept by caches for some minutes, with a validator."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from flask import Response, request

from elearn.kit.addresses import public_root, url_of
from elearn.kit.headers import SITE_POLICY
from elearn.people.session import ward_here

KEPT_SECONDS = 600
A_DAY = "86400"


def root_here() -> str:
    """Return the address of this ward's site, without a slash at the end."""
    return public_root(ward_here().host)


def full(endpoint: str, **values: Any) -> str:
    """Return the whole address of a page of this ward."""
    return root_here() + url_of(endpoint, **values)


def send_json(content: Any, kind: str = "application/json", changed: datetime | None = None) -> Response:
    """Send plain values as JSON."""
    return send(json.dumps(content, ensure_ascii=False, separators=(",", ":")), kind, changed)


def send(text: str, kind: str, changed: datetime | None = None, under: str = "") -> Response:
    """Send the text, or 304 to who has this very text; `changed`: when what it tells last changed (UTC);
    `under`: what else an old copy must agree with (a policy, which a cache keeps beside the text).

    Only the validator decides: a name may be corrected without a date of its own, so that nothing but the
    text itself tells whether an old copy still holds.
    """
    tag = hashlib.blake2s(f"{under}\0{text}".encode(), digest_size=12).hexdigest()
    if request.if_none_match.contains_weak(tag):
        response = Response(status=304)
    else:
        response = Response(text, mimetype=kind)
    response.set_etag(tag, weak=True)  # weak: it goes out compressed in one of several ways
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    if changed is not None:
        response.last_modified = changed.replace(tzinfo=UTC)
    return response


def let_sites_read(response: Response) -> Response:
    """Let the script of any site read the answer; it is public and no cookie had a part in it."""
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = "ETag"
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    headers.setdefault("Content-Security-Policy", SITE_POLICY)
    response.content_language.add("vi")
    if request.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        headers["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since"
        headers["Access-Control-Max-Age"] = A_DAY
    return response
