"""The paper for a finished course as PDF: A4, with Vietnamese letters that every reader shows alike."""

import json
import threading
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from fontpkg_be_vietnam_pro import ROOT as FONTS

from elearn.kit.words import nfc

LAYOUT = Path(__file__).with_name("certificate.typ")
TITLE, SUBTITLE = "Giấy ghi nhận", "hoàn thành khóa học của phường"
NOTE = (
    "Giấy ghi nhận việc học hết một khóa học của phường. Giấy này không phải văn bằng, chứng chỉ.",
    "Họ tên do người học tự ghi.",
)
_one_at_a_time = threading.Lock()


class Words(NamedTuple):
    """What the paper says."""

    office: str
    place: str
    name: str
    course: str
    day: str
    how: str
    number: str
    address: str  # of the page that confirms it
    qr: str  # the same as a picture (SVG)


def as_pdf(words: Words, issued_at: datetime) -> bytes:
    """Return the paper as PDF; the same words give the same file."""
    said = {"title": TITLE, "subtitle": SUBTITLE, "note": NOTE} | words._asdict()
    paper = nfc(json.dumps(said, ensure_ascii=False))
    with _one_at_a_time:
        pdf: Any = _compiler().compile(
            sys_inputs={"paper": paper}, timestamp=int(issued_at.replace(tzinfo=UTC).timestamp())
        )
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _compiler() -> Any:
    """Return the compiler, with the fonts read once; it opens no other file and no address."""
    import typst  # 33 MB of machine code that most processes never need

    return typst.Compiler(str(LAYOUT), font_paths=[str(Path(FONTS) / "files")], ignore_system_fonts=True)
