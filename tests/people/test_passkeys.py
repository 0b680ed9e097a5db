"""Passkeys: what one signs is good on this site, for this question, once, and from no copy."""

import json

import pytest
from sqlalchemy import select

from elearn.kit.db import db
from elearn.people import passkeys, second_keys
from elearn.people.key_models import SecondKey
from elearn.people.passkeys import Site
from tests.people.authenticator import Authenticator

SITE = Site("localhost", "https://localhost", "Bình dân học vụ số")
ASKED = "a challenge of the server, long enough"


@pytest.fixture
def quan(viewer):
    return viewer("quan")


@pytest.fixture
def phone(quan):
    """A passkey that has been added."""
    phone = Authenticator()
    assert passkeys.add_passkey(quan, phone.made(ASKED), ASKED, SITE, "Điện thoại") is True
    return phone


def fits(quan, answer, challenge=ASKED, site=SITE):
    return passkeys.passkey_fits(quan.person_id, answer, challenge, site)


def test_what_it_signs_is_good(quan, phone):
    assert fits(quan, phone.signed(ASKED))
    assert db.session.scalars(select(SecondKey.sign_count)).one() == 1


def test_it_signs_for_this_question_this_site_and_its_owner_only(quan, viewer, phone):
    assert not fits(quan, phone.signed(ASKED), challenge="another question, as long as that one")
    assert not fits(quan, phone.signed(ASKED, origin="https://evil.example"))
    assert not fits(quan, phone.signed(ASKED), site=Site("evil.example", "https://evil.example", "x"))
    assert not fits(viewer("thu"), phone.signed(ASKED))
    assert not fits(quan, Authenticator().signed(ASKED))
    forger = Authenticator()
    forger.id = phone.id
    assert not fits(quan, forger.signed(ASKED))


def test_a_copy_that_fell_behind_is_noticed(quan, phone):
    phone.count = 7
    assert fits(quan, phone.signed(ASKED))
    phone.count = 5
    assert not fits(quan, phone.signed(ASKED))
    assert db.session.scalars(select(SecondKey.sign_count)).one() == 8


def test_a_key_that_does_not_count_is_good_all_the_same(quan, phone):
    for _ in range(3):
        assert fits(quan, phone.signed(ASKED, counts=False))


def test_a_removed_key_opens_nothing(quan, phone):
    (key,) = second_keys.keys_of(quan.person_id)
    second_keys.remove_key(quan, key.id, must_keep_one=False)
    assert not fits(quan, phone.signed(ASKED))


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", "x", '{"id": 1}', '{"id": "a", "response": []}', "[" * 30_000]
)
def test_nonsense_is_no_key(quan, phone, answer):
    assert not fits(quan, answer)
    assert passkeys.add_passkey(quan, answer, ASKED, SITE, "x") is None


def test_a_key_is_added_for_this_question_and_this_site_and_once(quan, viewer, phone):
    other = Authenticator()
    assert passkeys.add_passkey(quan, other.made("not what was asked, though long"), ASKED, SITE, "x") is None
    assert (
        passkeys.add_passkey(quan, other.made(ASKED, origin="https://evil.example"), ASKED, SITE, "x") is None
    )
    assert passkeys.add_passkey(viewer("thu"), phone.made(ASKED), ASKED, SITE, "x") is None
    assert passkeys.add_passkey(quan, other.made(ASKED), ASKED, SITE, "Máy") is False
    assert [key.label for key in second_keys.keys_of(quan.person_id)] == ["Điện thoại", "Máy"]


def test_the_browser_is_told_the_site_and_which_keys_are_known(quan, phone):
    made = json.loads(passkeys.creation_options(quan.person_id, "Ngô Văn Quản", ASKED, SITE))
    assert made["rp"]["id"] == "localhost" and len(made["excludeCredentials"]) == 1
    assert made["authenticatorSelection"]["userVerification"] == "preferred"
    asked = json.loads(passkeys.request_options(quan.person_id, ASKED, SITE))
    assert asked["rpId"] == "localhost" and len(asked["allowCredentials"]) == 1
