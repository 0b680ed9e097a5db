"""Who was given a one-time code hears of it, and may say that they never asked for one (THREATS 4.3)."""

import pytest
from sqlalchemy import select

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now
from elearn.kit.db import db
from elearn.people import actions, entry
from elearn.people.code_queries import codes_of
from elearn.people.codes import note_codes_read, object_to_code
from elearn.people.models import LearningCard, Session, SessionKind, SignInCode
from tests.ward import CAST, group, person

PLACE = entry.Place(1)


def issue(viewer, name="lan", by="hoa"):
    return entry.issue_code(person(name).id, viewer(by))


def newest():
    return db.session.scalars(select(SignInCode).order_by(SignInCode.id.desc())).first()


@pytest.mark.parametrize(("kind", "days", "odd"), [
    (SessionKind.OWN, 0, True), (SessionKind.OWN, 8, False), (SessionKind.SHARED, 0, False),
    (SessionKind.HANDED, 0, False),
])  # fmt: skip
def test_a_code_remembers_whether_its_owner_had_a_phone_in_use(app, viewer, clock, kind, days, odd):
    actions.open_session("a" * 64, person("lan").id, kind)
    clock.move(days=days)
    issue(viewer)
    assert newest().had_session is odd


def test_the_owner_reads_who_issued_a_code_and_whether_it_was_used(app, viewer, clock):
    lan = person("lan").id
    code = issue(viewer)
    clock.move(minutes=2)
    assert entry.use_code(CAST["lan"].phone, code, "a browser") == lan
    clock.move(minutes=1)
    issue(viewer, by="quan")  # never used
    clock.move(minutes=1)
    issue(viewer)
    latest, unused, used = codes_of(lan, now())
    assert used.issued_by == "Trần Thị Hoa" and used.opened_at == used.issued_at + entry.timedelta(minutes=2)
    assert (unused.issued_by, unused.opened_at, latest.opened_at) == ("Ngô Văn Quản", None, None)
    assert codes_of(person("tai").id, now()) == []
    clock.move(days=90)
    assert codes_of(lan, now()) == []


def test_what_was_read_is_not_told_again(app, viewer):
    issue(viewer)
    note_codes_read(person("lan").id)
    assert entry.tell_of_codes(person("lan").id) == []


def test_who_did_not_ask_closes_everything_but_this_browser(app, viewer):
    lan = person("lan").id
    for token in "ab":
        actions.open_session(token * 64, lan, SessionKind.OWN)
    issue(viewer)
    entry.issue_return_link(lan)
    code = issue(viewer)
    assert object_to_code(lan, newest().id, but="a" * 64) is None
    assert db.session.scalars(select(Session.token_digest).where(Session.person_id == lan)).all() == [
        "a" * 64
    ]
    assert entry.use_code(CAST["lan"].phone, code, "a browser") is None
    assert newest().objected_at and newest().told_at
    assert entry.come_in(CAST["lan"].phone, CAST["lan"].secret, PLACE).person_id == lan, "nobody changed it"


def test_a_code_that_somebody_used_costs_them_what_they_made_of_it(app, viewer, clock):
    """They came in, set a mã học of their own and printed a card: none of it opens anything any more."""
    lan, old_card = person("lan").id, entry.issue_card(person("lan").id, None)
    entry.revoke_cards(lan, lan)
    clock.move(minutes=1)
    code = issue(viewer)
    assert entry.use_code(CAST["lan"].phone, code, "a browser") == lan
    actions.open_session("c" * 64, lan, SessionKind.RENEWING)
    actions.keep_drawn_pin(lan, "592738")
    actions.open_session("d" * 64, lan, SessionKind.OWN)
    card = entry.issue_card(lan, None)
    assert card != old_card
    actions.open_session("e" * 64, lan, SessionKind.OWN)
    fresh = object_to_code(lan, newest().id, but="e" * 64)
    open_now = db.session.scalars(select(Session.token_digest).where(Session.person_id == lan)).all()
    assert open_now == ["e" * 64]
    assert entry.come_in(CAST["lan"].phone, "592738", PLACE).person_id is None
    assert entry.come_in(CAST["lan"].phone, fresh, PLACE).person_id == lan
    assert all(db.session.scalars(select(LearningCard.revoked_at)))


def test_a_card_from_before_the_code_stays_good(app, viewer, clock):
    lan = person("lan").id
    entry.issue_card(lan, None)
    clock.move(minutes=1)
    issue(viewer)
    object_to_code(lan, newest().id, but=None)
    assert db.session.scalars(select(LearningCard.revoked_at)).all() == [None]


def test_nobody_objects_to_the_code_of_another_or_twice_or_years_later(app, viewer, clock):
    lan, tai = person("lan").id, person("tai").id
    issue(viewer)
    actions.open_session("a" * 64, tai, SessionKind.OWN)
    assert object_to_code(tai, newest().id, but=None) is None
    assert newest().objected_at is None and db.session.scalar(select(Session).where(Session.person_id == tai))
    object_to_code(lan, newest().id, but=None)
    first = newest().objected_at
    clock.move(minutes=5)
    object_to_code(lan, newest().id, but=None)
    assert newest().objected_at == first
    issue(viewer)
    clock.move(days=91)
    object_to_code(lan, newest().id, but=None)
    assert newest().objected_at is None


def test_the_ward_reads_of_it_in_the_audit(app, viewer):
    lan, hoa = person("lan").id, person("hoa").id
    issue(viewer)
    object_to_code(lan, newest().id, but=None)
    entry_of = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "object to code")).one()
    assert (entry_of.actor_id, entry_of.object_id, entry_of.ward_id) == (lan, str(lan), group("DG05").ward_id)
    assert entry_of.detail == {"issued_by": hoa}
