"""A shelf of courses as files: read, written back byte for byte, and checked file by file."""

import shutil
from dataclasses import replace

import pytest

from elearn.library.document.model import Choice, Kind, Question
from elearn.library.folder import DRILLS, ShelfFault, check_course, check_shelf, read_shelf, said, write_shelf
from tests.library.document.made import LESSONS, SHELF


@pytest.fixture
def shelf(tmp_path):
    """A copy of one shipped course with the facts, to spoil."""
    home = tmp_path / "ke"
    home.mkdir()
    shutil.copy(SHELF / "facts.yaml", home)
    shutil.copytree(SHELF / "thanh-toan-so", home / "thanh-toan-so")
    return home


def files(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "README.md"
    }


def found(folder, severity="error"):
    return [(file, one.line, one.message) for file, one in check_shelf(folder) if one.severity == severity]


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


# -- reading and writing


def test_the_shipped_shelf_comes_back_byte_for_byte(tmp_path):
    write_shelf(read_shelf(SHELF), tmp_path)
    mine = {name: content for name, content in files(SHELF).items() if name != DRILLS}  # nobody edits those
    assert files(tmp_path) == mine


def test_courses_stand_in_the_order_of_their_codes():
    courses = read_shelf(SHELF).courses
    codes = [course.code for course in courses]
    assert codes == sorted(codes) and {"K1", "K2", "K3"} <= {*codes}
    assert sum(len(course.lessons) for course in courses) == len(LESSONS)


def test_every_course_of_the_project_has_lessons_and_numbers_of_its_own_hundred():
    """A loudspeaker says 1300 for the course and 1303 for its third lesson; K3 says which hundred."""
    for course in read_shelf(SHELF).courses:
        assert course.lessons and course.short == f"1{course.code.removeprefix('K')}00"
        numbers = [int(lesson.document.short) for lesson in course.lessons]
        assert numbers == [int(course.short) + place for place in range(1, len(numbers) + 1)], course.code


def test_lesson_files_that_are_no_longer_named_go_and_others_stay(shelf):
    kept = read_shelf(shelf)
    (shelf / "thanh-toan-so" / "9-cu.md").write_text("cũ")
    (shelf / "thanh-toan-so" / "GHI-CHU.txt").write_text("giữ")
    fewer = replace(kept.courses[0], lessons=kept.courses[0].lessons[:2])
    write_shelf(replace(kept, courses=(fewer,)), shelf)
    names = {path.name for path in (shelf / "thanh-toan-so").iterdir()}
    one, two = (f"{place}-{lesson.slug}.md" for place, lesson in enumerate(fewer.lessons, 1))
    assert names == {"course.md", "images", one, two, "GHI-CHU.txt"}


def test_pictures_come_along(shelf, tmp_path):
    (shelf / "thanh-toan-so" / "images" / "rau.svg").write_bytes(b"<svg/>")
    read = read_shelf(shelf)
    assert ("rau.svg", b"<svg/>") in read.courses[0].images
    write_shelf(read, tmp_path / "khac")
    assert files(tmp_path / "khac") == files(shelf)


def test_hidden_folders_and_loose_files_are_passed_over(shelf):
    before = read_shelf(shelf)
    (shelf / ".git").mkdir()
    (shelf / "README.md").write_text("# Kệ")
    assert read_shelf(shelf) == before


@pytest.mark.parametrize("line_end", ["\r\n", "\n"])
def test_a_lesson_keeps_its_bytes_whatever_its_line_ends(shelf, tmp_path, line_end):
    file = next((shelf / "thanh-toan-so").glob("1-*.md"))
    file.write_bytes(file.read_bytes().replace(b"\n", line_end.encode()))
    write_shelf(read_shelf(shelf), tmp_path / "khac")
    assert files(tmp_path / "khac") == files(shelf)


# -- faults


def test_a_shelf_that_is_good_has_nothing_to_be_told(shelf):
    assert check_shelf(shelf) == []


COURSE = "thanh-toan-so"
HEAD, QR = f"{COURSE}/course.md", f"{COURSE}/3-quet-ma-qr.md"
CONFIDENCE = """confidence:
  - Tôi tự làm được
  - Tôi biết khi nào là lừa đảo
  - Tôi biết hỏi ai
"""


def gone(name):
    return lambda home: (home / name).unlink()


def put(name, content):
    return lambda home: (home / name).write_bytes(content)


def edited(name, old, new):
    return lambda home: edit(home / name, old, new)


def picture(name, content):
    def spoil(home):
        (home / COURSE / "images" / name).write_bytes(content)

    return spoil


@pytest.mark.parametrize(
    ("spoil", "file", "words"),
    [
        (lambda home: shutil.rmtree(home / COURSE), "", "chưa có khóa học nào"),
        (lambda home: (home / "Khóa 2").mkdir(), "Khóa 2", "chưa đúng cách viết"),
        (gone("facts.yaml"), "facts.yaml", "Thiếu tệp này"),
        (gone(HEAD), HEAD, "Thiếu tệp này"),
        (gone(f"{COURSE}/1-tien-trong-dien-thoai.md"), HEAD, "Số thứ tự"),
        (put("facts.yaml", b"\xff"), "facts.yaml", "không phải là chữ UTF-8"),
        (put(f"{COURSE}/bai.md", b"x"), f"{COURSE}/bai.md", "Tên tệp bài học"),
        (picture("Ảnh 1.png", b"x"), f"{COURSE}/images/Ảnh 1.png", "không dùng được"),
        (picture("a.html", b"x"), f"{COURSE}/images/a.html", "không dùng được"),
        (picture("a.svg", b""), f"{COURSE}/images/a.svg", "không dùng được"),
        (picture("a.png", b"x" * 300_001), f"{COURSE}/images/a.png", "quá nặng"),
        (edited(QR, "short: 1303", "short: 1302"), QR, "Số ngắn “1302” đã dùng ở"),
        (edited(QR, "code: TTS-03", "code: K3"), QR, "Mã “K3” đã dùng ở"),
        (edited(HEAD, "qr#ten-la", "qr#khong"), HEAD, "Không có câu hỏi nào ở “quet-ma-qr#khong”"),
        (edited(HEAD, CONFIDENCE, ""), HEAD, "chưa có câu hỏi tự tin"),
        (edited(HEAD, "Kính thưa", "Kính thưa {F-KHONG}"), HEAD, "dữ kiện nào mang mã “F-KHONG”"),
        (edited(QR, "Bác Hạnh", "![](images/a.svg) Bác"), QR, "chưa có lời mô tả"),
        (edited(QR, "Bác Hạnh", f"[x](/khoa-hoc/{COURSE}/mat) Bác"), QR, "Không có bài học nào"),
    ],
)
def test_a_fault_names_the_file(shelf, spoil, file, words):
    spoil(shelf)
    wanted = f"ke/{file}".rstrip("/")
    assert [message for one, _, message in found(shelf) if one == wanted and words in message], found(shelf)


def test_every_fault_of_reading_is_told_at_once_and_nothing_is_read(shelf):
    edit(shelf / "thanh-toan-so" / "course.md", "topic: digital-payment", "topic: tiền")
    edit(shelf / "thanh-toan-so" / "3-quet-ma-qr.md", "minutes: 4", "minutes: bốn")
    with pytest.raises(ShelfFault) as fault:
        read_shelf(shelf)
    assert sorted({file for file, _ in fault.value.found}) == [
        "ke/thanh-toan-so/3-quet-ma-qr.md",
        "ke/thanh-toan-so/course.md",
    ]
    assert "ke/thanh-toan-so/3-quet-ma-qr.md:4: " in str(fault.value) and "Việc cần làm: " in str(fault.value)


def test_a_remark_is_said_with_file_line_and_remedy(shelf):
    edit(shelf / "thanh-toan-so" / "3-quet-ma-qr.md", "- [x] Dừng", "- [ ] Dừng")
    ((file, remark),) = [one for one in check_shelf(shelf) if one[1].severity == "error"]
    assert said(file, remark) == (
        f"ke/thanh-toan-so/3-quet-ma-qr.md:{remark.line}: Câu hỏi chưa có phương án đúng. "
        "Việc cần làm: Đánh dấu [x] ở phương án đúng."
    )


# -- the course as a whole


def test_warnings_about_a_whole_course(shelf):
    (course,) = read_shelf(shelf).courses

    def told(**more):
        return [one.message for one in check_course(replace(course, **more), {}) if one.severity == "warning"]

    assert told() == []
    assert told(placement=course.placement[:4]) == ["Có 4 câu xếp lối học."]
    assert told(confidence=course.confidence[:2]) == ["Có 2 câu hỏi tự tin."]
    assert told(loudspeaker="") == ["Khóa học chưa có kịch bản loa."]
    assert any("tối đa 120" in one for one in told(loudspeaker="Bà con nghe đây. " * 40))
    assert any("Câu đọc loa dài" in one for one in told(loudspeaker="bà con " * 20 + "."))


def test_the_right_choice_must_not_give_itself_away(shelf):
    (course,) = read_shelf(shelf).courses
    telling = Question(
        "a", Kind.ONE, "Gì?", (Choice("ngắn", False), Choice("dài hơn hẳn", True), Choice("ngắn", False))
    )
    lessons = tuple(
        replace(one, document=replace(one.document, questions=(*one.document.questions, *[telling] * 5)))
        for one in course.lessons
    )
    remarks = [one.message for one in check_course(replace(course, lessons=lessons), {})]
    assert any("Phương án đúng dài nhất ở" in one for one in remarks)
