"""Bà Lan takes her data along and erases herself, with script off; what her group was counted stays."""

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from elearn.kit.db import db
from elearn.learning.models import DailyTally
from elearn.learning.recount import recount
from elearn.people.models import Person
from tests.chromium.test_helper_and_neighbour import tap
from tests.ward import CAST, group, person

LAN = CAST["lan"]


@pytest.fixture
def counted(site):
    """Return what tổ 5 was counted, as often as it is asked."""

    def read():
        with site.app.app_context():
            sums = (
                func.sum(getattr(DailyTally, name)).label(name)
                for name in ("registered", "lessons", "courses")
            )
            return db.session.execute(select(*sums).where(DailyTally.group_id == group("DG05").id)).one()

    with site.app.app_context():
        recount(repair=True)  # the cast came into the ward without being counted
    return read


def come_in(page):
    """Sign bà Lan in on the page."""
    page.goto("/dang-nhap")
    page.locator("#who").fill(LAN.phone)
    page.locator("#secret").fill(LAN.secret)
    tap(page, "button", "Đăng nhập")


def test_who_erases_herself_takes_her_data_along_and_leaves_only_numbers(site, visit, counted):
    before = counted()
    assert before.lessons and before.courses
    page, elsewhere = visit(script=False), visit(script=False)
    come_in(elsewhere)
    come_in(page)
    tap(page, "link", "Của tôi")
    tap(page, "link", "Dữ liệu của tôi")

    # everything there is about her, in a file
    with page.expect_download() as coming:
        page.get_by_role("link", name="Tải về tất cả").tap()
    assert coming.value.suggested_filename.endswith(".json")
    kept = json.loads(Path(coming.value.path()).read_text())
    told = json.dumps(kept, ensure_ascii=False)
    assert LAN.full_name in told and LAN.phone in told and "soat-ten" not in told
    assert len(page.context.pages) == 1 and page.url.endswith("/cua-toi/du-lieu")

    # she is asked once more, may think again, and then it is done
    tap(page, "link", "Xóa tên và câu trả lời của tôi")
    assert page.get_by_text("Xóa rồi thì không lấy lại được.").is_visible()
    tap(page, "link", "Thôi, giữ lại")
    assert page.locator(".who strong").inner_text() == LAN.full_name
    page.goto("/cua-toi/xoa")
    with site.app.app_context():
        who = person("lan").id
    tap(page, "button", "Xóa hết, tôi hiểu")
    assert page.locator(".who").count() == 0 and page.get_by_role("status").first.is_visible()

    # nobody comes in by her name any more, neither here nor where she was signed in
    elsewhere.goto("/cua-toi")
    assert elsewhere.locator(".who").count() == 0
    come_in(page)
    assert "chưa đúng" in page.get_by_role("alert").inner_text() and page.locator(".who").count() == 0

    # the group's numbers stay, and the books bear them out
    assert counted() == before
    with site.app.app_context():
        gone = db.session.get(Person, who)
        assert (gone.display_name, gone.phone, gone.pin_hash) == (None, None, None)
        assert recount() == []
