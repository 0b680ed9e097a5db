"""What an administrator comes in by is reset by another a day after it was announced; nobody is shut out."""

import pytest
from sqlalchemy import select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db
from elearn.kit.refused import Refused
from elearn.people import second_keys
from elearn.people.actions import grant_role, set_password
from elearn.people.colleagues import must_be_announced, object_to_reset
from elearn.people.models import Grant
from elearn.people.permissions import Role
from elearn.people.roles import disable, revoke_grant
from tests.browser import Browser
from tests.ward import person, viewer

NEW = "bon con ga gay tren mai"


@pytest.fixture
def two(app):
    """Cô Thu is an administrator too."""
    grant_role(person("thu").id, Role.ADMINISTRATOR, ward_id=1, group_id=None, by=viewer("quan"))


def acts():
    return db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()


def reset(quan, expect):
    path = f"/quan-tri/nguoi/{person('thu').id}/mat-khau"
    quan.open(path)
    return quan.send(path, expect, password=NEW, again=NEW)


def test_it_is_announced_first_and_done_a_day_later(two, app, clock):
    quan, kept = Browser(app).come_as("quan"), person("thu").password_hash
    for _ in range(2):
        assert reset(quan, 422).says("báo trước một ngày")
    db.session.expire_all()
    assert acts().count("announce reset") == 1 and person("thu").password_hash == kept
    clock.move(hours=24, seconds=1)
    reset(quan.come_as("quan"), 303)
    db.session.expire_all()
    assert person("thu").password_hash != kept and acts()[-1] == "set password"


def test_every_administrator_reads_of_it_before_and_after(two, app, clock):
    quan = Browser(app).come_as("quan")
    reset(quan, 422)
    for name in ("quan", "thu"):
        page = Browser(app).come_as(name).open("/quan-tri")
        assert page.says("báo trước sẽ đặt lại mật khẩu hoặc gỡ lớp khóa thứ hai của Phạm Thị Thu")
        assert ("Tôi không nhờ" in page.html) == (name == "thu")
    clock.move(hours=25)
    reset(quan.come_as("quan"), 303)
    for name in ("quan", "thu"):
        page = Browser(app).come_as(name).open("/quan-tri")
        assert page.says("Ngô Văn Quản đã đặt lại mật khẩu của Phạm Thị Thu")


def test_whose_it_is_can_say_that_they_never_asked(two, app, clock):
    quan, thu = Browser(app).come_as("quan"), Browser(app).come_as("thu")
    reset(quan, 422)
    thu.open("/quan-tri/khong-nho")
    for _ in range(2):
        thu.send("/quan-tri/khong-nho", 303)
    assert acts().count("object to reset") == 1
    clock.move(hours=25)
    assert reset(quan.come_as("quan"), 422).says("đã nói không nhờ")
    quan.send(f"/quan-tri/nguoi/{person('thu').id}/lop-hai", 422)
    assert Browser(app).come_as("quan").open("/quan-tri").says("Phạm Thị Thu nói không nhờ ai")


def test_an_announcement_lapses_after_a_week(two, clock):
    with pytest.raises(Refused, match="báo trước"):
        must_be_announced(viewer("quan"), person("thu").id)
    clock.move(days=7, seconds=1)
    with pytest.raises(Refused, match="báo trước"):
        must_be_announced(viewer("quan"), person("thu").id)
    assert acts().count("announce reset") == 2


def test_second_keys_of_an_administrator_wait_too(two, app):
    quan = Browser(app).come_as("quan")
    quan.open(f"/quan-tri/nguoi/{person('thu').id}/lop-hai")
    assert quan.send(f"/quan-tri/nguoi/{person('thu').id}/lop-hai", 422).says("báo trước một ngày")


def test_who_is_no_administrator_and_the_servers_own_command_wait_for_nothing(two, app):
    must_be_announced(viewer("quan"), person("duc").id)
    must_be_announced(None, person("thu").id)
    object_to_reset(viewer("thu"))
    set_password(person("thu").id, NEW, by=None)
    assert second_keys.remove_keys_of(person("thu").id, by=None) is False
    page = Browser(app).come_as("quan").open("/quan-tri")
    assert page.says("Người trông máy chủ đã đặt lại mật khẩu của Phạm Thị Thu")


def test_taking_the_role_back_first_is_no_way_around_the_wait(two, app, clock):
    quan, thu = viewer("quan"), person("thu").id
    for grant in db.session.scalars(
        select(Grant).where(Grant.person_id == thu, Grant.role == "administrator")
    ):
        revoke_grant(grant.id, quan)
    with pytest.raises(Refused, match="báo trước một ngày"):
        must_be_announced(quan, thu)


def test_who_announced_a_reset_cannot_silence_the_colleague_meanwhile(two, app, clock):
    quan, thu = viewer("quan"), person("thu").id
    with pytest.raises(Refused, match="báo trước"):
        must_be_announced(quan, thu)
    with pytest.raises(Refused, match="còn đường vào"):
        disable(thu, quan)
    clock.move(days=8)  # what was announced has lapsed
    disable(thu, quan)


def test_an_announcement_is_its_makers_alone(two, clock):
    grant_role(person("duc").id, Role.ADMINISTRATOR, ward_id=1, group_id=None, by=viewer("quan"))
    with pytest.raises(Refused, match="báo trước"):
        must_be_announced(viewer("quan"), person("thu").id)
    clock.move(hours=25)
    with pytest.raises(Refused, match="báo trước"):
        must_be_announced(viewer("duc"), person("thu").id)
    must_be_announced(viewer("quan"), person("thu").id)


def test_who_was_an_administrator_long_ago_is_reset_like_anyone(two, clock):
    quan, thu = viewer("quan"), person("thu").id
    for grant in db.session.scalars(select(Grant).where(Grant.person_id == thu)):
        revoke_grant(grant.id, quan)
    clock.move(days=7, seconds=1)
    must_be_announced(quan, thu)
    assert "announce reset" not in acts()
