"""The board in a real browser: no barrier, nothing too wide, every figure by keyboard, whole on paper."""

import pytest

from elearn.learning.recount import recount
from tests.chromium.conftest import DESK, PHONE
from tests.chromium.test_every_page import barriers
from tests.chromium.test_youth_union import come_in
from tests.life import answer, finish_course
from tests.ward import person

VIEWS = ("", "?xem=cot&ky=tat-ca", "?xem=cot&cot=coverage", "?xem=tuan", "?xem=so-sanh&ky=tat-ca")
# what is drawn outside its picture, and which words of one picture lie on each other
OUTSIDE = """() => [...document.querySelectorAll('svg.chart')].flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text, rect[class^=chart-part], circle')].filter(one => {
    const box = one.getBoundingClientRect();
    return !one.closest('defs') && (box.right > frame.right + 1 || box.left < frame.left - 1 ||
      box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
  }).map(one => one.outerHTML);
})"""
UNREACHED = """() => [...document.querySelectorAll('main td, main .figures dd, main .small-lines b')].filter(
  cell => /[0-9]/.test(cell.textContent) && !cell.classList.contains('hint') &&
    ![...cell.querySelectorAll('a')].some(link => link.tabIndex >= 0 &&
      document.getElementById(link.hash.slice(1)))
).map(cell => cell.outerHTML)"""

# the numbers of a table that do not end where the words above them end
ASKEW = """() => [...document.querySelectorAll('table.board, table.numbers')].flatMap(table => {
  const ends = cell => { const text = document.createRange(); text.selectNodeContents(cell);
    return text.getBoundingClientRect().right; };
  const heads = [...table.tHead.rows[0].cells].map(ends);
  return [...table.tBodies[0].rows[0].cells].filter((cell, n) =>
    cell.tagName === 'TD' && /[0-9]/.test(cell.textContent) && Math.abs(ends(cell) - heads[n]) > 2
  ).map(cell => cell.outerHTML);
})"""
# telephone numbers that go over more than one line
BROKEN = """() => [...document.querySelectorAll('[href^="tel:"]')].filter(
  link => link.getClientRects().length > 1).map(link => link.outerHTML)"""


@pytest.fixture
def busy(site):
    with site.app.app_context():
        recount(repair=True)
        finish_course(person("tai").id, "thuong-mai-dien-tu")
        answer(person("hoa").id, "thanh-toan-so", "quet-ma-qr")
    return site


@pytest.mark.parametrize(
    ("size", "dark"), [(PHONE, False), (DESK, True)], ids=["360 px", "1280 px in the dark"]
)
def test_every_view_of_the_board_is_read_by_everyone(busy, visit, size, dark):
    page = visit(size=size, dark=dark, touch=size is PHONE)
    come_in(page)
    faults = []
    for asked in VIEWS:
        page.goto(f"/tien-do{asked}")
        assert page.locator("svg[role=img]").count() or "so-sanh" in asked, asked
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], asked
        faults += barriers(page, asked) + page.evaluate(OUTSIDE) + page.evaluate(UNREACHED)
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360 px", "1280 px"])
def test_numbers_stand_under_their_heads_and_telephones_on_one_line(busy, visit, size):
    page = visit(size=size, touch=size is PHONE)
    come_in(page)
    faults = []
    for path in ("/tien-do", "/tien-do?xem=cot&ky=tat-ca", "/tien-do/DG05", "/phong-trao/thu-bay"):
        page.goto(path)
        faults += page.evaluate(ASKEW) + page.evaluate(BROKEN)
    assert not faults, "\n".join(faults)


def test_a_figure_leads_by_keyboard_to_what_it_counts_without_script(busy, visit):
    page = visit(size=DESK, touch=False)
    come_in(page)
    page.goto("/tien-do?xem=tuan")
    number = page.locator(".small-lines b a").first
    number.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#gt-weeks") and page.locator("#gt-weeks").is_visible()


def test_a_picture_of_bars_is_whole_on_paper(busy, visit):
    """No picture is higher than a sheet, so that none is cut through."""
    page = visit(size=DESK, touch=False)
    come_in(page)
    page.goto("/tien-do?xem=cot&ky=tat-ca")
    page.emulate_media(media="print")
    for picture in page.locator("svg.chart").all():
        assert picture.bounding_box()["height"] < 700
        assert picture.evaluate("one => getComputedStyle(one).breakInside") == "avoid"
    assert not page.locator(".tabs").is_visible()


def test_the_sum_of_all_groups_is_printed_once_at_the_end(busy, visit):
    """Repeated under each sheet, it would read as the sum of that sheet."""
    page = visit(size=DESK, touch=False)
    come_in(page)
    page.goto("/tien-do")
    page.emulate_media(media="print")
    assert (
        page.locator("table.board tfoot").evaluate("one => getComputedStyle(one).display")
        == "table-row-group"
    )
    assert (
        page.locator("table.board thead").evaluate("one => getComputedStyle(one).display")
        == "table-header-group"
    )
