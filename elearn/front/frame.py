"""What every page shows around its own content: the ward, who is here, the menu, how the reader wants it."""

from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import Flask, current_app, get_flashed_messages, request
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from elearn.front.navigation import menu_for
from elearn.kit.addresses import addresses_here, public_root, url_of
from elearn.kit.clock import today
from elearn.kit.formats import as_day, as_moment, as_number, as_percent
from elearn.kit.headers import STYLE, static_url
from elearn.kit.recent import recent
from elearn.kit.spoken import spoken
from elearn.movement.campaign_queries import running_campaigns
from elearn.people.device import Display, display_here, is_first_page_here
from elearn.people.queries import WardCard
from elearn.people.rules import SESSION_IDLE
from elearn.people.session import cookie_name, kiosk_here, viewer_here, ward_here

SITE_STYLE = Markup(STYLE)  # noqa: S704 - a file of the program
KIOSK_SECONDS = int(SESSION_IDLE["kiosk"].total_seconds())


class Site(NamedTuple):
    """What a page says about who runs it."""

    ward_name: str
    city: str
    office_name: str
    office_phone: str
    office_address: str
    demo: bool
    url_root: str


class LookLinks(NamedTuple):
    """The addresses that change how pages look and lead back here."""

    smaller: str
    larger: str
    other_theme: str


def frame(app: Flask) -> None:
    """Give every template the frame's words and the filters for dates and numbers."""
    app.context_processor(_words)
    app.jinja_env.filters.update(ngay=as_day, gio=as_moment, so=as_number, phan_tram=as_percent)
    app.jinja_env.filters["spoken"] = spoken
    app.jinja_env.globals["url_for"] = url_of
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def _words() -> dict[str, Any]:
    viewer = viewer_here()
    display, ward = display_here(), ward_here()
    return {
        "site": _site(ward, bool(current_app.config["DEMO"]), public_root(ward.host)),
        "viewer": viewer,
        "kiosk": kiosk_here(),
        "kiosk_seconds": KIOSK_SECONDS,
        "menu": menu_for(viewer, ward.id),
        "display": display,
        "style": SITE_STYLE if is_first_page_here() else "",
        "look_links": _look_links(display),
        "notices": _notices(),
        "url_for": addresses_here(),
        "static_url": static_url,
        "csrf_field": _csrf_field,
        "running_campaigns": lambda: recent(running_campaigns, ward.id, today()),
    }


@lru_cache(maxsize=100)
def _site(ward: WardCard, demo: bool, root: str) -> Site:
    return Site(
        ward.name, ward.city, ward.office_name, ward.office_phone, ward.office_address, demo, root
    )  # fmt: skip


def _look_links(display: Display) -> LookLinks:
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    back = f"ve={quote(here)}"
    address = url_of("front.display")
    theme = "light" if display.theme == "dark" else "dark"
    return LookLinks(
        f"{address}?chu=nho&{back}", f"{address}?chu=to&{back}", f"{address}?nen={theme}&{back}"
    )  # fmt: skip


def _notices() -> list[str]:
    return get_flashed_messages() if cookie_name("n") in request.cookies else []


@pass_context
def _csrf_field(page: Context) -> Markup:
    """Return the field with the token of the page (see people/alike.py), which Flask-WTF gives to all."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(page["csrf_token"]())
