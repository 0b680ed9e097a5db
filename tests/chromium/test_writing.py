"""A lesson from its name to the public in a real browser: with script and without, two at one desk."""

import pytest

from tests.authoring.conftest import COURSE, LESSON
from tests.chromium.conftest import DESK
from tests.security.doors import open_session_of


@pytest.fixture
def sit(site, visit):
    """Open a window in which somebody of the cast is signed in."""

    def open_window(name: str, **more):
        page = visit(**more)
        with site.app.app_context():
            token = open_session_of(name)
        page.context.add_cookies([{"name": "elearn-s", "value": token, "url": site.root}])
        return page

    return open_window


def new_lesson(page) -> None:
    """Make a course and a lesson in it, by the buttons."""
    page.goto("/soan-bai")
    page.get_by_role("link", name="Khóa học mới").click()
    page.get_by_label("Tên khóa học").fill(COURSE["title"])
    page.get_by_label("Học xong làm được gì").fill(COURSE["goal"])
    page.get_by_role("button", name="Lưu khóa học").click()
    page.get_by_label("Tên bài mới").fill("Gõ dấu sắc")
    page.get_by_role("button", name="Thêm bài này").click()


def lesson_text(page) -> str:
    """The lesson with the numbers that the page has given to it."""
    code, short = (
        page.locator("#text").input_value().split(f"\n{name}: ")[1].split("\n")[0]
        for name in ("code", "short")
    )
    return LESSON.replace("K1-01", code).replace("1101", short)


def selected(page) -> str:
    return page.evaluate("() => { const t = document.querySelector('#text'); "
                         "return t.value.slice(t.selectionStart, t.selectionEnd); }")  # fmt: skip


@pytest.mark.parametrize("script", [True, False])
def test_an_author_writes_and_an_editor_publishes_what_everybody_reads(sit, visit, script):
    thu = sit("thu", script=script)
    new_lesson(thu)
    thu.locator("#text").fill(lesson_text(thu).replace("- [x]", "- [ ]"))
    thu.get_by_role("button", name="Lưu nháp").click()
    thu.get_by_text("Câu hỏi chưa có phương án đúng.").first.wait_for()
    thu.locator("#text").fill(lesson_text(thu))
    thu.get_by_role("button", name="Xem trước").click()
    phone = thu.locator(".phone")
    phone.get_by_text("Gõ chữ trước, gõ dấu sau.").wait_for()
    assert phone.bounding_box()["width"] == 360
    thu.get_by_role("link", name="Gửi duyệt hoặc công bố").click()
    thu.get_by_role("button", name="Gửi cho người duyệt").click()

    duc = sit("duc", script=script)
    duc.goto("/soan-bai")
    duc.get_by_role("link", name="Gõ dấu sắc").first.click()
    duc.get_by_text("Máy đã đọc bài này và không có gì phải nhắc.").wait_for()
    duc.get_by_role("button", name="Công bố cho bà con").click()
    duc.get_by_text("Đã công bố.").wait_for()
    stranger = visit(script=script)
    stranger.goto("/khoa-hoc/hoc-go-dau/go-dau-sac")
    stranger.get_by_text("Gõ chữ trước, gõ dấu sau.").wait_for()


def test_a_remark_leads_to_its_line_and_buttons_put_pieces_in(sit):
    page = sit("thu", size=DESK, touch=False)
    new_lesson(page)
    text = lesson_text(page)
    page.locator("#text").fill(text.replace("Chạm vào ô", "Click vào ô"))
    page.get_by_role("button", name="Lưu nháp").click()
    page.locator("[data-line]").first.click()
    assert selected(page) == "2. Click vào ô viết chữ."
    assert not page.get_by_text("Bài theo từng dòng").is_visible()
    page.get_by_role("button", name="Câu nối").click()
    value = page.locator("#text").input_value()
    assert "2. Click vào ô viết chữ.\n\n### Nối hai bên cho đúng.\n- Bên trái => Bên phải\n" in value
    assert selected(page).strip().startswith("### Nối hai bên")
    page.get_by_text("Dữ kiện có hạn (").click()
    page.locator("#text").evaluate(
        "t => t.setSelectionRange(t.value.indexOf('Gõ chữ trước'), t.value.indexOf('Gõ chữ trước'))"
    )
    page.get_by_role("button", name="Chèn Địa chỉ Cổng Dịch vụ công quốc gia").click()
    assert "{F-CONG}Gõ chữ trước" in page.locator("#text").input_value()
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Bài học", exact=True).click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    assert page.url.endswith("/viet")
    page.get_by_role("button", name="Lưu nháp").click()
    assert "{F-CONG}Gõ chữ trước" in page.locator("#text").input_value()


def test_two_writers_of_one_draft_see_both_texts(sit):
    thu, duc = sit("thu"), sit("duc")
    new_lesson(thu)
    text = lesson_text(thu)
    duc.goto(thu.url)
    thu.locator("#text").fill(text)
    thu.get_by_role("button", name="Lưu nháp").click()
    duc.locator("#text").fill(text.replace("ba ve roi", "bà về rồi"))
    duc.get_by_role("button", name="Lưu nháp").click()
    duc.get_by_text("Phạm Thị Thu đã lưu bài này trong lúc anh chị viết.").wait_for()
    assert duc.evaluate("document.documentElement.scrollWidth") == 360
    duc.get_by_role("button", name="Giữ cả hai").click()
    assert "bà về rồi" in duc.locator("#text").input_value()
    thu.reload()
    assert "ba ve roi" in thu.locator("#text").input_value()
