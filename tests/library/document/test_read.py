"""A lesson is read however a phone typed it; what cannot be understood is told with its line and a remedy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elearn.library.document.model import DocumentFault, Kind, Pair
from elearn.library.document.read import LONGEST_TEXT, parse, read, with_keys
from elearn.library.facts import parse_facts
from tests.library.document.made import ANY_LINE, LESSONS, SNAG, spoilt

HEADER = "---\ncode: TTS-03\ntitle: Quét mã\nminutes: 4\nshort: 1303\nobjective: Trả tiền.\n---\n"
READING = HEADER + "## Mở bài\nBác Hạnh mua rau.\n"
ASKING = READING + "\n## Câu hỏi\n"
ONE = "### Việc đầu tiên? {#viec}\n- [ ] Nhập tiền\n- [x] Soát tên\n> Vì thế.\n"


def faults(text):
    return [(remark.line, remark.message) for remark in parse(text).remarks]


def question(lines):
    (found,) = read(ASKING + lines).questions
    return found


# -- forgiving about how it was typed


@pytest.mark.parametrize(
    "typed",
    [
        ONE,
        ONE.replace("\n", "\r\n"),
        "\ufeff" + ONE,
        ONE.replace("- [", "* ["),
        ONE.replace("- [", "• ["),
        ONE.replace("- [", "–["),
        ONE.replace("[x]", "[X]").replace("[ ]", "[]"),
        ONE.replace("[x]", "[ ✓ ]"),
        ONE.replace("[x]", "[v]"),
        ONE.replace("> Vì thế.", ">Vì thế."),
        ONE.replace("### ", "###"),
        ONE.replace("{#viec}", "{# viec }"),
        ONE.replace("Soát tên", "Soát\u00a0tên\u200b"),
        ONE.replace("Soát tên", "Soát   tên   "),
        ONE.replace("Soát tên", "Soát\n  tên"),
        ONE.replace("- [", "  - ["),
        ONE.replace("\n", "\n\n"),
    ],
)
def test_a_question_is_read_however_it_was_typed(typed):
    assert question(typed) == question(ONE)


def test_letters_in_pieces_and_curly_quotes_are_made_plain():
    import unicodedata

    text = ASKING + ONE.replace("Soát tên", "Soát “tên”")
    found = read(unicodedata.normalize("NFD", text))
    assert found == read(text)
    assert found.questions[0].choices[1].text == 'Soát "tên"'


@pytest.mark.parametrize(
    "title",
    [
        "Bác: quét mã",
        "“Quét” mã",
        "- quét",
        "[quét] mã",
        "# 1",
        "Mẹo #1 cho bác",
        "a#b #",
        "yes",
        "2026-11-15",
        "0103",
        "a & b",
        "*a",
        "100%",
        "'x",
    ],
)
def test_a_title_may_hold_what_yaml_would_take_for_something_else(title):
    found = read(READING.replace("title: Quét mã", f"title: {title}"))
    assert found.title == title.replace("“", '"').replace("”", '"')


def test_a_word_under_a_choice_is_about_that_choice():
    found = question(
        "### A? {#a}\n- [ ] Một\n  > Chưa.\n- [x] Hai\n> Đúng rồi.\n- [ ] Ba\n  > Cũng chưa.\n> Lời chung.\n"
    )
    assert [choice.note for choice in found.choices] == ["Chưa.", "Đúng rồi.", "Cũng chưa."]
    assert found.explanation == "Lời chung."


@pytest.mark.parametrize(
    "marker", ["(chọn nhiều)", "**(chọn nhiều)**", "(Chọn  nhiều đáp án)", "_(chọn nhiều)_"]
)
def test_several_is_said_in_words(marker):
    found = question(f"### A? {marker} {{#a}}\n- [x] Một\n- [x] Hai\n")
    assert (found.kind, found.prompt) == (Kind.SEVERAL, "A?")


@pytest.mark.parametrize("arrow", ["=>", "==>", "→", "⇒", "->", "=>  "])
def test_pairs_are_matched_by_an_arrow(arrow):
    found = question(f"### Nối {{#a}}\n- OTP {arrow} mã\n- a=b{arrow}c\n")
    assert (found.kind, found.pairs) == (Kind.MATCH, (Pair("OTP", "mã"), Pair("a=b", "c")))


def test_the_other_kinds_are_told_by_their_lines():
    assert question("### Xếp {#a}\n1. Mở\n2) Quét\n10. Soát\n").steps == ("Mở", "Quét", "Soát")
    assert question("### Gõ {#a}\n= 35.000\n=35 nghìn\n").accepted == ("35.000", "35 nghìn")
    assert question("### Gõ {#a}\n= x\n> Vì {F-A}. [ f-b ] [F-B] [F-C](https://x.vn)\n").facts == ("F-B",)


def test_a_question_without_a_key_gets_one_that_stays():
    text = (
        ASKING + "### Việc đầu tiên là gì?\n- [x] a\n- [ ] b\n\n### Việc đầu tiên là gì?\n- [x] a\n- [ ] b\n"
    )
    keys = [one.key for one in read(text).questions]
    assert keys == ["viec-dau-tien-la-gi", "viec-dau-tien-la-gi-2"]
    kept = with_keys(text)
    assert [one.key for one in read(kept).questions] == keys
    assert with_keys(kept) == kept
    moved = kept.replace(
        "### Việc đầu tiên là gì? {#viec-dau-tien-la-gi}", "### Nói khác đi {#viec-dau-tien-la-gi}"
    )
    assert [one.key for one in read(moved).questions] == keys


def test_keys_are_added_to_a_text_as_it_was_typed():
    typed = ASKING.replace("\n", "\r\n") + "### A?  \r\n- [x] a\r\n- [ ] b\r\n"
    kept = with_keys(typed)
    assert kept == typed.replace("### A?  \r\n", "### A? {#a}\r\n")


def test_known_parts_are_known_without_marks():
    assert [one.title for one in read(HEADER + "## MO BAI:\na\n## cac buoc\nb\n## Khác\nc\n").sections] == [
        "Mở bài", "Các bước", "Khác"
    ]  # fmt: skip


# -- exact about what cannot be understood


FAULTS = [
    ("", 1, "Thiếu phần đầu bài"),
    ("Chào", 1, "Thiếu phần đầu bài"),
    ("---\ntitle: x\n", 1, "chưa khép lại"),
    ("---\n---\n## A\nb\n", 1, "thiếu dòng “title”"),
    (READING.replace("code: TTS-03\n", ""), 1, "thiếu dòng “code”"),
    (READING.replace("title: Quét mã", "title:"), 3, "thiếu dòng “title”"),
    (READING.replace("minutes: 4", "minutes: bốn"), 4, "không phải là một số"),
    (READING.replace("minutes: 4", "level: 4"), 4, "không có dòng nào tên là “level”"),
    (READING.replace("short: 1303", "code: B\nshort: 1303"), 5, "có hai lần"),
    (READING.replace("title: Quét mã", "title:\n  - a\n  - b"), 3, "phải là một dòng chữ"),
    (HEADER.replace("---\ncode", "---\n{\ncode"), 2, "Không đọc được phần đầu bài"),
    (HEADER + "lạc\n## Mở bài\na\n", 8, "chưa nằm dưới phần nào"),
    (HEADER + "##\na\n", 8, "Tên phần còn trống"),
    (READING + "### A?\n", 10, "chưa nằm dưới phần “Câu hỏi”"),
    (READING + "# A\n", 10, "chỉ dùng ## cho tên phần"),
    (ASKING + ONE + "## Sau\nx\n", 16, "đứng sau câu hỏi"),
    (ASKING + ONE + "## Câu hỏi\n", 16, "hai phần “Câu hỏi”"),
    (ASKING + "lạc\n" + ONE, 12, "chưa thuộc câu hỏi nào"),
    (ASKING + "#### A\n" + ONE, 12, "bắt đầu bằng ###"),
    (ASKING + "###\n- [x] a\n", 12, "Câu hỏi còn trống"),
    (ASKING + "### A {#A b}\n- [x] a\n", 12, "chưa đúng cách viết"),
    (ASKING + "### A {#a}\n", 12, "chưa có phương án trả lời"),
    (ASKING + "### A {#a}\n- [y] a\n- [x] b\n", 13, "không rõ là đúng hay sai"),
    (ASKING + "### A {#a}\nlạc\n- [x] b\n", 13, "Chưa rõ dòng này"),
    (ASKING + "### A {#a}\n- [x] b\n1. c\n", 14, "trộn hai kiểu"),
    (ASKING + "### A {#a}\n1. b\n> vì\n2. c\n", 15, "đứng sau lời giải thích"),
    (ASKING + "### A (chọn nhiều) {#a}\n1. b\n", 12, "Chỉ câu có ô [ ]"),
    ("x" * (LONGEST_TEXT + 1), 1, "dài quá 60.000"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "words"), FAULTS)
def test_a_fault_is_told_with_its_line_and_what_to_do(text, line, words):
    found = [(one, message) for one, message in faults(text) if words in message]
    assert [one for one, _ in found] == [line], faults(text)
    assert all(len(remark.remedy) > 10 for remark in parse(text).remarks)
    with pytest.raises(DocumentFault, match="Việc cần làm"):
        read(text)


def test_every_fault_is_told_at_once():
    with pytest.raises(DocumentFault) as fault:
        read(HEADER.replace("minutes: 4", "minutes: x") + "lạc\n## A\nb\n## Câu hỏi\n### C {#c}\n")
    assert [remark.line for remark in fault.value.remarks] == [4, 8, 12]


@pytest.mark.parametrize(
    "header",
    [
        "a: &a [*a]",
        "a: !!python/object/apply:os.system [id]",
        "<<: *x",
        "? a\n: b",
        "[" * 7000,
        "{a: " * 1500,
        "a: " * 2000,
        "title: |\n  a\n  b",
    ],
)
def test_hostile_yaml_is_a_fault_and_nothing_more(header):
    with pytest.raises(DocumentFault):
        read(f"---\n{header}\n---\n## A\nb\n")


# -- never anything else


@given(
    st.one_of(
        spoilt(), st.lists(st.one_of(SNAG, ANY_LINE), max_size=30).map("\n".join), st.text(max_size=400)
    )
)
def test_any_text_is_read_or_told_what_is_wrong(text):
    reading = parse(text)
    assert all(remark.line >= 1 and remark.message and remark.remedy for remark in reading.remarks)
    assert all(remark.line <= text.count("\n") + 1 + text.count("\r") for remark in reading.remarks)
    kept = with_keys(text)
    assert with_keys(kept) == kept
    try:
        assert read(text) == reading.document
    except DocumentFault as fault:
        assert fault.remarks == reading.remarks
    parse_facts(text)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name)
def test_every_shipped_lesson_is_read_without_a_remark(path):
    text = path.read_text()
    assert parse(text).remarks == ()
    assert with_keys(text) == text
