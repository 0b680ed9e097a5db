"""A link of a lesson to another site, on a real phone: first the page that says where it leads, then back."""

import pytest
from sqlalchemy import select

from elearn.kit.db import db
from elearn.library.models import Lesson, RevisionSource
from elearn.library.publishing import publish
from elearn.library.revisions import new_draft, save_draft
from tests import ward
from tests.chromium.conftest import DESK
from tests.chromium.test_every_page import barriers
from tests.life import COURSE, LESSON

PLACE = f"/khoa-hoc/{COURSE}/{LESSON}"
ADDRESS = "https://nop-ho-so-truc-tuyen-cua-thanh-pho.dichvucong.haiphong.gov.vn/ho-so/moi?loai=1"


@pytest.fixture
def linked(site):
    """The lesson with a link in its text and one in a question."""
    with site.app.app_context():
        author, editor = ward.person("thu").id, ward.person("duc").id
        draft = new_draft(db.session.scalar(select(Lesson.id).where(Lesson.slug == LESSON)), author)
        text = db.session.scalar(select(RevisionSource.text).where(RevisionSource.revision_id == draft.id))
        text = text.replace("## Nhớ nhé\n", f"## Nhớ nhé\n[nộp hồ sơ]({ADDRESS})\n\n", 1)
        head, asked, rest = text.partition("\n## Câu hỏi\n\n### ")
        assert asked
        save_draft(draft.id, f"{head}{asked}[Xem]({ADDRESS}). {rest}", draft.saves, author)
        publish(draft.id, editor, draft.saves, warnings_read=True)
        db.session.remove()


@pytest.mark.parametrize("script", [True, False])
def test_a_tap_shows_where_the_link_leads_and_the_way_back_is_the_lesson(linked, visit, script):
    page = visit(script=script)
    page.goto(PLACE)
    page.get_by_role("link", name="nộp hồ sơ").tap()
    assert page.get_by_role("heading", level=1).inner_text() == "Bác sắp sang trang khác"
    assert page.locator(".to-domain strong").inner_text() == "haiphong.gov.vn"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    out = page.get_by_role("link", name="Mở trang haiphong.gov.vn")
    assert out.get_attribute("href") == ADDRESS and out.bounding_box()["height"] >= 44
    page.get_by_role("link", name="Quay lại bài").tap()
    page.wait_for_url(f"**{PLACE}")


def test_in_a_tab_of_its_own_the_way_back_is_the_lesson_too(linked, visit):
    page = visit()
    page.goto(PLACE)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="nộp hồ sơ").click(modifiers=["ControlOrMeta"])
    tab = opened.value
    tab.get_by_role("link", name="Quay lại bài").click()
    tab.wait_for_url(f"**{PLACE}")
    assert page.url.endswith(PLACE)


def test_what_was_ticked_before_a_link_in_a_question_is_ticked_after_the_way_back(linked, visit):
    page = visit()
    page.goto(f"{PLACE}/cau-hoi")
    box = page.locator("main input[type=radio]").first
    box.check()
    page.locator("a[href^='/roi-trang']").first.tap()
    page.get_by_role("link", name="Quay lại bài").tap()
    page.wait_for_url("**/cau-hoi")
    assert page.locator("main input[type=radio]").first.is_checked()


def test_larger_letters_on_the_page_in_between_do_not_trap_the_way_back(linked, visit):
    page = visit()
    page.goto(PLACE)
    page.get_by_role("link", name="nộp hồ sơ").tap()
    page.get_by_role("link", name="Chữ to hơn").tap()
    page.get_by_role("link", name="Quay lại bài").tap()
    page.wait_for_url(f"**{PLACE}")


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_nobody_is_shut_out_of_the_page_in_between(linked, visit, size):
    page = visit() if size == "phone" else visit(size=DESK, dark=True, touch=False)
    page.goto(PLACE)
    page.get_by_role("link", name="nộp hồ sơ").click()
    assert not barriers(page, "/roi-trang")
