"""What belongs to somebody else cannot be reached by changing an address or a form (THREATS T-idor)."""

import itertools

import pytest
from sqlalchemy import select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db, transaction
from elearn.learning.models import Attempt, Certificate
from elearn.people.models import Grant, Person, ResidentialGroup
from elearn.people.permissions import Role
from tests import ward
from tests.life import COURSE, LESSON, answer
from tests.security.doors import as_person, doors, everything, token_of

# One's own pages, by what stands in their address: nobody else's may open.
OWN = {"learning.result", "certificates.page", "certificates.pdf"}


def test_the_pages_of_a_person_are_theirs_alone(lively):
    for name in ("tai", "hoa", "minh", "quan", "xa", "stranger"):
        client = as_person(lively, name)
        for door in doors(lively):
            if door.endpoint in OWN:
                status = client.get(door.path).status_code
                assert status == 404 or (name == "stranger" and status in (302, 303)), (
                    f"{door.path} as {name}"
                )


def test_another_wards_administrator_reaches_nothing_here(lively):
    """cô Xa holds every permission of an administrator, next door."""
    viewer, client = ward.viewer("xa"), as_person(lively, "xa")
    token, before, faults = token_of(client), everything(), []
    for door in doors(lively):
        rule = next(rule for rule in lively.url_map.iter_rules(door.endpoint) if door.method in rule.methods)
        if not rule.arguments & {"code", "person_id", "poster_id", "link_id"} or door.is_public:
            continue
        if not door.opens_for(viewer):
            continue
        answered = client.open(door.path, method=door.method, data={"csrf_token": token})
        if answered.status_code not in (302, 404):  # 302: a link to a thing that has become part of another
            faults.append(f"{door.method} {door.path}: {answered.status_code}")
    assert not faults, "\n".join(faults)
    assert everything() == before


AT_DESK = {"desk", "registration_desk", "neighbour_desk", "class_desk"}


def test_a_helper_reaches_nobody_of_the_next_group(lively):
    """Every person and group, under every address of the helper's desk: only own people of the own group."""
    own = ward.group("DG05").id
    with transaction():
        db.session.add(
            Grant(
                person_id=ward.person("tai").id, role=Role.HELPER, ward_id=1, group_id=ward.group("DG07").id
            )
        )
    people = dict(db.session.execute(select(Person.id, Person.group_id)).all())
    codes = dict(db.session.execute(select(ResidentialGroup.code, ResidentialGroup.id)).all())
    for name, group_id in (("hoa", own), ("tai", ward.group("DG07").id)):
        client, asked = as_person(lively, name), 0
        for rule in lively.url_map.iter_rules():
            at_desk = rule.endpoint.partition(".")[0] in AT_DESK and "GET" in rule.methods
            if not at_desk or not rule.arguments or "token" in rule.arguments:
                continue
            for code, person_id in itertools.product(codes, people):
                values = {"code": code, "person_id": person_id, "_act": "the"}
                path = rule.build({one: values[one] for one in rule.arguments})[1]
                status, asked = client.get(path).status_code, asked + 1
                alien = "person_id" in rule.arguments and people[person_id] != group_id
                if codes[code] != group_id or alien:
                    assert status in (302, 303, 404), f"{path} as {name}: {status}"
        assert asked > 500


@pytest.mark.parametrize("name", ["lan", "tai", "hoa"])
def test_no_attempt_or_paper_of_another_opens_whatever_its_number(lively, name):
    answer(ward.person("tai").id, COURSE, LESSON, wrong=1)
    mine = ward.person(name).id
    attempts = db.session.execute(select(Attempt.id, Attempt.person_id)).all()
    papers = db.session.execute(select(Certificate.number, Certificate.person_id)).all()
    client = as_person(lively, name)
    for attempt_id, owner in attempts:
        for course, lesson in ((COURSE, LESSON), ("thuong-mai-dien-tu", "chon-nguoi-ban")):
            status = client.get(f"/khoa-hoc/{course}/{lesson}/ket-qua/{attempt_id}").status_code
            assert status == 404 or owner == mine, attempt_id
    for number, owner in papers:
        assert client.get(f"/cua-toi/giay/so/{number}").status_code == (200 if owner == mine else 404)


@pytest.mark.parametrize("name", ["hoa", "quan", "xa"])
def test_who_tries_the_numbers_of_others_leaves_one_line_and_learns_nothing(lively, name):
    """T-idor: for each door with a number in its address, things of others and things that are not there.

    The answer is 404 for both, and the audit holds one line of the hour, not one for each.
    """
    client, tried = as_person(lively, name), 0
    foreign = {"hoa": ("DG07", "tai"), "quan": ("BC01", "xa"), "xa": ("DG05", "lan")}[name]
    for rule in lively.url_map.iter_rules():
        access = lively.view_functions[rule.endpoint].access
        if access in ("public", "signed in") or not ward.viewer(name).may(access):
            continue
        if not rule.arguments & {"code", "person_id"} or "GET" not in rule.methods:
            continue
        for code, person_id in ((foreign[0], ward.person(foreign[1]).id), ("KHONG", 10**6)):
            known = lively.extensions["places"]["*"] | {"code": code, "person_id": person_id, "_act": "the"}
            if not rule.arguments <= set(known):
                continue
            answer = client.get(rule.build({one: known[one] for one in rule.arguments})[1])
            answer.close()
            assert answer.status_code in (302, 404), rule.rule
            tried += answer.status_code == 404
    db.session.remove()
    asked = select(AuditEntry).where(AuditEntry.action == "ask out of reach")
    (line,) = db.session.scalars(asked).all()
    assert tried > 10 and line.actor_id == ward.person(name).id
