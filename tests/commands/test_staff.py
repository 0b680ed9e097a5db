"""Staff who have lost password and keys are let in again from the server itself."""

import re

import pyotp
import pytest
from flask import current_app, g
from sqlalchemy import select

import config
from elearn.app import create_app
from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now
from elearn.kit.db import db
from elearn.people import actions, second_keys, session_queries
from elearn.people.entry import Place, come_in
from elearn.people.models import Person, SessionKind
from tests.installation import PASSWORD

PHONE, NEW = "0900 000 009", "mua xuan nam nay am ap"


@pytest.fixture
def inside(installed):
    """The app over the installation of this test."""
    with create_app(config.from_environment() | {"TESTING": True}).app_context():
        yield
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def locked_out(inside):
    """The administrator, who has lost the phone with the app."""
    person = db.session.scalars(select(Person)).one()
    actions.open_session("here", person.id, SessionKind.STAFF)
    secret = second_keys.fresh_secret()
    me = session_queries.find_viewer("here", now())
    second_keys.add_app(me, secret, pyotp.TOTP(secret).now(), "Điện thoại đã mất")
    second_keys.make_recovery_codes(me)
    return person


def comes_in(password):
    return come_in(PHONE, password, Place(1)).person_id is not None


def test_a_new_password_is_set_and_the_second_keys_are_gone(typed, locked_out, tmp_path):
    (tmp_path / "new").write_text(NEW)
    code, said, _ = typed("user", "reset", "--who", PHONE, "--password-file", tmp_path / "new")
    assert code == 0 and "gỡ lớp khóa thứ hai" in said
    db.session.remove()
    assert comes_in(NEW) and not comes_in(PASSWORD)
    assert second_keys.keys_of(locked_out.id) == [] and session_queries.find_viewer("here", now()) is None
    acts = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.actor_id.is_(None)).order_by(AuditEntry.id)
    ).all()
    assert acts[-2:] == ["remove second keys", "set password"]
    (told,) = second_keys.tell_of_removals(locked_out.id)
    assert told.removed_by is None


def test_the_machine_may_choose_the_password(typed, locked_out):
    code, said, _ = typed("user", "reset", "--who", locked_out.personal_code, "--generate")
    db.session.remove()
    assert code == 0 and comes_in(said.split("Mật khẩu: ")[1].split("  (")[0])


@pytest.mark.parametrize("who", ["0900 000 010", "12345674", "Ngô Văn Quản", ""])
def test_who_is_not_there_is_told_and_nothing_happens(typed, locked_out, who):
    code, _, complaint = typed("user", "reset", "--who", who, "--generate")
    db.session.remove()
    assert code == 1 and ("Không có ai" in complaint or "--who" in complaint)
    assert comes_in(PASSWORD) and len(second_keys.keys_of(locked_out.id)) == 1


def test_the_first_sign_in_after_init_leads_to_the_second_key(inside):
    client = current_app.test_client()
    page = client.get("/dang-nhap", base_url="https://localhost").text
    token = re.search('name="csrf_token" value="([^"]+)"', page)[1]
    fields = {"csrf_token": token, "who": PHONE, "secret": PASSWORD}
    headers = {"Referer": "https://localhost/dang-nhap"}
    answer = client.post("/dang-nhap", data=fields, headers=headers, base_url="https://localhost")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cua-toi/khoa")
    vars(g).clear()
    assert (
        client.get("/quan-tri", base_url="https://localhost").headers["Location"].startswith("/cua-toi/khoa")
    )


def test_a_real_installation_obliges_its_administrators_and_the_trial_does_not(installed):
    assert config.from_environment()["ADMINISTRATORS_NEED_A_KEY"] is True
    assert config.for_demo()["ADMINISTRATORS_NEED_A_KEY"] is False
