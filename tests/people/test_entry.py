"""The ways in, and their budgets: what opens, what is refused, and what it costs to find out."""

import pytest
from sqlalchemy import select

from elearn.kit import throttle
from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now
from elearn.kit.db import add_up, db, transaction
from elearn.kit.refused import Refused
from elearn.kit.secrets import digest
from elearn.people import actions, credentials, entry, entry_queries, queries, rules
from elearn.people.entry import Outcome, Place
from elearn.people.models import Grant, Person, SignInCode
from elearn.people.permissions import Role
from tests.ward import CAST, group, person

STRANGER = Place(1)
WRONG, SURE = "640917", "482915"  # bà Lan's PIN is the second


def known(name, nonce="her phone"):
    return Place(1, nonce, frozenset({person(name).id}))


def come(name, secret=None, place=STRANGER):
    return entry.come_in(CAST[name].phone, secret or CAST[name].secret, place)


def acts(action):
    return db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.id)
    ).all()


# Who comes in by what


def test_everyone_comes_in_by_phone_or_code_with_their_own_secret(app):
    kinds = {"lan": "own", "hoa": "helper", "tai": "own"}
    for name, part in CAST.items():
        expected = Outcome(person(name).id, kinds.get(name, "staff"))
        assert come(name) == expected
        assert entry.come_in(rules.spaced(person(name).personal_code), part.secret, STRANGER) == expected
    assert entry.come_in("0900 000 001", "482 915", STRANGER).person_id == person("lan").id


@pytest.mark.parametrize("who", ["", "x", "0900", "1234 5678", "+84900000001x", "9" * 500])
def test_nonsense_is_simply_wrong(app, who):
    assert entry.come_in(who, SURE, STRANGER) == Outcome()


def test_staff_never_come_in_by_a_pin(app):
    with transaction():
        thu = person("thu")
        thu.pin_hash, thu.pin_salt = credentials.proof_of("583916")
    assert come("thu", "583916") == Outcome()
    assert entry.come_in_as(person("thu").id, "583916", known("thu")) == Outcome()
    assert entry.use_code(CAST["thu"].phone, entry_code("thu"), "browser") is None
    assert queries.names_of([person("thu").id]) == []


def entry_code(name):
    """Put a one-time code in place, whoever would be allowed to issue it."""
    proof = credentials.proof_of("12345678")
    with transaction():
        db.session.add(
            SignInCode(
                person_id=person(name).id, code_hash=proof.hash, salt=proof.salt,
                issued_by_id=1, expires_at=now() + rules.ONE_TIME_CODE_LASTS,
            )
        )  # fmt: skip
    return "12345678"


def test_who_was_merged_into_staff_does_not_become_staff_by_the_old_pin(app):
    with transaction():
        person("lan").merged_into_id = person("thu").id
    assert entry.come_in(CAST["lan"].phone, SURE, STRANGER) == Outcome()


def test_who_was_merged_comes_in_as_the_other(app):
    with transaction():
        person("lan").merged_into_id = person("tai").id
    assert come("lan") == Outcome(person("tai").id, "own")


def test_a_disabled_person_finds_every_way_closed(app):
    card = entry.issue_card(person("lan").id, None)
    link = entry.issue_return_link(person("lan").id)
    code = entry_code("lan")
    actions.disable(person("lan").id, None)
    assert come("lan") == Outcome()
    assert entry_queries.find_card_owner(digest(card)) is None
    assert entry.use_return_link(link, "b") is None and entry.use_code(CAST["lan"].phone, code, "b") is None


# People who share a phone


def family():
    """Bà Lan, ông Tài and three more on one number; return their PINs."""
    phone, pins = CAST["lan"].phone, {person("lan").id: SURE}
    with transaction():
        tai = person("tai")
        tai.phone = phone
        pins[tai.id] = CAST["tai"].secret
    for number in range(3):
        one = actions.begin_nameless(1)
        actions.register_details(one, name=f"Cháu {number}", group_id=None, keeping="name", phone=phone)
        pins[one] = actions.give_credentials(one).pin
    return phone, pins


def test_each_of_a_family_comes_in_by_the_one_number_with_one_hash(app, hashes):
    phone, pins = family()
    hashes.clear()
    for person_id, pin in pins.items():
        assert entry.come_in(phone, pin, STRANGER).person_id == person_id
    assert len(pins) == len(hashes) == 5


def test_a_number_that_changes_hands_takes_its_people_along(app):
    """Nobody knows the PIN to hash it anew: it must not be needed."""
    phone, pins = family()
    actions.change_details(person("hoa").id, name="Hoa", phone=None, birth_year=None)
    lan = next(one for one, pin in pins.items() if pin == SURE)
    actions.change_details(lan, name="Lan", phone="+84912000222", birth_year=None)
    actions.change_details(hoa_id(), name="Hoa", phone=phone, birth_year=None)
    assert entry.come_in("0912000222", SURE, STRANGER).person_id == lan
    assert entry.come_in(phone, CAST["hoa"].secret, STRANGER).person_id == hoa_id()
    for person_id, pin in pins.items():
        if person_id != lan:
            assert entry.come_in(phone, pin, STRANGER).person_id == person_id


def hoa_id():
    return db.session.scalars(select(Person.id).where(Person.display_name == "Hoa")).one()


# What it costs to find out (T-enum)


@pytest.mark.parametrize("secret", [WRONG, "mot mat khau that dai"])
def test_a_known_and_an_unknown_number_cost_the_same(app, hashes, statements, secret):
    costs = {}
    entry.come_in("0988 777 000", secret, STRANGER)  # the first of the hour writes down the hours before
    for who in (
        CAST["lan"].phone,
        CAST["thu"].phone,
        "0988 777 666",
        person("tai").personal_code,
        "1234 5674",
    ):
        hashes.clear(), statements.clear()
        assert entry.come_in(who, secret, STRANGER) == Outcome()
        costs[who] = (len(hashes), [one.split(" ", 2)[:2] for one in statements])
    assert len({str(cost) for cost in costs.values()}) == 1
    assert costs["0988 777 666"][0] == 1


def test_a_one_time_code_for_nobody_costs_the_same(app, hashes):
    entry_code("lan")
    for who in (CAST["lan"].phone, "0988 777 666", "1234 5674", "xyz"):
        hashes.clear()
        assert entry.use_code(who, "87654321", "b") is None
        assert len(hashes) == 1


# Budgets (T-rate): some two thousand tries through the app


def test_strangers_are_stopped_at_five_a_day_and_twenty_a_month(app, clock):
    taken, days = 0, 0
    while days < 40:
        for _ in range(8):
            taken += come("lan", WRONG) == Outcome()
        clock.move(days=1, minutes=1)
        days += 1
        if days == 1:
            assert taken == 5
        if days == 28:
            assert taken == 20
    assert taken == 40
    assert come("lan").refusal == "account"  # the right PIN opens nothing then: no oracle
    assert come("lan", place=known("lan")).person_id == person("lan").id


def test_a_code_adds_no_budget_to_a_phone(app, clock):
    for _ in range(5):
        assert come("lan", WRONG) == Outcome()
    assert entry.come_in(person("lan").personal_code, WRONG, STRANGER).refusal == "account"


def test_a_known_device_is_never_refused_for_what_strangers_tried(app, clock):
    for number in range(400):  # at her account, and over the whole ward
        entry.come_in(f"09{number:08d}" if number % 8 else CAST["lan"].phone, WRONG, STRANGER)
    assert come("tai").refusal == "ward"
    for _ in range(9):
        assert come("lan", WRONG, known("lan")) == Outcome()
    assert come("lan", place=known("lan")).person_id == person("lan").id
    assert come("lan", WRONG, known("lan")) == Outcome()
    assert come("lan", place=known("lan")).refusal == "device"
    clock.move(minutes=16)
    assert come("lan", place=known("lan")).person_id == person("lan").id


def strangers_have_tried(times):
    """Let so many strangers have typed wrongly in this ward just now."""
    slice_ = throttle.note_try("ward:1")
    with transaction():
        add_up(throttle.Tries, {"key": "ward:1", "slice": slice_}, count=times - 1)


def test_the_ward_pauses_at_three_hundred_and_says_so_once(app, clock):
    strangers_have_tried(290)
    for number in range(290, 310):
        outcome = entry.come_in(f"09{number:08d}", WRONG, STRANGER)
        assert outcome.refusal == (None if number < 300 else "ward"), number
    assert come("lan").refusal == "ward"
    assert come("thu").person_id == person("thu").id  # passwords are another matter
    assert [act.object_id for act in acts("pause pins")] == ["1"]
    clock.move(minutes=61)
    assert come("lan").person_id == person("lan").id


def test_cards_links_codes_and_class_tickets_go_on_during_the_pause(app, clock, viewer):
    code = entry.issue_code(person("lan").id, viewer("hoa"))
    strangers_have_tried(300)
    assert come("lan").refusal == "ward"
    assert entry.use_code(CAST["lan"].phone, code, "b") == person("lan").id
    assert entry_queries.find_card_owner(digest(entry.issue_card(person("lan").id, None))) is not None
    assert entry.use_return_link(entry.issue_return_link(person("lan").id), "b") == person("lan").id
    assert come("lan", place=in_class(viewer)).person_id == person("lan").id


def in_class(viewer, attendance=300):
    token = entry.issue_class_ticket(group("DG05").id, attendance, viewer("hoa"))
    return Place(1, class_here=entry_queries.find_class(digest(token), now()))


def test_a_hall_is_never_refused(app, clock, viewer):
    """Each types wrongly twice, then rightly, while strangers have paused the ward; nobody was here before.

    A hundred here; three hundred stand in test_rules.py.
    """
    strangers_have_tried(300)
    place = in_class(viewer, attendance=100)
    made = []
    for number in range(100):
        one = actions.begin_nameless(1)
        actions.register_details(
            one, name=f"Bà {number}", group_id=None, keeping="name", phone=f"+8498{number:07d}"
        )
        made.append((f"+8498{number:07d}", actions.give_credentials(one).pin))
    outcomes = []
    for phone, pin in made:
        for secret in (WRONG, WRONG, pin):
            outcomes.append(entry.come_in(phone, secret, place))
        clock.move(seconds=6)
    assert not any(one.refusal for one in outcomes)
    assert sum(one.person_id is not None for one in outcomes) >= 100
    clock.move(minutes=51)
    assert come("lan").person_id == person("lan").id  # what the class typed did not count for the ward


def test_a_class_has_three_wrong_tries_a_head(app, clock, viewer):
    place = in_class(viewer, attendance=4)
    outcomes = [entry.come_in(f"09{number:08d}", WRONG, place) for number in range(13)]
    assert [one.refusal for one in outcomes] == [None] * 12 + ["class"]


def test_passwords_are_stopped_at_twenty_an_hour(app, clock):
    outcomes = [come("thu", "khong phai mat khau nay") for _ in range(21)]
    assert [one.refusal for one in outcomes] == [None] * 20 + ["password"]
    assert come("thu", place=known("thu")).person_id == person("thu").id
    clock.move(minutes=61)
    assert come("thu").person_id == person("thu").id


def test_a_right_try_costs_nothing(app, clock):
    for _ in range(30):
        assert come("lan").person_id == person("lan").id


def test_ones_own_account_buys_no_tries_at_a_neighbours_on_the_same_number(app, clock):
    """A device that knows one of a family is a stranger to the others."""
    phone, pins = family()
    lan = next(one for one, pin in pins.items() if pin == SURE)
    here = Place(1, "phone of the family", frozenset({lan}))
    for _ in range(5):
        assert entry.come_in(phone, WRONG, here) == Outcome()
    other_pin = next(pin for one, pin in pins.items() if one != lan)
    assert entry.come_in(phone, other_pin, here) == Outcome()
    assert entry.come_in(phone, SURE, here).person_id == lan


def test_ones_own_right_pin_costs_the_others_of_the_number_no_tries(app, clock):
    phone, pins = family()
    lan = next(one for one, pin in pins.items() if pin == SURE)
    here = Place(1, "phone of the family", frozenset({lan}))
    for _ in range(6):
        assert entry.come_in(phone, SURE, here).person_id == lan
    other, other_pin = next((one, pin) for one, pin in pins.items() if one != lan)
    assert entry.come_in(phone, other_pin, here).person_id == other


# Cards


def test_a_card_is_printed_again_as_it_was_until_it_is_revoked(app, viewer):
    lan = person("lan").id
    token = entry.issue_card(lan, lan)
    assert entry.issue_card_for(lan, viewer("hoa")) == token and len(token) == 32
    assert entry_queries.find_card_owner(digest(token)).id == lan
    entry.revoke_cards(lan, lan)
    assert entry_queries.find_card_owner(digest(token)) is None
    assert entry.issue_card(lan, lan) != token
    for name in ("tai", "hoa"):
        with pytest.raises(Refused):
            entry.issue_card_for(person(name).id, viewer("hoa"))


def test_what_helpers_do_with_cards_is_audited_for_their_ward_and_ones_own_doing_is_not(app, viewer):
    lan, hoa = person("lan").id, viewer("hoa")
    entry.issue_card_for(lan, hoa)
    entry.revoke_cards(lan, hoa.person_id)
    entry.issue_card(lan, None)
    entry.revoke_cards(lan, lan)
    noted = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.action, one.actor_id, one.ward_id) for one in noted] == [
        ("issue card", hoa.person_id, 1),
        ("revoke cards", hoa.person_id, 1),
    ]


def test_a_card_opens_no_role(app, viewer):
    token = entry.issue_card(person("lan").id, None)
    actions.grant_role(person("lan").id, Role.HELPER, ward_id=1, group_id=group("DG05").id, by=viewer("quan"))
    assert entry_queries.find_card_owner(digest(token)) is None
    for issue in (
        lambda: entry.issue_card(person("hoa").id, None),
        lambda: entry.issue_return_link(person("hoa").id),
    ):
        with pytest.raises(Refused):
            issue()


# Links and codes: once


def test_a_return_link_works_once_for_a_quarter_of_an_hour(app, clock):
    lan = person("lan").id
    token = entry.issue_return_link(lan)
    assert entry_queries.find_link_owner(digest(token), now()).id == lan
    assert entry.use_return_link(token, "browser one") == lan
    assert entry.use_return_link(token, "browser two") is None
    assert entry.use_return_link(token, "browser one") == lan  # the thumb trembled
    clock.move(minutes=2)
    assert entry.use_return_link(token, "browser one") is None
    late = entry.issue_return_link(lan)
    clock.move(minutes=16)
    assert entry.use_return_link(late, "b") is None
    old, new = entry.issue_return_link(lan), entry.issue_return_link(lan)
    assert entry.use_return_link(old, "b") is None and entry.use_return_link(new, "b") == lan


def test_a_one_time_code_works_once_for_ten_minutes_and_five_tries(app, clock, viewer):
    hoa, phone = viewer("hoa"), CAST["lan"].phone
    code = entry.issue_code(person("lan").id, hoa)
    assert entry.use_code(phone, code, "one") == person("lan").id
    assert entry.use_code(phone, code, "two") is None
    assert entry.use_code(phone, code, "one") == person("lan").id
    late = entry.issue_code(person("lan").id, hoa)
    clock.move(minutes=11)
    assert entry.use_code(phone, late, "b") is None
    guessed = entry.issue_code(person("lan").id, hoa)
    for _ in range(5):
        assert entry.use_code(phone, "00000000", "b") is None
    assert entry.use_code(phone, guessed, "b") is None
    old, new = (entry.issue_code(person("lan").id, hoa) for _ in range(2))
    assert entry.use_code(phone, old, "b") is None
    assert entry.use_code(person("lan").personal_code, new, "b") == person("lan").id


def test_a_helper_issues_twenty_codes_a_day_to_the_own_group(app, clock, viewer):
    hoa = viewer("hoa")
    for name in ("tai", "hoa", "thu"):
        with pytest.raises(Refused):
            entry.issue_code(person(name).id, hoa)
    for _ in range(20):
        entry.issue_code(person("lan").id, hoa)
    with pytest.raises(Refused, match="20"):
        entry.issue_code(person("lan").id, hoa)
    assert len(acts("issue code")) == 20
    clock.move(days=1, minutes=1)
    entry.issue_code(person("lan").id, hoa)


def test_an_issued_code_is_told_of_once(app, viewer):
    entry.issue_code(person("lan").id, viewer("hoa"))
    assert [one.issued_by for one in entry.tell_of_codes(person("lan").id)] == ["Trần Thị Hoa"]
    assert entry.tell_of_codes(person("lan").id) == []


def test_a_fresh_secret_ends_open_links_and_codes(app, viewer):
    lan = person("lan").id
    link = entry.issue_return_link(lan)
    code = entry_code("lan")
    actions.change_pin(lan, "583916")
    assert entry.use_return_link(link, "b") is None and entry.use_code(CAST["lan"].phone, code, "b") is None


# Classes and the phone handed over


def test_a_class_is_of_the_own_group_and_lasts_three_hours(app, clock, viewer):
    with pytest.raises(Refused):
        entry.issue_class_ticket(group("DG07").id, 30, viewer("hoa"))
    token = entry.issue_class_ticket(group("DG05").id, 10_000, viewer("hoa"))
    here = entry_queries.find_class(digest(token), now())
    assert (here.group_code, here.budget) == ("DG05", 900)
    clock.move(hours=3)
    assert entry_queries.find_class(digest(token), now()) is None


def test_a_helper_hands_the_phone_to_the_own_group_and_to_nobody_with_a_role(app, viewer):
    hoa = viewer("hoa")
    entry.hand_over(hoa, person("lan").id)
    assert [(act.actor_id, act.object_id) for act in acts("hand over")] == [
        (hoa.person_id, str(person("lan").id))
    ]
    with transaction():
        db.session.add(
            Grant(person_id=person("tai").id, role=Role.HELPER, ward_id=1, group_id=group("DG05").id)
        )
    for name in ("hoa", "tai", "thu"):
        with pytest.raises(Refused):
            entry.hand_over(hoa, person(name).id)
    with pytest.raises(Refused):
        entry.hand_over(viewer("lan"), person("tai").id)


def test_a_proof_is_counted_like_a_sign_in(app, clock):
    lan = person("lan").id
    assert entry.proves(lan, SURE, known("lan"))
    assert not any(entry.proves(lan, WRONG, known("lan")) for _ in range(10))
    assert not entry.proves(lan, SURE, known("lan"))
