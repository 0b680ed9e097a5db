"""What the lines of a document have in common, whatever part they stand in."""

import re
from collections.abc import Callable, Container, Iterator
from typing import NamedTuple

from elearn.kit.words import slug
from elearn.library.document.model import Remark

LONGEST_KEY = 40

HEADING = re.compile(r"(#{1,6})\s*([^#\s].*)?")
KEY = re.compile(r"(.*)\{#([^{}]*)\}")
GOOD_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
TICK = re.compile(r"[-*+•–]\s*\[([^\[\]]{0,9})\](?!\()\s*(.*)")
TICKS = {"": False, "x": True, "X": True, "✓": True, "✔": True, "v": True, "V": True}
ARROW = re.compile(r"(?<!=)=+>|→|⇒|->")
QUOTE = re.compile(r"(\s*)>\s*(.*)")


class Block(NamedTuple):
    """A heading and the lines under it."""

    title: str
    line: int
    lines: list[str]


def error(line: int, message: str, remedy: str) -> Remark:
    """Return a remark about something that must be put right."""
    return Remark(line, "error", message, remedy)


def warning(line: int, message: str, remedy: str) -> Remark:
    """Return a remark that does not stop anyone from publishing."""
    return Remark(line, "warning", message, remedy)


def tidy(text: str) -> str:
    """Return the text on one line with single blanks."""
    return " ".join(text.split())


def under_headings(
    block: Block, odd: tuple[str, str], stray: Callable[[int, str], None], remarks: list[Remark]
) -> Iterator[Block]:
    """Yield each heading of the third degree with the lines under it.

    `odd` is what to say of a heading of another degree, and what to do; `stray` is told the lines above the
    first heading that are not empty.
    """
    part: Block | None = None
    for number, line in enumerate(block.lines, block.line + 1):
        heading = HEADING.fullmatch(line)
        if heading and len(heading[1]) == 3:
            if part:
                yield part
            part = Block(tidy(heading[2] or ""), number, [])
        elif heading:
            remarks.append(error(number, *odd))
        elif part:
            part.lines.append(line)
        elif line.strip():
            stray(number, line)
    if part:
        yield part


def odd_key(key: str, words: str, line: int, what: str, otherwise: str) -> Iterator[Remark]:
    """Yield an error when a key is not written as keys are; `words` make the example."""
    if key and not GOOD_KEY.fullmatch(key):
        example = new_key(key or words, set(), {}, otherwise)
        remedy = f"Viết chữ thường không dấu, nối bằng gạch ngang, ví dụ {{#{example}}}."
        yield error(line, f"Mã {what} “{key}” chưa đúng cách viết.", remedy)


def key_of(heading: str) -> tuple[str, str]:
    """Return a heading without its key, and the key; "" when it has none."""
    found = KEY.fullmatch(heading)
    return (found[1].rstrip(), found[2].strip()) if found else (heading, "")


def new_key(prompt: str, taken: Container[str], numbers: dict[str, int], otherwise: str) -> str:
    """Return a key made from the first words of the prompt, unlike those taken; `otherwise` without words.

    `numbers` remembers how far the counting came, so that a thousand like questions are no work.
    """
    key = slug(prompt)
    if len(key) > LONGEST_KEY:
        key = key[: LONGEST_KEY + 1].rpartition("-")[0] or key[:LONGEST_KEY]
    key = key or otherwise
    unique, number = key, numbers.get(key, 2)
    while unique in taken:
        unique, number = f"{key}-{number}", number + 1
    numbers[key] = number
    return unique
