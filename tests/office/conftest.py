"""At the helper's desk: who has come in, and who has agreed to be seen."""

import pytest

from elearn.kit.db import db, transaction
from elearn.kit.secrets import digest, random_token
from elearn.people.actions import open_session
from elearn.people.models import Consent, SessionKind
from tests import ward
from tests.browser import Browser


@pytest.fixture
def at_desk(app):
    """Return a browser in which one of the cast has come in: at_desk("hoa")."""

    def come_in(name):
        browser, token = Browser(app), random_token()
        part = ward.CAST[name]
        kind = {None: SessionKind.OWN, "helper": SessionKind.HELPER}.get(part.role, SessionKind.STAFF)
        open_session(digest(token), ward.person(name).id, kind)
        browser.client.set_cookie("elearn-s", token)
        return browser

    return come_in


@pytest.fixture
def agree(app):
    """Let one of the cast have agreed that the helper of the group sees them: agree("lan")."""

    def consent(name):
        with transaction():
            who = ward.person(name)
            db.session.add(
                Consent(person_id=who.id, purpose="seen_by_helper", text_version="1", channel="self")
            )
        return who.id

    return consent
