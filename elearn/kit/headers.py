"""The headers of every answer: what a browser may load, keep and show; fingerprinted static addresses."""

import hashlib
from base64 import b64encode
from pathlib import Path

from flask import Flask, Response, current_app, request

from elearn.kit.access import is_open_to_sites

CONTENT_SECURITY_POLICY = "; ".join(
    f"{directive} {source}"
    for directive, source in {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "media-src": "'self'",
        "font-src": "'self'",
        "connect-src": "'self'",
        "manifest-src": "'self'",
        "worker-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
    }.items()
)

SITE_POLICY = "default-src 'none'; frame-ancestors 'none'"  # an answer for machines: nothing in it is run
MEDIA_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"  # a file that is opened runs nothing

FIXED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
A_YEAR = 31_536_000

# The one style sheet may stand in a page too, to the letter: CSP 3, 2.3.1, names it by its hash
STYLE = (Path(__file__).parents[1] / "static" / "app.css").read_text(encoding="utf-8")
STYLE_HASH = f"'sha256-{b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
OF_PAGES = FIXED | {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY.replace(
        "style-src 'self'", f"style-src 'self' {STYLE_HASH}"
    )
}


def set_headers(app: Flask) -> None:
    """Add the security headers to every answer, errors included, and close personal pages to caches."""
    app.after_request(_harden)


def _harden(response: Response) -> Response:
    headers = response.headers
    if "Content-Security-Policy" in headers:  # a page with a policy of its own
        for name, value in FIXED.items():
            headers.setdefault(name, value)
        if "frame-ancestors http" in headers["Content-Security-Policy"]:
            del headers["X-Frame-Options"]  # it knows no other site; who sees both may heed the wrong one
    else:
        headers.extend(OF_PAGES)
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", f"max-age={A_YEAR}; includeSubDomains")
    if request.endpoint != "static":
        if not is_open_to_sites(request.endpoint):
            headers["Vary"] = f"{headers['Vary']}, Cookie" if "Vary" in headers else "Cookie"
        headers.setdefault("Cache-Control", "no-store")
    elif "v" in request.args and response.status_code == 200:
        headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    return response


def static_url(name: str) -> str:
    """Return the address of a static file with its fingerprint, so that a phone may keep it for a year."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    known: dict[str, str] = app.extensions.setdefault("static addresses", {})
    if name not in known:
        content = Path(str(app.static_folder), name).read_bytes()
        fingerprint = hashlib.blake2s(content, digest_size=6).hexdigest()
        known[name] = f"{app.static_url_path}/{name}?v={fingerprint}"
    return request.script_root + known[name]
