"""Every door, knocked at by everyone (THREATS T-matrix): it opens for whom the mark says."""

import pytest

from elearn.people.permissions import VISITOR
from tests import ward
from tests.security.doors import EVERYONE, STRANGER, as_person, doors, everything, token_of

# Where an installation has several wards (here two), common facts are kept by whoever looks after all of it.
ONE_WARD_ONLY = {"authoring.new_fact"}


def test_every_door_has_an_address_to_knock_at(lively):
    assert len(doors(lively)) > 20


@pytest.mark.parametrize("name", EVERYONE)
def test_reading_opens_what_the_mark_says_and_nothing_breaks(lively, name):
    viewer = VISITOR if name == STRANGER else ward.viewer(name)
    client, faults = as_person(lively, name), []
    for door in doors(lively):
        if door.method != "GET":
            continue
        answer = client.get(door.path)
        if fault := _fault(door, viewer, answer):
            faults.append(fault)
        answer.close()
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", EVERYONE)
def test_a_closed_door_stays_closed_for_writing(lively, name):
    """With a good token, so that only the door itself refuses."""
    viewer = VISITOR if name == STRANGER else ward.viewer(name)
    client, faults = as_person(lively, name), []
    token = token_of(client)
    before = everything()
    for door in doors(lively):
        if door.method == "POST" and not door.opens_for(viewer):
            answer = client.post(door.path, data={"csrf_token": token})
            # a stranger is asked to sign in, with what was typed kept in the page (409)
            if answer.status_code not in ((403,) if viewer.is_authenticated else (303, 409)):
                faults.append(f"POST {door.path} as {name}: {answer.status_code}")
    assert not faults, "\n".join(faults)
    assert everything() == before


def _fault(door, viewer, answer) -> str:
    status = answer.status_code
    said = f"GET {door.path} ({door.access}): {status}"
    if status >= 500:
        return said
    if door.opens_for(viewer):
        return said if status in (401, 403) and door.endpoint not in ONE_WARD_ONLY else ""
    if viewer.is_authenticated:
        return "" if status == 403 else said
    leads_to = answer.headers.get("Location", "")
    return "" if status in (302, 303) and leads_to.startswith("/dang-nhap") else said
