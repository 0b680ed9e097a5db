"""Nothing is written without a token of this very browser, and nothing by reading (THREATS T-csrf)."""

import pytest

from tests.security.doors import EVERYONE, as_person, doors, everything, token_of

FORGERIES = (
    {},
    {"csrf_token": ""},
    {"csrf_token": "0" * 64},
)
CROSS_SITE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


@pytest.mark.parametrize("name", ["stranger", "lan", "hoa", "quan"])
def test_a_form_from_elsewhere_changes_nothing(lively, name):
    client, faults = as_person(lively, name), []
    before = everything()
    for door in doors(lively):
        if door.method != "POST":
            continue
        for fields in FORGERIES:
            answer = client.post(door.path, data=fields, headers=CROSS_SITE)
            if answer.status_code != 400:
                faults.append(f"POST {door.path} as {name} with {fields}: {answer.status_code}")
    assert not faults, "\n".join(faults)
    assert everything() == before


def test_the_token_of_one_browser_is_no_good_in_another(lively):
    mine, other = as_person(lively, "lan"), as_person(lively, "tai")
    token = token_of(mine)
    for door in doors(lively):
        if door.method == "POST":
            answer = other.post(door.path, data={"csrf_token": token}, headers=CROSS_SITE)
            assert answer.status_code == 400, door.path


@pytest.mark.parametrize("name", EVERYONE)
def test_reading_changes_nothing(lively, name):
    client = as_person(lively, name)
    before = everything()
    for door in doors(lively):
        if door.method == "GET":
            client.get(door.path).close()
            client.head(door.path).close()
    assert everything() == before
