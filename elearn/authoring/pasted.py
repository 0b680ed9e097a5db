"""What comes along when a text is pasted from Word, an old phone or a chat: made plain, and said."""

import re
import unicodedata
from typing import NamedTuple

from elearn.kit.typed import LINE_BREAKS
from elearn.kit.words import nfc

QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("‘’‚‛", "'"))
BLANKS = re.compile(r"[\u00a0\u2002\u2003\u2009\u202f\u3000]")
BULLET = re.compile(r"^([ \t]*)(?:[•·▪●◦○∙‣\uf0b7\uf0a7][ \t]*|[–—][ \t]+|o\t[ \t]*)", re.MULTILINE)
EMPTY_BOX = re.compile(r"^([ \t]*)(?:-[ \t]*)?[☐□❏\uf06f\uf0a8][ \t]*", re.MULTILINE)
TICKED_BOX = re.compile(r"^([ \t]*)(?:-[ \t]*)?[☑☒✅✓✔\uf0fe\uf0fc][ \t]*", re.MULTILINE)
NUMBER_TAB = re.compile(r"^([ \t]*\d{1,3}[.)])\t[ \t]*", re.MULTILINE)
UNSEEN = ("Cc", "Cf", "Cs")


HEAVIEST_FILE = 400_000  # bytes: 60,000 letters as any program writes them
LONGEST_TEXT = 60_000
WORD_FILE = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"{\\rtf")


class SourceProblem(ValueError):
    """Why a file is no text of a lesson, in a sentence that says what to do."""


def text_of(content: bytes) -> str:
    """Return the text of a file as Notepad or any other plain editor writes it; or raise SourceProblem."""
    if content.startswith(WORD_FILE):
        raise SourceProblem("Đây là tệp Word hoặc PDF. Xin mở tệp, chọn hết, chép rồi dán vào ô ở trên.")
    if len(content) > HEAVIEST_FILE:
        raise SourceProblem("Tệp này quá lớn. Bài dài nhất 60.000 chữ cái; xin chia thành nhiều bài ngắn.")
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise SourceProblem(
            "Không đọc được chữ trong tệp. Xin mở tệp, chọn “Lưu dưới dạng”, chọn bảng mã UTF-8 rồi gửi lại."
        ) from None
    if len(text) > LONGEST_TEXT:
        raise SourceProblem("Bài dài quá 60.000 chữ cái. Xin chia thành nhiều bài ngắn.")
    return text


class Cleaned(NamedTuple):
    """A text made plain, and in words what was changed to make it so."""

    text: str
    changes: tuple[str, ...]


def cleaned(typed: str) -> Cleaned:
    """Return the text with plain letters, quotes, bullets and boxes; cleaning it again changes nothing."""
    text, changes = LINE_BREAKS.sub("\n", typed), []
    for said, change in CHANGES:
        before, text = text, change(text)
        if text != before:
            changes.append(said)
    return Cleaned(text, tuple(changes))


def _without_tabs(text: str) -> str:
    text = re.sub(
        r"^\t+", lambda found: "  " * len(found[0]), NUMBER_TAB.sub(r"\1 ", text), flags=re.MULTILINE
    )
    return text.replace("\t", " ")


def _visible(text: str) -> str:
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in UNSEEN)


CHANGES = (
    ("ghép lại chữ có dấu bị tách rời", nfc),
    ("bỏ ký tự không nhìn thấy", _visible),
    ("đổi ngoặc kép cong thành ngoặc thẳng", lambda text: text.translate(QUOTES)),
    ("đổi ô đánh dấu thành [ ] và [x]",
     lambda text: TICKED_BOX.sub(r"\1- [x] ", EMPTY_BOX.sub(r"\1- [ ] ", text))),
    ("đổi dấu đầu dòng của Word thành dấu gạch", lambda text: BULLET.sub(r"\1- ", text)),
    ("đổi dấu cách và tab lạ thành dấu cách thường", lambda text: _without_tabs(BLANKS.sub(" ", text))),
)  # fmt: skip
