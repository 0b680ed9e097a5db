"""Names of sixty letters, groups with long names, the largest letters: nothing runs off a small phone."""

import pytest
from sqlalchemy import update

from elearn.kit.clock import today
from elearn.kit.db import db, transaction
from elearn.kit.words import fold, sort_key
from elearn.movement.campaign_models import Campaign
from elearn.people.models import Person, ResidentialGroup, Ward
from tests.chromium.test_first_lesson import LESSON
from tests.security.doors import open_session_of

NAME = "Công Huyền Tôn Nữ Nguyễn Phúc Thị Phương Thảo Nghiêng Nghiêng"[:60]
ONE_WORD = "Nguyễnthịlan" * 5
GROUP = "Tổ dân phố Khu tập thể Nhà máy Đóng tàu Bạch Đằng và Cảng Hải Phòng số 105"
FORMER = "Phường Máy Chai và Vạn Mỹ trước năm 2025"

RESIDENT = (
    "/", "/khoa-hoc/thanh-toan-so", LESSON, f"{LESSON}/cau-hoi", "/cua-toi", "/cua-toi/du-lieu",
    "/cua-toi/xoa", "/cua-toi/the", "/cua-toi/link", "/nguoi-khac", "/giup-do", "/rieng-tu", "/tien-do",
)  # fmt: skip
HELPER = ("/to/DG05", "/to/DG05/dang-ky", "/to/DG05/nguoi/{lan}", "/to/DG05/lop", "/tien-do", "/tien-do/DG05")
STRANGER = ("/", LESSON, f"{LESSON}/cau-hoi", "/dang-ky", "/dang-nhap", "/dang-nhap/ma-mot-lan", "/tien-do")
YOUTH_UNION = ("/tien-do", "/tien-do/DG05", "/ap-phich")
CAMPAIGN = "/phong-trao/chien-dich"
EDITOR = (
    CAMPAIGN, f"{CAMPAIGN}/1", f"{CAMPAIGN}/1/sua", f"{CAMPAIGN}/1/chot", f"{CAMPAIGN}/1/bo",
    f"{CAMPAIGN}/1/danh-sach-khen", f"{CAMPAIGN}/1/ban-chot/1", "/chien-dich", "/chien-dich/tuan-le-so",
)  # fmt: skip


@pytest.fixture(params=[NAME, ONE_WORD], ids=["many words", "one word"])
def long(site, request):
    """The ward in which everybody, every group and the campaign that runs is called something long."""
    with site.app.app_context(), transaction():
        db.session.execute(
            update(Person).values(
                display_name=request.param, search=fold(request.param), sort_key=sort_key(request.param)
            )
        )
        db.session.execute(update(ResidentialGroup).values(name=GROUP, former_ward=FORMER))
        db.session.execute(update(Campaign).values(name=request.param, until=today()))
        db.session.execute(update(Ward).values(office_name=f"Phòng {GROUP}"))
    return site


def signed_in(site, page, name):
    """Let somebody of the cast be signed in, and take the largest letters by the button on the page."""
    if name is not None:
        with site.app.app_context():
            token = open_session_of(name)
        page.context.add_cookies([{"name": "elearn-s", "value": token, "url": site.root}])
    page.goto("/")
    for _ in range(3):
        with page.expect_navigation():
            page.get_by_role("link", name="Chữ to hơn").tap()
    assert page.locator("html").get_attribute("data-text") == "4"


def too_wide(page, paths):
    """Return the pages on which one would have to push sideways, and what sticks out there."""
    found = []
    for path in paths:
        page.goto(path)
        found += what_sticks_out(page)
    return found


def what_sticks_out(page):
    wide = page.evaluate("document.documentElement.scrollWidth")
    out = page.evaluate("""() => [...document.querySelectorAll('body *')].filter(e => {
        if (e.closest('.table-scroll, .sr, .skip, .phone, svg')) return false;
        const box = e.getBoundingClientRect();
        return box.width > 0 && box.right > 361; }).map(e => e.outerHTML.slice(0, 70))""")
    return [f"{page.url} is {wide} px wide: {out[:3]}"] if wide > 360 or out else []


@pytest.mark.parametrize(
    ("name", "paths"),
    [("lan", RESIDENT), ("hoa", HELPER), (None, STRANGER), ("minh", YOUTH_UNION), ("duc", EDITOR)],
    ids=["resident", "helper", "stranger", "youth union", "editor"],
)
def test_nothing_runs_off_the_page_with_the_largest_letters(long, visit, name, paths):
    page = visit()
    signed_in(long, page, name)
    lan = long.app.extensions["places"]["*"]["person_id"]
    faults = too_wide(page, [path.format(lan=lan) for path in paths])
    assert not faults, "\n".join(faults)


def test_the_largest_letters_leave_room_for_the_title_on_the_first_screen(site, visit):
    page = visit()
    signed_in(site, page, None)
    page.goto(LESSON)
    title = page.locator("h1").bounding_box()
    assert title["y"] + title["height"] <= 640


def test_a_long_name_is_kept_whole_and_the_result_fits(long, visit):
    page = visit()
    signed_in(long, page, None)
    page.goto(f"{LESSON}/cau-hoi")
    for question in page.locator("fieldset.question").all():
        question.locator("label").first.tap()
    with page.expect_navigation():
        page.get_by_role("button", name="Gửi câu trả lời").tap()
    faults = what_sticks_out(page)
    with page.expect_navigation():
        page.get_by_role("link", name="Giữ kết quả này").tap()
    page.get_by_role("button", name="Giữ với tên của tôi").tap()
    page.locator("#can-sua").wait_for()
    faults += what_sticks_out(page)
    page.fill("#name", NAME)
    page.locator("#group label.choice").first.tap()
    page.check("#adult")
    page.check("#keep_results")
    with page.expect_navigation():
        page.get_by_role("button", name="Giữ với tên của tôi").tap()
    assert NAME in page.locator(".who").inner_text()
    faults += what_sticks_out(page)
    assert not faults, "\n".join(faults)
