"""The commands that look after courses, counts and lists: what they say, and what they leave alone."""

import shutil
from hashlib import sha256

import pytest
from sqlalchemy import func, select, update

import config
from elearn.app import create_app
from elearn.kit.audit import AuditEntry
from elearn.kit.db import db, transaction
from elearn.learning.models import DailyTally, Standing
from elearn.library.folder import DRILLS
from elearn.library.models import RevisionPage
from elearn.people.actions import make_ward
from elearn.people.models import Person, ResidentialGroup
from tests.installation import COURSE

SHIPPED = config.ROOT / "courses"


def inside(ask):
    """Return what `ask` finds in the installation of this test."""
    with create_app(config.from_environment()).app_context():
        found = ask()
        db.session.remove()
        db.engine.dispose()
    return found


# --- courses


def test_the_shipped_courses_have_neither_error_nor_warning(instance, typed):
    courses, lessons = count(SHIPPED)
    code, out, _ = typed("courses", "check", SHIPPED)
    assert (code, out) == (0, f"{courses} khóa, {lessons} bài: 0 lỗi, 0 điều nên xem lại.\n")


def test_check_names_file_line_fault_and_remedy(instance, typed, tmp_path):
    shutil.copytree(SHIPPED, tmp_path / "shelf")
    lesson = tmp_path / "shelf" / COURSE / "1-tien-trong-dien-thoai.md"
    lesson.write_text(lesson.read_text().replace("- [x]", "- [ ]"))
    code, out, _ = typed("courses", "check", tmp_path / "shelf")
    assert code == 1 and f"[lỗi] shelf/{COURSE}/1-tien-trong-dien-thoai.md:" in out and "Việc cần làm:" in out
    code, _, err = typed("courses", "check", tmp_path / "nowhere")
    assert code == 1 and "Không thấy thư mục" in err


def test_a_warning_is_shown_and_is_no_error(instance, typed, tmp_path):
    shutil.copytree(SHIPPED, tmp_path / "shelf")
    lesson = tmp_path / "shelf" / COURSE / "1-tien-trong-dien-thoai.md"
    lesson.write_text(
        lesson.read_text().replace("## Mở bài\n", "## Mở bài\n" + "Bác đi chợ và " * 12 + "về.\n\n")
    )
    code, out, _ = typed("courses", "check", tmp_path / "shelf")
    assert code == 0 and f"[nhắc] shelf/{COURSE}/1-tien-trong-dien-thoai.md:" in out and "0 lỗi" in out


def test_courses_are_loaded_once_and_come_back_to_the_byte(installed, typed, tmp_path):
    shelf = config.courses()
    lesson = next(shelf.glob("*/1-*.md"))
    lesson.write_text(lesson.read_text().replace("minutes: 4", "minutes: 5"))
    code, out, _ = typed("courses", "load")
    assert code == 0 and "0 khóa mới, 0 bài mới, 1 bản công bố" in out
    code, out, _ = typed("courses", "load")
    assert code == 0 and "không có gì thay đổi" in out
    code, out, _ = typed("courses", "export", tmp_path / "out")
    assert code == 0 and "1 khóa, 1 bài" in out and content(tmp_path / "out") == content(shelf)
    assert typed("courses", "export", tmp_path / "out", "--ward", "gv")[0] == 0
    assert content(tmp_path / "out") == content(shelf)


@pytest.mark.faults
def test_the_shipped_courses_come_back_to_the_byte(installed, typed, tmp_path):
    courses, lessons = count(SHIPPED)  # one course with one lesson stands there already
    assert f"{courses - 1} khóa mới, {lessons - 1} bài mới" in typed("courses", "load", SHIPPED)[1]
    assert typed("courses", "export", tmp_path / "out")[0] == 0
    assert content(tmp_path / "out") == content(SHIPPED)


def count(folder):
    """Return how many courses and how many lessons stand in the folder."""
    return len([*folder.glob("*/course.md")]), len([*folder.glob("*/[0-9]*.md")])


def content(folder):
    """Return the digest of every file below a folder, save of what stays there: the README, the drills."""
    files = (file for file in folder.rglob("*") if file.is_file() and file.name not in ("README.md", DRILLS))
    return {str(file.relative_to(folder)): sha256(file.read_bytes()).hexdigest() for file in files}


def test_an_upgrade_makes_anew_what_an_older_program_laid_out_and_does_so_once(installed, typed):
    typed("courses", "load")

    def make_old():
        with transaction():
            db.session.execute(update(RevisionPage).values(renderer=0, html="cũ"))

    inside(make_old)
    code, out, _ = typed("upgrade")
    assert code == 0 and "Đã trình bày lại" in out
    assert not inside(lambda: db.session.scalar(select(func.count()).where(RevisionPage.html == "cũ")))
    assert "trình bày lại" not in typed("upgrade")[1]


def test_a_faulty_shelf_loads_nothing(installed, typed):
    next(config.courses().glob("*/course.md")).unlink()
    before = (installed / "elearn.db").read_bytes()
    code, _, err = typed("courses", "load")
    assert code == 1 and "Chưa nạp gì" in err and "course.md:1:" in err
    assert (installed / "elearn.db").read_bytes() == before


def test_an_export_touches_no_folder_that_holds_something_else(installed, typed, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").touch()
    code, _, err = typed("courses", "export", tmp_path / "photos")
    assert code == 1 and "thư mục trống" in err and len(list((tmp_path / "photos").iterdir())) == 1


# --- counts


def test_recount_tells_and_mends(instance, typed):
    typed("demo", "--residents", "12")
    assert typed("recount", "--demo")[:2] == (0, "Số liệu khớp với từng lượt học, không có chỗ lệch.\n")
    with create_app(config.for_demo()).app_context():
        with transaction():
            db.session.execute(update(DailyTally).values(lessons=DailyTally.lessons + 1))
            db.session.execute(update(Standing).values(finished=Standing.finished + 1))
        db.session.remove()
        db.engine.dispose()
    code, out, err = typed("recount", "--demo")
    assert code == 1 and "Sổ ngày" in out and "chỗ khác." in out and "recount --repair" in err
    code, out, _ = typed("recount", "--demo", "--repair")
    assert code == 0 and "Đã sửa" in out and audited_in_demo("repair counts") == 1
    assert typed("recount", "--demo")[0] == 0


def audited_in_demo(act):
    with create_app(config.for_demo()).app_context():
        count = db.session.scalar(select(func.count()).where(AuditEntry.action == act))
        db.session.remove()
        db.engine.dispose()
    return count


def test_commands_about_data_say_when_there_is_none(instance, typed):
    for words in (("recount",), ("tick",), ("doctor",), ("backup", "a.zip"), ("user", "add")):
        code, _, err = typed(*words)
        assert "Chưa có khóa bí mật" in str(code) + err, words
    (instance).mkdir()
    (instance / config.SECRET).write_text("một câu đủ dài để làm khóa bí mật thử nghiệm")
    for words in (("recount",), ("tick",), ("user", "add")):
        code, _, err = typed(*words)
        assert code == 1 and "elearn init" in err, words
    assert not (instance / "elearn.db").exists()


# --- lists

GROUPS = "Mã tổ;Tên tổ;Phường cũ\nDG05;Tổ dân phố số 5;Đằng Giang\nDG07;Tổ dân phố số 7;Đằng Giang\n"
PEOPLE = (
    "Họ và tên;Tổ dân phố;Phường cũ;Ngày đồng ý giữ kết quả\n"
    "Nguyễn Thị Lan;Tổ 5;Đằng Giang;01/11/2026\n"
    "Đỗ Văn Tài;Tổ 99;Đằng Giang;01/11/2026\n"
)


def people():
    return inside(lambda: db.session.scalar(select(func.count()).select_from(Person)))


def groups():
    return inside(lambda: db.session.scalar(select(func.count()).select_from(ResidentialGroup)))


def test_a_list_is_shown_first_then_taken_once(installed, typed, tmp_path):
    (tmp_path / "to.csv").write_text(GROUPS)
    (tmp_path / "nguoi.csv").write_text(PEOPLE)
    for words in ((), ("--dry-run",)):
        code, out, _ = typed("people", "import", tmp_path / "to.csv", *words)
        assert code == 0 and "Dòng 2: mới:" in out and "thêm --write" in out and groups() == 2
    assert typed("people", "import", tmp_path / "to.csv", "--write")[0] == 0 and groups() == 4
    code, out, _ = typed("people", "import", tmp_path / "nguoi.csv", "--write")
    assert code == 0 and "Dòng 3: bỏ qua:" in out and "1 người mới" in out and people() == 2
    code, out, _ = typed("people", "import", tmp_path / "nguoi.csv", "--write")
    assert "0 người mới" in out and people() == 2


def test_a_list_that_cannot_be_read_is_told(installed, typed, tmp_path):
    for name, text, sentence in (
        ("a.csv", b"", "không có dòng nào"),
        ("a.xlsx", b"PK\x03\x04 broken", "bị hỏng"),
        ("a.csv", "Họ và tên\n".encode(), "chỉ có dòng tiêu đề"),
    ):
        (tmp_path / name).write_bytes(text)
        code, _, err = typed("people", "import", tmp_path / name, "--write")
        assert code == 1 and sentence in err, name
    assert "Không thấy tệp" in typed("people", "import", tmp_path / "none.csv")[2]


def test_of_several_wards_one_must_be_named(installed, typed, tmp_path, monkeypatch):
    inside(lambda: make_ward("NQ", "phường Ngô Quyền"))
    (tmp_path / "to.csv").write_text(GROUPS)
    code, _, err = typed("people", "import", tmp_path / "to.csv")
    assert code == 1 and "--ward" in err and "GV, NQ" in err
    assert typed("people", "import", tmp_path / "to.csv", "--ward", "NQ")[0] == 0


@pytest.mark.parametrize("words", [("--dry-run", "--write")])
def test_shown_and_taken_at_once_is_not_understood(installed, typed, tmp_path, words):
    assert typed("people", "import", tmp_path / "x.csv", *words)[0] == 2
