"""A course as its own short text, course.md: what it is, for whom, and what the loudspeaker says."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from elearn.kit.words import fold
from elearn.library.document.header import read_header, write_header
from elearn.library.document.lines import HEADING, error, tidy
from elearn.library.document.model import DocumentFault, LessonDocument, Remark
from elearn.library.document.read import LONGEST_TEXT, canonical

TOPICS = (
    "phone-basics", "public-services", "e-commerce", "digital-payment", "online-safety", "public-staff",
    "household-business", "helpers", "resolution-57",
)  # fmt: skip
LOUDSPEAKER_TITLE = "Kịch bản loa"
LINES = ("code", "title", "topic", "short", "audience", "goal", "character")
LISTS = ("placement", "confidence")
CODE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
PLACEMENT = re.compile(r"([a-z0-9-]+)#([a-z0-9-]+)")


@dataclass(frozen=True)
class LessonFile:
    """One lesson of a course: its address, its text as typed, and what the text says."""

    slug: str
    text: str
    document: LessonDocument


@dataclass(frozen=True)
class CourseDocument:
    """One course with its lessons in order and its pictures."""

    code: str
    title: str
    topic: str
    short: str
    audience: str
    goal: str
    character: str = ""
    placement: tuple[str, ...] = ()
    confidence: tuple[str, ...] = ()
    loudspeaker: str = ""
    slug: str = ""
    lessons: tuple[LessonFile, ...] = ()
    images: tuple[tuple[str, bytes], ...] = ()
    lines: tuple[tuple[str, int], ...] = field(default=(), compare=False)

    def line_of(self, name: str) -> int:
        """Return the line on which an entry stands, or the first."""
        return dict(self.lines).get(name, 1)


def read_course(text: str) -> CourseDocument:
    """Return the course that a course.md describes, without lessons; raise DocumentFault with every fault."""
    remarks: list[Remark] = []
    if len(text) > LONGEST_TEXT:
        raise DocumentFault([error(1, "Tệp khóa học dài quá 60.000 chữ cái.", "Viết gọn lại.")])
    lines = canonical(text).split("\n")
    header = read_header(lines, (*LINES, *LISTS))
    remarks.extend(header.remarks)
    places = dict(header.lines)
    values = {name: _line(header.values, name, places, remarks) for name in LINES}
    placement, confidence = (_list(header.values, name, places, remarks) for name in LISTS)
    if header.lines or not header.remarks:
        remarks.extend(_faults(values, places))
    loudspeaker = _loudspeaker(lines, header.ends, places, remarks)
    if remarks:
        raise DocumentFault(remarks)
    code, title, topic, short, audience, goal, character = (values[name] for name in LINES)
    return CourseDocument(
        code,
        title,
        topic,
        short,
        audience,
        goal,
        character,
        placement=placement,
        confidence=confidence,
        loudspeaker=loudspeaker,
        lines=tuple(places.items()),
    )


def write_course(course: CourseDocument) -> str:
    """Return the one canonical text of a course."""
    values: dict[str, Any] = {
        name: getattr(course, name) for name in (*LINES, *LISTS) if getattr(course, name)
    }
    ending = f"## {LOUDSPEAKER_TITLE}\n{course.loudspeaker}\n" if course.loudspeaker else ""
    return write_header(values) + ending


def _line(values: Mapping[str, Any], name: str, places: Mapping[str, int], remarks: list[Remark]) -> str:
    value = values.get(name, "")
    if isinstance(value, str):
        return tidy(value)
    message = f"Dòng “{name}” phải là một dòng chữ."
    remarks.append(error(places.get(name, 1), message, f"Viết “{name}: …” trên một dòng."))
    return ""


def _list(
    values: Mapping[str, Any], name: str, places: Mapping[str, int], remarks: list[Remark]
) -> tuple[str, ...]:
    value = values.get(name) or []
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(tidy(one) for one in value)
    message = f"Dòng “{name}” phải là một danh sách."
    remarks.append(error(places.get(name, 1), message, f"Dưới “{name}:” viết mỗi mục một dòng “  - …”."))
    return ()


def _faults(values: Mapping[str, str], places: Mapping[str, int]) -> Iterator[Remark]:
    for name in LINES:
        if not values[name] and name != "character":
            message = f"Khóa học thiếu dòng “{name}”."
            yield error(places.get(name, 1), message, f"Viết “{name}: …” giữa hai dòng ---.")
    shapes = (
        ("code", CODE.fullmatch, "Viết chữ in hoa không dấu và số, ví dụ “K1”."),
        ("topic", TOPICS.__contains__, f"Viết một trong các từ: {', '.join(TOPICS)}."),
        ("short", re.compile(r"\d{4}").fullmatch, "Viết đúng bốn chữ số, ví dụ “1100”."),
    )
    for name, form, remedy in shapes:
        if values[name] and not form(values[name]):
            message = f"Dòng “{name}” có giá trị chưa đúng: “{values[name]}”."
            yield error(places.get(name, 1), message, remedy)


def _loudspeaker(lines: list[str], start: int, places: dict[str, int], remarks: list[Remark]) -> str:
    """Return the text under the one heading that a course may have, and keep the line where it begins."""
    found: list[str] = []
    inside = False
    for number, line in enumerate(lines[start:], start + 1):
        heading = HEADING.fullmatch(line)
        if heading:
            inside = fold(heading[2] or "").rstrip(" .:") == fold(LOUDSPEAKER_TITLE)
            places.setdefault("loudspeaker", number)
            if not inside or len(heading[1]) != 2:
                message = f"Tệp khóa học chỉ có một phần “{LOUDSPEAKER_TITLE}”."
                remarks.append(error(number, message, "Xóa phần này, hoặc chuyển nội dung vào một bài học."))
        elif inside:
            found.append(line)
        elif line.strip() and start:
            message = "Đoạn chữ này chưa nằm dưới phần nào."
            remarks.append(error(number, message, f"Thêm dòng “## {LOUDSPEAKER_TITLE}” phía trên."))
    return "\n".join(found).strip("\n")
