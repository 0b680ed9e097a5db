"""Roles are given up to one's own ceiling, never beyond; people are kept out at once and let in again."""

import pytest
from sqlalchemy import func, select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.people import actions, entry_queries, queries, session_queries
from elearn.people.models import Grant, Person, Session, SessionKind
from elearn.people.permissions import Role, Scope
from tests.ward import group, person

WARD = 1


def roles_of(name):
    return [scope.role for scope in queries.grants_of(person(name).id)]


def grant_of(name):
    return db.session.scalars(select(Grant.id).where(Grant.person_id == person(name).id)).one()


def super_admin():
    """The one who looks after the whole installation."""
    made = actions.add_staff(
        WARD, "Trịnh Văn Cao", Role.ADMINISTRATOR, "coi soc ca thanh pho", everywhere=True
    )
    actions.open_session("s" * 64, made, SessionKind.SHARED)
    from elearn.kit.clock import now

    return session_queries.find_viewer("s" * 64, now())


def test_an_administrator_makes_a_helper_and_her_sessions_end(app, viewer):
    quan = viewer("quan")
    actions.open_session("a" * 64, person("lan").id, SessionKind.OWN)
    for _ in range(2):  # twice is once
        actions.grant_role(person("lan").id, Role.HELPER, ward_id=WARD, group_id=group("DG05").id, by=quan)
    assert queries.grants_of(person("lan").id) == [Scope(Role.HELPER, WARD, group("DG05").id)]
    assert db.session.get(Session, "a" * 64) is None
    acts = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "grant role").order_by(AuditEntry.id)
    ).all()
    assert [(act.actor_id, act.detail) for act in acts] == [
        (quan.person_id, {"role": "helper", "group_id": group("DG05").id})
    ]


def test_a_helper_gives_no_roles(app, viewer):
    with pytest.raises(Refused):
        actions.grant_role(
            person("lan").id, Role.HELPER, ward_id=WARD, group_id=group("DG05").id, by=viewer("hoa")
        )


def test_an_administrator_of_a_ward_gives_nothing_elsewhere(app, viewer):
    quan, beside = viewer("quan"), person("xa").ward_id
    for ward_id in (None, beside):
        with pytest.raises(Refused, match="quyền"):
            actions.grant_role(person("thu").id, Role.EDITOR, ward_id=ward_id, by=quan)
    with pytest.raises(Refused, match="phường khác"):
        actions.grant_role(person("xa").id, Role.EDITOR, ward_id=WARD, by=quan)
    with pytest.raises(Refused, match="quyền"):
        actions.add_staff(
            WARD, "Ông Tự Phong", Role.ADMINISTRATOR, "mat khau that dai", everywhere=True, by=quan
        )
    with pytest.raises(Refused):
        actions.revoke_grant(grant_of("xa"), quan)
    assert roles_of("thu") == [Role.AUTHOR] and roles_of("xa") == [Role.ADMINISTRATOR]


def test_a_role_fits_its_scope_and_its_person(app, viewer):
    quan = viewer("quan")
    lan, thu = person("lan").id, person("thu").id
    with pytest.raises(Refused, match="mật khẩu"):
        actions.grant_role(lan, Role.AUTHOR, ward_id=WARD, by=quan)
    with pytest.raises(Refused, match="một tổ"):
        actions.grant_role(lan, Role.HELPER, ward_id=WARD, by=quan)
    with pytest.raises(Refused, match="một tổ"):
        actions.grant_role(thu, Role.EDITOR, ward_id=WARD, group_id=group("DG05").id, by=quan)
    with pytest.raises(Refused, match="không thuộc"):
        actions.grant_role(lan, Role.HELPER, ward_id=WARD, group_id=group("BC01").id, by=quan)
    with pytest.raises(Refused, match="có tên"):
        actions.grant_role(actions.begin_nameless(WARD), Role.HELPER, ward_id=WARD, group_id=1, by=quan)


def test_a_role_is_taken_back_and_what_it_opened_ends(app, viewer):
    actions.open_session("a" * 64, person("hoa").id, SessionKind.HELPER)
    number = grant_of("hoa")
    for _ in range(2):
        actions.revoke_grant(number, viewer("quan"))
    assert roles_of("hoa") == [] and db.session.get(Session, "a" * 64) is None


def test_the_last_administrator_stays(app, viewer):
    quan = viewer("quan")
    with pytest.raises(Refused, match="cuối cùng"):
        actions.revoke_grant(grant_of("quan"), quan)
    with pytest.raises(Refused, match="cuối cùng"):
        actions.disable(person("quan").id, None)
    actions.add_staff(WARD, "Bà Kế Nhiệm", Role.ADMINISTRATOR, "mat khau that dai", by=quan)
    actions.revoke_grant(grant_of("quan"), quan)
    assert roles_of("quan") == []


def test_someone_kept_out_is_out_at_once(app, viewer):
    quan = viewer("quan")
    actions.open_session("a" * 64, person("thu").id, SessionKind.STAFF)
    actions.disable(person("thu").id, quan)
    actions.disable(person("thu").id, quan)
    assert db.session.get(Session, "a" * 64) is None
    assert entry_queries.candidates(phone=person("thu").phone) == []
    actions.enable(person("thu").id, quan)
    assert [one.id for one in entry_queries.candidates(phone=person("thu").phone)] == [person("thu").id]
    acts = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert acts.count("disable person") == 1 and acts.count("enable person") == 1


def test_whom_one_may_look_after(app, viewer):
    """Never oneself; the own group's residents; staff only by who may give their roles."""
    names = ["lan", "hoa", "minh", "thu", "duc", "quan", "tai", "xa"]
    expected = {
        "lan": [], "hoa": ["lan"], "minh": [], "thu": [], "duc": [],
        "quan": ["lan", "hoa", "minh", "thu", "duc", "tai"], "xa": [],
    }  # fmt: skip
    for who, whom in expected.items():
        looker = viewer(who)
        assert [n for n in names if actions.may_look_after(looker, person(n).id)] == whom, who
    above = super_admin()
    assert all(actions.may_look_after(above, person(name).id) for name in names)
    assert not actions.may_look_after(viewer("quan"), above.person_id)
    assert not actions.may_look_after(above, 987_654)


def test_staff_are_made_with_a_password_and_a_code(app, viewer):
    made = actions.add_staff(
        WARD, "Bùi Văn Mới", Role.AUTHOR, "con ga gay tren mai", phone="+84912000111", by=viewer("quan")
    )
    kept = db.session.get(Person, made)
    assert (
        kept.pin_hash is None and kept.password_hash and kept.personal_code and kept.search == "bui van moi"
    )
    assert queries.grants_of(made) == [Scope(Role.AUTHOR, WARD, None)]
    before = db.session.scalar(select(func.count()).select_from(Person))
    for bad in (
        {"password": "ngan"}, {"role": Role.HELPER}, {"role": Role.HELPER, "group_id": group("BC01").id},
    ):  # fmt: skip
        with pytest.raises(Refused):
            actions.add_staff(**{"ward_id": WARD, "name": "X Y", "role": Role.AUTHOR,
                                 "password": "con ga gay tren mai"} | bad)  # fmt: skip
    assert db.session.scalar(select(func.count()).select_from(Person)) == before
