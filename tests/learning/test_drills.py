"""The inbox to practise on: it tells nothing before it is asked, and keeps nothing."""

import os

import pytest

from elearn.kit.clock import today
from elearn.kit.db import db
from elearn.library.drills import offered_drills
from elearn.library.models import FactRow
from tests.browser import Browser
from tests.library.document.made import SHELF
from tests.life import lively_app


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The lively ward, which none of these tests changes for good."""
    return lively_app(f"sqlite:///{tmp_path_factory.mktemp('drills') / 'a.db'}")


def test_the_inbox_lists_what_came_and_not_what_is_real(app):
    page = Browser(app).open("/that-hay-gia")
    assert page.says("Thật hay giả?") and len(page.every("li")) >= 30
    assert not page.says("Tin này giả")


def test_a_message_can_be_tapped_and_tells_its_signs(app):
    page = Browser(app).open("/that-hay-gia/khoa-tai-khoan")
    marks = [one["id"] for one in page.every("input") if one.get("type") == "checkbox"]
    assert marks == ["d-giuc", "d-link"]
    assert page.says("THỰC HÀNH – KHÔNG PHẢI THẬT") and page.says("Tin này giả") and page.says("là dấu hiệu")
    assert not [one for one in page.every("a") if "senhong" in (one.get("href") or "")]


def test_every_message_opens_and_the_last_leads_to_the_first(app):
    visitor, seen, at = Browser(app), [], "/that-hay-gia/khoa-tai-khoan"
    while at not in seen:
        seen.append(at)
        page = visitor.open(at)
        at = next(one["href"] for one in page.every("a") if one.get("rel") == "next")
    with app.test_request_context():
        offered, _ = offered_drills(SHELF, 1, today())
        db.session.remove()
    assert len(seen) == len(offered) and at == seen[0]


def test_a_changed_message_is_told_apart_from_the_copy_a_browser_keeps(app, tmp_path, monkeypatch):
    file = tmp_path / "drills.yaml"
    file.write_text((SHELF / "drills.yaml").read_text())
    monkeypatch.setitem(app.config, "COURSES", str(tmp_path))
    visitor, places = Browser(app), ("/that-hay-gia", "/that-hay-gia/khoa-tai-khoan")
    before = [visitor.client.get(place).headers["ETag"] for place in places]
    file.write_text(file.read_text().replace("Ngân hàng Sen Hồng", "Ngân hàng Sen Xanh", 1))
    os.utime(file, ns=(1, 1))
    after = [visitor.client.get(place) for place in places]
    assert all("Ngân hàng Sen Xanh" in page.text for page in after)
    assert [page.headers["ETag"] == tag for page, tag in zip(after, before, strict=True)] == [False, False]


def test_an_unknown_one_is_not_there(app):
    Browser(app).open("/that-hay-gia/khong-co", expect=404)


def test_what_rests_on_a_fact_nobody_vouches_for_is_not_offered(app):
    with app.app_context():
        row = db.session.get(FactRow, ("F-LINK", 0))
        row.status = "unverified"
        db.session.commit()
    try:
        Browser(app).open("/that-hay-gia/khoa-tai-khoan", expect=404)
    finally:
        with app.app_context():
            db.session.get(FactRow, ("F-LINK", 0)).status = "verified"
            db.session.commit()
            db.session.remove()
