"""What the lines of a document have in common, whatever part they stand in."""

import re
from collections.abc import Container
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
