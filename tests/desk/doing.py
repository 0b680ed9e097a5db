"""What the tests of the helper's desk do there: register somebody, open their page, read what it says."""

import re

from sqlalchemy import select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db, transaction
from elearn.learning.actions import keep_results
from elearn.people.actions import give_credentials
from elearn.people.models import Grant, Person
from tests.builders import nameless
from tests.ward import group, person


def neighbour(name, code="DG05", agrees=True, **more):
    """Register somebody who has given their name, and perhaps lets the helper see it."""
    who = nameless()
    consents = ["keep_results"] + ["seen_by_helper"] * agrees
    keep_results(who, keeping="name", group_id=group(code).id, name=name, consents=consents, **more)
    return who


def also_helps(name, code):
    with transaction():
        here = group(code)
        db.session.add(
            Grant(person_id=person(name).id, role="helper", ward_id=here.ward_id, group_id=here.id)
        )


def with_code(who):
    give_credentials(who)
    return who


def noted(action):
    return db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    ).all()


def figures(page):
    """Read the figures at the top of a page."""
    found = re.findall(r"<dt>(.*?)</dt><dd>(?:<a[^>]*>)?([^<]*)", page.html)
    return {name: number.strip() for name, number in found}


AGREED = {"over_16": "y", "keep_results": "y", "seen_by_helper": "y"}


def form_id(page):
    return next(field["value"] for field in page.every("input") if field.get("name") == "form_id")


def secrets_of(page):
    return re.findall(r'<span class="secret">([^<]*)</span>', page.html)


def sent(browser, name="Bà Mận", *, expect=200, **fields):
    page = browser.open("/to/DG05/dang-ky")
    fields = {"form_id": form_id(page), "name": name, "audience": "unsaid"} | AGREED | fields
    return browser.send("/to/DG05/dang-ky", expect=expect, **fields)


def find(name):
    return db.session.scalar(select(Person).where(Person.display_name == name))


def of(who, what=""):
    return f"/to/DG05/nguoi/{who}{what}"


def act(browser, who, what, *, expect=200, **fields):
    """Do something to somebody from their page."""
    browser.open(of(who))
    return browser.send(of(who, what), expect=expect, **fields)


def row(who):
    db.session.expire_all()
    return db.session.get(Person, who)


def read_out(browser, who, *, expect=200, **fields):
    browser.open("/to/DG05/ma-ca-nhan")
    return browser.send("/to/DG05/ma-ca-nhan", expect=expect, personal_code=row(who).personal_code, **fields)
