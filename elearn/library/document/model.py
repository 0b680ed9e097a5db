"""What a lesson document is made of: plain values that never change."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from elearn.library.document.practice import Practice

FACT_ID = r"F-[A-Z0-9]+(?:-[A-Z0-9]+)*"
PRINTED_FACT = re.compile(r"\{(" + FACT_ID + r")\}")
QUESTIONS_TITLE = "Câu hỏi"
HELPER_TITLE = "Thẻ người hướng dẫn"
STEPS_TITLE = "Các bước"
KNOWN_TITLES = (
    "Mở bài",
    STEPS_TITLE,
    "Nội dung chính",
    "Nhớ nhé",
    "Hay nhầm",
    HELPER_TITLE,
    QUESTIONS_TITLE,
)


class Kind(StrEnum):
    """The ways in which a question may be asked."""

    ONE = "one"
    SEVERAL = "several"
    ORDER = "order"
    MATCH = "match"
    TYPE = "type"


@dataclass(frozen=True)
class Choice:
    """One possible answer offered, with a word of its own if the author wrote one."""

    text: str
    right: bool
    note: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Pair:
    """Two texts that belong together."""

    left: str
    right: str
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Question:
    """What is asked, with a key that stays the same when the words are corrected."""

    key: str
    kind: Kind
    prompt: str
    choices: tuple[Choice, ...] = ()
    steps: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()
    accepted: tuple[str, ...] = ()
    explanation: str = ""
    facts: tuple[str, ...] = ()  # the facts cited in brackets; see rests_on for all of them
    line: int = field(default=0, compare=False)
    answer_lines: tuple[int, ...] = field(default=(), compare=False)
    explanation_line: int = field(default=0, compare=False)

    @property
    def texts(self) -> tuple[str, ...]:
        """Return every text of the question that a person may come to read."""
        offered = [text for choice in self.choices for text in (choice.text, choice.note)]
        matched = [text for pair in self.pairs for text in (pair.left, pair.right)]
        return (self.prompt, *offered, *self.steps, *matched, *self.accepted, self.explanation)

    @property
    def rests_on(self) -> tuple[str, ...]:
        """Return the ids of every fact that the question prints or cites, each once."""
        return tuple(dict.fromkeys([*printed_facts(self.texts), *self.facts]))


@dataclass(frozen=True)
class Section:
    """A titled part of the lesson's text."""

    title: str
    body: str
    line: int = field(default=0, compare=False)
    body_line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class LessonDocument:
    """One lesson, whole: what is read, then what is asked."""

    code: str
    title: str
    minutes: int
    short: str
    objective: str
    sections: tuple[Section, ...] = ()
    practice: Practice | None = None
    questions: tuple[Question, ...] = ()
    reviewed_by: str = ""
    reviewed_on: str = ""
    next_review: str = ""
    lines: tuple[tuple[str, int], ...] = field(default=(), compare=False)

    def line_of(self, name: str) -> int:
        """Return the line on which a line of the front matter stands, or the first."""
        return dict(self.lines).get(name, 1)


@dataclass(frozen=True, order=True)
class Remark:
    """What is wrong on a line, and what to do about it."""

    line: int
    severity: str  # "error" | "warning"
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"dòng {self.line}: {self.message} Việc cần làm: {self.remedy}"


class DocumentFault(ValueError):
    """A text that cannot be read; every fault found is in `remarks`."""

    def __init__(self, remarks: Iterable[Remark]) -> None:
        self.remarks = tuple(sorted(remarks))
        super().__init__("\n".join(str(remark) for remark in self.remarks))


def printed_facts(texts: Iterable[str]) -> list[str]:
    """Return the ids of the facts whose values the texts print, in the order in which they appear."""
    return [found for text in texts for found in PRINTED_FACT.findall(text)]
