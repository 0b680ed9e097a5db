"""What the administrator's desk writes: not about oneself, not above one's ceiling, whole or not at all."""

import pytest
from sqlalchemy import func, select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.learning.actions import erase
from elearn.office import actions
from elearn.office.people_queries import find_person_of, roles_of
from elearn.people import actions as people
from elearn.people.consents import SEEN_BY_HELPER
from elearn.people.models import Grant, Person, Session, SessionKind
from elearn.people.permissions import Role
from tests.desk.test_views import neighbour, noted
from tests.people.test_roles import super_admin
from tests.ward import CAST, group, person

HERE = 1
TYPED = {"name": "Tổ năm", "former_ward": "Đằng Giang", "households": 181, "adults": None}


def card(name_or_id):
    person_id = name_or_id if isinstance(name_or_id, int) else person(name_or_id).id
    found = find_person_of(HERE, person_id)
    assert found is not None
    return found


def saved(viewer, who, **more):
    told = {"name": "Bà Mận", "phone": None, "birth_year": None, "household": "", "audience": "unsaid"}
    actions.save_person(card(who), group_id=None, by=viewer("quan"), **told | more)


# -- who may not ---------------------------------------------------------------------------------

ON_A_PERSON = {
    "end sessions": actions.end_sessions,
    "erase": actions.erase,
    "merge": lambda one, by: actions.merge(one, card("tai"), by=by),
    "merge into": lambda one, by: actions.merge(card("tai"), one, by=by),
    "reset password": lambda one, by: actions.reset_password(one, "mot cau that dai nhe", by=by),
    "take back": lambda one, by: actions.take_back(one, SEEN_BY_HELPER, by=by),
    "remove keys": actions.remove_second_keys,
    "save": lambda one, by: actions.save_person(
        one, name="X", phone=None, birth_year=None, household="", audience="unsaid", group_id=None, by=by
    ),
}


@pytest.mark.parametrize("act", ON_A_PERSON)
def test_nobody_does_it_to_oneself_or_to_somebody_above(app, viewer, act):
    """quan himself; and whoever looks after the whole installation, whose role he could not give."""
    above = super_admin().person_id
    quan = viewer("quan")
    for who in (quan.person_id, above):
        with pytest.raises(Refused):
            ON_A_PERSON[act](card(who), by=quan)
    assert db.session.get(Person, quan.person_id).display_name == CAST["quan"].full_name


@pytest.mark.parametrize("act", ["erase", "merge", "merge into"])
def test_who_has_a_role_is_neither_erased_nor_merged(app, viewer, act):
    """A resident's mã học would open a desk; and a desk would stand empty."""
    with pytest.raises(Refused, match="Xin thu vai trò trước"):
        ON_A_PERSON[act](card("hoa"), by=viewer("quan"))
    assert person("hoa").merged_into_id is None and person("tai").merged_into_id is None


def test_nobody_raises_oneself(app, viewer):
    with pytest.raises(Refused, match="Không tự giao"):
        actions.grant(card("quan"), Role.EDITOR, ward_id=HERE, group_id=None, by=viewer("quan"))
    assert [one.role for one in roles_of(person("quan").id)] == [Role.ADMINISTRATOR]


# -- whole or not at all -------------------------------------------------------------------------


def test_a_group_is_saved_whole_or_not_at_all(app, viewer):
    with pytest.raises(Refused):
        actions.save_group(group("DG05").id, code="DG07", by=viewer("quan"), **TYPED)
    assert group("DG05").name == "Tổ dân phố số 5" and noted("rename group") == []
    actions.save_group(group("DG05").id, code="DG05", by=viewer("quan"), **TYPED)
    one = group("DG05")
    assert (one.name, one.households, one.adults) == ("Tổ năm", 181, None), "an empty count is taken away"


def test_several_people_move_together_or_nobody_does(app, viewer):
    who = [neighbour("Bà Mận"), neighbour("Ông Bưởi")]
    with pytest.raises(Refused):
        actions.move_people([*who, gone()], group("DG07").id, by=viewer("quan"))
    assert {db.session.get(Person, one).group_id for one in who} == {group("DG05").id}
    actions.move_people(who, group("DG07").id, by=viewer("quan"))
    actions.move_people(who, group("DG07").id, by=viewer("quan"))
    assert {db.session.get(Person, one).group_id for one in who} == {group("DG07").id}
    assert len(noted("person moved")) == 2, "twice is once"


def gone():
    """Return somebody who was erased between the page and the tap."""
    who = neighbour("Ông Đi")
    erase(who)
    return who


def test_what_is_corrected_is_kept_together_with_the_move(app, viewer):
    who = neighbour("Bà Mận", household="hộ 12")
    saved(viewer, who, household="hộ 12")
    assert db.session.get(Person, who).household == "hộ 12"
    actions.save_person(
        card(who), name="Bà Mận", phone="+84912345678", birth_year=1950, household="hộ 12", audience="youth",
        group_id=group("DG07").id, by=viewer("quan"),
    )  # fmt: skip
    one = db.session.get(Person, who)
    assert (one.phone, one.birth_year, one.audience) == ("+84912345678", 1950, "youth")
    assert (one.group_id, one.household) == (group("DG07").id, None), "the label was the old group's"


def test_a_new_label_goes_along_with_the_move(app, viewer):
    who = neighbour("Bà Mận", household="hộ 12")
    saved(viewer, who, household="hộ 3")
    actions.save_person(
        card(who), name="Bà Mận", phone=None, birth_year=None, household="hộ 7", audience="unsaid",
        group_id=group("DG07").id, by=viewer("quan"),
    )  # fmt: skip
    assert db.session.get(Person, who).household == "hộ 7"


# -- once ----------------------------------------------------------------------------------------


def add(viewer, form="form 1", name="Trần Văn Mới", by="quan"):
    return actions.add_staff(
        HERE, form, name, Role.AUTHOR, "bon tu khong lien quan", phone=None, by=viewer(by)
    )  # fmt: skip


def test_the_same_form_means_the_same_colleague(app, viewer):
    first = add(viewer)
    assert add(viewer) == first != add(viewer, "form 2")
    assert db.session.scalar(select(func.count(Grant.id)).where(Grant.person_id == first)) == 1
    assert len(noted("add staff")) == 2


def test_a_form_that_was_refused_may_be_put_right_and_sent_again(app, viewer):
    with pytest.raises(Refused):
        actions.add_staff(HERE, "form 1", "Mới", Role.AUTHOR, "ngan", phone=None, by=viewer("quan"))
    assert add(viewer), "the refused one left no trace of its number"


def test_a_form_without_a_number_is_a_colleague_of_its_own_each_time(app, viewer):
    assert add(viewer, "") != add(viewer, "")


def test_ending_sessions_is_noted_only_where_there_were_some(app, viewer):
    lan = person("lan").id
    actions.end_sessions(card("lan"), by=viewer("quan"))
    assert noted("end sessions") == []
    people.open_session("a" * 64, lan, SessionKind.OWN)
    actions.end_sessions(card("lan"), by=viewer("quan"))
    assert len(noted("end sessions")) == 1
    assert db.session.scalar(select(Session).where(Session.person_id == lan)) is None


# -- what is noted -------------------------------------------------------------------------------


def test_looking_is_noted_with_how_many_and_never_with_names(app, viewer):
    actions.note_view("view people", "ward", HERE, by=viewer("quan"), ward_id=HERE, names=0)
    actions.note_view("view people", "ward", HERE, by=viewer("quan"), ward_id=HERE, names=7)
    (line,) = noted("view people")
    assert line.detail == {"names": 7} and line.actor_id == person("quan").id


def test_looking_at_oneself_is_not_noted(app, viewer):
    actions.note_person_read(card("quan"), by=viewer("quan"))
    actions.note_person_read(card("lan"), by=viewer("quan"))
    assert [line.object_id for line in noted("view person")] == [str(person("lan").id)]


def test_no_entry_of_all_these_holds_a_name_or_a_number(app, viewer):
    who = neighbour("Bà Mận", phone="+84912345678")
    saved(viewer, who, phone="+84987654321", birth_year=1950)
    add(viewer)
    actions.reset_password(card("thu"), "mot cau that dai nhe", by=viewer("quan"))
    actions.save_group(group("LT03").id, code="LT03", by=viewer("quan"), **TYPED)
    actions.erase(card(who), by=viewer("quan"))
    texts = [str(line.detail) + line.object_id for line in db.session.scalars(select(AuditEntry))]
    assert len(texts) >= 5
    for secret in ("Mận", "912345678", "987654321", "Mới", "that dai", "Tổ năm", "1950"):
        assert not any(secret in text for text in texts), secret
