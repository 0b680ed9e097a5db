"""Whom to call in a group: entered with consent, shown to who sees its true counts, to nobody else."""

import pytest
from sqlalchemy import func, select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.learning.groups import merge_groups
from elearn.people.contact_queries import contacts_seen_by
from elearn.people.contacts import MOST_CONTACTS, add_contact, drop_contact
from elearn.people.permissions import VISITOR
from tests.ward import group


@pytest.fixture
def leader(app, viewer):
    add_contact(viewer("quan"), group("DG05").id, role="leader", name="Ông Trưởng", phone="+84912345678")


def seen(viewer, code=""):
    return {of: [one.name for one in some] for of, some in contacts_seen_by(viewer, 1, code).items()}


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("hoa", True),
        ("minh", True),
        ("thu", True),
        ("quan", True),
        ("lan", False),
        ("tai", False),
        ("xa", False),
    ],
)
def test_who_sees_the_true_counts_of_the_group_sees_whom_to_call(viewer, leader, name, sees):
    assert seen(viewer(name)) == ({"DG05": ["Ông Trưởng"]} if sees else {})
    assert seen(viewer(name), "DG07") == {} and seen(VISITOR) == {}


def test_the_same_again_is_the_same_and_a_group_has_only_some(viewer, leader):
    quan, where = viewer("quan"), group("DG05").id
    add_contact(quan, where, role="leader", name="Ông Trưởng", phone="+84912345678")
    assert seen(quan) == {"DG05": ["Ông Trưởng"]}
    for number in range(1, MOST_CONTACTS):
        add_contact(quan, where, role="helper", name=f"Chị {number}", phone=None)
    with pytest.raises(Refused, match="nhiều nhất 4"):
        add_contact(quan, where, role="other", name="Một người nữa", phone=None)


def test_one_is_taken_out_once(viewer, leader):
    quan, where = viewer("quan"), group("DG05").id
    [one] = contacts_seen_by(quan, 1)["DG05"]
    drop_contact(quan, group("DG07").id, one.id)
    assert seen(quan), "it is another group's"
    for _ in range(2):
        drop_contact(quan, where, one.id)
    assert seen(quan) == {}
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "drop contact")) == 1


def test_whom_to_call_goes_over_when_groups_are_merged(viewer, leader):
    merge_groups([group("DG05").id], group("DG07").id, actor=None)
    assert seen(viewer("minh")) == {"DG07": ["Ông Trưởng"]}
