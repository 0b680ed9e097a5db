"""The parts of a lesson that are heard one after the other, each with what is said and a key of its own.

A part is a heading, a paragraph, an item of a list or a step of the reading sections, the prompt of a
question or one of its choices. Not said are the helper's card, the plain meaning folded up behind a hard
word, the text that stands for a picture, and what is told only after marking.
"""

import html as entities
import re
from base64 import b32encode
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2s
from typing import Any, NamedTuple

from elearn.kit.spoken import spoken

KEY_BYTES = 5  # 8 signs on the page; among 10,000 parts two share a key in 1 case of 20,000
KEY = re.compile(r"[a-z2-7]{8}")
CARRIED = re.compile(r' data-part="([a-z2-7]{8})"')
BLOCKS = ("h2", "p", "li")
TAG = re.compile(r"(<[^>]*>)")
UNSAID = ("<details", '<span class="meaning"')
WORD = re.compile(r"[^\W_]")


class Part(NamedTuple):
    """What is said in one go."""

    key: str  # from what is said alone: the same sentence elsewhere has the same key
    said: str


@lru_cache(4096)
def part_of(text: str) -> Part | None:
    """Return the part that a plain text is; None when there is no word to say in it."""
    lines = (" ".join(line.split()) for line in spoken(text).split("\n"))
    said = re.sub(r"(?<=[^\s.,:;!?…])\n", ", ", "\n".join(filter(None, lines))).replace("\n", " ")
    if not WORD.search(said):
        return None
    digest = blake2s(said.encode(), digest_size=KEY_BYTES).digest()
    return Part(b32encode(digest).decode().lower(), said)


def part_of_line(html: str) -> Part | None:
    """Return the part that a line of safe HTML is, as a prompt or a choice."""
    reading = _Reading()
    reading.begin(0)
    for piece in TAG.split(html):
        reading.take(piece)
    return part_of(reading.texts[0])


def with_parts(html: str) -> tuple[str, list[Part]]:
    """Return the laid-out text of a lesson with the key of its part on each block, and the parts in order.

    `html` comes from the sanitiser. Whatever is said stands in exactly one part.
    """
    reading = _Reading()
    pieces = TAG.split(html)
    for place, piece in enumerate(pieces):
        if any(piece.startswith((f"<{block}>", f"<{block} ")) for block in BLOCKS) and not reading.unsaid:
            reading.begin(place)
        reading.take(piece)
        if piece.strip("</>") in BLOCKS and piece.startswith("</") and not reading.unsaid:
            reading.end()
    parts = []
    for place, text in sorted(reading.texts.items()):
        if part := part_of(text):
            parts.append(part)
            pieces[place] = f'{pieces[place][:-1]} data-part="{part.key}">'
    return "".join(pieces), parts


def on_its_part(html: str) -> str:
    """Return a line of safe HTML in an element with the key of its part; as it is when nothing is said."""
    part = part_of_line(html)
    return f'<span data-part="{part.key}">{html}</span>' if part else html


def part_on(html: str) -> str:
    """Return the key of the part that a line carries, or nothing."""
    found = CARRIED.search(html)
    return found[1] if found else ""


def parts_on(lines: Iterable[str]) -> list[str]:
    """Return the keys of the parts that lines carry, in their order."""
    return CARRIED.findall("".join(lines))


def parts_of_questions(asked: Iterable[Mapping[str, Any]]) -> list[Part]:
    """Return the parts of questions as they are asked: each prompt, then what is offered to choose from."""
    return [part for line in _lines(asked) if (part := part_of_line(line))]


def _lines(asked: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    sides = ("left", "right", "choices")
    for one in asked:
        yield one["prompt"]
        yield from (offered["html"] for side in sides for offered in one.get(side, ()))


class _Reading:
    """Gathers what is said, by the place of the block in which it stands."""

    def __init__(self) -> None:
        self.texts: dict[int, str] = {}
        self.open: list[int] = []
        self.unsaid = ""  # the tag that closes what is not said

    def begin(self, place: int) -> None:
        self.open.append(place)
        self.texts[place] = ""

    def end(self) -> None:
        self.open.pop()

    def take(self, piece: str) -> None:
        if self.unsaid:
            self.unsaid = "" if piece == self.unsaid else self.unsaid
        elif piece.startswith(UNSAID):
            self.unsaid = f"</{piece[1:].partition(' ')[0].strip('>')}>"
        elif piece.startswith("<br"):
            self._add("\n")
        elif not piece.startswith("<"):
            self._add(" ".join(re.split(r"\s+", entities.unescape(piece))))

    def _add(self, text: str) -> None:
        if self.open:
            self.texts[self.open[-1]] += text
