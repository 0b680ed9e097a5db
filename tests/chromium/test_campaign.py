"""A campaign in a real browser: anh Đức sets it, bà Lan is named if she likes, the paper for the award."""

import re
from datetime import timedelta

import pytest

from elearn.kit.clock import today
from elearn.learning.recount import recount
from tests.chromium.conftest import DESK, PHONE
from tests.chromium.test_every_page import barriers
from tests.chromium.test_visits import come, tap
from tests.life import finish_course
from tests.ward import CAST, person

NAME = "30 ngày học cùng tổ"
COURSE, LAST = "thuong-mai-dien-tu", "bon-cai-bay"  # bà Lan has not begun it


@pytest.fixture
def busy(site, on_day):
    """The ward in which bà Lan and ông Tài finished a course yesterday."""
    with site.app.app_context():
        recount(repair=True)  # the cast came into the ward without being counted
        on_day(1)
        finish_course(person("tai").id, COURSE)
        site.last = finish_course(person("lan").id, COURSE)
        on_day(0)
    return site


def set_up(page, ends):
    """Let anh Đức make the campaign on its form, from ten days ago until the day on which it ends."""
    page.goto("/phong-trao")
    tap(page, "Chiến dịch", "link")
    tap(page, "Lập chiến dịch", "link")
    page.locator("#name").fill(NAME)
    page.locator("#since").fill((today() - timedelta(days=10)).isoformat())
    page.locator("#until").fill(ends.isoformat())
    page.locator("#target").fill("4")
    tap(page, "Lập chiến dịch")
    assert "ít nhất một khóa" in page.locator("main").inner_text(), "what was typed stays, what lacks is said"
    page.get_by_label("Thương mại điện tử", exact=False).first.check()
    tap(page, "Lập chiến dịch")
    assert page.locator("h1").inner_text() == NAME
    assert "2 trên 4 lượt xong khóa" in page.locator("main").inner_text()


@pytest.mark.parametrize(
    ("size", "dark", "script"),
    [(PHONE, False, False), (DESK, True, True)],
    ids=["360 px without script", "1280 px in the dark"],
)
def test_from_the_form_to_the_paper_of_the_award(busy, visit, size, dark, script):
    """Axe looks at each page with script only; the taps are the same without."""
    page, faults = visit(size=size, dark=dark, script=script, touch=size is PHONE), []

    def look(where):
        if script:
            faults.extend(barriers(page, where))
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], where

    come(page, busy, "duc")
    set_up(page, today() + timedelta(days=5))
    look("followed")
    address = page.url
    tap(page, "Trang cho mọi người xem", "link")
    look("public")
    public = page.url

    come(page, busy, "lan")
    page.goto(f"{busy.root}/khoa-hoc/{COURSE}/{LAST}/ket-qua/{busy.last}")
    tap(page, NAME, "link")
    assert page.url == public and "Số liệu công khai" not in page.locator("h1").inner_text()
    page.go_back()
    tap(page, "Trả lời ở trang Của tôi", "link")
    look("agree")
    tap(page, "Đồng ý cho nêu tên")
    assert "tên bác có trong danh sách khen" in page.locator("body").inner_text()

    come(page, busy, "duc")
    page.goto(address)
    tap(page, "Danh sách khen để in", "link")
    look("merit")
    listed = page.locator("main").inner_text()
    assert CAST["lan"].full_name in listed and CAST["tai"].full_name not in listed
    assert "1 người học xong, không nêu tên" in listed
    assert one_sheet(page)

    page.goto(f"{address}/sua")
    page.locator("#until").fill((today() - timedelta(days=1)).isoformat())
    tap(page, "Lưu")
    tap(page, "Chốt số liệu để khen", "link")
    look("freeze")
    tap(page, "Chốt số liệu")
    look("frozen")
    said = page.locator("main").inner_text()
    assert "đạt 2 lượt xong khóa" in said and "mọi số vẫn như lúc chốt" in said
    assert one_sheet(page)
    page.goto(public)
    look("public, frozen")
    assert "Phường đã chốt số liệu để khen" in page.locator("main").inner_text()
    assert not faults, "\n".join(faults)


def one_sheet(page) -> bool:
    """Does the page print on one sheet, with nothing of the screen around it?"""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1


def test_a_name_that_is_taken_back_is_not_on_the_next_print(busy, visit):
    page = visit(script=False)
    come(page, busy, "duc")
    set_up(page, today())
    address = page.url
    come(page, busy, "lan")
    for words in ("Đồng ý cho nêu tên", "Rút lại, không nêu tên nữa"):
        page.goto("/cua-toi/du-lieu")
        tap(page, words)
    come(page, busy, "duc")
    page.goto(f"{address}/danh-sach-khen")
    assert CAST["lan"].full_name not in page.locator("main").inner_text()
