"""What proves a person: given at random, never weak, one slow hash for everybody, and what ends with it."""

import pytest
from sqlalchemy import func, select, update

from elearn.kit import secrets
from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.kit.refused import Refused
from elearn.people import actions, credentials, entry_queries, rules
from elearn.people.entry import Place, come_in
from elearn.people.models import Person, Session, SessionKind
from tests.ward import CAST
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
    assert not entry_queries.candidates(person_id=lan)


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


# -- the cost of the slow hash ---------------------------------------------------------------------

DEARER = secrets.Cost(65_536, 3, 1)
STRANGER = Place(1)


@pytest.fixture
def raised(app, monkeypatch):
    """Everybody's secret is kept under the cost of before; from now on it is dearer."""
    monkeypatch.setattr(secrets, "COSTS", (*secrets.COSTS, DEARER))
    monkeypatch.setitem(app.extensions, "all_kept_under", None)


def kept_of(name):
    db.session.expire_all()
    return find(name).pin_hash or find(name).password_hash


def bare(name):
    """Let a secret be as it was kept before the cost stood beside it."""
    with transaction():
        for column in ("pin_hash", "password_hash"):
            kept = getattr(find(name), column)
            setattr(find(name), column, kept and kept.rpartition("$")[2])


@pytest.mark.parametrize("without_cost", [False, True])
def test_a_secret_kept_under_an_older_cost_is_renewed_by_whoever_comes_in(raised, without_cost):
    key = open_session("lan")
    for name in ("lan", "thu"):
        if without_cost:
            bare(name)
        assert come_in(CAST[name].phone, CAST[name].secret, STRANGER).person_id == find(name).id
        kept = kept_of(name)
        assert kept.startswith("m=65536,t=3,p=1$")
        assert come_in(CAST[name].phone, CAST[name].secret, STRANGER).person_id == find(name).id
        assert kept == kept_of(name), "once is enough"
    assert db.session.get(Session, key), "nothing that was open has ended"


def test_what_names_no_cost_still_proves_and_is_left_as_it_is(app):
    bare("lan")
    kept = kept_of("lan")
    assert come_in(CAST["lan"].phone, CAST["lan"].secret, STRANGER).person_id == find("lan").id
    assert kept_of("lan") == kept and "$" not in kept


def test_a_wrong_secret_renews_nothing_and_opens_nothing(raised):
    kept = kept_of("lan")
    assert come_in(CAST["lan"].phone, "640917", STRANGER).person_id is None
    assert kept_of("lan") == kept


def test_a_try_costs_the_same_whether_a_number_is_renewed_or_not_or_nobodys(raised, hashes):
    come_in(CAST["lan"].phone, CAST["lan"].secret, STRANGER)
    made = []
    for who in (CAST["lan"].phone, CAST["tai"].phone, "+84999999999"):
        hashes.clear()
        come_in(who, "640917", STRANGER)
        made.append(len(hashes))
    assert made == [2, 2, 2]


def test_when_nobody_is_left_under_the_older_cost_a_try_costs_one_hash(raised, hashes, app):
    nothing = dict.fromkeys(("pin_hash", "pin_salt", "password_hash", "password_salt"))
    with transaction():
        db.session.execute(update(Person).values(nothing))
    actions.change_pin(find("lan").id, "583920")
    hashes.clear()
    assert come_in(CAST["lan"].phone, "583920", STRANGER).person_id == find("lan").id
    assert len(hashes) == 1


def test_a_neighbours_pin_under_the_older_cost_is_still_taken(raised):
    tai = find("tai").id
    with transaction():
        db.session.execute(update(Person).where(Person.id == tai).values(phone=CAST["lan"].phone))
    with pytest.raises(Refused):
        actions.change_pin(tai, CAST["lan"].secret)


def test_the_cost_stands_beside_what_is_kept(app):
    assert credentials.proof_of("583916").hash.startswith("m=19456,t=2,p=1$")
