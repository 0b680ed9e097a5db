"""The database itself refuses what would let one ward into another (THREATS 4.4), whoever writes it."""

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from elearn.kit.db import db, transaction
from elearn.outreach.models import Poster
from elearn.people.models import Grant, Person, ResidentialGroup
from elearn.people.permissions import Role
from tests.ward import group, person

HERE, BESIDE = 1, 2


def refused(*changes):
    """Does the database refuse to keep this, and keep nothing of it?"""
    before = db.session.scalar(select(func.count()).select_from(Grant))
    with pytest.raises(IntegrityError), transaction():
        for change in changes:
            db.session.add(change)
        db.session.flush()
    assert db.session.scalar(select(func.count()).select_from(Grant)) == before


def test_a_person_belongs_to_a_group_of_the_own_ward_alone(app):
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(
            update(Person).where(Person.id == person("lan").id).values(group_id=group("BC01").id)
        )
    refused(Person(ward_id=BESIDE, group_id=group("DG05").id))
    with transaction():
        db.session.add(Person(ward_id=BESIDE, group_id=group("BC01").id))


def test_a_person_stays_in_the_ward_as_long_as_in_its_group(app):
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(Person).where(Person.id == person("lan").id).values(ward_id=BESIDE))


def test_a_role_reaches_a_group_of_the_ward_it_was_given_in_alone(app):
    hoa = person("hoa").id
    refused(Grant(person_id=hoa, role=Role.HELPER, ward_id=HERE, group_id=group("BC01").id))
    refused(Grant(person_id=hoa, role=Role.HELPER, ward_id=BESIDE, group_id=group("DG07").id))
    refused(Grant(person_id=hoa, role=Role.HELPER, ward_id=None, group_id=group("DG07").id))
    with transaction():
        db.session.add(Grant(person_id=hoa, role=Role.HELPER, ward_id=HERE, group_id=group("DG07").id))


@pytest.mark.parametrize("column", ["successor_id", "split_from_id"])
def test_a_group_goes_on_in_a_group_of_its_ward_alone(app, column):
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(
            update(ResidentialGroup).where(ResidentialGroup.code == "DG05").values({column: group("BC01").id})
        )


def test_a_poster_hangs_in_a_group_of_its_ward_alone(app):
    made = {"code": "X1", "made_by_id": person("quan").id}
    refused(Poster(ward_id=HERE, group_id=group("BC01").id, **made))
    with transaction():
        db.session.add(Poster(ward_id=HERE, group_id=group("DG05").id, **made))
