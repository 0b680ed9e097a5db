"""A lesson's text to a document: forgiving about how it was typed, exact about what cannot be understood."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from elearn.kit.words import fold, nfc
from elearn.library.document.header import Header, read_header
from elearn.library.document.lines import (
    ARROW,
    HEADING,
    KEY,
    QUOTE,
    TICK,
    TICKS,
    Block,
    error,
    key_of,
    new_key,
    odd_key,
    tidy,
    under_headings,
)
from elearn.library.document.model import (
    FACT_ID,
    KNOWN_TITLES,
    QUESTIONS_TITLE,
    Choice,
    DocumentFault,
    Kind,
    LessonDocument,
    Pair,
    Question,
    Remark,
    Section,
)
from elearn.library.document.practice import PRACTICE_TITLE
from elearn.library.document.read_practice import is_practice, read_practice

REQUIRED = ("code", "title", "minutes", "short", "objective")
ENTRIES = (*REQUIRED, "reviewed_by", "reviewed_on", "next_review")
LONGEST_TEXT = 60_000
MOST_NESTED = 20  # markers within markers; nobody writes so, and taking them all out could take seconds

# What phones and word processors put in place of plain signs. One sign for one sign, so lines stay in place.
PLAIN_SIGNS = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"',
        "‘": "'", "’": "'", "‚": "'", "‛": "'",
        "\t": " ", "\u00a0": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ", "\u202f": " ", "\u3000": " ",
        "\u0085": " ", "\u2028": " ", "\u2029": " ", "\u000b": " ", "\u000c": " ",
        "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "",
    }
)  # fmt: skip
UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
LOOSE_FACT = re.compile(r"([{\[])\s*(f-[a-z0-9]+(?:-[a-z0-9]+)*)\s*([}\]])", re.IGNORECASE)

SEVERAL = re.compile(r"(?<![*_])[*_]*\(\s*chọn\s+nhiều[^()]*\)[*_]*", re.IGNORECASE)
CITED_FACT = re.compile(r"\[(" + FACT_ID + r")\](?!\()")

BULLET = re.compile(r"[-*+•–]\s*")
ODD_HEADING = (
    "Trong phần câu hỏi, dòng hỏi bắt đầu bằng ###.",
    "Viết ### trước câu hỏi, hoặc bỏ dấu # ở đầu dòng.",
)
STEP = re.compile(r"\d{1,3}[.)](?:\s+|(?=[^\d\s]))(.*)")
ACCEPTED = re.compile(r"=(?!>)\s*(.*)")


class Reading(NamedTuple):
    """As much of a document as could be understood, and everything that could not."""

    document: LessonDocument
    remarks: tuple[Remark, ...]


class Answer(NamedTuple):
    """One line of answers in a question, of whatever form."""

    form: str  # "choice" | "step" | "pair" | "accepted"
    line: int
    text: str
    right: bool = False
    other: str = ""


def read(text: str) -> LessonDocument:
    """Return the document a text stands for; raise DocumentFault with every fault in it."""
    reading = parse(text)
    if reading.remarks:
        raise DocumentFault(reading.remarks)
    return reading.document


def parse(text: str) -> Reading:
    """Return what can be read of a text and a remark for each fault; never raise."""
    if len(text) > LONGEST_TEXT:
        remark = error(1, "Bài dài quá 60.000 chữ cái.", "Chia thành nhiều bài ngắn.")
        return Reading(LessonDocument("", "", 0, "", ""), (remark,))
    lines = canonical(text).split("\n")
    header = read_header(lines, ENTRIES)
    remarks = [*header.remarks, *_missing_entries(header)]
    blocks = list(_blocks(lines, header.ends, remarks))
    practices = [read_practice(block, remarks) for block in blocks if is_practice(block.title)]
    sections = tuple(_section(block) for block in blocks if _is_read(block))
    questions = _questions([block for block in blocks if _asks(block)], remarks)
    remarks.extend(_order_of(blocks))
    values = {name: _text_of(header, name, remarks) for name in ENTRIES}
    minutes = _minutes(values.pop("minutes"), header, remarks)
    document = LessonDocument(
        minutes=minutes,
        sections=sections,
        practice=practices[0] if practices else None,
        questions=questions,
        lines=tuple(header.lines.items()),
        **values,
    )
    return Reading(document, tuple(sorted(remarks)))


def canonical(text: str) -> str:
    """Return the text with its signs made plain, line for line: NFC, LF, straight quotes."""
    plain = UNSEEN.sub("", nfc(text.replace("\r\n", "\n").replace("\r", "\n")).translate(PLAIN_SIGNS))
    plain = LOOSE_FACT.sub(_tight_fact, plain)
    lines = [line.rstrip() for line in plain.split("\n")]
    return "\n".join(lines).rstrip("\n") + "\n"


def with_keys(text: str) -> str:
    """Return the text as typed, with a key added to each question that has none."""
    lines = text.split("\n")
    reading = parse(text)
    for question in reading.document.questions:
        line = lines[question.line - 1].rstrip()
        if not KEY.fullmatch(canonical(line).rstrip("\n")):
            ending = "\r" if lines[question.line - 1].endswith("\r") else ""
            lines[question.line - 1] = f"{line} {{#{question.key}}}{ending}"
    return "\n".join(lines)


def _tight_fact(found: re.Match[str]) -> str:
    opening, name, closing = found.groups()
    return f"{opening}{name.upper()}{closing}" if opening + closing in ("{}", "[]") else found[0]


# -- the header ----------------------------------------------------------------------------------


def _missing_entries(header: Header) -> Iterator[Remark]:
    if header.remarks and not header.lines:  # said already: there is no header, or it cannot be read
        return
    for name in REQUIRED:
        if not header.values.get(name):
            message = f"Phần đầu bài thiếu dòng “{name}”."
            yield error(header.lines.get(name, 1), message, f"Viết “{name}: …” giữa hai dòng ---.")


def _text_of(header: Header, name: str, remarks: list[Remark]) -> str:
    value: Any = header.values.get(name, "")
    if isinstance(value, str):
        return tidy(canonical(value))  # YAML's escapes can write signs that no text may hold
    message = f"Dòng “{name}” phải là một dòng chữ."
    remarks.append(error(header.lines.get(name, 1), message, f"Viết “{name}: …” trên một dòng."))
    return ""


def _minutes(value: str, header: Header, remarks: list[Remark]) -> int:
    number = re.fullmatch(r"(\d{1,3})(?:\s*phút)?", value)
    if number:
        return int(number[1])
    if value:
        message = f"Số phút “{value}” không phải là một số."
        remedy = "Viết số phút bằng chữ số, ví dụ “minutes: 4”."
        remarks.append(error(header.lines.get("minutes", 1), message, remedy))
    return 0


# -- the sections --------------------------------------------------------------------------------


def _blocks(lines: Sequence[str], start: int, remarks: list[Remark]) -> Iterator[Block]:
    """Yield each part of the text under its `## ` heading; a remark for text that stands under none."""
    block: Block | None = None
    for number, line in enumerate(lines[start:], start + 1):
        heading = HEADING.fullmatch(line)
        if heading and len(heading[1]) == 2:
            if block:
                yield block
            block = Block(_title(heading[2] or "", number, remarks), number, [])
        elif block:
            block.lines.append(line)
        elif line.strip() and start:
            start_remedy = "Thêm một dòng tên phần phía trên, ví dụ “## Mở bài”."
            if not any(remark.remedy == start_remedy for remark in remarks):
                remarks.append(error(number, "Đoạn chữ này chưa nằm dưới phần nào.", start_remedy))
    if block:
        yield block


def _title(typed: str, line: int, remarks: list[Remark]) -> str:
    title = tidy(typed)
    if not title:
        remarks.append(error(line, "Tên phần còn trống.", "Viết tên phần sau dấu ##, ví dụ “## Các bước”."))
    plain = fold(title).rstrip(" .:")
    return next((known for known in KNOWN_TITLES if fold(known) == plain), title)


def _asks(block: Block) -> bool:
    return block.title == QUESTIONS_TITLE


def _is_read(block: Block) -> bool:
    return not _asks(block) and not is_practice(block.title)


def _section(block: Block) -> Section:
    used = [number for number, line in enumerate(block.lines) if line.strip()]
    if not used:
        return Section(block.title, "", block.line, block.line)
    body = "\n".join(block.lines[used[0] : used[-1] + 1])
    return Section(block.title, body, block.line, block.line + 1 + used[0])


def _order_of(blocks: Sequence[Block]) -> Iterator[Remark]:
    """Yield a remark for each part that stands in the wrong place or holds a heading it must not hold."""
    asking = [number for number, block in enumerate(blocks) if _asks(block)]
    for block in blocks[asking[0] + 1 :] if asking else ():
        if _asks(block):
            yield error(block.line, "Có hai phần “Câu hỏi”.", "Gộp các câu hỏi vào một phần ở cuối bài.")
        else:
            message = f"Phần “{block.title}” đứng sau câu hỏi."
            yield error(block.line, message, "Đưa phần này lên trên “## Câu hỏi”.")
    for block in [block for block in blocks if is_practice(block.title)][1:]:
        yield error(block.line, "Có hai phần “Thực hành”.", "Mỗi bài chỉ có một bài thực hành.")
    for block in blocks:
        if _is_read(block):
            yield from _headings_inside(block)


def _headings_inside(block: Block) -> Iterator[Remark]:
    screens = [line for line in block.lines if (found := HEADING.fullmatch(line)) and len(found[1]) == 3]
    if screens and fold(block.title).startswith(fold(PRACTICE_TITLE)):
        remedy = "Viết “## Thực hành: tên bài thực hành”."
        yield error(block.line, "Tên phần thực hành thiếu dấu hai chấm.", remedy)
        return
    for number, line in enumerate(block.lines, block.line + 1):
        heading = HEADING.fullmatch(line)
        if heading and len(heading[1]) == 3:
            message = "Câu hỏi này chưa nằm dưới phần “Câu hỏi”."
            yield error(number, message, "Thêm dòng “## Câu hỏi” phía trên, hoặc bỏ dấu ###.")
        elif heading:
            message = "Trong bài chỉ dùng ## cho tên phần và ### cho câu hỏi."
            yield error(number, message, "Bỏ dấu # ở đầu dòng, hoặc viết ## nếu đây là tên phần.")


# -- the questions -------------------------------------------------------------------------------


def _questions(blocks: Sequence[Block], remarks: list[Remark]) -> tuple[Question, ...]:
    asked = [asked for block in blocks for asked in _asked(block, remarks)]
    taken: set[str] = {key for one in asked if (key := key_of(one.title)[1])}
    questions = []
    numbers: dict[str, int] = {}
    for one in asked:
        question = _question(one, taken, numbers, remarks)
        taken.add(question.key)
        questions.append(question)
    return tuple(questions)


def _asked(block: Block, remarks: list[Remark]) -> Iterator[Block]:
    """Yield each question of the last part: its heading and the lines under it."""

    def stray(number: int, _line: str) -> None:
        remedy = "Viết câu hỏi ở trên, bắt đầu bằng ###."
        remarks.append(error(number, "Dòng này chưa thuộc câu hỏi nào.", remedy))

    return under_headings(block, ODD_HEADING, stray, remarks)


def _question(asked: Block, taken: set[str], numbers: dict[str, int], remarks: list[Remark]) -> Question:
    typed, key = key_of(asked.title)
    prompt, several = _without(SEVERAL, typed)
    if not prompt:
        remarks.append(error(asked.line, "Câu hỏi còn trống.", "Viết câu hỏi sau dấu ###."))
    remarks.extend(odd_key(key, prompt, asked.line, "câu hỏi", "cau-hoi"))
    key = key or new_key(prompt, taken, numbers, "cau-hoi")
    parts = _Parts(remarks)
    for number, line in enumerate(asked.lines, asked.line + 1):
        parts.take(number, line)
    return parts.question(key, prompt, bool(several), asked.line)


def _without(pattern: re.Pattern[str], text: str) -> tuple[str, list[str]]:
    """Return the text without what the pattern finds, and what was found."""
    found: list[str] = []
    for _ in range(MOST_NESTED):
        matches = list(pattern.finditer(text))
        if not matches:
            break
        found.extend(match[match.re.groups] for match in matches)
        text = pattern.sub(" ", text)
    return tidy(text), found


class _Parts:
    """What the lines under a question are, taken one after the other."""

    def __init__(self, remarks: list[Remark]) -> None:
        self.remarks = remarks
        self.answers: list[Answer] = []
        self.notes: dict[int, list[str]] = {}  # by the place of the choice
        self.explanation: list[str] = []
        self.explanation_line = 0
        self.open: list[str] | None = None  # what an indented or lazy line goes on with

    def take(self, number: int, line: str) -> None:
        """Take the next line, whatever it is."""
        quote = QUOTE.fullmatch(line)
        answer = None if quote else _answer(line.strip(), number)
        if not line.strip():
            self.open = None
        elif quote:
            self._quote(number, bool(quote[1]), quote[2])
        elif answer:
            self._answer(answer)
        elif self.open is not None:
            self.open.append(line.strip())
        elif self.answers and line.startswith("  ") and not self.explanation:
            self.answers[-1] = _longer(self.answers[-1], line)
        else:
            self._unknown(number, line)

    def _unknown(self, number: int, line: str) -> None:
        odd = TICK.fullmatch(line.strip())
        if odd:
            message = f"Ô đánh dấu “[{odd[1]}]” không rõ là đúng hay sai."
            self.remarks.append(error(number, message, "Viết [x] cho phương án đúng, [ ] cho phương án sai."))
        else:
            remedy = "Viết “- [ ]” trước phương án, “>” trước lời giải thích, hoặc nối vào dòng trên."
            self.remarks.append(error(number, "Chưa rõ dòng này thuộc phần nào của câu hỏi.", remedy))

    def _quote(self, number: int, indented: bool, text: str) -> None:
        if indented and self.answers and self.answers[-1].form == "choice" and not self.explanation:
            self.open = self.notes.setdefault(len(self.answers) - 1, [])
        else:
            self.open = self.explanation
            self.explanation_line = self.explanation_line or number
        self.open.append(text)

    def _answer(self, answer: Answer) -> None:
        self.open = None
        if self.answers and self.answers[0].form != answer.form:
            remedy = "Mỗi câu chỉ dùng một kiểu: “- [ ]”, “1.”, “- trái => phải” hoặc “= chữ”."
            self.remarks.append(error(answer.line, "Câu hỏi này trộn hai kiểu trả lời.", remedy))
            return
        if self.explanation and answer.form == "choice" and self.answers:
            # A word under a choice that is followed by another choice is about that choice, indented or not.
            self.notes.setdefault(len(self.answers) - 1, []).extend(self.explanation)
            self.explanation, self.explanation_line = [], 0
        elif self.explanation:
            remedy = "Đưa lời giải thích (dòng >) xuống dưới cùng của câu hỏi."
            self.remarks.append(error(answer.line, "Phương án đứng sau lời giải thích.", remedy))
        self.answers.append(answer)

    def question(self, key: str, prompt: str, several: bool, line: int) -> Question:
        """Return the question that the lines made."""
        form = self.answers[0].form if self.answers else ""
        if not form:
            remedy = "Thêm các dòng “- [ ] phương án sai” và “- [x] phương án đúng”."
            self.remarks.append(error(line, "Câu hỏi chưa có phương án trả lời.", remedy))
        if several and form not in ("", "choice"):
            remedy = "Bỏ chữ (chọn nhiều) ở câu này."
            self.remarks.append(error(line, "Chỉ câu có ô [ ] mới ghi (chọn nhiều).", remedy))
        explanation, cited = _without(CITED_FACT, " ".join(self.explanation))
        notes = {place: _without(CITED_FACT, " ".join(lines)) for place, lines in self.notes.items()}
        for _, found in notes.values():
            cited.extend(found)
        return Question(
            key,
            _kind(form, several),
            prompt,
            choices=tuple(
                Choice(one.text, one.right, notes.get(place, ("", []))[0], one.line)
                for place, one in enumerate(self.answers)
                if form == "choice"
            ),
            steps=self._texts(form, "step"),
            pairs=tuple(Pair(one.text, one.other, one.line) for one in self.answers if form == "pair"),
            accepted=self._texts(form, "accepted"),
            explanation=explanation,
            facts=tuple(dict.fromkeys(cited)),
            line=line,
            answer_lines=tuple(one.line for one in self.answers),
            explanation_line=self.explanation_line,
        )

    def _texts(self, form: str, wanted: str) -> tuple[str, ...]:
        return tuple(one.text for one in self.answers if form == wanted)


def _longer(answer: Answer, more: str) -> Answer:
    if answer.form == "pair":
        return answer._replace(other=tidy(f"{answer.other} {more}"))
    return answer._replace(text=tidy(f"{answer.text} {more}"))


def _answer(line: str, number: int) -> Answer | None:
    """Return what a line answers, or None when it is something else."""
    tick = TICK.fullmatch(line)
    if tick and tick[1].strip() in TICKS:
        return Answer("choice", number, tidy(tick[2]), right=TICKS[tick[1].strip()])
    bullet = BULLET.match(line)
    if bullet and (arrow := ARROW.search(line, bullet.end())):
        left, right = line[bullet.end() : arrow.start()], line[arrow.end() :]
        return Answer("pair", number, tidy(left), other=tidy(right))
    if step := STEP.fullmatch(line):
        return Answer("step", number, tidy(step[1]))
    if accepted := ACCEPTED.fullmatch(line):
        return Answer("accepted", number, tidy(accepted[1]))
    return None


def _kind(form: str, several: bool) -> Kind:
    kinds = {"step": Kind.ORDER, "pair": Kind.MATCH, "accepted": Kind.TYPE}
    return kinds.get(form, Kind.SEVERAL if several else Kind.ONE)
