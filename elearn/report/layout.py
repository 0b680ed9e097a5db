"""A document as a Word file in the layout of Nghị định 30/2020/NĐ-CP, Phụ lục I. Each rule of it that we keep
is a test in tests/report/test_layout.py. The office edits, numbers and signs the file elsewhere."""

import zipfile
from datetime import datetime
from io import BytesIO
from typing import Any

from elearn.report.official import HEADING, SECTION, Annex, Document
from elearn.report.paper import FIRST_LINE, HEAD, MARGINS, PAGE, SIZES, TABLE, TEXT_WIDTH
from elearn.report.widths import width_of
from elearn.report.word import Word

LEFT, RIGHT = HEAD
STATE, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
ROOM_TO_SIGN = 4  # empty lines between the title and the name of who signs
FIXED = (1980, 1, 1, 0, 0, 0)  # what a zip file says of when; the same report gives the same bytes


def word_file(document: Document, made_at: datetime) -> bytes:
    """Return the document as a .docx file; the same document gives the same bytes."""
    word = Word(PAGE, MARGINS, made_at, title=document.subject, author=document.issued_by)
    _heading(word, document)
    _title(word, document)
    _body(word, document)
    _foot(word, document)
    for annex in document.annexes:
        word.new_section()
        _annex(word, annex, document)
    return _without_times(word.as_bytes())


# -- above the text ------------------------------------------------------------------------------


def _heading(word: Word, document: Document) -> None:
    """The two columns: who issues it and its number; the name of the State, the place and the day."""
    table = word.frame((LEFT, RIGHT), rows=2)
    left, right = table[0]
    for line in document.superior:
        word.line(left, line, SIZES["issuer"])
    for line in document.issuer:
        word.line(left, line, SIZES["issuer"], bold=True)
    widest = max((width_of(line, SIZES["issuer"]) for line in document.issuer), default=0)
    word.rule(left, min(widest, LEFT) * 0.4, LEFT)
    word.line(right, STATE, SIZES["state"], bold=True)
    word.line(right, MOTTO, SIZES["motto"], bold=True)
    word.rule(right, width_of(MOTTO, SIZES["motto"]), RIGHT)
    left, right = table[1]
    word.line(left, f"Số:        /{document.sign}", SIZES["number"], above=6)
    word.line(right, f"{document.place}, {document.dated}", SIZES["place"], italic=True, above=6)


def _title(word: Word, document: Document) -> None:
    word.centred(document.kind, SIZES["title"], bold=True, above=18)
    word.centred(document.subject, SIZES["title"], bold=True)
    length = min(width_of(document.subject, SIZES["title"]), TEXT_WIDTH) * 0.4
    word.rule(None, length, TEXT_WIDTH, below=12)
    _addressed(word, document.addressed)
    for base in document.bases:
        word.paragraph(base, SIZES["text"], italic=True, first_line=FIRST_LINE)


def _addressed(word: Word, bodies: tuple[str, ...]) -> None:
    """To whom: one body beside the words, several below them, the dashes under the colon."""
    if len(bodies) == 1:
        word.centred(f"Kính gửi: {bodies[0]}.", SIZES["text"], above=6, below=12)
    elif bodies:
        word.paragraph("Kính gửi:", SIZES["text"], left=40, above=6)
        for place, body in enumerate(bodies, start=1):
            end = "." if place == len(bodies) else ";"
            word.paragraph(f"- {body}{end}", SIZES["text"], left=58, below=12 if end == "." else 0)


# -- the text ------------------------------------------------------------------------------------


def _body(word: Word, document: Document) -> None:
    for block in document.blocks:
        is_heading = block.kind in (SECTION, HEADING)
        is_last = block is document.blocks[-1]  # who signs never stands alone on a page
        word.paragraph(
            block.text, SIZES["text"], bold=is_heading, first_line=FIRST_LINE,
            keeps_next=is_heading or is_last,
        )  # fmt: skip


def _foot(word: Word, document: Document) -> None:
    """Who receives it, at the left; who signs it, at the right, level with that."""
    ((left, right),) = word.frame((TEXT_WIDTH / 2, TEXT_WIDTH / 2), rows=1)
    word.line(left, "Nơi nhận:", SIZES["recipients_head"], bold=True, italic=True, centre=False)
    for one in document.recipients:
        word.line(left, f"- {one}", SIZES["recipients"], centre=False)
    for line in document.signatory:
        word.line(right, line, SIZES["signatory"], bold=True)
    for _ in range(ROOM_TO_SIGN):
        word.line(right, "", SIZES["signatory"])
    word.line(right, document.signer, SIZES["signatory"], bold=True)


# -- behind it -----------------------------------------------------------------------------------


def _annex(word: Word, annex: Annex, document: Document) -> None:
    word.centred(f"Phụ lục {annex.number}", SIZES["annex"], bold=True)
    word.centred(annex.title, SIZES["annex"], bold=True)
    word.centred(
        f"(Kèm theo Báo cáo số        /{document.sign} ngày      tháng      năm         "
        f"của {document.issued_by})",
        SIZES["text"], italic=True, below=12,
    )  # fmt: skip
    word.table(annex, TABLE)
    if annex.note:
        word.paragraph(annex.note, TABLE, italic=True, above=6)


def _without_times(packed: bytes) -> bytes:
    """Return the file with the hour at which it was packed taken out of it."""
    fixed = BytesIO()
    with zipfile.ZipFile(BytesIO(packed)) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            kept: Any = zipfile.ZipInfo(entry.filename, FIXED)
            kept.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(kept, old.read(entry))
    return fixed.getvalue()
