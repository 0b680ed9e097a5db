"""Addresses: where a person may be sent (only places on this very site), and the name of the site itself."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from werkzeug.routing import IntegerConverter
from werkzeug.sansio.utils import get_current_url

HOME = "/"
LARGEST = 2**31 - 1  # what a column of ids can hold
MOST_KNOWN = 2_000  # addresses that a process remembers


class Number(IntegerConverter):
    """A number in an address; one that no row can have is no address of ours."""

    def __init__(self, *options: object, **more: object) -> None:
        super().__init__(*options, **{"max": LARGEST} | more)  # type: ignore[arg-type]


def local_path(target: str | None) -> str:
    """Return the target if it is a plain path on this site, else the home page.

    Browsers read a backslash as a slash, drop tabs and line breaks, and take "//host" as another site:
    so anything but printable characters after one single slash is refused.
    """
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return HOME
    if "\\" in target or any(character <= " " or character == "\x7f" for character in target):
        return HOME
    try:
        parts = urlsplit(target)
    except ValueError:
        return HOME
    return HOME if parts.scheme or parts.netloc else target


def public_root(own_name: str | None = None) -> str:
    """Return the address under which people reach this site, without a slash at the end.

    Whoever came by a name of one's own (of a ward, where there are several) stays at it.
    """
    by_own_name = own_name is not None and own_name == request.host.partition(":")[0]
    configured = "" if by_own_name else str(current_app.config["PUBLIC_URL"])
    return configured or _root(request.scheme, request.host)


@lru_cache(maxsize=100)
def _root(scheme: str, host: str) -> str:
    return get_current_url(scheme, host).rstrip("/")


def url_of(endpoint: str, **values: Any) -> str:
    """Return the address of a page, as url_for does; what was asked for lately is not put together anew."""
    return addresses_here()(endpoint, **values)


def addresses_here() -> Callable[..., str]:
    """Return `url_of` for the many addresses of one page: what all of them rest on is looked up once."""
    known: dict[tuple[Any, ...], str] = current_app.extensions.setdefault("addresses", {})
    return partial(_address, known, request.script_root)


def _address(known: dict[tuple[Any, ...], str], root: str, endpoint: str, /, **values: Any) -> str:
    where = (root, endpoint, *values.items())
    try:
        return known[where]
    except KeyError:
        if len(known) >= MOST_KNOWN:
            known.clear()
        return known.setdefault(where, url_for(endpoint, **values))
    except TypeError:  # a list among the values
        return url_for(endpoint, **values)
