"""What the helper's desk writes: once however often it is sent, within one's reach, and noted."""

import pytest
from sqlalchemy import func, select

from elearn.desk import actions, queries
from elearn.desk.actions import CODES_OF_NOBODY, Told
from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.kit.refused import Refused
from elearn.kit.secrets import digest
from elearn.learning.recount import recount
from elearn.people import entry
from elearn.people.actions import open_session
from elearn.people.entry_queries import find_class
from elearn.people.models import Consent, Person, Session, SessionKind
from tests.desk.test_queries import here
from tests.desk.test_views import neighbour, noted
from tests.people.conftest import clock  # noqa: F401 - a fixture
from tests.ward import CAST, group, person

MAN = Told("Bà Mận", None, None, "unsaid", None)


def register(viewer, form="form 1", told=MAN, name="hoa", seen=True):
    return actions.register_neighbour(viewer(name), here(viewer), form, told, seen_by_helper=seen)


def seen(viewer, who, name="hoa"):
    return queries.find_neighbour(viewer(name), here(viewer, name=name), who)


def people():
    return db.session.scalar(select(func.count(Person.id)))


def test_the_same_form_means_the_same_person_and_shows_no_second_ma_hoc(app, viewer):
    before, first = people(), register(viewer)
    again = register(viewer)
    assert again == (first.person_id, None) and first.pin and people() == before + 1
    assert register(viewer, "form 2").person_id != first.person_id
    assert actions.registered_before(viewer("hoa"), "form 1") == first.person_id


def test_a_form_belongs_to_the_helper_who_sends_it(app, viewer):
    first = register(viewer)
    assert actions.registered_before(viewer("quan"), "form 1") is None
    other = actions.register_neighbour(
        viewer("quan"), here(viewer, name="quan"), "form 1", MAN, seen_by_helper=True
    )
    assert other.person_id != first.person_id


def test_what_was_agreed_aloud_is_kept_with_who_heard_it(app, viewer):
    who = register(viewer, seen=False).person_id
    kept = {
        (one.purpose, one.channel, one.assisted_by_id)
        for one in db.session.scalars(select(Consent).where(Consent.person_id == who))
    }
    assert kept == {("keep_results", "spoken", person("hoa").id)}
    assert seen(viewer, who) is None, "they did not let themselves be seen"


def test_a_number_that_five_share_is_refused_and_leaves_nobody_behind(app, viewer):
    told = MAN._replace(phone="+84912345678")
    for number in range(5):
        register(viewer, f"form {number}", told)
    before = people()
    with pytest.raises(Refused, match="5 người dùng chung"):
        register(viewer, "form 9", told)
    assert people() == before and actions.registered_before(viewer("hoa"), "form 9") is None
    assert register(viewer, "form 9", MAN).person_id, "the form can be put right and sent again"


@pytest.mark.parametrize(
    "act", [actions.new_pin, actions.print_card, actions.revoke_card, actions.withdraw_aloud]
)
def test_nobody_looks_after_oneself_or_after_who_has_a_role(app, viewer, act):
    for name, by in (("hoa", "hoa"), ("hoa", "quan")):
        one = seen(viewer, person(name).id, by)
        with pytest.raises(Refused):
            act(viewer(by), one)


def test_a_new_ma_hoc_ends_what_the_old_one_had_opened(app, viewer):
    who = register(viewer).person_id
    open_session("a" * 64, who, SessionKind.OWN)
    actions.new_pin(viewer("hoa"), seen(viewer, who))
    assert db.session.scalar(select(Session).where(Session.person_id == who)) is None
    assert len(noted("give credentials")) == 1


def test_a_card_that_is_printed_twice_is_one_card_and_two_lines(app, viewer):
    who = register(viewer).person_id
    one = seen(viewer, who)
    assert actions.print_card(viewer("hoa"), one) == actions.print_card(viewer("hoa"), one)
    assert (len(noted("issue card")), len(noted("print card"))) == (1, 2)
    actions.revoke_card(viewer("hoa"), one)
    actions.revoke_card(viewer("hoa"), one)
    assert len(noted("revoke cards")) == 1


def test_who_moves_leaves_the_label_of_the_household_behind(app, viewer):
    who = register(viewer, told=MAN._replace(household="hộ 12")).person_id
    actions.move(viewer("hoa"), seen(viewer, who), group("DG07").id)
    moved = db.session.get(Person, who)
    assert (moved.group_id, moved.household) == (group("DG07").id, None)
    assert actions.has_just_let_go(viewer("hoa"), who) and not actions.has_just_let_go(viewer("quan"), who)
    assert len(recount()) == 5, "but for the cast, who were never counted"


def test_a_second_tap_is_forgiven_for_two_minutes(app, viewer, clock):  # noqa: F811
    who = register(viewer).person_id
    actions.withdraw_aloud(viewer("hoa"), seen(viewer, who))
    assert seen(viewer, who) is None and actions.has_just_let_go(viewer("hoa"), who)
    clock.move(minutes=3)
    assert not actions.has_just_let_go(viewer("hoa"), who)


def test_agreeing_aloud_twice_is_agreeing_once(app, viewer):
    who = register(viewer, seen=False).person_id
    for _ in range(2):
        actions.agree_aloud(viewer("hoa"), who, 1)
    assert len(noted("agree aloud")) == 1 and seen(viewer, who) is not None
    actions.withdraw_aloud(viewer("hoa"), seen(viewer, who))
    actions.agree_aloud(viewer("hoa"), who, 1)
    assert len(noted("agree aloud")) == 2, "who takes it back may agree again"


def test_codes_of_nobody_have_a_budget_and_codes_of_somebody_are_noted(app, viewer, clock):  # noqa: F811
    lan = person("lan").personal_code
    for number in range(CODES_OF_NOBODY - 1):
        assert actions.look_up(viewer("hoa"), here(viewer), f"9{number:07d}") is None
    assert actions.look_up(viewer("hoa"), here(viewer), lan).id == person("lan").id
    assert actions.look_up(viewer("hoa"), here(viewer), "99999999") is None
    with pytest.raises(Refused, match="nhiều mã không có ai"):
        actions.look_up(viewer("hoa"), here(viewer), lan)
    assert actions.look_up(viewer("quan"), here(viewer, name="quan"), lan), "each helper for themselves"
    assert {entry_of.object_id for entry_of in noted("find by code")} == {str(person("lan").id)}
    clock.move(days=1, hours=1)
    assert actions.look_up(viewer("hoa"), here(viewer), lan)


def test_who_is_taken_in_belongs_to_the_group_and_twice_is_once(app, viewer):
    who = neighbour("Bà Lạc", "GV-KR", agrees=False)
    with transaction():
        db.session.get(Person, who).personal_code = "90000001"
    one = queries.find_by_code(viewer("hoa"), here(viewer), "90000001")
    for _ in range(2):
        actions.take_in(viewer("hoa"), here(viewer), one, seen_by_helper=True)
    assert db.session.get(Person, who).group_id == group("DG05").id
    assert (len(noted("person assigned")), len(noted("agree aloud"))) == (1, 1)


def test_a_class_ends_for_those_who_sit_in_it_and_only_ones_own(app, viewer):
    token = entry.issue_class_ticket(group("DG05").id, 30, viewer("hoa"))
    mark = digest(token)[: queries.MARK]
    assert not actions.end_class(viewer("quan"), here(viewer, "DG07", "quan"), mark), "of another group"
    assert actions.end_class(viewer("hoa"), here(viewer), mark)
    assert find_class(digest(token), now()) is None
    assert not actions.end_class(viewer("hoa"), here(viewer), mark) and len(noted("end class")) == 1
    assert not actions.end_class(viewer("hoa"), here(viewer), "")


def test_correcting_keeps_what_was_typed_and_says_which_fields_changed(app, viewer):
    who = register(viewer).person_id
    told = Told("Bà Mận Nguyễn", "+84912345678", "hộ 3", "youth", 1960)
    for _ in range(2):
        actions.correct(viewer("hoa"), seen(viewer, who), told)
    one = seen(viewer, who)
    assert (one.name, one.phone, one.household, one.audience, one.birth_year) == tuple(told)
    (line,) = noted("change details")
    assert line.detail["fields"] == ["birth_year", "household", "name", "phone"]
    assert CAST["lan"].phone not in str(line.detail)


def test_reading_where_no_name_stands_leaves_no_line(app, viewer):
    actions.note_names_read(viewer("hoa"), here(viewer), 0)
    actions.note_names_read(viewer("hoa"), here(viewer), 3, printed=True)
    assert db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == ["print roster"]
