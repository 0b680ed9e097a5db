"""Every door of the house with an address to knock at, as every part of the cast."""

import hashlib
from typing import Any, NamedTuple

from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from elearn.kit.clock import now
from elearn.kit.db import Base, db
from elearn.kit.secrets import digest
from elearn.people import actions
from elearn.people.models import SessionKind
from elearn.people.permissions import Viewer
from tests import ward

STRANGER = "stranger"
EVERYONE = (STRANGER, *ward.CAST)
# What reading may write (RULINGS 6): when a session was last seen, arrivals by poster, audits, throttles.
OPERATIONAL = {"session", "arrival", "audit_entry", "audit_head", "tries", "lease", "sign_in_code"}


class Door(NamedTuple):
    """One method of one address."""

    method: str
    endpoint: str
    path: str
    access: str

    @property
    def is_public(self) -> bool:
        return self.access == "public"

    def opens_for(self, viewer: Viewer) -> bool:
        """Does the mark above the view let this viewer in? What lies behind may still be out of reach."""
        if self.is_public:
            return True
        if not viewer.is_authenticated:
            return False
        return self.access == "signed in" or viewer.may(self.access)


def doors(app: Flask) -> list[Door]:
    """Return every door of the app; an endpoint whose address nobody has told is a KeyError."""
    found = []
    places = app.extensions["places"]
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.endpoint == "static":
                continue
            known = (
                places["*"] | places.get(rule.endpoint.partition(".")[0], {}) | places.get(rule.endpoint, {})
            )
            arguments = {name: known[name] for name in rule.arguments}
            built = rule.build(arguments)
            assert built is not None, f"{rule.endpoint}: {rule.arguments} from {arguments}"
            access = app.view_functions[rule.endpoint].access
            found += [
                Door(method, rule.endpoint, built[1], access)
                for method in sorted(rule.methods - {"HEAD", "OPTIONS"})
            ]
    return found


class Visitor(FlaskClient):
    """A browser whose requests find out for themselves who is here: the test's own context outlives them."""

    def open(self, *address: Any, **request: Any) -> TestResponse:
        """Send one request."""
        vars(g).clear()
        return super().open(*address, **request)


def as_person(app: Flask, name: str) -> FlaskClient:
    """Return a browser in which this person of the cast is signed in; call it inside the app's context."""
    client = Visitor(app, app.response_class, use_cookies=True)
    if name != STRANGER:
        client.set_cookie("elearn-s", open_session_of(name))
    return client


def open_session_of(name: str) -> str:
    """Open a session for one of the cast, inside the app's context; return the token of its cookie."""
    token = hashlib.sha256(name.encode()).hexdigest()[:43]
    actions.close_session(digest(token))
    actions.open_session(digest(token), ward.person(name).id, SessionKind.SHARED, proved_at=now())
    db.session.remove()
    return token


def everything() -> str:
    """Return a fingerprint of every table but the operational ones."""
    db.session.remove()
    whole = hashlib.sha256()
    for table in Base.metadata.sorted_tables:
        if table.name not in OPERATIONAL:
            rows = sorted(str(tuple(row)) for row in db.session.execute(select(table)))
            whole.update(f"{table.name}{rows}".encode())
    db.session.remove()
    return whole.hexdigest()


def token_of(client: FlaskClient) -> str:
    """Return a good token against forgery for this browser."""
    pages = [client.get(path).get_data(as_text=True) for path in ("/nguoi-khac", "/dang-nhap")]
    html = next(page for page in pages if 'name="csrf_token"' in page)
    return html.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
