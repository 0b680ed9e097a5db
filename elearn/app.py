"""Puts the house together. The only module that knows every room."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix

from elearn.front import errors
from elearn.front.frame import frame
from elearn.front.views import pages as front
from elearn.kit.access import close_the_doors, public
from elearn.kit.db import db
from elearn.kit.headers import set_headers
from elearn.people import session

csrf = CSRFProtect()
ROOMS = (front,)


def create_app(settings: Mapping[str, Any]) -> Flask:
    """Build the platform from a mapping of settings (see config.py)."""
    app = Flask("elearn")
    app.config.from_mapping(settings)
    app.jinja_options["undefined"] = StrictUndefined  # a misspelt name in a page is an error, not a blank
    if hops := app.config.get("PROXIES"):
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    db.init_app(app)
    session.init_sessions(app)
    csrf.init_app(app)
    set_headers(app)
    Compress(app)
    frame(app)
    for pages in ROOMS:
        app.register_blueprint(pages)
    errors.handle(app)

    app.view_functions["static"] = public(app.view_functions["static"])
    close_the_doors(app)
    return app
