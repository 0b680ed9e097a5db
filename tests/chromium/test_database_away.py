"""A disk that is full while somebody answers: the page keeps the answer, and one tap sends it again."""

import re

import pytest
from sqlalchemy.engine.default import DefaultDialect

from tests.chromium.conftest import DESK, PHONE

ASK = "/khoa-hoc/thanh-toan-so/quet-ma-qr/cau-hoi"
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)")


@pytest.fixture
def full(monkeypatch):
    """Let nothing be written until told otherwise."""
    as_it_was, state = DefaultDialect.do_execute, {"full": True}

    def execute(self, cursor, statement, *more):
        if state["full"] and WRITES.match(statement):
            raise self.dbapi.OperationalError("database or disk is full")
        return as_it_was(self, cursor, statement, *more)

    monkeypatch.setattr(DefaultDialect, "do_execute", execute)
    return state


@pytest.mark.parametrize(("size", "dark", "script"), [(PHONE, False, True), (DESK, True, False)])
def test_the_answer_is_in_the_page_and_one_tap_sends_it(visit, full, size, dark, script):
    page = visit(size=size, dark=dark, script=script)
    page.goto(ASK)
    for group in page.locator("fieldset").all():
        group.locator("label").first.click()
    page.get_by_role("button", name="Gửi").first.click()
    page.get_by_text("Những gì vừa điền vẫn còn ở đây").wait_for()
    full["full"] = False
    page.get_by_role("button", name="Gửi lại").click()
    page.wait_for_url("**/ket-qua/*")
    page.faults[:] = [fault for fault in page.faults if "503" not in fault]


@pytest.mark.parametrize(("size", "dark"), [(PHONE, False), (DESK, True)])
def test_the_page_of_the_proxy_stands_by_itself(visit, size, dark):
    page = visit(size=size, dark=dark)
    page.goto("/static/starting.html")
    assert page.inner_text("h1") == "Trang đang khởi động lại"
    assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") != "none"
