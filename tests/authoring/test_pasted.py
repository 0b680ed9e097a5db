"""What comes along from Word, an old phone or a file."""

import unicodedata

import pytest

from elearn.authoring.pasted import SourceProblem, cleaned, text_of

WORD = (
    "“Bác Hạnh” nhắn: ‘ba về’\r\n"
    "•\tMở Tin nhắn\r\n"
    "\uf0b7 Chạm ô chữ\r\n"
    "o\tGõ chữ\r\n"
    "– Gửi\r\n"
    "1.\tMở\u00a0máy\r\n"
    "☐ Gõ chữ f\r\n"
    "☑ Gõ chữ s\r\n"
    "a\u200bb\u202ec\r\n"
)
PLAIN = (
    '"Bác Hạnh" nhắn: \'ba về\'\n'
    "- Mở Tin nhắn\n- Chạm ô chữ\n- Gõ chữ\n- Gửi\n"
    "1. Mở máy\n"
    "- [ ] Gõ chữ f\n- [x] Gõ chữ s\n"
    "abc\n"
)  # fmt: skip


def test_a_text_from_word_is_made_plain_and_every_change_is_said():
    clean = cleaned(WORD)
    assert clean.text == PLAIN
    assert clean.changes == (
        "bỏ ký tự không nhìn thấy",
        "đổi ngoặc kép cong thành ngoặc thẳng",
        "đổi ô đánh dấu thành [ ] và [x]",
        "đổi dấu đầu dòng của Word thành dấu gạch",
        "đổi dấu cách và tab lạ thành dấu cách thường",
    )


def test_letters_in_pieces_are_put_together():
    clean = cleaned(unicodedata.normalize("NFD", "Gõ dấu sắc, ấn Đồng ý"))
    assert clean.text == "Gõ dấu sắc, ấn Đồng ý"
    assert clean.changes == ("ghép lại chữ có dấu bị tách rời",)


def test_cleaning_twice_is_cleaning_once():
    assert cleaned(cleaned(WORD).text) == (PLAIN, ())


@pytest.mark.parametrize(
    "text",
    [
        "- [ ] một\n- [x] hai\n  > lời riêng\n> lời chung {F-CONG}\n",
        "= 45.000\n- a => b\n1. Mở **Tin nhắn**.\n",
        "oằn vai – vẫn đi\nHọ: o và ô\n…\n",
    ],
)
def test_what_is_plain_already_stays_as_it_is(text):
    assert cleaned(text) == (text, ())


@pytest.mark.parametrize(
    "content", ["Gõ dấu".encode(), b"\xef\xbb\xbf" + "Gõ dấu".encode(), "Gõ dấu".encode("utf-16")]
)
def test_a_file_from_any_plain_editor_is_read(content):
    assert text_of(content) == "Gõ dấu"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04word", "Đây là tệp Word hoặc PDF."),
        (b"%PDF-1.7", "Đây là tệp Word hoặc PDF."),
        (b"G\xf5 d\xe2u", "Không đọc được chữ trong tệp."),
        (b"a" * 60_001, "Bài dài quá 60.000 chữ cái."),
        (b"a" * 400_001, "Tệp này quá lớn."),
    ],
)
def test_a_file_that_is_no_text_is_refused_with_what_to_do(content, sentence):
    with pytest.raises(SourceProblem) as problem:
        text_of(content)
    assert str(problem.value).startswith(sentence)
    assert "Xin " in str(problem.value) or "xin " in str(problem.value)
