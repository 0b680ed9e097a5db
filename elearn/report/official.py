"""An official document as plain values, before it is a page or a Word file: both show exactly these."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from elearn.report.rules import long_date

SECTION, HEADING, TEXT, BASE = "section", "heading", "text", "base"


@dataclass(frozen=True)
class Block:
    """One paragraph: a part's heading (I. …), a heading within it (1. …), or text."""

    kind: str
    text: str


@dataclass(frozen=True)
class Head:
    """A cell of a table's heading."""

    text: str
    across: int = 1
    down: int = 1


@dataclass(frozen=True)
class Annex:
    """A table behind the report (phụ lục). `kinds`: one letter a column: n number, t text; the last row is
    the sum where `summed`."""

    number: str
    title: str
    heads: tuple[tuple[Head, ...], ...]
    kinds: str
    widths: tuple[int, ...]  # of the columns, in millimetres
    rows: tuple[tuple[str, ...], ...]
    summed: bool = True
    note: str = ""


@dataclass(frozen=True)
class Document:
    """The parts of an official document in their order (Nghị định 30/2020, Article 8)."""

    superior: tuple[str, ...]  # the body above the one that issues it; none: a ward's own report
    issuer: tuple[str, ...]
    sign: str  # "BC-UBND"; the number before it is given by the registry (Văn thư)
    place: str
    day: str  # 2026-11-26
    kind: str  # "BÁO CÁO"
    subject: str
    addressed: tuple[str, ...]
    bases: tuple[str, ...]
    blocks: tuple[Block, ...]
    recipients: tuple[str, ...]
    signatory: tuple[str, ...]
    signer: str
    annexes: tuple[Annex, ...]
    issued_by: str  # as the annexes name it: "UBND phường Gia Viên"

    @property
    def dated(self) -> str:
        """Return the day in the form that stands beside the place."""
        return long_date(date.fromisoformat(self.day))


def document_from(text: str) -> Document:
    """Return a document that was kept as text."""
    kept = json.loads(text)
    plain = {name: tuple(value) for name, value in kept.items() if isinstance(value, list)}
    return Document(
        **kept
        | plain
        | {
            "blocks": tuple(Block(**one) for one in kept["blocks"]),
            "annexes": tuple(map(_annex, kept["annexes"])),
        }
    )


def _annex(kept: dict[str, Any]) -> Annex:
    return Annex(
        **kept
        | {
            "heads": tuple(tuple(Head(**head) for head in row) for row in kept["heads"]),
            "widths": tuple(kept["widths"]),
            "rows": tuple(map(tuple, kept["rows"])),
        }
    )
