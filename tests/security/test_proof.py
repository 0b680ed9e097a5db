"""Every door that acts on people, knocked at without fresh proof; every door, without the second key that
an administrator must have: none opens, and nothing changes (THREATS T-session)."""

import pytest
from sqlalchemy import update

from elearn.kit.db import db, transaction
from elearn.people.models import Session
from tests import ward
from tests.security.doors import as_person, doors, everything, token_of


@pytest.mark.parametrize("name", ["quan", "duc", "minh"])
def test_no_door_that_asks_for_proof_opens_without_it(lively, name):
    viewer, client, faults = ward.viewer(name), as_person(lively, name), []
    token = token_of(client)
    forget_proof(name)
    before, asked = everything(), 0
    for door in doors(lively):
        if not getattr(lively.view_functions[door.endpoint], "fresh", False) or not door.opens_for(viewer):
            continue
        answer = client.open(door.path, method=door.method, data={"csrf_token": token})
        leads_to, asked = answer.headers.get("Location", ""), asked + 1
        is_asked = answer.status_code == 409 if door.method == "POST" else leads_to.startswith("/xac-nhan")
        if not is_asked:
            faults.append(f"{door.method} {door.path}: {answer.status_code} {leads_to}")
        answer.close()
    assert not faults, "\n".join(faults)
    assert everything() == before and asked >= (50 if name == "quan" else 8)


def test_no_door_opens_for_an_administrator_without_a_second_key(lively, monkeypatch):
    client, faults = as_person(lively, "quan"), []
    token, viewer = token_of(client), ward.viewer("quan")
    monkeypatch.setitem(lively.config, "ADMINISTRATORS_NEED_A_KEY", True)
    before, closed = everything(), 0
    for door in doors(lively):
        if door.is_public or getattr(lively.view_functions[door.endpoint], "first", False):
            continue
        answer = client.open(door.path, method=door.method, data={"csrf_token": token})
        closed += 1
        if answer.status_code != 303 or not answer.headers["Location"].startswith("/cua-toi/khoa"):
            faults.append(f"{door.method} {door.path}: {answer.status_code}")
        answer.close()
    assert not faults, "\n".join(faults)
    assert everything() == before and closed > 150 and viewer.may("manage people")


def test_the_only_doors_open_before_the_second_key_are_those_of_keys_and_proof(lively):
    first = {name for name, view in lively.view_functions.items() if getattr(view, "first", False)}
    assert {name.partition(".")[0] for name in first} == {"own_keys", "proof"}


def forget_proof(name):
    """Let the password have been given long ago."""
    with transaction():
        db.session.execute(
            update(Session).where(Session.person_id == ward.person(name).id).values(proved_at=None)
        )
    db.session.remove()
