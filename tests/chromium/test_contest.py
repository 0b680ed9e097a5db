"""A contest by touch, by keys, with script and without, light and dark: from the list to what was right."""

from datetime import timedelta

import pytest

from elearn.kit.clock import today
from elearn.kit.db import db
from elearn.learning import own
from elearn.learning.contest_queries import entry_of, find_contest
from elearn.library.queries import find_course
from elearn.people.consents import NAMED_IN_CONTEST
from tests import ward
from tests.builders import days_of, kept, make_contest
from tests.chromium.conftest import DESK, PHONE
from tests.chromium.test_every_page import barriers
from tests.chromium.test_recall import come_as, looked_at, tick
from tests.movement.test_contest_running import enter

COURSES = ("dich-vu-cong-truc-tuyen", "thuong-mai-dien-tu", "thanh-toan-so")
NAME, PAGE = "Công dân số Gia Viên: thông minh, an toàn", "/cuoc-thi/thong-minh-an-toan"


@pytest.fixture
def contest(site):
    with site.app.app_context():
        courses = [find_course(slug, 1).id for slug in COURSES]
        made = make_contest("thong-minh-an-toan", courses, questions=30, name=NAME)
        db.session.remove()
    return made


@pytest.mark.parametrize(
    ("script", "size", "dark"), [(True, PHONE, False), (False, PHONE, True), (True, DESK, True)]
)
def test_from_the_list_to_what_was_right(site, visit, contest, script, size, dark):
    page = visit(script=script, size=size, dark=dark)
    come_as(site, page, "tai")
    look = f"{size['width']}-{'dark' if dark else 'light'}"

    def look_at(name):
        looked_at(page, f"contest-{name}-{look}")
        if script:
            assert not barriers(page, name)

    page.goto("/cuoc-thi")
    look_at("list")
    page.get_by_role("link", name=NAME).click()
    page.wait_for_url(f"**{PAGE}")
    look_at("before")
    page.get_by_role("button", name="Bắt đầu").click()
    page.wait_for_url("**/bai-thi")
    look_at("questions")
    page.locator("fieldset.question input").first.check()
    page.get_by_role("button", name="Nộp bài").click()
    page.get_by_text("Còn 29 câu chưa trả lời xong").wait_for()
    look_at("open")
    page.goto(f"{PAGE}/bai-thi")
    assert page.locator("fieldset.question input:checked").count() == 1, "kept, with script and without"
    page.goto(PAGE)
    look_at("half")
    page.get_by_role("link", name="Làm tiếp").click()
    page.wait_for_url("**/bai-thi")
    tick(page)
    page.get_by_role("button", name="Nộp bài").click()
    page.wait_for_url("**/bai-cua-toi")
    look_at("handed-in")
    with site.app.app_context():
        days_of(contest, -9, -2)
        db.session.remove()
    page.reload()
    look_at("over")
    page.goto("/cuoc-thi")
    look_at("list-over")


def test_the_whole_of_it_by_keyboard_alone(site, visit, contest):
    page = visit(size=DESK)
    come_as(site, page, "tai")
    page.goto(PAGE)
    press_until(page, "Bắt đầu")
    page.wait_for_url("**/bai-thi")
    for number in range(1, 31):
        page.locator(f"#cau-{number} input").first.focus()
        page.keyboard.press("Space")
    press_until(page, "Nộp bài")
    page.wait_for_url("**/bai-cua-toi")
    assert "trên 30 câu" in page.locator("h1").inner_text()


def press_until(page, words):
    """Go from one thing to the next by Tab until this button has the focus, and press it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || ''").strip() == words:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no way to {words}")


def test_two_tabs_and_the_back_button_are_one_go(site, visit, contest):
    first = visit()
    come_as(site, first, "tai")
    first.goto(PAGE)
    second = first.context.new_page()
    second.goto(PAGE)
    for page in (first, second):
        page.get_by_role("button", name="Bắt đầu").click()
        page.wait_for_url("**/bai-thi")
    assert names(first) == names(second)
    first.get_by_role("button", name="Nộp bài").click()
    first.get_by_text("Còn 30 câu chưa trả lời xong").wait_for()
    tick(first)
    first.get_by_role("button", name="Nộp bài").click()
    first.wait_for_url("**/bai-cua-toi")
    told = first.locator("h1").inner_text()
    first.go_back()
    assert first.locator("h1").inner_text() == told, "no page that offers to send the form again"
    second.get_by_role("button", name="Nộp bài").click()
    second.wait_for_url("**/bai-cua-toi")
    assert second.locator("h1").inner_text() == told
    with site.app.app_context():
        assert entry_of(ward.person("tai").id, find_contest(1, "thong-minh-an-toan").id).handed_in_at


def names(page):
    return page.eval_on_selector_all("fieldset.question input", "all => all.map(one => one.id)")


@pytest.mark.parametrize(
    ("script", "size", "dark"), [(True, PHONE, False), (False, PHONE, True), (True, DESK, False)]
)
def test_from_the_form_of_staff_to_the_sealed_results(site, visit, script, size, dark):
    """Anh Đức sets it; people take part; he seals it; anyone reads who agreed to be named."""
    page = visit(script=script, size=size, dark=dark)
    come_as(site, page, "duc")
    look = f"{size['width']}-{'dark' if dark else 'light'}"

    def look_at(name):
        looked_at(page, f"contest-{name}-{look}")
        if script:
            assert not barriers(page, name)

    page.goto("/phong-trao/cuoc-thi")
    look_at("desk-list")
    page.get_by_role("link", name="Lập cuộc thi").click()
    page.wait_for_url("**/moi")
    page.locator("#name").fill(NAME)
    page.locator("#since").fill((today() + timedelta(days=1)).isoformat())
    page.locator("#until").fill((today() + timedelta(days=18)).isoformat())
    page.get_by_label("Thanh toán số", exact=False).first.check()
    page.locator("#questions").fill("40")
    page.get_by_role("button", name="Lập cuộc thi").click()
    page.get_by_text("Các khóa đã chọn có").first.wait_for()
    look_at("desk-form")
    page.locator("#questions").fill("30")
    page.get_by_role("button", name="Lập cuộc thi").click()
    page.get_by_text("Cuộc thi chưa mở.").wait_for()
    number = int(page.url.rpartition("/")[2])
    with site.app.app_context():
        days_of(number, -3, 3)
        fill(number)
        db.session.remove()
    page.reload()
    look_at("desk-running")
    with site.app.app_context():
        days_of(number, -9, -2)
        db.session.remove()
    page.reload()
    page.get_by_role("link", name="Chốt kết quả").click()
    page.wait_for_url("**/chot")
    look_at("desk-seal")
    page.get_by_role("button", name="Chốt kết quả").click()
    page.wait_for_url("**/ket-qua/1")
    look_at("desk-sealed")
    if size is DESK:
        page.emulate_media(media="print")
        looked_at(page, "contest-desk-paper")
        page.emulate_media(media="screen")
    page.goto(f"/phong-trao/cuoc-thi/{number}")
    look_at("desk-over")
    page.get_by_role("link", name="Kết quả cho mọi người xem").click()
    page.wait_for_url("**/ket-qua")
    assert "Bà Hạnh 1" in page.locator("main").inner_text()
    assert "Bà Hạnh 2" not in page.locator("main").inner_text()
    look_at("results")


def fill(contest):
    """Let two dozen people of two groups take part; every second one of those of tổ 5 agreed to be named."""
    for number in range(14):
        who = kept("DG05", f"Bà Hạnh {number}")
        enter(contest, who, number + 10, 600 + 7 * number, how="assisted" if number > 11 else "alone")
        if number % 2:
            own.let_be_named(who, NAMED_IN_CONTEST)
    for number in range(11):
        enter(contest, kept("DG07", f"Ông Bảy {number}"), 20, 700 + number // 2)
