"""A stranger taps a poster's code: the first sentence, the questions, one mistake, a name for the group.

By finger, with script off, and by keyboard alone; on a small phone.
"""

import pytest
from sqlalchemy import select

from elearn.kit.db import db
from elearn.learning.models import Credit
from elearn.learning.recount import recount
from elearn.library.queries import find_course
from elearn.outreach.actions import make_poster
from elearn.outreach.models import Poster
from elearn.people.models import Person
from tests.ward import group, viewer

LESSON = "/khoa-hoc/thanh-toan-so/quet-ma-qr"
RIGHT = (
    "Dừng lại, đưa cô Lan xem tên đó",
    "35.000",
    "Khi hiện Thành công và cô Lan báo đã nhận",
    "Không quét, cảm ơn rồi đi",
    "Tự quét thử, xem có đúng tên mình không",
)
SLIPS = ("Trả luôn, chắc là tài khoản của chồng cô", "350.000")
FIRST_TRY = (*SLIPS, *RIGHT[2:])
SEEN = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect();
    const lined = [one, one.closest('label')].filter(Boolean).some(e => {
        const style = getComputedStyle(e);
        return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2; });
    return [lined, box.bottom > 0 && box.top < innerHeight]; }"""


@pytest.fixture
def poster(site):
    """The address on a poster of tổ 5 that leads to the lesson."""
    with site.app.test_request_context():
        recount(repair=True)  # the cast came into the ward without being counted
        course = find_course("thanh-toan-so", 1)
        lesson = next(one.id for one in course.lessons if one.slug == "quet-ma-qr")
        made = make_poster(
            viewer("hoa"), 1, group_id=group("DG05").id, course_id=course.id, lesson_id=lesson, place="Chợ"
        )
        return f"/p/{db.session.scalar(select(Poster.code).where(Poster.id == made))}"


class Finger:
    """Uses a page by touching what is seen."""

    def __init__(self, page):
        self.page = page

    def press(self, role, name):
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=name).first.tap()

    def choose(self, words):
        self.page.locator("label.choice", has_text=words).tap()

    def write(self, label, words):
        self.page.get_by_label(label, exact=True).fill(words)


class Keyboard:
    """Uses a page by Tab, arrows, Space and Enter, and looks each time whether one sees where one is."""

    def __init__(self, page):
        self.page = page

    def press(self, role, name):
        self._tab_to(self.page.get_by_role(role, name=name).first)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def choose(self, words):
        box = self.page.locator("label.choice", has_text=words).locator("input")
        name = box.get_attribute("name")
        if box.get_attribute("type") == "checkbox":
            self._tab_to(box)
        else:
            self._tab_to(self.page.locator(f'input[name="{name}"]'))
            for _ in range(6):
                if self._is_at(box):
                    break
                self.page.keyboard.press("ArrowDown")
        self._sees()
        if not box.is_checked():
            self.page.keyboard.press("Space")
        assert box.is_checked()

    def write(self, label, words):
        self._tab_to(self.page.get_by_label(label, exact=True))
        self.page.keyboard.type(words)

    def _tab_to(self, wanted):
        for _ in range(80):
            if self._is_at(wanted):
                return self._sees()
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {wanted}")

    def _is_at(self, wanted):
        return wanted.evaluate_all("all => all.includes(document.activeElement)")

    def _sees(self):
        """Wait until the thing with the focus has glided into the window; it has a line around it."""
        for _ in range(100):
            lined, inside = self.page.evaluate(SEEN)
            if inside:
                break
            self.page.wait_for_timeout(50)
        assert lined and inside, self.page.evaluate("document.activeElement.outerHTML")


def hands_of(page, by):
    return Keyboard(page) if by == "keyboard" else Finger(page)


@pytest.mark.parametrize("by", ["finger", "finger without script", "keyboard", "keyboard without script"])
def test_from_a_poster_to_a_kept_result(site, visit, poster, by):
    page = visit(script="without" not in by)
    hands = hands_of(page, by.split()[0])

    # one tap from the poster to the first sentence, without having to scroll
    page.goto(poster)
    assert page.url.endswith(LESSON)
    first = page.get_by_text("Bác Hạnh mua rau hết 35 nghìn.").bounding_box()
    assert first["y"] + 20 < 640
    hands.press("link", "Trả lời 5 câu hỏi")

    # two slips are explained, and only they are asked again
    for words in FIRST_TRY:
        hands.choose(words)
    hands.press("button", "Gửi câu trả lời")
    page.wait_for_url("**/ket-qua/*")
    assert page.inner_text("h1") == "Bác đúng 3 trên 5 câu"
    assert page.get_by_text("Gần được rồi.").is_visible() and page.get_by_text("Đã lưu lúc").is_visible()
    assert page.locator(".explained .wrong").count() == 2
    assert page.get_by_text("Mã có thể bị dán đè, trả xong mới hỏi thì tiền đã đi.").is_visible()
    hands.press("link", "Làm lại 2 câu chưa đúng")
    assert page.locator("fieldset.question").count() == 2
    for words in RIGHT[:2]:
        hands.choose(words)
    hands.press("button", "Gửi câu trả lời")
    page.wait_for_url("**/ket-qua/*")
    assert page.inner_text("h1") == "Bác đúng 5 trên 5 câu"
    assert page.get_by_text("Bác đã xong bài này.").is_visible()

    # the group has come along with the poster
    hands.press("link", "Giữ kết quả này")
    assert page.get_by_text("Bác đã học xong 1 bài").is_visible()
    assert page.get_by_text("Đã chọn sẵn Tổ dân phố số 5 (Đằng Giang cũ)").is_visible()
    hands.write("Tên bác muốn hiện", "Bà Mận")
    hands.choose("Tôi từ 16 tuổi trở lên")
    hands.choose("Tôi đồng ý cho giữ kết quả học")
    hands.press("button", "Giữ với tên của tôi")
    page.wait_for_url("**/dang-ky/xong**")
    assert page.locator(".who").inner_text().startswith("Đang học: Bà Mận")
    assert page.locator(".codes .secret").count() == 2
    assert page.get_by_role("link", name="Học tiếp: ").is_visible(), "one tap to the next lesson"
    hands.press("link", "Quay lại chỗ vừa rồi")
    assert page.get_by_text("Bác đã xong bài này.").is_visible()
    with site.app.app_context():
        man = db.session.scalars(select(Person).where(Person.display_name == "Bà Mận")).one()
        assert man.group_id == group("DG05").id and lessons_of(man.id) == ["alone"]
        assert recount() == []


def lessons_of(person_id):
    """Return how each lesson was learnt that counts for this person."""
    credits = select(Credit.how).where(Credit.person_id == person_id, Credit.what == "lesson")
    return list(db.session.scalars(credits))
