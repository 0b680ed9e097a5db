"""The menu: what anyone may open, then what one's own roles open; the line of the page at hand is marked."""

import re

import pytest

from elearn.front.navigation import menu_for
from elearn.people.permissions import VISITOR, Permission
from tests.ward import CAST

EVERYONE = ["Bài học", "Của tôi", "Tiến độ"]
BY_ROLE = {
    "Tổ của tôi": Permission.REGISTER_RESIDENTS,
    "Phong trào": Permission.JOIN_MOVEMENT,
    "Áp phích": Permission.MAKE_POSTERS,
    "Soạn bài": Permission.WRITE_LESSONS,
    "Báo cáo": Permission.COMPILE_REPORTS,
    "Quản trị": Permission.MANAGE_PEOPLE,
}
OF_THE_WARD = {"Báo cáo", "Quản trị"}


def lines_of(page):
    """Return the label and address of each line of the menu that a page shows."""
    menu = re.search(r'<nav class="menu".*?</nav>', page.html, re.DOTALL)
    return [(label, href) for href, label in re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', menu[0])]


def test_a_visitor_finds_what_anyone_may_open_and_where_to_come_in(browser):
    assert [label for label, _ in lines_of(browser.open("/giup-do"))] == [*EVERYONE, "Đăng nhập"]


@pytest.mark.parametrize("name", CAST)
def test_everyone_finds_the_pages_of_their_roles_and_each_of_them_opens(browser, viewer, name):
    """cô Xa looks after the ward next door: on these pages she finds nothing to look after."""
    own = [label for label, permission in BY_ROLE.items() if viewer(name).may(permission)]
    own = [label for label in own if name != "xa" or label not in OF_THE_WARD]
    lines = lines_of(browser.come_as(name).open("/giup-do"))
    assert [label for label, _ in lines] == EVERYONE + own
    for _, address in lines:
        assert browser.client.get(address, follow_redirects=True).status_code == 200


def test_the_roles_of_the_cast_differ_so_that_the_menus_do(viewer):
    menus = {tuple(viewer(name).may(one) for one in BY_ROLE.values()) for name in CAST}
    assert len(menus) >= 4


@pytest.mark.parametrize(
    ("path", "current"),
    [("/", "Bài học"), ("/tien-do", "Tiến độ"), ("/cua-toi", "Của tôi"), ("/giup-do", None)],
)
def test_the_line_of_the_page_at_hand_is_marked(app, path, current):
    with app.test_request_context(path):
        marked = [item.label for item in menu_for(VISITOR, 1) if item.current]
    assert marked == ([current] if current else [])


def test_the_mark_is_read_out_too(browser):
    page = browser.open("/tien-do")
    assert [a["href"] for a in page.every("a") if a.get("aria-current") == "page"] == ["/tien-do"]
