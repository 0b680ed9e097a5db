"""For which site a passkey is: the one that is configured, or a ward's own name."""

from urllib.parse import urlsplit

from flask import current_app, request

from elearn.people.passkeys import Site
from elearn.people.session import ward_here


def site_here() -> Site | None:
    """Return the site, or None where browsers know no passkeys: without TLS, or with a number for a name."""
    ward, configured = ward_here(), str(current_app.config["PUBLIC_URL"])
    own_name = ward.host is not None and ward.host == request.host.partition(":")[0]
    root = urlsplit(request.host_url if own_name or not configured else configured)
    host = root.hostname or ""
    safe = root.scheme == "https" or host == "localhost"
    if not safe or ":" in host or host.replace(".", "").isdigit():
        return None
    return Site(host, f"{root.scheme}://{root.netloc}", f"Bình dân học vụ số {ward.name}")
