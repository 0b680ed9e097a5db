"""What was read can be written, and what was written reads back the same."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.library.document.course import read_course, write_course
from elearn.library.document.model import Choice, DocumentFault, Kind, LessonDocument, Pair, Question, Section
from elearn.library.document.read import canonical, parse, read
from elearn.library.document.write import write
from tests.library.document.made import DOCUMENTS, LESSONS, SHELF, spoilt

WHOLE = LessonDocument(
    code="TTS-03",
    title="Quét: trả tiền",
    minutes=4,
    short="0103",
    objective='Trả tiền "đúng người".',
    sections=(
        Section("Mở bài", "Bác Hạnh.\n\n- một\n  - hai"),
        Section("Các bước", "1. Mở.\n2. Chạm **Quét**."),
    ),
    questions=(
        Question("a", Kind.ONE, "Đầu tiên?", (Choice("Nhập", False, "Chưa."), Choice("Soát", True))),
        Question("b", Kind.SEVERAL, "Hai việc?", (Choice("Một", True), Choice("Hai", True))),
        Question(
            "c", Kind.ORDER, "Xếp.", steps=("Mở", "Quét"), explanation="Vì thế.", facts=("F-A", "F-B-1")
        ),
        Question("d", Kind.MATCH, "Nối.", pairs=(Pair("OTP", "mã dùng một lần"), Pair("QR", "ô vuông"))),
        Question("e", Kind.TYPE, "Bao nhiêu?", accepted=("35.000", "35 nghìn")),
    ),
    reviewed_by="Cô Hà, trường Minh Khai",
    reviewed_on="2026-11-15",
    next_review="2027-05-15",
)


def test_a_document_with_everything_in_it_reads_back():
    assert read(write(WHOLE)) == WHOLE


@given(DOCUMENTS)
def test_whatever_is_written_reads_back_and_is_written_the_same(document):
    try:
        text = write(document)
    except ValueError:
        return  # no text says this: the next test holds that nothing that can be read is refused
    assert read(text) == document
    assert write(read(text)) == text
    assert canonical(text) == text


@given(st.one_of(spoilt(), DOCUMENTS.map(lambda document: str(document))))
def test_whatever_can_be_read_can_be_written(text):
    reading = parse(text)
    if reading.remarks:
        return
    written = write(reading.document)
    assert read(written) == reading.document
    assert write(read(written)) == written


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name)
def test_every_shipped_lesson_is_written_as_it_stands(path):
    text = path.read_text()
    assert write(read(text)) == text
    assert read(text.replace("\n", "\r\n")) == read(text)


@pytest.mark.parametrize("path", sorted(SHELF.glob("*/course.md")), ids=lambda path: path.parent.name)
def test_every_shipped_course_is_written_as_it_stands(path):
    assert write_course(read_course(path.read_text())) == path.read_text()


@pytest.mark.parametrize(
    "broken",
    [
        {"title": "hai\ndòng"},
        {"sections": (Section("Mở bài", "### Câu?"),)},
        {"sections": (Section("Câu hỏi", "x"),)},
        {"questions": (Question("a", Kind.ONE, "Gì?"),)},
        {"questions": (Question("A b", Kind.TYPE, "Gì?", accepted=("x",)),)},
        {"questions": (Question("a", Kind.MATCH, "Gì?", pairs=(Pair("a => b", "c"),)),)},
    ],
)
def test_what_no_text_can_say_is_refused(broken):
    with pytest.raises(ValueError, match="không viết lại được"):
        write(replace(WHOLE, **broken))


def test_a_course_with_a_fault_names_every_line():
    with pytest.raises(DocumentFault) as fault:
        read_course("---\ncode: k1\ntitle: Thử\nshort: 11\nplacement: một\n---\nlạc\n## Khác\nx\n")
    said = str(fault.value)
    for word in ("dòng 2", "“code”", "“topic”", "“short”", "“placement”", "dòng 7", "dòng 8", "Việc cần làm"):
        assert word in said, word
