"""Requests for help at the helper's desk: seen on the roster, noted as done, opened again; nobody else's."""

import pytest
from sqlalchemy import select

from elearn.kit.audit import AuditEntry
from elearn.kit.db import db
from elearn.learning.helping import ask_for_help
from elearn.learning.models import HelpRequest
from tests.ward import person


@pytest.fixture
def asked(app):
    ask_for_help(person("lan").id, about="phone")
    return db.session.scalar(select(HelpRequest.id))


def entries(action):
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)))


def test_the_roster_says_who_asked_and_the_helper_notes_how_it_was_done(browser, asked):
    page = browser.come_as("hoa").open("/to/DG05")
    assert page.says("Nên ghé thăm") and page.says("Nhờ giúp ngày")
    assert [entry.detail["names"] for entry in entries("view roster")] == [2], "each name once"
    path = f"/to/DG05/nho-giup/{asked}"
    assert browser.open(path).says("Chưa quen dùng điện thoại")
    assert len(entries("view help")) == 1
    assert browser.send(path, expect=422).says("Xin chọn đã giúp cách nào.")
    for _ in range(2):
        browser.send(path, expect=303, how="met")
    assert len(entries("finish help")) == 1
    assert not browser.open("/to/DG05").says("Nên ghé thăm")
    assert browser.come_as("lan").open("/cua-toi").says("Người hướng dẫn ghi đã giúp bác")
    assert browser.open("/nho-giup").says("đã gặp và giúp tận nơi, người giúp: Trần Thị Hoa")


def test_what_was_noted_by_mistake_is_opened_again(browser, asked):
    path = f"/to/DG05/nho-giup/{asked}"
    browser.come_as("hoa").open(path)
    browser.send(path, expect=303, how="called")
    assert browser.open(path).says("đã giúp qua điện thoại")
    for _ in range(2):
        browser.send(f"{path}/mo-lai", expect=303)
    assert browser.open("/to/DG05").says("Nên ghé thăm")
    assert len(entries("reopen help")) == 1


@pytest.mark.parametrize(
    ("name", "path", "expect"),
    [
        ("hoa", "/to/DG07/ghe-tham", 404),
        ("hoa", "/to/DG07/nho-giup/{}", 404),
        ("quan", "/to/DG07/nho-giup/{}", 404),
        ("xa", "/to/DG05/nho-giup/{}", 404),
        ("xa", "/to/DG05/ghe-tham", 404),
        ("minh", "/to/DG05/ghe-tham", 403),
        ("lan", "/to/DG05/nho-giup/{}", 403),
    ],
)
def test_no_other_group_and_nobody_else_sees_it(browser, asked, name, path, expect):
    browser.come_as(name).open(path.format(asked), expect=expect)


def test_another_groups_helper_cannot_note_it_as_done(browser, asked):
    browser.come_as("xa").open("/nguoi-khac")
    browser.send(f"/to/DG05/nho-giup/{asked}", expect=404, how="met")
    browser.send(f"/to/DG05/nho-giup/{asked}/mo-lai", expect=404)
    assert entries("finish help") == []


def test_the_whole_list_is_audited_as_the_roster_is(browser, asked):
    page = browser.come_as("hoa").open("/to/DG05/ghe-tham")
    assert page.says("Nguyễn Thị Lan") and page.response.headers["Cache-Control"] == "no-store"
    assert [entry.detail["names"] for entry in entries("view roster")] == [1]


def test_a_quiet_group_says_so(browser, app):
    assert browser.come_as("hoa").open("/to/DG05/ghe-tham").says("Hiện không có ai cần ghé thăm.")
