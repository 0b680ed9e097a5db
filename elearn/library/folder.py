"""The shelf of courses as a folder of files: read, written and checked, without a database."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from elearn.kit.words import syllables, title_key
from elearn.library.document.check import check_text
from elearn.library.document.course import (
    LOUDSPEAKER_TITLE,
    PLACEMENT,
    CourseDocument,
    LessonFile,
    read_course,
    write_course,
)
from elearn.library.document.drills import check_drills, parse_drills
from elearn.library.document.lines import error, warning
from elearn.library.document.model import DocumentFault, Kind, Question, Remark, printed_facts
from elearn.library.document.prose import as_shown, sentences
from elearn.library.document.read import parse
from elearn.library.facts import Fact, parse_facts, write_facts
from elearn.library.pictures import why_not

DRILLS = "drills.yaml"
LESSON_NAME = re.compile(r"(\d{1,2})-([a-z0-9]+(?:-[a-z0-9]+)*)\.md")
COURSE_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_LOUDSPEAKER = 120
PLACEMENT_QUESTIONS = 5
CONFIDENCE_QUESTIONS = 3
LONGEST_SPOKEN = 25  # one who hears a sentence once cannot look back
MOST_RIGHT_LONGEST = 0.45

Check = Callable[..., tuple[Remark, ...]]  # as check_text
Found = tuple[str, Remark]  # the file, as it is printed before the line, and what is wrong there


@dataclass(frozen=True)
class Shelf:
    """Every course, in the order of their codes, and the facts that their lessons cite."""

    courses: tuple[CourseDocument, ...]
    facts: tuple[Fact, ...]


class ShelfFault(ValueError):
    """A folder that cannot be read; each fault with its file is in `found`."""

    def __init__(self, found: Sequence[Found]) -> None:
        self.found = tuple(found)
        super().__init__("\n".join(said(file, remark) for file, remark in found))


def said(file: str, remark: Remark) -> str:
    """Return a remark as one line: the file, the line, what is wrong, what to do."""
    return f"{file}:{remark.line}: {remark.message} Việc cần làm: {remark.remedy}"


def read_shelf(path: Path) -> Shelf:
    """Return what the folder holds; raise ShelfFault with every fault of reading."""
    shelf, found = _read(path)
    if found:
        raise ShelfFault(found)
    return shelf


def write_shelf(shelf: Shelf, path: Path) -> None:
    """Write the shelf into the folder; lesson files of these courses that are no longer among them go."""
    _write(path / "facts.yaml", write_facts(shelf.facts).encode())
    for course in shelf.courses:
        home = path / course.slug
        names = {f"{place}-{lesson.slug}.md": lesson for place, lesson in enumerate(course.lessons, 1)}
        _write(home / "course.md", write_course(course).encode())
        for old in home.iterdir():
            if LESSON_NAME.fullmatch(old.name) and old.name not in names:
                old.unlink()
        for name, lesson in names.items():
            _write(home / name, lesson.text.encode())
        for name, content in course.images:
            _write(home / "images" / name, content)


def check_shelf(path: Path, check: Check = check_text) -> list[Found]:
    """Return every remark on every file of the folder, in the order of files and lines."""
    shelf, found = _read(path)
    facts = {fact.id: fact for fact in shelf.facts}
    known = {f"{course.slug}/{lesson.slug}" for course in shelf.courses for lesson in course.lessons}
    for course in shelf.courses:
        home = f"{path.name}/{course.slug}"
        if course.code:
            found.extend((f"{home}/course.md", remark) for remark in check_course(course, facts))
        pictures = [name for name, _ in course.images]
        for name, lesson in _files(path / course.slug, course):
            remarks = check(lesson.text, facts, images=pictures, lessons=known)
            found.extend((f"{home}/{name}", remark) for remark in remarks)
    found.extend(_doubles(path, shelf))
    found.extend((f"{path.name}/{DRILLS}", remark) for remark in _drills(path / DRILLS, facts))
    return sorted(set(found), key=lambda one: (one[0], one[1]))


def _drills(file: Path, facts: Mapping[str, Fact]) -> list[Remark]:
    if not file.is_file():
        return []
    drills, remarks = parse_drills(file.read_text())
    return [*remarks, *check_drills(drills, facts)]


def check_course(course: CourseDocument, facts: Mapping[str, Fact]) -> list[Remark]:
    """Return the remarks on a course as a whole: its placement, its loudspeaker text, its choices."""
    return sorted({*_placement(course), *check_words_of_course(course, facts)})


def check_words_of_course(course: CourseDocument, facts: Mapping[str, Fact]) -> list[Remark]:
    """Return the remarks on what people read or hear of a course as a whole."""
    return sorted({*_confidence(course), *_loudspeaker(course, facts), *_giveaways(course)})


# -- reading -------------------------------------------------------------------------------------


def _read(path: Path) -> tuple[Shelf, list[Found]]:
    """Return as much of the shelf as can be read, and the faults of reading."""
    found: list[Found] = []
    facts = _facts(path, found)
    courses = [
        course
        for home in sorted(path.iterdir() if path.is_dir() else [])
        if home.is_dir() and not home.name.startswith(".") and (course := _course(home, found))
    ]
    if not courses and not found:
        message = "Thư mục này chưa có khóa học nào."
        found.append((path.name, error(1, message, "Kiểm tra lại đường dẫn, hoặc thêm một khóa học.")))
    courses.sort(key=lambda course: (title_key(course.code), course.slug))
    return Shelf(tuple(courses), facts), found


def _facts(path: Path, found: list[Found]) -> tuple[Fact, ...]:
    file = path / "facts.yaml"
    text = _text(file, f"{path.name}/facts.yaml", found)
    facts, remarks = parse_facts(text)
    found.extend((f"{path.name}/facts.yaml", remark) for remark in remarks)
    return facts


def _course(home: Path, found: list[Found]) -> CourseDocument | None:
    label = f"{home.parent.name}/{home.name}"
    if not COURSE_NAME.fullmatch(home.name):
        message = f"Tên thư mục “{home.name}” chưa đúng cách viết."
        found.append((label, error(1, message, "Viết chữ thường không dấu, nối bằng gạch ngang.")))
        return None
    text = _text(home / "course.md", f"{label}/course.md", found)
    course = CourseDocument("", "", "", "", "", "")
    try:
        course = read_course(text) if text else course
    except DocumentFault as fault:
        found.extend((f"{label}/course.md", remark) for remark in fault.remarks)
    return replace(
        course, slug=home.name, lessons=_lessons(home, label, found), images=_images(home, label, found)
    )


def _lessons(home: Path, label: str, found: list[Found]) -> tuple[LessonFile, ...]:
    numbered: list[tuple[int, LessonFile]] = []
    for file in sorted(home.glob("*.md")):
        named = LESSON_NAME.fullmatch(file.name)
        if file.name == "course.md":
            continue
        if named is None:
            remedy = "Đặt tên theo mẫu số-tên-bài.md, chữ thường không dấu, ví dụ “3-quet-ma-qr.md”."
            found.append((f"{label}/{file.name}", error(1, "Tên tệp bài học chưa đúng cách viết.", remedy)))
            continue
        text = _text(file, f"{label}/{file.name}", found)
        reading = parse(text)
        found.extend((f"{label}/{file.name}", remark) for remark in reading.remarks if text)
        numbered.append((int(named[1]), LessonFile(named[2], text, reading.document)))
    numbered.sort(key=lambda one: one[0])
    for place, (number, lesson) in enumerate(numbered, 1):
        if number != place:
            message = f"Số thứ tự của bài “{lesson.slug}” là {number}, đáng lẽ là {place}."
            found.append(
                (f"{label}/course.md", error(1, message, "Đổi số ở đầu tên tệp: 1, 2, 3… không cách."))
            )
    return tuple(lesson for _, lesson in numbered)


def _images(home: Path, label: str, found: list[Found]) -> tuple[tuple[str, bytes], ...]:
    images = []
    for file in sorted((home / "images").iterdir() if (home / "images").is_dir() else []):
        content = file.read_bytes() if file.is_file() else b""
        if fault := why_not(file.name, content):
            found.append((f"{label}/images/{file.name}", error(1, *fault)))
        else:
            images.append((file.name, content))
    return tuple(images)


def _text(file: Path, label: str, found: list[Found]) -> str:
    try:
        return file.read_bytes().decode()
    except FileNotFoundError:
        found.append((label, error(1, "Thiếu tệp này.", "Tạo tệp theo mẫu trong courses/README.md.")))
    except UnicodeDecodeError:
        found.append((label, error(1, "Tệp không phải là chữ UTF-8.", "Lưu lại tệp với bảng mã UTF-8.")))
    return ""


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


# -- the course as a whole -----------------------------------------------------------------------


def _placement(course: CourseDocument) -> Iterator[Remark]:
    line = course.line_of("placement")
    known = {f"{one.slug}#{question.key}" for one in course.lessons for question in one.document.questions}
    for reference in course.placement:
        if not PLACEMENT.fullmatch(reference) or reference not in known:
            message = f"Không có câu hỏi nào ở “{reference}”."
            yield error(line, message, "Viết theo mẫu tên-bài#mã-câu-hỏi, đúng như trong tệp bài học.")
    if len(set(course.placement)) != PLACEMENT_QUESTIONS:
        message = f"Có {len(set(course.placement))} câu xếp lối học."
        yield warning(line, message, f"Chọn {PLACEMENT_QUESTIONS} câu khác nhau trong các bài của khóa.")


def _confidence(course: CourseDocument) -> Iterator[Remark]:
    line = course.line_of("confidence")
    if not course.confidence:
        message = "Khóa học chưa có câu hỏi tự tin."
        yield error(line, message, "Dưới “confidence:” viết ba dòng, ví dụ “  - Tôi tự làm được”.")
    elif len(course.confidence) != CONFIDENCE_QUESTIONS:
        message = f"Có {len(course.confidence)} câu hỏi tự tin."
        yield warning(line, message, f"Viết {CONFIDENCE_QUESTIONS} câu.")


def _loudspeaker(course: CourseDocument, facts: Mapping[str, Fact]) -> Iterator[Remark]:
    line = course.line_of("loudspeaker")
    if not course.loudspeaker:
        remedy = f"Thêm “## {LOUDSPEAKER_TITLE}” ở cuối tệp, đọc khoảng 40 giây."
        yield warning(line, "Khóa học chưa có kịch bản loa.", remedy)
    for name in dict.fromkeys(printed_facts([course.loudspeaker])):
        if name not in facts:
            yield error(
                line, f"Không có dữ kiện nào mang mã “{name}”.", "Sửa lại mã, hoặc thêm vào facts.yaml."
            )
    text = as_shown(course.loudspeaker, facts)
    if syllables(text) > LONGEST_LOUDSPEAKER:
        message = f"Kịch bản loa dài {syllables(text)} tiếng (tối đa {LONGEST_LOUDSPEAKER})."
        yield warning(line, message, "Bỏ bớt để đọc trong khoảng 40 giây.")
    for sentence in sentences(text.replace("\n", " ")):
        if syllables(sentence) > LONGEST_SPOKEN:
            message = f"Câu đọc loa dài {syllables(sentence)} tiếng: “{' '.join(sentence.split()[:5])}…”."
            yield warning(line, message, "Tách thành hai câu để người nghe kịp hiểu.")


def _giveaways(course: CourseDocument) -> Iterator[Remark]:
    """Yield a warning when whoever always picks the longest choice would be right too often."""
    asked = [one for lesson in course.lessons for one in lesson.document.questions if one.kind is Kind.ONE]
    telling = [question for question in asked if _right_is_longest(question)]
    if len(asked) >= 5 and len(telling) / len(asked) > MOST_RIGHT_LONGEST:
        message = f"Phương án đúng dài nhất ở {len(telling)} trên {len(asked)} câu, người học dễ đoán."
        remedy = f"Viết các phương án dài gần bằng nhau (nhiều nhất {MOST_RIGHT_LONGEST:.0%} số câu)."
        yield warning(1, message, remedy)


def _right_is_longest(question: Question) -> bool:
    lengths = [(len(choice.text), choice.right) for choice in question.choices]
    longest = max((length for length, _ in lengths), default=0)
    return [right for length, right in lengths if length == longest] == [True]


# -- the shelf as a whole ------------------------------------------------------------------------


def _files(home: Path, course: CourseDocument) -> Iterator[tuple[str, LessonFile]]:
    """Yield each lesson with the name of its file, which may be numbered wrongly."""
    names = {
        named[2]: file.name
        for file in sorted(home.glob("*.md"))
        if (named := LESSON_NAME.fullmatch(file.name))
    }
    for lesson in course.lessons:
        yield names[lesson.slug], lesson


def _doubles(path: Path, shelf: Shelf) -> Iterator[Found]:
    """Yield an error for each code, short number or address that two things share."""
    places: list[tuple[str, str, str, int]] = []  # what it is, its value, the file, the line
    for course in shelf.courses:
        home = f"{path.name}/{course.slug}"
        places.append(("short", course.short, f"{home}/course.md", course.line_of("short")))
        places.append(("code", course.code, f"{home}/course.md", course.line_of("code")))
        for name, lesson in _files(path / course.slug, course):
            file, document = f"{home}/{name}", lesson.document
            places.append(("short", document.short, file, document.line_of("short")))
            places.append(("code", document.code, file, document.line_of("code")))
            places.append(("slug", f"{course.slug}/{lesson.slug}", file, 1))
    counted = Counter((kind, value) for kind, value, _, _ in places if value)
    first: dict[tuple[str, str], str] = {}
    for kind, value, file, line in places:
        if counted[kind, value] > 1 and (kind, value) in first:
            message = f"{SHARED[kind]} “{value}” đã dùng ở {first[kind, value]}."
            yield file, error(line, message, "Đổi một trong hai cho khác nhau.")
        first.setdefault((kind, value), file)


SHARED = {"short": "Số ngắn", "code": "Mã", "slug": "Tên bài"}
