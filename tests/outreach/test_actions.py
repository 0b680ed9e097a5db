"""A poster is made once, retired and used again; an arrival is a number."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.outreach import actions
from elearn.outreach.models import Arrival, Poster
from tests.ward import group


def acts():
    found = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.action, entry.actor_id) for entry in found if entry.object_kind == "poster"]


def test_the_same_poster_is_made_once(app, viewer, person):
    hoa = viewer("hoa")
    one = actions.make_poster(hoa, 1, group_id=group("DG05").id, place="nhà văn hóa")
    assert actions.make_poster(hoa, 1, group_id=group("DG05").id, place="nhà văn hóa") == one
    assert actions.make_poster(hoa, 1, group_id=group("DG05").id, place="cổng chợ") != one
    assert acts() == [("make poster", person("hoa").id)] * 2


def test_who_may_not_make_a_poster_is_refused(app, viewer):
    for name, group_id, ward_id in (
        ("hoa", group("DG07").id, 1),
        ("hoa", None, 1),
        ("lan", group("DG05").id, 1),
        ("xa", group("DG05").id, 1),
        ("quan", None, 2),
    ):
        with pytest.raises(Refused):
            actions.make_poster(viewer(name), ward_id, group_id=group_id)
    assert db.session.scalar(select(func.count()).select_from(Poster)) == 0


def test_retiring_twice_is_once_and_can_be_undone(app, viewer):
    hoa = viewer("hoa")
    one = actions.make_poster(hoa, 1, group_id=group("DG05").id)
    assert actions.retire_poster(hoa, 1, one)
    at = db.session.get(Poster, one).retired_at
    assert actions.retire_poster(hoa, 1, one) and db.session.get(Poster, one).retired_at == at
    assert actions.restore_poster(hoa, 1, one) and db.session.get(Poster, one).retired_at is None
    assert [act for act, _ in acts()] == ["make poster", "retire poster", "restore poster"]


def test_another_groups_poster_is_out_of_reach(app, viewer):
    other = actions.make_poster(viewer("minh"), 1, group_id=group("DG07").id)
    for name, ward_id in (("hoa", 1), ("xa", 1), ("xa", 2), ("lan", 1)):
        assert not actions.retire_poster(viewer(name), ward_id, other)
    assert db.session.get(Poster, other).retired_at is None


def test_an_arrival_that_cannot_be_written_turns_nobody_away(app, viewer, monkeypatch):
    one = actions.make_poster(viewer("minh"), 1)
    actions.record_arrival(one)
    actions.record_arrival(one)

    def full(*_, **__):
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    with monkeypatch.context() as broken:
        broken.setattr(actions, "add_up", full)
        actions.record_arrival(one)
    assert [row.count for row in db.session.scalars(select(Arrival))] == [2]
