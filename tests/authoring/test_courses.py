"""Courses and lessons at the desk: made, described, put in order, retired, brought in and taken along."""

from io import BytesIO

import pytest

from elearn.front.refusals import ACTS as REFUSALS
from elearn.kit.audit import AuditEntry
from elearn.kit.clock import now
from elearn.kit.db import db, transaction
from elearn.library import lesson_queries, queries
from elearn.library.document.course import TOPICS
from elearn.library.models import Course, Lesson, Revision
from elearn.people.permissions import Role
from tests.authoring.conftest import COURSE, LESSON, make_course, make_lesson, save

HOME = "/soan-bai/khoa/hoc-go-dau"
LESSON_HOME = "/soan-bai/bai/hoc-go-dau/go-dau-sac"


def acts():
    """Return what was done, in order; who knocked at a closed door stands in tests/security/test_reach.py."""
    entries = db.session.query(AuditEntry).order_by(AuditEntry.id)
    return [entry.action for entry in entries if entry.action not in REFUSALS.values()]


def published(desk):
    """A lesson of chị Thu's that anh Đức has published."""
    thu, duc = desk("thu"), desk("duc")
    draft = make_lesson(thu)
    save(thu, draft)
    duc.open(draft)
    duc.send(f"{draft}/cong-bo", expect=303, saves="2")
    return thu, duc


def titles(browser):
    page = browser.open(HOME)
    return [lesson.title for lesson in db.session.query(Lesson).order_by(Lesson.position)], page


def test_an_empty_shelf_says_what_to_do(desk):
    page = desk("thu").open("/soan-bai")
    assert page.says("Chưa có khóa học nào")
    assert page.says("Chạm “Khóa học mới”")
    assert "/soan-bai/khoa-moi" in [a.get("href") for a in page.every("a")]


def test_a_course_is_made_once_and_belongs_to_the_ward(desk):
    thu = desk("thu")
    assert make_course(thu) == HOME
    assert thu.send("/soan-bai/khoa-moi", expect=303, **COURSE).headers["Location"] == HOME
    course = db.session.query(Course).one()
    assert (course.ward_id, course.code, course.short) == (1, "K1", "2000")
    assert acts() == ["make course"]
    assert thu.open(HOME).says("Chưa có bài nào")
    assert not queries.published_courses(1)


def test_staff_choose_among_the_topics_that_the_format_knows(desk):
    page = desk("thu").open("/soan-bai/khoa-moi")
    offered = [option["value"] for option in page.every("option")]
    assert sorted(offered) == sorted(TOPICS), "each once, and none without a name in Vietnamese"


def test_a_course_without_a_name_is_refused_beside_the_field_and_the_rest_is_kept(desk):
    thu = desk("thu")
    thu.open("/soan-bai/khoa-moi")
    page = thu.send("/soan-bai/khoa-moi", expect=422, **(COURSE | {"title": " ", "topic": "bay"}))
    assert page.says("Xin đặt tên cho khóa học.")
    assert page.says("Xin chọn một mục trong danh sách.")
    assert COURSE["goal"] in page.html


def test_a_lesson_is_made_once(desk):
    thu = desk("thu")
    make_course(thu)
    page = thu.open(HOME)
    first = thu.send(f"{HOME}/bai-moi", expect=303, title="Gõ dấu sắc").headers["Location"]
    again = thu.send(f"{HOME}/bai-moi", expect=303, title="Gõ dấu sắc").headers["Location"]
    assert first == again == "/soan-bai/ban/hoc-go-dau/go-dau-sac/1/viet"
    assert db.session.query(Lesson).one().short == "2001"
    page = thu.send(f"{HOME}/bai-moi", expect=422, title="")
    assert page.says("Xin đặt tên cho bài.")


def test_lessons_move_up_and_down_and_a_double_tap_moves_them_once(desk):
    thu = desk("thu")
    make_course(thu)
    thu.open(HOME)
    for title in ("Một", "Hai", "Ba"):
        thu.send(f"{HOME}/bai-moi", expect=303, title=title)
    _, page = titles(thu)
    orders = [a["value"] for a in page.every("button") if a.get("name") == "order"]
    assert orders == ["2,1,3", "2,1,3", "1,3,2", "1,3,2"]
    for _ in range(2):
        thu.send(f"{HOME}/thu-tu", expect=303, order="2,1,3")
    assert titles(thu)[0] == ["Hai", "Một", "Ba"]
    assert acts().count("reorder lessons") == 1
    page = thu.send(f"{HOME}/thu-tu", expect=422, order="2,1")
    assert page.says("Danh sách bài vừa thay đổi.")
    thu.send(f"{HOME}/thu-tu", expect=422, order="mot,²,-1")


def test_what_a_course_says_is_changed_by_its_author_until_it_is_public(desk):
    thu = desk("thu")
    make_course(thu)
    thu.open(f"{HOME}/sua")
    more = {
        "character": "Bác Hạnh",
        "loudspeaker": "Kính thưa bà con.",
        "confidence": "Tôi tự làm được\r\n\r\nTôi biết hỏi ai",
    }
    for _ in range(2):
        thu.send(f"{HOME}/sua", expect=303, **(COURSE | more | {"title": "Gõ dấu"}))
    course = db.session.query(Course).one()
    assert (course.title, course.slug, course.loudspeaker) == ("Gõ dấu", "hoc-go-dau", "Kính thưa bà con.")
    assert course.confidence == ["Tôi tự làm được", "Tôi biết hỏi ai"]
    assert acts().count("change course") == 1
    assert "Tôi tự làm được\nTôi biết hỏi ai" in thu.open(f"{HOME}/sua").html
    page = thu.send(f"{HOME}/sua", expect=422, **(COURSE | {"goal": "", "character": "Bác Hạnh 63 tuổi"}))
    assert page.says("Xin ghi người học sẽ làm được gì.")
    assert "Bác Hạnh 63 tuổi" in page.html


def test_what_the_public_reads_is_changed_by_an_editor_alone(desk):
    thu, duc = published(desk)
    assert thu.open(HOME).says("do người duyệt sửa")
    thu.open(f"{HOME}/sua", expect=403)
    thu.send(f"{HOME}/sua", expect=403, **COURSE)
    thu.send(f"{HOME}/thu-tu", expect=403, order="1")
    duc.open(f"{HOME}/sua")
    duc.send(f"{HOME}/sua", expect=303, **(COURSE | {"title": "Gõ dấu"}))
    assert queries.find_course("hoc-go-dau", 1).title == "Gõ dấu"


def test_a_lesson_is_retired_with_a_reason_and_offered_again(desk):
    _, duc = published(desk)
    duc.open(f"{LESSON_HOME}/ngung")
    page = duc.send(f"{LESSON_HOME}/ngung", expect=422, reason="Cũ")
    assert page.says("Xin ghi lý do ngừng dùng")
    for _ in range(2):
        duc.send(f"{LESSON_HOME}/ngung", expect=303, reason="Bàn phím mới không còn như vậy.")
    assert lesson_queries.find_lesson_page("hoc-go-dau", "go-dau-sac", 1) is None
    assert acts().count("retire lesson") == 1
    assert duc.open(LESSON_HOME).says("Bàn phím mới không còn như vậy.")
    assert duc.open("/soan-bai").says("đã ngừng")
    for _ in range(2):
        duc.send(f"{LESSON_HOME}/dung-lai", expect=303)
    assert lesson_queries.find_lesson_page("hoc-go-dau", "go-dau-sac", 1)
    assert acts().count("offer lesson again") == 1


def test_a_course_is_retired_with_a_reason_and_offered_again(desk):
    _, duc = published(desk)
    duc.open(f"{HOME}/ngung")
    duc.send(f"{HOME}/ngung", expect=422, reason="")
    duc.send(f"{HOME}/ngung", expect=303, reason="Đang soạn lại cả khóa.")
    assert not queries.published_courses(1)
    page = duc.open(HOME)
    assert page.says("Đang soạn lại cả khóa.")
    duc.send(f"{HOME}/dung-lai", expect=303)
    assert queries.published_courses(1)


def test_a_shipped_course_is_approved_by_an_editor_who_says_that_it_was_read(desk, everywhere):
    with transaction():
        db.session.add(
            Course(slug="mau", code="M", title="Mẫu", topic="other", short="9000", position=9, shipped=True)
        )
    everywhere("duc", Role.EDITOR)
    everywhere("thu", Role.AUTHOR)
    duc, thu = desk("duc"), desk("thu")
    assert thu.open("/soan-bai/khoa/mau").says("Người duyệt bài của phường sẽ làm việc này.")
    thu.send("/soan-bai/khoa/mau/duyet", expect=403, agreed="y")
    assert duc.open("/soan-bai").says("bản của dự án, phường chưa duyệt")
    duc.open("/soan-bai/khoa/mau")
    page = duc.send("/soan-bai/khoa/mau/duyet", expect=422)
    assert page.says("Xin đọc các bài rồi đánh dấu vào đây.")
    for _ in range(2):
        duc.send("/soan-bai/khoa/mau/duyet", expect=303, agreed="y")
    assert db.session.query(Course).one().approved_at is not None
    assert acts() == ["approve course"]
    assert duc.open("/soan-bai/khoa/mau").says("Phường đã duyệt khóa này ngày")


def test_a_shared_course_is_out_of_reach_where_there_are_many_wards(desk):
    with transaction():
        db.session.add(Course(slug="mau", code="M", title="Mẫu", topic="other", short="9000", position=9))
    duc = desk("duc")
    assert not duc.open("/soan-bai").says("Mẫu")
    duc.open("/soan-bai/khoa/mau", expect=404)


def test_a_text_is_taken_along_to_the_byte_and_brought_back_as_a_draft(desk):
    thu, _ = published(desk)
    file = thu.open("/soan-bai/ban/hoc-go-dau/go-dau-sac/1.md")
    assert file.headers["Content-Disposition"] == 'attachment; filename="go-dau-sac-ban-1.md"'
    content = file.get_data()
    assert content == LESSON.encode()
    changed = content.replace(b"ba ve roi", "bà về rồi".encode())
    thu.open(f"{LESSON_HOME}/dan-bai")
    for _ in range(2):
        answer = thu.send(
            f"{LESSON_HOME}/dan-bai", expect=303, text="", file=(BytesIO(b"\xef\xbb\xbf" + changed), "bai.md")
        )
        assert answer.headers["Location"].endswith("/2/viet")
    assert db.session.query(Revision).count() == 2
    assert thu.open("/soan-bai/ban/hoc-go-dau/go-dau-sac/2.md").get_data() == changed


def test_a_pasted_text_is_cleaned_and_said(desk):
    thu, _ = published(desk)
    thu.open(f"{LESSON_HOME}/dan-bai")
    answer = thu.send(f"{LESSON_HOME}/dan-bai", expect=303, text=LESSON.replace('"bé"', "“bé” cho đúng"))
    page = thu.follow(answer)
    assert page.says("Đã lưu thành bản nháp số 2. Máy đã đổi ngoặc kép cong thành ngoặc thẳng.")
    assert page.says('gõ chữ "bé" cho đúng')


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"text": ""}, "Chưa có bài nào. Xin dán bài vào đây, hoặc chọn một tệp."),
        ({"text": "", "file": b"PK\x03\x04"}, "Đây là tệp Word hoặc PDF."),
        ({"text": "chữ " * 15_001}, "Dài quá"),
    ],
)
def test_what_cannot_be_brought_in_is_refused_with_what_to_do(desk, sent, sentence):
    thu, _ = published(desk)
    page = thu.open(f"{LESSON_HOME}/dan-bai")
    file = {"file": (BytesIO(sent["file"]), "bai.docx")} if "file" in sent else {}
    answer = thu.client.post(f"{LESSON_HOME}/dan-bai", data=sent | file | {"csrf_token": page.csrf_token})
    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert db.session.query(Revision).count() == 1


def test_opening_a_draft_twice_opens_one(desk):
    thu, duc = published(desk)
    thu.open(LESSON_HOME)
    for browser in (thu, duc, thu):
        browser.open(LESSON_HOME)
        assert browser.send(f"{LESSON_HOME}/ban-nhap", expect=303).headers["Location"].endswith("/2/viet")
    assert acts().count("open draft") == 1


def test_the_next_door_writers_find_nothing_and_make_their_own(desk, beside):
    published(desk)
    beside("duc", Role.EDITOR)
    duc = desk("duc")
    duc.open("/soan-bai/khoa-moi")
    for path in (
        HOME,
        f"{HOME}/sua",
        f"{HOME}/ngung",
        LESSON_HOME,
        f"{LESSON_HOME}/dan-bai",
        f"{LESSON_HOME}/ngung",
    ):
        duc.open(path, expect=404)
    for path in ("sua", "duyet", "ngung", "dung-lai", "bai-moi", "thu-tu"):
        duc.send(f"{HOME}/{path}", expect=404, **COURSE, reason="Không phải của mình.", order="1", agreed="y")
    for path in ("ban-nhap", "dan-bai", "ngung", "dung-lai"):
        duc.send(f"{LESSON_HOME}/{path}", expect=404, text=LESSON, reason="Không phải của mình.")
    assert duc.send("/soan-bai/khoa-moi", expect=303, **COURSE).headers["Location"] == f"{HOME}-2"
    assert db.session.query(Course).filter_by(slug="hoc-go-dau-2").one().ward_id == 2


@pytest.mark.parametrize("name", ["lan", "hoa", "minh", "quan"])
def test_who_does_not_write_finds_the_door_closed(desk, name):
    browser = desk(name)
    browser.open("/soan-bai", expect=403)
    browser.open("/soan-bai/khoa-moi", expect=403)
    browser.open("/soan-bai/du-kien", expect=403)


def test_a_visitor_is_asked_to_sign_in(browser):
    answer = browser.open("/soan-bai", expect=302)
    assert answer.headers["Location"].startswith("/dang-nhap?ve=")


def test_a_long_shelf_lists_its_lessons_on_the_pages_of_the_courses(desk):
    thu = desk("thu")
    make_course(thu)
    course = db.session.query(Course).one()
    with transaction():
        for number in range(1, 121):
            db.session.add(
                Lesson(
                    course_id=course.id, slug=f"bai-{number}", position=number, code=f"A-{number}",
                    short=str(5000 + number), title=f"Bài {number} về một việc cần làm trên điện thoại",
                    minutes=3, published_at=now(),
                )
            )  # fmt: skip
    assert thu.open("/soan-bai").says("120 bài.")
    thu.open(HOME)


def test_the_checker_speaks_about_a_course_as_a_whole(desk):
    thu, _ = published(desk)
    page = thu.open(HOME)
    assert page.says("Máy nhắc về cả khóa (2)")
    assert page.says("Khóa học chưa có kịch bản loa.")
    with transaction():
        course = db.session.query(Course).one()
        course.loudspeaker, course.confidence = "Kính thưa bà con. Học gõ dấu.", ["một", "hai", "ba"]
    assert not thu.open(HOME).says("Máy nhắc về cả khóa")
