"""Wrong tries to come in are in the audit: one line a ward and hour, whoever floods; whom, and from where."""

import pytest
from sqlalchemy import select

from elearn.kit import audit
from elearn.kit.audit import AuditEntry
from elearn.kit.db import db
from elearn.kit.throttle import Tries
from elearn.people import entry
from elearn.people.entry import Place
from elearn.people.wrong_tries import note_wrong_try, write_down_wrong_tries
from tests.ward import CAST, person

HOME, ELSEWHERE = "203.0.113.0/24", "2001:db8:1::/48"
WRONG = "640917"


def at(network, ward_id=1):
    return Place(ward_id, network=network)


def lines(kind=None):
    wanted = select(AuditEntry).where(AuditEntry.action == "wrong sign-ins").order_by(AuditEntry.id)
    return [one for one in db.session.scalars(wanted) if kind in (None, one.object_kind)]


def test_an_hour_of_wrong_tries_is_one_line(app, clock):
    for _ in range(3):
        entry.come_in(CAST["lan"].phone, WRONG, at(HOME))
    entry.come_in("0988 777 666", "mot mat khau sai", at(ELSEWHERE))
    entry.use_code(CAST["lan"].phone, "12345678", "b", at(HOME))
    assert lines() == [], "the hour is not over"
    clock.move(hours=1)
    assert write_down_wrong_tries() == 1 == len(lines()) and write_down_wrong_tries() == 0
    (line,) = lines()
    assert (line.object_kind, line.object_id, line.ward_id, line.actor_id) == ("ward", "1", 1, None)
    assert {key: line.detail[key] for key in ("pins", "passwords", "codes")} == {
        "pins": 3, "passwords": 1, "codes": 1
    }  # fmt: skip
    assert line.detail["networks"] == [f"{HOME} (4)", f"{ELSEWHERE} (1)"]
    assert list(audit.broken_links()) == []


def test_the_next_wrong_try_writes_down_the_hours_before(app, clock):
    entry.come_in(CAST["lan"].phone, WRONG, at(HOME))
    clock.move(hours=2)
    assert lines() == []
    entry.come_in(CAST["tai"].phone, WRONG, at(HOME))
    assert len(lines()) == 1


def test_what_was_refused_is_counted_too(app, clock):
    for _ in range(8):
        entry.come_in(CAST["lan"].phone, WRONG, at(HOME))
    clock.move(hours=1)
    write_down_wrong_tries()
    assert (lines("ward")[0].detail["pins"], lines("ward")[0].detail["refused"]) == (5, 3)


def test_a_flood_leaves_one_line_and_five_networks(app, clock):
    for number in range(300):
        note_wrong_try("pin", 1, f"10.0.{number % 100}.0/24")
    clock.move(hours=1)
    write_down_wrong_tries()
    (line,) = lines()
    assert line.detail["pins"] == 300 and len(line.detail["networks"]) == 5


@pytest.mark.parametrize(("name", "secret"), [("thu", "mot mat khau sai"), ("hoa", WRONG)])
def test_whoever_has_a_role_is_told_of_the_first_wrong_try(app, clock, name, secret):
    entry.come_in(CAST[name].phone, secret, at(HOME))
    clock.move(hours=1)
    write_down_wrong_tries()
    (line,) = lines("person")
    assert (line.object_id, line.detail["times"]) == (str(person(name).id), 1)


def test_a_resident_is_named_only_when_somebody_tried_again_and_again(app, clock):
    for times, told in ((4, 0), (5, 1)):
        for _ in range(times):
            entry.come_in(CAST["tai"].phone, WRONG, at(HOME))
        clock.move(days=1)
        write_down_wrong_tries()
        assert len(lines("person")) == told
    assert lines("person")[0].object_id == str(person("tai").id)


def test_each_ward_has_its_own_line(app, clock):
    entry.come_in(CAST["lan"].phone, WRONG, at(HOME, 1))
    entry.come_in(CAST["xa"].phone, "mot mat khau sai", at(HOME, 2))
    clock.move(hours=1)
    write_down_wrong_tries()
    assert [line.ward_id for line in lines("ward")] == [1, 2]


def test_nothing_typed_stands_in_it_and_nothing_is_left_to_count(app, clock):
    entry.come_in("0988 777 666", WRONG, at(HOME))
    entry.come_in(CAST["lan"].phone, "mat khau bi mat", at(HOME))
    clock.move(hours=1)
    write_down_wrong_tries()
    text = str([line.detail for line in lines()])
    assert not any(secret in text for secret in (WRONG, "bi mat", "988777666", "900000001"))
    left = db.session.scalars(select(Tries.key).where(Tries.key.startswith("wrong"))).all()
    assert left == []


def test_a_right_secret_leaves_no_line(app, clock):
    entry.come_in(CAST["lan"].phone, CAST["lan"].secret, at(HOME))
    clock.move(hours=1)
    assert write_down_wrong_tries() == 0
