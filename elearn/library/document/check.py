"""What is wrong with a lesson: errors that stop its publication, warnings where the words should change."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date

from elearn.kit.markup import TooHeavy, is_image, is_link, render
from elearn.library.document.check_practice import remarks_on_practice
from elearn.library.document.lines import error
from elearn.library.document.model import (
    FACT_ID,
    PRINTED_FACT,
    Kind,
    LessonDocument,
    Question,
    Remark,
)
from elearn.library.document.prose import remarks_on_prose
from elearn.library.document.read import LONGEST_TEXT, parse
from elearn.library.document.render import too_many
from elearn.library.facts import Fact

CODE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
SHORT = re.compile(r"\d{4}")
PICTURE = re.compile(r"!\[([^\]]*)\]\(\s*<?([^)\s>]*)>?(?:\s+[\"'][^)]*)?\)")
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(\s*<?([^)\s>]*)>?(?:\s+[\"'][^)]*)?\)")
CITATION = re.compile(r"\[(" + FACT_ID + r")\](?!\()")
TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--")
LESSON_ADDRESS = re.compile(r"/khoa-hoc/([^/?#]+)(?:/([^/?#]+))?(?:/cau-hoi)?/?(?:[?#].*)?")


def check(
    document: LessonDocument,
    facts: Mapping[str, Fact],
    *,
    images: Collection[str] | None = None,
    lessons: Collection[str] | None = None,
) -> tuple[Remark, ...]:
    """Return every remark on a document, in the order of its lines.

    `images` are the names in the course's folder of pictures, `lessons` the known "course/lesson" slugs;
    what is None is not looked at.
    """
    if heavy := [*_parts_too_many(document)] or [*_weights(document)]:
        return tuple(sorted(set(heavy)))  # first things first: looking at every word would take too long
    remarks = [*_header(document), *_sections(document), *_questions(document)]
    for line, text in _texts(document):
        remarks.extend(_marks(line, text, facts))
        remarks.extend(_pictures(line, text, images))
        remarks.extend(_links(line, text, facts, lessons))
    remarks.extend(remarks_on_prose(document, facts))
    if document.practice:
        remarks.extend(remarks_on_practice(document.practice, facts))
    return tuple(sorted(set(remarks)))


def check_text(
    text: str,
    facts: Mapping[str, Fact],
    *,
    images: Collection[str] | None = None,
    lessons: Collection[str] | None = None,
) -> tuple[Remark, ...]:
    """Return every remark on a text as typed, those of reading and those of checking; never raise."""
    reading = parse(text)
    if len(text) > LONGEST_TEXT:
        return reading.remarks
    found = check(reading.document, facts, images=images, lessons=lessons)
    return tuple(sorted({*reading.remarks, *found}))


# -- the header ----------------------------------------------------------------------------------


def _header(document: LessonDocument) -> Iterator[Remark]:
    for name, form, remedy in SHAPES:
        value = str(getattr(document, name))
        if value not in ("", "0") and not form(value):
            message = f"Dòng “{name}” có giá trị chưa đúng: “{value}”."
            yield error(document.line_of(name), message, remedy)
    for name in ("title", "objective"):
        if PRINTED_FACT.search(getattr(document, name)):
            message = f"Dòng “{name}” không in được dữ kiện."
            yield error(document.line_of(name), message, "Bỏ mã dữ kiện, viết bằng lời.")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


DAY_REMEDY = "Viết ngày theo mẫu năm-tháng-ngày, ví dụ “2026-11-15”."
SHAPES: tuple[tuple[str, Callable[[str], object], str], ...] = (
    ("code", CODE.fullmatch, "Viết chữ in hoa không dấu và số, nối bằng gạch ngang, ví dụ “DVC-01”."),
    ("short", SHORT.fullmatch, "Viết đúng bốn chữ số, ví dụ “1101”."),
    ("minutes", re.compile(r"[1-9]|[12]\d|30").fullmatch, "Viết số phút từ 1 đến 30."),
    ("reviewed_on", _is_day, DAY_REMEDY),
    ("next_review", _is_day, DAY_REMEDY),
)


# -- the parts -----------------------------------------------------------------------------------


def _sections(document: LessonDocument) -> Iterator[Remark]:
    if not document.sections:
        yield error(1, "Bài chưa có phần đọc.", "Thêm một phần, ví dụ “## Các bước”, trước “## Câu hỏi”.")
    for section in document.sections:
        if section.title and not section.body:
            message = f"Phần “{section.title}” còn trống."
            yield error(section.line, message, "Viết nội dung cho phần này, hoặc xóa dòng tên phần.")


def _questions(document: LessonDocument) -> Iterator[Remark]:
    if not document.questions:
        remedy = "Thêm “## Câu hỏi” ở cuối bài và ít nhất một câu bắt đầu bằng ###."
        yield error(1, "Bài chưa có câu hỏi nào.", remedy)
    first: dict[str, int] = {}
    for question in document.questions:
        if question.key in first:
            message = f"Mã câu hỏi “{question.key}” trùng với câu ở dòng {first[question.key]}."
            yield error(question.line, message, "Đổi mã trong {#…} ở một trong hai câu.")
        first.setdefault(question.key, question.line)
        yield from _rights(question)
        yield from _answers(question)


def _rights(question: Question) -> Iterator[Remark]:
    rights = sum(choice.right for choice in question.choices)
    if question.choices and not rights:
        message = "Câu hỏi chưa có phương án đúng."
        yield error(question.line, message, "Đánh dấu [x] ở phương án đúng.")
    if question.kind is Kind.ONE and rights > 1:
        message = f"Câu hỏi có {rights} phương án đúng mà chưa ghi (chọn nhiều)."
        yield error(question.line, message, "Thêm (chọn nhiều) vào cuối câu hỏi, hoặc chỉ để một dấu [x].")


def _answers(question: Question) -> Iterator[Remark]:
    groups = [
        [choice.text for choice in question.choices],
        list(question.steps),
        list(question.accepted),
        [pair.left for pair in question.pairs],
        [pair.right for pair in question.pairs],
    ]
    if len(question.answer_lines) == 1 and question.kind is not Kind.TYPE:
        yield error(question.line, "Câu hỏi chỉ có một phương án.", "Thêm ít nhất một phương án nữa.")
    for texts in groups:
        seen: set[str] = set()
        for line, text in zip(question.answer_lines, texts, strict=False):
            if not text:
                yield error(line, "Phương án còn trống.", "Viết chữ cho phương án, hoặc xóa dòng này.")
            elif text.casefold() in seen:
                message = f"Phương án “{text}” có hai lần trong câu này."
                yield error(line, message, "Đổi hoặc xóa một trong hai.")
            seen.add(text.casefold())


# -- marks, pictures and links -------------------------------------------------------------------


def _texts(document: LessonDocument) -> Iterator[tuple[int, str]]:
    """Yield every line of text that Markdown will lay out, and where it stands."""
    for section in document.sections:
        yield section.line, section.title
        yield from enumerate(section.body.split("\n"), section.body_line)
    if document.practice:
        yield from document.practice.lines()
    for question in document.questions:
        yield question.line, question.prompt
        lines = question.answer_lines
        texts: tuple[str, ...] = question.steps or question.accepted
        texts = texts or tuple(f"{choice.text} {choice.note}" for choice in question.choices)
        texts = texts or tuple(f"{pair.left} {pair.right}" for pair in question.pairs)
        yield from zip(lines, texts, strict=False)
        yield question.explanation_line or question.line, question.explanation
        for cited in question.facts:
            yield question.explanation_line or question.line, f"{{{cited}}}"


def _marks(line: int, text: str, facts: Mapping[str, Fact]) -> Iterator[Remark]:
    for found in dict.fromkeys(PRINTED_FACT.findall(text)):
        if found not in facts:
            message = f"Không có dữ kiện nào mang mã “{found}”."
            yield error(line, message, "Sửa lại mã, hoặc thêm dữ kiện này vào facts.yaml.")
    for found in CITATION.findall(text):
        message = f"[{found}] chỉ dùng ở cuối lời giải thích."
        yield error(line, message, f"Viết {{{found}}} nếu muốn in giá trị của dữ kiện.")
    if re.search(r"[{}]", PRINTED_FACT.sub("", text)):
        message = "Ngoặc nhọn ở dòng này không phải là mã dữ kiện."
        yield error(line, message, "Viết đúng mã, ví dụ {F-CONG}, hoặc bỏ ngoặc nhọn.")
    if found_tag := TAG.search(text):
        message = f"Bài không dùng được thẻ HTML “{found_tag[0]}”."
        yield error(line, message, "Bỏ thẻ này; viết **chữ đậm** bằng hai dấu sao.")


def _pictures(line: int, text: str, images: Collection[str] | None) -> Iterator[Remark]:
    for words, address in PICTURE.findall(text):
        if not words.strip():
            message = f"Ảnh “{address}” chưa có lời mô tả."
            yield error(
                line, message, "Viết điều thấy trong ảnh vào ngoặc vuông: ![lời mô tả](images/ten-anh.svg)."
            )
        if not is_image(address):
            message = f"Địa chỉ ảnh “{address}” chưa đúng."
            yield error(line, message, "Đặt ảnh vào thư mục images của khóa học và viết images/ten-anh.svg.")
        elif images is not None and address.startswith("images/") and address[7:] not in images:
            message = f"Không có ảnh “{address}” trong thư mục của khóa học."
            yield error(line, message, "Chép ảnh vào thư mục images, hoặc sửa lại tên.")


def _links(
    line: int, text: str, facts: Mapping[str, Fact], lessons: Collection[str] | None
) -> Iterator[Remark]:
    for words, typed in LINK.findall(text):
        if not words.strip():
            yield error(
                line, "Đường link chưa có chữ để chạm vào.", "Viết chữ vào ngoặc vuông: [chữ](https://…)."
            )
        address = PRINTED_FACT.sub(lambda found: facts[found[1]].value if found[1] in facts else "x", typed)
        if not is_link(address):
            message = f"Đường link “{typed}” viết chưa đúng."
            yield error(
                line,
                message,
                "Viết đủ https://… , hoặc /khoa-hoc/… cho bài khác, hoặc tel:… cho số điện thoại.",
            )
        elif lessons is not None and not _leads_somewhere(address, lessons):
            message = f"Không có bài học nào ở “{typed}”."
            yield error(line, message, "Sửa lại tên khóa học hoặc tên bài.")


def _leads_somewhere(address: str, lessons: Collection[str]) -> bool:
    found = LESSON_ADDRESS.fullmatch(address)
    if not found:
        return not address.startswith("/khoa-hoc/")
    course, lesson = found.groups()
    return f"{course}/{lesson}" in lessons if lesson else any(one.startswith(f"{course}/") for one in lessons)


def _parts_too_many(document: LessonDocument) -> Iterator[Remark]:
    for line, sentence in too_many(document):
        message, _, remedy = sentence.partition(". ")
        yield error(line, f"{message}.", remedy)


def _weights(document: LessonDocument) -> Iterator[Remark]:
    """Yield an error for each part that is too much to lay out."""
    parts = [(section.line, section.body) for section in document.sections]
    parts.extend((question.line, "\n\n".join(question.texts)) for question in document.questions)
    for screen in document.practice.screens if document.practice else ():
        parts.append((screen.line, "\n\n".join(text for _, text in screen.lines())))
    for line, text in parts:
        try:
            render(text)
        except TooHeavy as heavy:
            message, _, remedy = str(heavy).partition(". ")
            yield error(line, f"{message}.", remedy)
