"""Anh Đức makes the month's report in a real browser: looks, keeps, takes the file, notes where it went."""

from io import BytesIO
from pathlib import Path

import docx
import pytest

from elearn.learning.recount import recount
from tests.chromium.conftest import DESK, PHONE
from tests.life import finish_course
from tests.security.doors import open_session_of
from tests.ward import person


@pytest.fixture
def busy(site):
    """The ward after ông Tài of tổ 7 has finished a course."""
    with site.app.app_context():
        recount(repair=True)  # the cast came into the ward without being counted
        finish_course(person("tai").id, "thuong-mai-dien-tu")
    return site


def come_in(page, site):
    """Let anh Đức be signed in: how he comes in is another test's story."""
    with site.app.app_context():
        token = open_session_of("duc")
    page.context.add_cookies([{"name": "elearn-s", "value": token, "url": site.root}])
    return page


def click(page, name, role="button"):
    with page.expect_navigation():
        page.get_by_role(role, name=name).first.click()


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_from_the_menu_to_the_file_and_where_it_went(busy, visit, size):
    page = come_in(visit(size=size), busy)
    page.goto("/bao-cao")
    page.locator("#co-quan").select_option("ubnd")
    click(page, "Xem trước")
    assert page.locator(".official-title").first.inner_text().startswith("BÁO CÁO")
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    click(page, "Giữ lại báo cáo này")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tải tệp Word").first.click()
    word = docx.Document(BytesIO(Path(taken.value.path()).read_bytes()))
    said = "\n".join(one.text for one in word.paragraphs)
    on_page = page.locator("article.official").inner_text().replace("\u00a0", " ")
    for line in said.replace("\u00a0", " ").splitlines():
        if line and not line.startswith(("Phụ lục", "KẾT QUẢ THEO", "SỐ LIỆU ĐÍNH CHÍNH", "(Kèm theo")):
            assert line in on_page
    page.locator("#to_whom").fill("UBND thành phố")
    click(page, "Ghi nơi gửi")
    assert "UBND thành phố" in page.locator("main").inner_text()


def test_the_week_prints_on_one_sheet_of_paper(busy, visit):
    page = come_in(visit(size=DESK, touch=False), busy)
    page.goto("/bao-cao/tuan")
    body = page.locator("table.week").nth(1).locator("tbody")
    body.evaluate("one => { while (one.rows.length < 33) one.append(one.rows[0].cloneNode(true)) }")
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1, "with as many groups as it shows"
