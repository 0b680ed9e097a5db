"""What proves a person: given at random, never weak, one slow hash for everybody, and what ends with it."""

import pytest
from sqlalchemy import func, select

from elearn.kit import secrets
from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.kit.refused import Refused
from elearn.people import actions, credentials, queries, rules
from elearn.people.models import Person, Session, SessionKind
from tests.ward import person as find


def sessions_of(person_id):
    return db.session.scalar(select(func.count()).select_from(Session).where(Session.person_id == person_id))


def open_session(name, key="k" * 64, kind=SessionKind.OWN):
    actions.open_session(key, find(name).id, kind)
    return key


def test_credentials_are_given_once_and_the_code_stays(app, person):
    first = actions.give_credentials(person("lan").id)
    again = actions.give_credentials(person("lan").id)
    assert rules.is_personal_code(first.personal_code) and first.personal_code == again.personal_code
    assert rules.is_pin(first.pin) and not rules.is_weak_pin(first.pin, person("lan").phone)
    kept = person("lan")
    assert first.pin not in (kept.pin_hash, kept.pin_salt)
    assert credentials.proves(credentials.slow(again.pin), kept.pin_hash, kept.pin_salt)
    assert not credentials.proves(credentials.slow(first.pin), kept.pin_hash, kept.pin_salt) or first == again


def test_a_fresh_pin_ends_what_the_old_one_opened(app, person):
    open_session("lan")
    actions.give_credentials(person("lan").id)
    assert sessions_of(person("lan").id) == 0


def test_a_first_pin_ends_no_session(app):
    someone = actions.begin_nameless(1)
    actions.open_session("k" * 64, someone, SessionKind.NAMELESS)
    actions.register_details(someone, name="Bà Mận", group_id=None, keeping="name")
    actions.give_credentials(someone)
    assert sessions_of(someone) == 1


def test_a_helper_gives_credentials_in_the_own_group_only(app, person, viewer):
    hoa = viewer("hoa")
    actions.give_credentials(person("lan").id, by=hoa)
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.object_id, entry.actor_id) == (
        "give credentials", str(person("lan").id), hoa.person_id,
    )  # fmt: skip
    for name in ("tai", "hoa", "thu", "xa"):
        with pytest.raises(Refused):
            actions.give_credentials(person(name).id, by=hoa)
    with pytest.raises(Refused, match="quản trị"):
        actions.give_credentials(person("thu").id, by=hoa)


@pytest.mark.parametrize("pin", ["123456", "111111", "121212", "000001"[::-1], "010190", "12345", "12345a"])
def test_a_pin_that_a_neighbour_would_guess_is_refused(app, person, pin):
    kept = person("lan").pin_hash
    with pytest.raises(Refused):
        actions.change_pin(person("lan").id, pin)
    assert person("lan").pin_hash == kept


def test_changing_the_pin_ends_every_other_session(app, person):
    here = open_session("lan", "a" * 64)
    open_session("lan", "b" * 64)
    actions.change_pin(person("lan").id, "583916", but=here)
    assert db.session.scalars(select(Session.token_digest)).all() == [here]
    assert credentials.proves(credentials.slow("583916"), person("lan").pin_hash, person("lan").pin_salt)


def test_two_people_on_one_phone_never_have_the_same_pin(app, person, monkeypatch):
    share("tai", "lan")
    with pytest.raises(Refused, match="dễ đoán"):
        actions.change_pin(person("lan").id, "285037")  # ông Tài's
    drawn = iter(["285037", "285037", "640917"])
    monkeypatch.setattr(secrets, "random_digits", lambda count: next(drawn))
    assert actions.give_credentials(find_id("lan")).pin == "640917"


def share(name, of):
    with transaction():
        find(name).phone = find(of).phone


def find_id(name):
    return db.session.scalar(select(Person.id).where(Person.display_name.like("%Lan")))


def test_a_password_is_long_and_says_nothing_of_its_owner(app, person):
    thu = person("thu").id
    for weak in ("ngan qua", "aaaabbbbaaaabbbb", "pham thi thu xin chao", "matkhau900000004"):
        with pytest.raises(Refused):
            actions.set_password(thu, weak, by=None)
    open_session("thu", "c" * 64, SessionKind.STAFF)
    actions.set_password(thu, "con ga gay tren mai", by=None)
    assert sessions_of(thu) == 0
    assert credentials.proves(
        credentials.slow("con ga gay tren mai"), person("thu").password_hash, person("thu").password_salt
    )


def test_who_sets_the_own_password_stays_signed_in(app, person, viewer):
    thu = viewer("thu")
    actions.open_session("d" * 64, thu.person_id, SessionKind.STAFF)
    actions.set_password(thu.person_id, "con ga gay tren mai", by=thu)
    assert db.session.scalars(select(Session.token_digest)).all() == [thu.session_key]


def test_equal_secrets_of_two_people_do_not_look_equal(app):
    assert credentials.proof_of("583916").hash != credentials.proof_of("583916").hash


def test_a_personal_code_that_somebody_has_is_drawn_again(app, person, monkeypatch):
    taken = credentials.free_personal_code()
    with transaction():
        person("lan").personal_code = taken
    draws = iter([taken[:-1], taken[:-1], "1234567"])
    monkeypatch.setattr(credentials.secrets, "random_digits", lambda _length: next(draws))
    assert credentials.free_personal_code() == rules.with_check_digit("1234567")


def test_an_erased_person_is_given_nothing(app, person):
    with transaction():
        person("lan").erased_at = now()
    lan = db.session.scalars(select(Person.id).where(Person.erased_at.is_not(None))).one()
    with pytest.raises(Refused):
        actions.give_credentials(lan)
    assert not queries.candidates(person_id=lan)


def test_who_shares_a_number_cannot_find_a_neighbours_pin_by_choosing_their_own(app, person):
    mai = a_neighbour_on("+84900000005")  # ông Tài's number
    guesses = [pin for pin in map(str, range(493_000, 494_000)) if not rules.is_weak_pin(pin, None)]
    for pin in guesses[: rules.UNKNOWN_DEVICES_A_DAY]:
        actions.change_pin(mai, pin)
    with pytest.raises(Refused, match="nhiều lần"):
        actions.change_pin(mai, guesses[rules.UNKNOWN_DEVICES_A_DAY])
    with pytest.raises(Refused, match="nhiều lần"):  # the neighbour's own gives the same answer now
        actions.change_pin(mai, "285037")


def test_who_joins_and_leaves_a_number_cannot_find_a_neighbours_pin_either(app, person):
    mai = a_neighbour_on(None)
    for _ in range(rules.UNKNOWN_DEVICES_A_DAY):
        actions.change_details(mai, name="Bà Mai", phone="+84900000005", birth_year=None)
        actions.change_details(mai, name="Bà Mai", phone="+84900000005", birth_year=1950)  # stays: no join
        actions.change_details(mai, name="Bà Mai", phone=None, birth_year=None)
    with pytest.raises(Refused, match="nhiều lần"):
        actions.change_details(mai, name="Bà Mai", phone="+84900000005", birth_year=None)
    actions.change_details(
        mai, name="Bà Mai", phone="+84900000077", birth_year=None
    )  # another number is free


def a_neighbour_on(phone):
    someone = actions.begin_nameless(1)
    actions.register_details(someone, name="Bà Mai", group_id=None, keeping="name", phone=phone)
    actions.give_credentials(someone)
    return someone
