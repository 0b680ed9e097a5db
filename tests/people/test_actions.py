"""What is known of people: registered, corrected, bounded; and whose a session is."""

import pytest
from sqlalchemy import func, select

from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.kit.refused import Refused
from elearn.people import actions, session_queries
from elearn.people.models import Person, Session, SessionKind
from tests.ward import group, person

PHONE = "+84912345678"


def crowd(count, phone=PHONE):
    made = [actions.begin_nameless(1) for _ in range(count)]
    for number, one in enumerate(made):
        actions.register_details(one, name=f"Bà {number}", group_id=None, keeping="name", phone=phone)
    return made


def test_five_people_share_a_phone_and_the_sixth_is_told_only_when_correcting(app):
    family = crowd(6)
    phones = [db.session.get(Person, one).phone for one in family]
    assert phones == [PHONE] * 5 + [None]
    with pytest.raises(Refused, match="5 người"):
        actions.change_details(family[5], name="Bà 5", phone=PHONE, birth_year=None)
    actions.change_details(family[0], name="Bà 0", phone=PHONE, birth_year=1950)  # the own number is no news
    actions.change_details(family[0], name="Bà 0", phone=None, birth_year=None)
    actions.change_details(family[5], name="Bà 5", phone=PHONE, birth_year=None)
    assert (db.session.get(Person, family[0]).birth_year, db.session.get(Person, family[5]).phone) == (
        None,
        PHONE,
    )


def test_a_helper_corrects_a_neighbour_and_it_is_written_down(app, viewer):
    lan, hoa = person("lan").id, viewer("hoa")
    actions.change_details(
        lan, name="Nguyễn Thị Lan Anh", phone="+84900000001", birth_year=None, household="H12", actor=hoa
    )
    kept = db.session.get(Person, lan)
    assert (kept.search, kept.household) == ("nguyen thi lan anh", "H12")
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.detail) == ("change details", {"fields": ["household", "name"]})
    for name in ("tai", "thu"):
        with pytest.raises(Refused):
            actions.change_details(person(name).id, name="X", phone=None, birth_year=None, actor=hoa)
    actions.change_details(lan, name="Lan", phone=None, birth_year=None, actor=viewer("lan"))
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 1


def test_two_first_answers_meet_one_nameless_person(app):
    one = actions.learner_of("f" * 64, 1)
    assert actions.learner_of("f" * 64, 1) == one
    assert db.session.get(Session, "f" * 64).kind == SessionKind.NAMELESS


def test_the_ended_session_of_somebody_begins_anew_without_a_name(app, monkeypatch):
    lan = person("lan").id
    actions.open_session("f" * 64, lan, SessionKind.OWN)
    assert actions.learner_of("f" * 64, 1) == lan
    with transaction():
        db.session.get(Session, "f" * 64).expires_at = now()
    other = actions.learner_of("f" * 64, 1)
    assert other != lan and session_queries.find_viewer("f" * 64, now()).is_nameless


def test_a_class_ends_with_its_ticket(app):
    lan = person("lan").id
    actions.open_session("f" * 64, lan, SessionKind.OWN)
    actions.join_class("f" * 64, group("DG05").id, now().replace(year=2100))
    assert session_queries.find_viewer("f" * 64, now()).class_group_id == group("DG05").id
    actions.join_class("f" * 64, group("DG05").id, now())
    assert session_queries.find_viewer("f" * 64, now()).class_group_id is None
