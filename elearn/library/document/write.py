"""A document to its one canonical text."""

from collections.abc import Iterator

from elearn.library.document.header import write_header
from elearn.library.document.model import QUESTIONS_TITLE, Kind, LessonDocument, Question
from elearn.library.document.read import REQUIRED, parse


def write(document: LessonDocument) -> str:
    """Return the text that reads back as this very document; raise ValueError when no text can."""
    blocks = [f"## {one.title}\n" + (f"{one.body}\n" if one.body else "") for one in document.sections]
    if document.questions:
        blocks.append(f"## {QUESTIONS_TITLE}\n")
        blocks.extend("".join(f"{line}\n" for line in _lines(one)) for one in document.questions)
    text = _header(document) + "\n".join(blocks)
    reading = parse(text)
    if reading.remarks or reading.document != document:
        raise ValueError("Nội dung này không viết lại được thành văn bản bài học.")
    return text


def _header(document: LessonDocument) -> str:
    values = {name: str(getattr(document, name)) for name in REQUIRED}
    extras = ("reviewed_by", "reviewed_on", "next_review")
    values.update({name: getattr(document, name) for name in extras if getattr(document, name)})
    return write_header(values)


def _lines(question: Question) -> Iterator[str]:
    marker = " (chọn nhiều)" if question.kind is Kind.SEVERAL else ""
    yield f"### {question.prompt}{marker} {{#{question.key}}}"
    for choice in question.choices:
        yield f"- [{'x' if choice.right else ' '}] {choice.text}".rstrip()
        if choice.note:
            yield f"  > {choice.note}"
    for number, step in enumerate(question.steps, 1):
        yield f"{number}. {step}"
    for pair in question.pairs:
        yield f"- {pair.left} => {pair.right}".rstrip()
    for text in question.accepted:
        yield f"= {text}".rstrip()
    last = " ".join([question.explanation, *(f"[{fact}]" for fact in question.facts)]).strip()
    if last:
        yield f"> {last}"
