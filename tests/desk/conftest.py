"""At the helper's desk: who has come in, and who has agreed to be seen."""

import pytest

from elearn.kit.db import db, transaction
from elearn.people.models import Consent
from tests import ward
from tests.browser import Browser


@pytest.fixture
def at_desk(app):
    """Return a browser of its own in which one of the cast has come in: at_desk("hoa")."""
    return lambda name: Browser(app).come_as(name)


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
