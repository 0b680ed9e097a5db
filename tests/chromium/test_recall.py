"""A learner is asked again what was wrong, is placed in a course, and says how sure they feel: by touch, with
script and without, light and dark."""

import os
from pathlib import Path

import pytest

from elearn.kit.db import db
from tests.chromium.conftest import DESK, PHONE
from tests.chromium.test_every_page import barriers
from tests.learning.test_recall_pages import days_pass
from tests.security.doors import open_session_of

COURSE = "/khoa-hoc/thanh-toan-so"


def come_as(site, page, name):
    with site.app.app_context():
        token = open_session_of(name)
    page.context.add_cookies([{"name": "elearn-s", "value": token, "url": site.root}])


def looked_at(page, name):
    """Fail where the page is too wide or bars anybody; keep a picture where one is asked for."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name
    if folder := os.environ.get("ELEARN_PICTURES"):
        page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)


def tick(page):
    """Choose the first answer of every question."""
    for box in page.query_selector_all("fieldset.question:not(.levels)"):
        if choice := box.query_selector("input"):
            choice.check() if choice.get_attribute("type") in ("radio", "checkbox") else choice.fill("x")
        for number, chosen in enumerate(box.query_selector_all("select"), start=1):
            chosen.select_option(index=min(number, len(chosen.query_selector_all("option")) - 1))


@pytest.mark.parametrize(
    ("script", "size", "dark"), [(True, PHONE, False), (False, PHONE, True), (True, DESK, True)]
)
def test_from_the_offer_to_what_comes_back(site, visit, script, size, dark):
    with site.app.app_context():
        days_pass(2)
        db.session.remove()
    page = visit(script=script, size=size, dark=dark)
    come_as(site, page, "lan")
    look = f"{size['width']}-{'dark' if dark else 'light'}-{'script' if script else 'plain'}"
    page.goto("/")
    looked_at(page, f"home-{look}")
    page.get_by_role("link", name="Ôn 2 câu hôm nay").click()
    page.wait_for_url("**/on-lai")
    looked_at(page, f"recall-{look}")
    tick(page)
    page.get_by_role("button", name="Gửi câu trả lời").click()
    page.wait_for_url("**/on-lai/*")
    looked_at(page, f"recalled-{look}")
    if script:
        assert not barriers(page, "what came of it")
    page.goto("/on-lai")
    looked_at(page, f"no-recall-{look}")


@pytest.mark.parametrize(
    ("script", "size", "dark"), [(True, PHONE, False), (False, PHONE, True), (True, DESK, True)]
)
def test_from_the_placement_to_what_is_skipped(site, visit, script, size, dark):
    page = visit(script=script, size=size, dark=dark)
    look = f"{size['width']}-{'dark' if dark else 'light'}-{'script' if script else 'plain'}"
    page.goto(COURSE)
    looked_at(page, f"course-{look}")
    page.get_by_role("link", name="5 câu xếp lối").click()
    page.wait_for_url("**/xep-loi/*")
    looked_at(page, f"placement-{look}")
    tick(page)
    page.locator("label[for='tt0.3']").click()
    page.get_by_role("button", name="Gửi câu trả lời").click()
    page.wait_for_url("**/ket-qua")
    looked_at(page, f"placed-{look}")
    if script:
        assert not barriers(page, "what is known")
    skip = page.get_by_role("button", name="Bỏ qua bài đã đánh dấu")
    if skip.count():
        skip.click()
        page.wait_for_url(f"**{COURSE}")
        looked_at(page, f"skipped-{look}")
    page.goto("/tu-tin/thanh-toan-so")
    assert page.locator("[id='tt0.3']").is_checked()
    looked_at(page, f"confidence-{look}")
